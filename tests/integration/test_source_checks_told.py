"""What `meetlat sources check` says of a database fits how it is read, and what is missing to read it."""

from pathlib import Path

import pytest

from governance.access import LOCAL_OPERATOR
from tests.pushed_hospital import filled, omop, workspace
from workflows.source_checks import check


@pytest.mark.parametrize(("mode", "told"), [("rows", True), ("push-down", False)])
def test_disappearing_rows_are_seen_by_a_count(tmp_path: Path, mode: str, told: bool) -> None:
    url = f"sqlite:///{tmp_path / 'source.db'}"
    filled(url, omop(20))
    (found,) = check(LOCAL_OPERATOR, workspace(tmp_path / "w", url, "omop_5_4", mode))
    said = [finding.message.render("en") for finding in found.findings if finding.message]
    assert any("disappears" in one for one in said) == told


@pytest.mark.parametrize(
    ("url", "package"),
    [
        ("oracle+cx_oracle://reader@127.0.0.1/x", "cx_Oracle"),
        ("nodatabase://reader@127.0.0.1/x", "sqlalchemy-nodatabase"),
    ],
)
def test_a_missing_driver_is_named(tmp_path: Path, url: str, package: str) -> None:
    (found,) = check(LOCAL_OPERATOR, workspace(tmp_path, url, "omop_5_4", "rows"))
    (finding,) = found.findings
    assert finding.message is not None
    assert f"pip install {package}" in finding.message.render("en")
