"""Two canaries of the fifty, each where such a thing is; `python -m tests.faults.canaries` for all."""

import pytest

from tests.faults.canaries import CANARIES, ROADS, run

OF_PATIENTS = ("bad files", "failing database", "persons")
OF_SECRETS = ("bad settings", "bad sources")


@pytest.mark.parametrize(("canary", "roads"), [(CANARIES[0], OF_PATIENTS), (CANARIES[30], OF_SECRETS)])
def test_no_secret_and_no_number_is_found_again(canary: str, roads: tuple[str, ...]) -> None:
    found = run((canary,), roads)
    assert found["commands"] >= 10
    assert found["found"] == 0, found["examples"]


def test_there_are_fifty_and_every_road_is_taken() -> None:
    assert len(set(CANARIES)) == 50
    assert {*OF_PATIENTS, *OF_SECRETS} == set(ROADS)
