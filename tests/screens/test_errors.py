"""What somebody sees when something is wrong: a sentence, never a traceback."""

from pathlib import Path

from tests.screens.server import ROOT, everything_sent, running, running_sample


def test_a_mistake_of_ours_is_a_number_and_no_detail(tmp_path: Path) -> None:
    with running_sample(tmp_path, "broken") as address:
        sent = everything_sent(address, "portfolio")
    assert b"Meetlat heeft hier een fout gemaakt. Het nummer is " in sent
    assert b"RuntimeError" not in sent
    assert b"business" not in sent


def test_a_wrong_setting_is_named_with_its_remedy(tmp_path: Path) -> None:
    (tmp_path / "meetlat.toml").write_text('auth = "open"\n', "utf-8")
    with running(tmp_path, script=ROOT / "app.py") as address:
        sent = everything_sent(address, "")
    assert b"'open'" in sent
    assert b"single-user, required" in sent
    assert b"Traceback" not in sent
