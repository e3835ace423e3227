"""The presets counted in the source: cells, measurements and evaluations are those of loaded rows.

A preset on a database of each kind here; every preset on both: `python -m tests.faults.push_down_presets`.
"""

from pathlib import Path

import pytest

from tests.faults.push_down_presets import SYSTEMS, compared
from tests.servers.postgresql import postgres_url
from tests.source_databases import run

__all__ = ["postgres_url"]


def test_hix_and_the_log_of_a_tool(tmp_path: Path) -> None:
    places = {name: f"sqlite:///{tmp_path / name}.db" for name in ("hix", "tool")}
    assert compared(tmp_path, places, 14).rows > 1000


@pytest.mark.postgres
def test_the_warehouse_of_umc_utrecht(postgres_url: str, tmp_path: Path) -> None:
    run(postgres_url, "CREATE DATABASE umcu")
    try:
        found = compared(tmp_path, {"umcu": postgres_url.replace("/postgres", "/umcu")}, 20)
        assert found.rows > 1000
    finally:
        run(postgres_url, "DROP DATABASE umcu")


def test_every_preset_of_a_hospital_is_compared() -> None:
    assert {system.preset for system in SYSTEMS.values()} == {"hix", "umcu_warehouse", "ai_tool_log"}
