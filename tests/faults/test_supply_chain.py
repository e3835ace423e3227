"""An audit is green only where everything was audited by somebody who can see, and lately."""

import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.faults import supply_chain
from tests.faults.supply_chain import Found, Service, audited_with_clone, past_proxies, without_addresses
from tests.servers import advisories

NAMES = ["one==1.0", "two==2.0"]
NEWEST = date(2024, 10, 10)
OLD = "the advisories are of 2024-10-10: too old to say that nothing is known today"
WEAK = [{"package": "two", "id": "PYSEC-2024-1"}]
KNOWN = "known to be weak: two (PYSEC-2024-1)"


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Any:
    """The judgement on an answer about all packages, and one about the control, so many days later."""

    def judge(found: Found, control: Found, days: int) -> Found:
        def audit(requirements: Path, service: Service) -> Found:
            assert service.url.startswith("http://127.0.0.1:")
            return control if supply_chain.WEAK in requirements.read_text("utf-8") else found

        monkeypatch.setattr(supply_chain, "audit", audit)
        database = advisories.Database([{"id": "PYSEC-2024-1", "modified": f"{NEWEST}T00:00:00Z"}])
        monkeypatch.setattr(advisories, "read", lambda folder: database)
        return audited_with_clone(NAMES, tmp_path, NEWEST + timedelta(days=days))

    return judge


def answer(*, of: int = 2, weak: tuple[Found, ...] = ()) -> Found:
    return {"answered": True, "audited": of, "packages": 2, "weaknesses": list(weak)}


SEES = answer(weak=({"package": "jinja2", "id": "PYSEC-2014-8"},))


@pytest.mark.parametrize(
    ("found", "days", "green", "why"),
    [
        (answer(), 0, True, ""),
        (answer(), 30, True, ""),
        (answer(), 31, False, OLD),
        (answer(of=1), 0, False, "not every package was audited"),
        (answer(weak=tuple(WEAK)), 0, False, KNOWN),
        (answer(weak=tuple(WEAK)), 31, False, f"{KNOWN}; {OLD}"),
        ({"answered": False, "why": "silence"}, 0, False, "silence"),
    ],
)
def test_a_clone_is_green_only_when_whole_clean_and_new(
    judged: Any, found: Found, days: int, green: bool, why: str
) -> None:
    said = judged(found, SEES, days)
    assert (said["green"], said["why"], said["date"]) == (green, why, "2024-10-10")
    assert said["service"] == "advisory database"
    assert (said["audited"], said["total"]) == (found.get("audited", 0), 2)
    assert said["known"] == found.get("weaknesses", [])


def test_a_clone_that_does_not_know_the_control_is_not_green(judged: Any) -> None:
    said = judged(answer(), answer(), 0)
    assert (said["green"], said["audited"]) == (False, 0)
    assert said["why"] == "it knows no weakness of jinja2==2.4.1"


def test_a_clone_that_cannot_be_read_says_why_and_not_where(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    said = audited_with_clone(NAMES, tmp_path, NEWEST)
    assert (said["green"], said["audited"]) == (False, 0)
    assert "yaml" in said["why"]
    assert str(tmp_path) not in said["why"]


def test_a_weakness_that_one_service_knows_is_not_outvoted() -> None:
    clean, blind = {"green": True, "weaknesses": 0}, {"green": False}
    assert supply_chain.all_clear([blind, clean])
    assert not supply_chain.all_clear([blind])
    assert not supply_chain.all_clear([clean, {"green": False, "weaknesses": 1}])


def test_messages_lose_hosts_and_paths() -> None:
    text = without_addresses("/a/b: https://c.example/d host='e.example' resolve 'f.example' of jinja2 2.4.1")
    assert not any(word in text for word in ("/", "example"))
    assert text.endswith("of jinja2 2.4.1")


@pytest.mark.parametrize(
    ("given", "names"), [("", "127.0.0.1"), ("hospital.example", "hospital.example,127.0.0.1")]
)
def test_this_machine_is_reached_without_a_proxy(
    monkeypatch: pytest.MonkeyPatch, given: str, names: str
) -> None:
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.setenv("NO_PROXY", given)
    environment = past_proxies()
    assert {environment["no_proxy"], environment["NO_PROXY"]} == {names}
