"""What the documents about security name is there: every test, every line, every part."""

import json
import re
import tomllib
from datetime import date

import pytest

from core.settings import Settings
from tests.faults.supply_chain import pins
from workflows.documentation import DOCS

ROOT = DOCS.parent
LINES = tomllib.loads((DOCS / "security" / "asvs.toml").read_text("utf-8"))["line"]
LEVEL_ONE = 70
"""Lines of level 1 in OWASP ASVS 5.0.0."""


def test_every_line_of_level_one_is_there_once() -> None:
    names = [line["id"] for line in LINES]
    assert len(names) == len(set(names))
    assert sum(line["level"] == 1 for line in LINES) == LEVEL_ONE


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["id"])
def test_a_line_has_a_test_a_reason_or_a_day(line: dict[str, object]) -> None:
    if line["state"] == "met":
        assert (ROOT / "tests" / str(line["test"])).is_file(), line
        return
    assert len(str(line["reason"])) > 5
    assert line["state"] == "not applicable" or isinstance(line["by"], date)


def test_the_threat_model_names_tests_that_exist() -> None:
    text = (DOCS / "security" / "threat-model.md").read_text("utf-8")
    named = re.findall(r"`([a-z_/]+\.py)` \|$", text, re.MULTILINE)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / "tests" / name).is_file()] == []


def test_the_bill_of_materials_holds_what_the_lock_pins() -> None:
    bill = json.loads((DOCS / "security" / "sbom.cdx.json").read_text("utf-8"))
    locked = pins(ROOT / "requirements.lock")
    parts = {
        f"{one['name'].lower().replace('_', '-').replace('.', '-')}=={one['version']}"
        for one in bill["components"]
    }
    assert bill["bomFormat"] == "CycloneDX"
    assert parts <= set(locked), "type: python -m tests.faults.supply_chain"
    assert all(locked.values()), "a pin without a hash"


def test_limits_on_guessing_are_written_down_for_administrators() -> None:
    text = (DOCS / "how-to" / "sign-in.md").read_text("utf-8")
    passage = text.partition("## What the provider must do\n")[2].partition("\n## ")[0]
    for words in ("limit on guessing", "second factor", "holds no passwords", "(audit-log.md)"):
        assert words in passage, words
    for limit in ("idle_minutes", "session_hours"):
        assert f"`{limit}`" in passage, limit
        assert f"| `{limit}` | {getattr(Settings(), limit)} |" in text, limit


def test_the_terms_for_weak_components_are_written_down() -> None:
    assert "14 days" in (ROOT / "SECURITY.md").read_text("utf-8")
