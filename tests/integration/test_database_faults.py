"""A small version of tests/faults/database_source.py."""

import pytest

from tests.faults.database_source import FAULTS, faults
from tests.servers.postgresql import postgres_url
from tests.source_databases import run

__all__ = ["postgres_url"]


def test_nothing_is_lost_doubled_or_half_delivered(postgres_url: str) -> None:
    try:
        outcome = faults(postgres_url, len(FAULTS), seed=7)
    finally:
        run(postgres_url, "DROP TABLE stays", "DROP ROLE reader")
    assert outcome.wrong == []
    assert outcome.ended["none: delivered"] == 2
    assert outcome.ended["stall: refused"] == 1


def test_a_fault_would_be_noticed(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A source of which a row disappears behind our back is told by the same comparison."""
    monkeypatch.setattr("tests.faults.database_source.FAULTS", ("none",))
    monkeypatch.setattr("tests.faults.database_source.held", lambda _owner: {})
    try:
        assert faults(postgres_url, 1, seed=7).wrong == ["none: other rows than the source"] * 2
    finally:
        run(postgres_url, "DROP TABLE stays", "DROP ROLE reader")
