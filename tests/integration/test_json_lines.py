"""JSON lines: what becomes of every line, against what the json module says that it holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_connectors.connector import Refused
from data_connectors.mapping import FileFormat
from data_connectors.sources.json_lines import open_json_lines
from governance.pseudonymise import Key
from tests.hypothesis_profiles import examples
from tests.taken_files import form, taken_file

TOML = form(
    afdeling="dept.name", notitie="id", patnr="participant.0.reference", begin="period.start", duur="minutes"
)


def good(number: Any = 1, **changes: Any) -> dict[str, Any]:
    return {
        "id": number,
        "dept": {"name": "NA"},
        "participant": [{"reference": "007"}],
        "period": {"start": "09-03-2025 10:00"},
        "minutes": 4.5,
    } | changes


def written(folder: Path, *lines: Any) -> Path:
    path = folder / "visits.jsonl"
    texts = (line if isinstance(line, str) else json.dumps(line) for line in lines)
    path.write_bytes("\n".join(texts).encode("utf-8", "surrogatepass"))
    return path


def test_nested_values_typed_and_not(tmp_path: Path) -> None:
    found = taken_file(written(tmp_path, good(), "", good(2, minutes="4,5"), good(3, extra=1)), TOML)
    assert (found.account.rows_read, found.account.rows_loaded, found.account.rows_not_data) == (4, 3, 1)
    assert {row["active_seconds"] for row in found.rows} == {270.0}
    assert found.rows[0]["patient"] == Key(b"k" * 32).pseudonym("patient", "007")
    assert found.source.header == (
        "id", "dept.name", "participant.0.reference", "period.start", "minutes", "extra"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("line", "reason", "column"),
    [
        ("{", "malformed_json", ""),
        ("[1]", "malformed_json", ""),
        ("7", "malformed_json", ""),
        ('{"id": 1, "id": 2}', "malformed_json", ""),
        ('{"id": "\\ud800"}', "malformed_json", ""),
        ('{"id": "\ud800"}', "encoding_error", ""),
        ("[" * 100_000, "malformed_json", ""),
        ('{"a":' * 100_000, "malformed_json", ""),
        ('{"id": ' + "1" * 5000 + "x}", "malformed_json", ""),
        (json.dumps(good(2)).replace("4.5", "NaN"), "non_finite", "active_seconds"),
        (json.dumps(good(2)).replace("4.5", "-Infinity"), "non_finite", "active_seconds"),
        (json.dumps(good(2)).replace("4.5", "1e999"), "non_finite", "active_seconds"),
        (json.dumps(good("\0")), "nul_byte", "note"),
        (json.dumps(good("x" * 7_000_000)), "unparseable", "note"),
        (json.dumps(good(2, minutes={"value": 4})), "unparseable", "active_seconds"),
        (json.dumps(good(2, dept={"name": ["NA"]})), "unparseable", "department"),
        (json.dumps(good(2, minutes=None)), None, ""),
        (json.dumps(good(2, dept={})), "missing_department", "department"),
    ],
)
def test_a_bad_line_is_set_aside(tmp_path: Path, line: str, reason: str | None, column: str) -> None:
    found = taken_file(written(tmp_path, good(), line, good(3)), TOML)
    assert found.aside == ([(2, reason, column)] if reason else [])
    assert found.account.rows_loaded == 3 - len(found.aside)


def test_numbers_of_any_length_are_kept_exactly(tmp_path: Path) -> None:
    long = "12345678901234567890123456789012345678901234567890"
    found = taken_file(written(tmp_path, json.dumps(good("LONG")).replace('"LONG"', long)), TOML)
    assert found.rows[0]["note"] == Key(b"k" * 32).pseudonym("note", long)


def test_a_key_with_a_point_is_the_whole_number(tmp_path: Path) -> None:
    found = taken_file(written(tmp_path, json.dumps(good(991010.0)), json.dumps(good(0.5))), TOML)
    assert [row["note"] for row in found.rows] == [Key(b"k" * 32).pseudonym("note", "991010")]
    assert found.aside == [(2, "unparseable", "note")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n\n", "content_type_mismatch"),
        (b'[\n {"a": 1},\n {"a": 2}\n]', "content_type_mismatch"),
        (b"a;b\n1;2\n", "content_type_mismatch"),
        (b'{"a": "' + b"x" * 9_000_000 + b'"}', "unreadable_file"),
        (json.dumps({str(at): at for at in range(10_001)}).encode(), "unreadable_file"),
    ],
)
def test_what_is_no_json_lines(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "x.ndjson"
    path.write_bytes(content)
    with pytest.raises(Refused) as refused:
        open_json_lines(path, FileFormat())
    assert refused.value.code == code


def test_a_byte_order_mark_is_no_part_of_the_first_line(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(good()).encode())
    assert taken_file(path, TOML).account.rows_loaded == 1


def test_a_column_that_no_line_holds(tmp_path: Path) -> None:
    line = good()
    del line["minutes"]
    with pytest.raises(Refused, match="needs column 'minutes'") as refused:
        taken_file(written(tmp_path, line), TOML)
    assert refused.value.code == "missing_column"


def test_ten_thousand_resources_are_all_loaded(tmp_path: Path) -> None:
    path = written(tmp_path, *(good(number, note="x" * 1000) for number in range(10_000)))
    assert taken_file(path, TOML).account.rows_loaded == 10_000


LEAF = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
NESTED = LEAF | st.lists(LEAF, max_size=2) | st.dictionaries(st.text(max_size=3), LEAF, max_size=2)
NAMES = st.sampled_from(["id", "dept", "minutes", "x.y", ""])


@examples(20)
@given(objects=st.lists(st.dictionaries(NAMES, NESTED, max_size=4), max_size=4))
def test_any_objects_add_up(tmp_path_factory: pytest.TempPathFactory, objects: list[dict[str, Any]]) -> None:
    path = written(tmp_path_factory.mktemp("any"), good(), *objects)
    found = taken_file(path, TOML)
    account = found.account
    assert account.rows_read == len(objects) + 1
    assert account.rows_loaded + sum(account.set_aside.values()) + account.rows_not_data == account.rows_read
    assert len(found.rows) == account.rows_loaded


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_an_encoding_that_the_file_settles(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "visits.jsonl"
    lines = (json.dumps(good(i, dept={"name": "Gériatrie"}), ensure_ascii=False) for i in range(3))
    path.write_bytes("\n".join(lines).encode(encoding))
    found = taken_file(path, TOML.replace("[file]", '[file]\nencoding = "auto"'))
    assert {row["department"] for row in found.rows} == {"Gériatrie"}
    assert found.account.rows_loaded == 3


def test_lines_of_two_encodings(tmp_path: Path) -> None:
    path = tmp_path / "visits.jsonl"
    one, two = (json.dumps(good(i, dept={"name": "Gériatrie"}), ensure_ascii=False) for i in range(2))
    path.write_bytes(one.encode() + b"\n" + two.encode("cp1252"))
    found = taken_file(path, TOML.replace("[file]", '[file]\nencoding = "auto"'))
    assert {row["department"] for row in found.rows} == {"Gériatrie"}
    assert (found.source.encoding, found.account.rows_loaded) == ("mixed", 2)
