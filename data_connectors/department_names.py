"""Names of departments: what is safe is made the same, what only looks the same is proposed and never merged.

Safe: Unicode forms (NFKC), characters without width, white space, and case where the mapping lists the name
under `departments`. Accents and letters of another alphabet may tell two departments apart.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from core.quoting import literal

SUSPECT = "homoglyph_suspect"
_LOOK_ALIKES = (
    ("АВЕЅІЈКМНОРСТХУаеорсухіјѕԁһԛԝ", "ABESIJKMHOPCTXYaeopcyxijsdhqw"),
    ("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧοανι", "ABEZHIKMNOPTYXoavi"),
)
"""Cyrillic and Greek letters, and the Latin ones that they look like."""

_LATIN_LIKE = {one: latin for others, ours in _LOOK_ALIKES for one, latin in zip(others, ours, strict=True)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Departments:
    """cleaned: spelling as it comes to the safe one, where they differ. alike: a name to one it resembles.

    suspect: safe spellings with letters of another alphabet that look like Latin ones.
    """

    cleaned: Mapping[str, str]
    alike: Mapping[str, str]
    suspect: tuple[str, ...]


def safe(name: str) -> str:
    """The name without what nobody can see: compatibility forms, format characters, double spaces."""
    plain = unicodedata.normalize("NFKC", name)
    visible = "".join(one for one in plain if unicodedata.category(one) != "Cf")
    return " ".join(visible.split())


def skeleton(name: str) -> str:
    """What a name looks like: without case and accents, every look-alike letter as its Latin one."""
    latin = "".join(_LATIN_LIKE.get(one, one) for one in name)
    parts = unicodedata.normalize("NFKD", latin.casefold())
    return "".join(one for one in parts if not unicodedata.combining(one))


def compare(counted: Mapping[str, int], known: tuple[str, ...]) -> Departments:
    """Compare the names of a file (with their rows) to each other and to those that the mapping lists."""
    listed = {safe(name).casefold(): name for name in known}
    cleaned: dict[str, str] = {}
    rows: dict[str, int] = defaultdict(int)
    for name, count in counted.items():
        better = listed.get(safe(name).casefold(), safe(name))
        rows[better] += count
        if better != name:
            cleaned[name] = better
    groups: dict[str, list[str]] = defaultdict(list)
    for name in dict.fromkeys((*known, *rows)):
        groups[skeleton(name)].append(name)
    alike: dict[str, str] = {}
    for names in groups.values():
        best = min(names, key=lambda name: (name not in known, _foreign(name), -rows[name], name))
        alike |= {name: best for name in names if name != best and name not in known}
    suspect = tuple(name for name in rows if _foreign(name) and (name in alike or _mixed(name)))
    return Departments(cleaned=cleaned, alike=alike, suspect=suspect)


def settle(connection: duckdb.DuckDBPyConnection, relation: str, known: tuple[str, ...]) -> Departments:
    """Give the rows of a relation with `department` and `fault` their safe spelling."""
    counted = dict(
        connection.execute(
            f"SELECT department, count(*) FROM {relation} WHERE department IS NOT NULL GROUP BY department"
        ).fetchall()
    )
    found = compare(counted, known)
    if found.cleaned:
        pairs = ", ".join(f"({literal(old)}, {literal(new)})" for old, new in found.cleaned.items())
        connection.execute(
            f"UPDATE {relation} SET department = nullif(new, ''), fault = coalesce(fault, "
            f"CASE WHEN new = '' THEN 'missing_department|department' END) "
            f"FROM (VALUES {pairs}) AS spelling(old, new) WHERE department = old"
        )
    return found


def _foreign(name: str) -> bool:
    return any(one in _LATIN_LIKE for one in name)


def _mixed(name: str) -> bool:
    return _foreign(name) and any("LATIN" in unicodedata.name(one, "") for one in name)
