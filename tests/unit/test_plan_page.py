"""The page on plans: every key stands there once, and its example is a plan."""

from experiments.pilot import Selection
from experiments.plan import read
from kpis.catalogue import load
from reports.plan_keys import MEANINGS, TITLES
from reports.plan_page import page, tables
from workflows.documentation import PLAN


def test_every_key_has_its_meaning_and_no_meaning_is_left_over() -> None:
    keys = {(path, key) for path, table in tables() for key in table.__annotations__}
    assert keys == set(MEANINGS)
    assert {path for path, _ in keys} == set(TITLES)


def test_types_defaults_and_choices_are_those_of_the_code() -> None:
    printed = page("x = 1")
    assert "| `run_in_weeks` | whole number | `6` |" in printed
    assert "| `weeks` | whole number | `0` |" in printed
    assert "| `id` | text |  |" in printed
    assert "| `comparison` | list of text | optional |" in printed
    assert "| `starts` | by department a date |  |" in printed
    for choice in Selection.__args__:
        assert f"`{choice}`" in printed


def test_the_example_is_a_plan_that_uses_the_later_keys() -> None:
    pilot, issues = read(PLAN.read_text("utf-8"), PLAN.name, kpis=load())
    assert [issue for issue in issues if issue.level == "error"] == []
    assert pilot is not None
    assert (pilot.selection, pilot.negative_control) == ("volunteered", "letter_24h")
