"""Two canaries of the fifty; `python -m tests.faults.canaries` for all of them."""

from tests.faults.canaries import CANARIES, run


def test_no_secret_and_no_number_is_found_again() -> None:
    assert len(set(CANARIES)) == 50
    found = run((CANARIES[0], CANARIES[30]))
    assert found["commands"] > 25
    assert found["found"] == 0, found["examples"]
