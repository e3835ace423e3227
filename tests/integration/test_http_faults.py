"""A server that does its job badly: the source stops in time, says why and keeps nothing."""

from pathlib import Path

import pytest

from tests.faults.http_source import MARGIN, outcome
from tests.servers.bad_http import MODES, WHOLE, head

DEADLINE = 0.5


@pytest.mark.parametrize("mode", MODES)
def test_it_stops_in_time_and_keeps_nothing(tmp_path: Path, mode: str) -> None:
    found = outcome(mode, tmp_path, DEADLINE)
    assert found["refused"], found
    assert found["rows"] == 0
    assert found["seconds"] < DEADLINE + MARGIN


def test_a_server_that_does_its_job_is_not_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MODES, "sound", lambda send, _over, _base: send(head(WHOLE) + WHOLE))
    found = outcome("sound", tmp_path, 5.0)
    assert (found["rows"], found["refused"]) == (1, False)
