"""A small version of `python -m tests.faults.generated_csv`, with other files than that one begins with."""

from pathlib import Path

from tests.faults.generated_csv import KEY, check, make, run


def test_no_wrong_value_is_accepted_and_no_right_row_lost() -> None:
    found = run(40, first=1_000_000)
    assert (found["wrong"], found["lost"], found["refused"]) == (0, 0, 0)
    assert found["right"] > 300
    assert found["aside"] == found["rows with a fault"] > 40


def test_a_wrong_truth_is_noticed(tmp_path: Path) -> None:
    made = make(3)
    name, (department, start, seconds) = next(iter(made.truth.items()))
    made.truth[name] = (department, start, seconds + 1)
    made.truth[KEY.pseudonym("note", "not there")] = (department, start, seconds)
    counted = check(made, tmp_path)
    assert (counted["wrong"], counted["lost"]) == (1, 1)
