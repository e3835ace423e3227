"""What a setting broke is told in the reader's language, whatever file it stands in."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from core.errors import ConfigurationError
from experiments.plan.file import shape
from governance.checklist.reading import OURS as ITEMS
from governance.checklist.reading import read as read_items
from kpis.catalogue import FOLDER
from kpis.definition import read as read_kpi
from storage import department_history

ENGLISH = re.compile(r"Input|should|valid|must|error", re.IGNORECASE)
WRONG = ("7", '"soon"', "true", "[]", "{}", "2.5", "2026-03-01", "nan", '""')


def broken(text: str) -> list[str]:
    """The text with every value in it replaced by others, one at a time."""
    lines = text.splitlines()
    found = []
    for number, line in enumerate(lines):
        if setting := re.match(r"(\w+ = )", line):
            found += [
                "\n".join([*lines[:number], setting[1] + value, *lines[number + 1 :]]) for value in WRONG
            ]
    return found


PLAN = """
[pilot]
id = "notes"
tool = "ambient"
start = 2026-03-02
departments = ["north"]
"""
MERGED = """
[[department]]
name = "both"
was = [{ name = "north" }]
"""


def told_of_plans() -> list[str]:
    return [issue.message.render("nl") for text in broken(PLAN) for issue in shape(text, "plan.toml")[2]]


def told_of_kpis() -> list[str]:
    text = (FOLDER / "note_time_enc.toml").read_text("utf-8")
    return [issue.message.render("nl") for one in broken(text) for issue in read_kpi(one, "kpi.toml")[1]]


def told_of_items() -> list[str]:
    text = "\n".join(ITEMS.read_text("utf-8").splitlines()[:70])
    return [issue.message.render("nl") for one in broken(text) for issue in read_items(one, "a.toml")[1]]


@pytest.mark.parametrize("told", [told_of_plans, told_of_kpis, told_of_items])
def test_no_rule_is_told_in_english(told: Callable[[], list[str]]) -> None:
    found = told()
    assert len(found) > 20
    assert [one for one in found if ENGLISH.search(re.sub(r"'[^']*'|\"[^\"]*\"", "", one))] == []


def refusals_of_departments(root: Path) -> Iterator[str]:
    for text in broken(MERGED):
        (root / department_history.FILE).write_text(text, "utf-8")
        try:
            department_history.read(root)
        except ConfigurationError as error:
            yield error.render("nl")


def test_nor_in_the_history_of_departments(tmp_path: Path) -> None:
    found = list(refusals_of_departments(tmp_path))
    assert len(found) > 5
    assert [one for one in found if ENGLISH.search(one)] == []
