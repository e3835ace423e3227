"""The card of sources on the page of data quality: what came in last, what was set aside, how fresh it is."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from streamlit.testing.v1 import AppTest

from core.errors import NotPermitted
from governance.access import ANONYMOUS, LOCAL_OPERATOR
from pages.widgets.session import Session
from reports.words_set_aside import reasons_in_words
from storage.workspace import Workspace
from tests.pushed_hospital import synced, workspace
from tests.source_databases import STAYS, run
from workflows.refresh import ingest
from workflows.source_numbers import TableNumbers, source_numbers

WHOLE = STAYS.replace('watermark = "changed"\noverlap = "2 days"\n', "")
TABLE = "CREATE TABLE stays (nr INT, ward TEXT, patient TEXT, admitted TIMESTAMP, discharged TIMESTAMP)"


def row(number: int, ward: str = "'NEU'") -> str:
    return f"INSERT INTO stays VALUES ({number}, {ward}, 'p', '2026-03-{number:02} 10:00:00', NULL)"


@pytest.fixture
def made(tmp_path: Path) -> Workspace:
    """Two runs of a database, the second with a row less, and a file that was handed in."""
    url = f"sqlite:///{tmp_path / 'source.db'}"
    run(url, TABLE, *(row(number) for number in (1, 2, 3)), row(4, "NULL"))
    opened = workspace(tmp_path / "made", url, WHOLE, "rows", name="hix")
    place = opened.root / "sources" / "hix.toml"
    place.write_text('fresh_within = "36h"\n' + place.read_text("utf-8").lstrip(), "utf-8")
    synced(opened)
    run(url, "DELETE FROM stays WHERE nr = 2")
    synced(opened)
    handed = tmp_path / "handed.csv"
    handed.write_text("nr,ward,patient,admitted,discharged\n9,NEU,p9,2026-03-09 10:00,\n9,NEU\n", "utf-8")
    ingest(LOCAL_OPERATOR, opened, [handed], "own")
    return opened


def _card(session: "Session") -> None:
    """What AppTest runs: it takes the text of the function alone."""
    from pages.widgets.source_freshness import sources_card

    sources_card(session)


def said(made: Workspace, language: str) -> str:
    session = Session(workspace=made, language=language, mode="light")
    shown = AppTest.from_function(_card, args=(session,), default_timeout=60).run()
    assert not shown.exception
    cells = [str(cell) for table in shown.table for cell in table.value.to_numpy().ravel()]
    return "\n".join([*(one.value for one in shown.markdown), *cells])


def test_the_numbers_are_those_of_the_newest_delivery(made: Workspace) -> None:
    numbers = source_numbers(LOCAL_OPERATOR, made)
    assert numbers["hix"] == (
        TableNumbers(
            table="Stay",
            day=datetime.now(ZoneInfo("Europe/Amsterdam")).date(),
            read=3,
            kept=2,
            set_aside={"missing_department": 1},
            not_data=0,
            gone=1,
        ),
    )
    (handed,) = numbers[""]
    assert (handed.read, handed.kept, handed.set_aside, handed.gone) == (2, 1, {"too_few_fields": 1}, None)
    with pytest.raises(NotPermitted):
        source_numbers(ANONYMOUS, made)


def test_the_card_says_so_in_both_languages(made: Workspace) -> None:
    english, dutch = said(made, "en"), said(made, "nl")
    assert "as fresh as promised" in english
    assert "3 rows read, 2 kept, 1 set aside (no department 1), 1 no longer in the source" in english
    assert "Files that were handed in" in english
    assert "2 rows read, 1 kept, 1 set aside (too few fields 1)" in english
    assert "3 rijen gelezen, 2 bewaard, 1 apart gezet (geen afdeling 1), 1 niet meer in de bron" in dutch
    (made.root / "sources" / "hix.toml").unlink()
    assert "**hix** This source is no longer configured." in said(made, "en")


def test_a_source_that_cannot_be_read_hides_no_other(made: Workspace) -> None:
    place = made.root / "sources"
    (place / "other.toml").write_text('kind = "folder"\nmapping = "gone"\n[options]\npath = "/x"\n', "utf-8")
    dutch = said(made, "nl")
    assert "**hix**" in dutch
    assert "hooguit 36 was beloofd" in dutch
    assert "**other** Er is geen mapping 'gone'" in dutch
    assert "error: aandacht" in dutch


def test_the_commonest_reasons_come_first_and_an_unknown_code_is_shown() -> None:
    found = {"duplicate": 1, "missing_date": 1200, "strange": 3, "unparseable": 2}
    assert reasons_in_words(found, "en") == "no date 1,200, strange 3, cannot be read 2, ..."
    assert reasons_in_words({"missing_date": 1200}, "nl") == "geen datum 1.200"
