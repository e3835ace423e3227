"""Identifiers that the mapping does not declare block a file; numbers that only look like one do not."""

from pathlib import Path
from random import Random

import pytest

from data_connectors.connector import Refused
from data_connectors.identifier_scan import block_identifiers
from data_connectors.intake import unmapped
from data_connectors.sources.csv_file import open_csv
from kpis.tables import TABLES
from storage.duck import connect
from tests.intake_files import GOOD, HEADER, NOTES, mapping, taken


def is_bsn(number: int) -> bool:
    digits = [int(one) for one in f"{number:09}"]
    return (
        number > 0 and sum(w * d for w, d in zip((9, 8, 7, 6, 5, 4, 3, 2, -1), digits, strict=True)) % 11 == 0
    )


def bsns(count: int, least: int = 10_000_000) -> list[str]:
    random = Random(7)
    found: list[str] = []
    while len(found) < count:
        number = random.randrange(least, 999_999_999)
        if is_bsn(number):
            found.append(str(number))
    return found


def load(folder: Path, values: list[str], toml: str = NOTES) -> int:
    rows = [f"{GOOD.replace('1;', f'{i};', 1)};{value}" for i, value in enumerate(values)]
    return taken(folder, *rows, header=f"{HEADER};extra", toml=toml)[0].rows_loaded


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (bsns(20), "BSN"),
        (bsns(5), "BSN"),
        (["onbekend", *(f"n{i}@x.org" for i in range(4))], "e-mail"),
        ([f"{value[:4]}.{value[4:6]}.{value[6:]}" for value in bsns(20, 100_000_000)], "BSN"),
        ([f"{value}.0" for value in bsns(20)], "BSN"),
        ([f"BSN: {value}" for value in bsns(20)], "BSN"),
        ([f"'{value}" for value in bsns(20, 100_000_000)], "BSN"),
        ([f"{value} J. Jansen" for value in bsns(20, 100_000_000)], "BSN"),
        ([f"Jansen ({value}), kamer 12" for value in bsns(20, 100_000_000)], "BSN"),
        ([f"J. Jansen <naam{i}@ziekenhuis.nl>" for i in range(20)], "e-mail"),
        (bsns(40) + [str(n) for n in range(9)], "BSN"),
        ([f"naam{i}@ziekenhuis.nl" for i in range(20)], "e-mail"),
        ([f"06-{12345670 + i}" for i in range(20)], "telephone"),
        ([f"+31 20 {1234560 + i}" for i in range(20)], "telephone"),
    ],
)
def test_an_undeclared_identifier_blocks_the_file(tmp_path: Path, values: list[str], kind: str) -> None:
    with pytest.raises(Refused, match=f"Column 'extra' holds .*{kind}") as refused:
        load(tmp_path, values)
    assert refused.value.code == "identifier_blocked"


def test_a_heading_that_is_a_number_itself_is_not_told(tmp_path: Path) -> None:
    number, *rest = bsns(20, 100_000_000)
    rows = [f"{GOOD.replace('1;', f'{i};', 1)};{value}" for i, value in enumerate(rest)]
    with pytest.raises(Refused) as refused:
        taken(tmp_path, *rows, header=f"{HEADER};{number}")
    assert number not in refused.value.render("en")
    path = tmp_path / "file.csv"
    path.write_text(f"{HEADER};{number};kamer\n{GOOD};x;y\n", "utf-8")
    chosen = mapping(NOTES)
    assert unmapped(open_csv(path, chosen.file), chosen.table[0]) == ("...", "kamer")


@pytest.mark.parametrize(
    "values",
    [
        bsns(4),
        [*bsns(18), "123456789"],
        bsns(40) + [str(n) for n in range(100_000_000, 100_000_020)],
        [str(n) for n in range(123_456_700, 123_456_900)],
        [f"0201234{i:03}" for i in range(50)],
        [f"1{value} J. Jansen" for value in bsns(20, 100_000_000)],
        [f"order {n}" for n in range(100_000_000, 100_000_100)],
    ],
)
def test_what_is_no_sure_identifier_does_not(tmp_path: Path, values: list[str]) -> None:
    assert load(tmp_path, values) == len(values)


def test_a_declared_identifier_does_not_block(tmp_path: Path) -> None:
    toml = NOTES.replace("[table.columns]", 'identifiers = ["extra"]\n\n[table.columns]')
    assert load(tmp_path, bsns(30), toml) == 30


def test_three_hundred_columns_fit_in_the_memory_of_an_intake(tmp_path: Path) -> None:
    path, chosen = tmp_path / "wide.csv", mapping(NOTES)
    lines = (f"{GOOD};" + ";".join(str(i * j) for j in range(300)) for i in range(50))
    path.write_text("\n".join((f"{HEADER};" + ";".join(f"k{j}" for j in range(300)), *lines)), "utf-8")
    with connect(tmp_path) as connection:
        source = open_csv(path, chosen.file)
        block_identifiers(connection, source, chosen.table[0], TABLES[chosen.table[0].name])


def test_false_alarms_of_arbitrary_numbers() -> None:
    """Of columns of 20 random numbers, where one number in eleven passes, none has 16 that do."""
    random = Random(11)
    columns = [[is_bsn(random.randrange(10**8, 10**9)) for _ in range(20)] for _ in range(20_000)]
    share = sum(map(sum, columns)) / 400_000
    assert share == pytest.approx(1 / 11, abs=0.002)
    assert sum(sum(column) >= 16 for column in columns) == 0
