"""The command that puts mistakes into the product: which ones it makes, and that it tells who saw them."""

import json
import subprocess
import sys
from pathlib import Path

from tests.faults.mutants import Mutant, mutants
from tests.faults.mutation import Outcome, equivalents, path_of, scored, stale
from tests.faults.mutation_tests import TESTS
from tests.simulation.evidence import FOLDER, ROOT

SOURCE = '''
"""What it is."""
LIMIT: int = 3

@dataclass(frozen=True)
class Rule:
    """A rule."""

    def holds(self, count: int) -> bool:
        """Whether."""
        if not count:
            raise ValueError("none")
        return 0 < count and any(self.parts)
'''
JUDGE = """
import json, sys
from tests.faults.mutants import mutants
from tests.faults.mutation import judged, path_of

module, test = sys.argv[1:]
made = list(mutants(path_of(module).read_text("utf-8")))
print(json.dumps({one.mutant.change: one.what for one in judged(module, made, [test], "")}))
"""


def test_a_mutant_is_one_small_mistake_in_what_runs() -> None:
    made = list(mutants(SOURCE))
    assert {one.change for one in made} == {
        "3 -> 4",
        "not count -> count",
        "not count -> True",
        "not count -> False",
        "raise ValueError('none') -> pass",
        "return 0 < count and any(self.parts) -> return None",
        "0 < count and any(self.parts) -> 0 < count or any(self.parts)",
        "0 < count and any(self.parts) -> any(self.parts)",
        "0 < count and any(self.parts) -> 0 < count",
        "0 < count -> 0 <= count",
        "0 < count -> 0 >= count",
        "0 -> 1",
        "any(self.parts) -> all(self.parts)",
    }
    assert len({one.text for one in made}) == len(made)
    assert {one.where for one in made} == {"", "Rule.holds"}


def test_a_word_of_sql_is_changed_each_time_that_it_stands_there() -> None:
    made = [one.text for one in mutants('QUERY = "SELECT a WHERE b <> 1 OR c <> 2"')]
    assert made == [
        "QUERY = 'SELECT a WHERE b = 1 OR c <> 2'",
        "QUERY = 'SELECT a WHERE b <> 1 OR c = 2'",
        "QUERY = 'SELECT a WHERE b <> 1 AND c <> 2'",
    ]


def test_a_mistake_that_the_tests_see_is_killed_and_another_survives(tmp_path: Path) -> None:
    test = tmp_path / "test_rounded.py"
    test.write_text(
        "from governance.disclosure_control.rounding import rounded\n\n"
        "def test_five() -> None:\n    assert rounded(5) == 5\n",
        "utf-8",
    )
    words = [sys.executable, "-c", JUDGE, "governance.disclosure_control.rounding", str(test)]
    ended = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout) == {
        "5 -> 6": "killed",
        "return NEAREST * round(persons / NEAREST) -> return None": "killed",
        "NEAREST * round(persons / NEAREST) -> NEAREST / round(persons / NEAREST)": "survived",
        "persons / NEAREST -> persons * NEAREST": "killed",
    }


def test_the_score_leaves_out_what_is_the_same_program() -> None:
    one, other, third = (Mutant("f", 1, change, "") for change in ("a -> b", "a -> c", "a -> d"))
    outcomes = [Outcome(one, "timed out"), Outcome(other, "survived"), Outcome(third, "survived")]
    found = scored("m", outcomes, {("f", "a -> c"): "why"})
    assert (found["killed"], found["equivalent"], found["survived"], found["score"]) == (1, 1, 1, 0.5)
    assert found["survivors"] == ["f: a -> d"]
    assert stale(outcomes, {("f", "a -> b"): "why", ("f", "a -> c"): "why"}) == [("f", "a -> b")]


def test_what_is_called_equivalent_is_a_mutant_that_is_made() -> None:
    for module, same in equivalents().items():
        made = {(one.where, one.change) for one in mutants(path_of(module).read_text("utf-8"))}
        assert same.keys() <= made, module
        assert all(same.values())


def test_the_figures_are_of_every_module_and_no_mutant_survived() -> None:
    found = json.loads((FOLDER / "mutation_score.json").read_text("utf-8"))
    assert {one["module"] for one in found["cells"]} == set(TESTS)
    assert (found["score"], found["survived"], found["not_reached"]) == (1.0, 0, "none")
    assert found["mutants"] == found["killed"] + found["equivalent"]
