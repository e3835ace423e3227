"""What the heading of a column says: its words, its unit, and the standard columns that it could be."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from core.errors import InputError
from core.language.text import N_
from data_connectors.units import TIME_WORDS
from kpis.tables import TABLES, Column, Table

ENOUGH = 0.5
"""Of the required columns of a table: with fewer the headings might be those of anything."""
_UNITS = {0.001: "milliseconds", 1.0: "seconds", 60.0: "minutes", 3600.0: "hours", 86_400.0: "days"}
_SYNONYMS = {
    "department": "afdeling afd specialisme department dept poli polikliniek specialty afdelingsnaam",
    "exposed": "exposed ai hulpmiddel aihulpmiddel tool metai metaihulpmiddel",
    "patient": "patient patnr patientnr patientnummer patientid client mrn pid",
    "clinician": "arts artscode behandelaar zorgverlener clinician provider medewerker gebruiker physician "
    "doctor user userid username",
    "note": "note notitie noteid notitieid document documentid verslag",
    "encounter": "encounter encounterid contact contactid consult consultid bezoek visit visitid",
    "appointment": "appointment afspraak afspraakid afspraaknr appointmentid",
    "message": "message bericht berichtid messageid",
    "letter": "letter brief briefid letterid",
    "document": "document documentid doc",
    "session": "session sessie dagdeel spreekuur sessionid",
    "event": "event eventid gebeurtenis",
    "stay": "stay opname opnameid opnamenummer admission",
    "started_at": "started start begin starttijd begintijd aanvang starttime begindatum startdatum",
    "starts_at": "starts start begin starttijd begintijd aanvang starttime begindatum startdatum",
    "ended_at": "ended end eind einde eindtijd endtime stop einddatum",
    "admitted_at": "opgenomen opnamedatum admitted admission",
    "discharged_at": "ontslag ontslagdatum discharged discharge",
    "signed_at": "signed getekend geautoriseerd ondertekend",
    "active_seconds": "active actief actievetijd duur duration schrijftijd tijdsduur bewerktijd seconds",
    "scheduled_minutes": "scheduled gepland geplandeduur duur minuten minutes",
    "status": "status",
    "template": "template sjabloon",
    "kind": "kind soort type",
    "action": "action actie",
    "tool": "tool hulpmiddel systeem",
}
_CLOCKS = "datum date tijdstip datumtijd datetime timestamp tijd time dag day"
_SUFFIX = re.compile(r"_(at|id|on|seconds|minutes|hours)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """name: as in the file. words: its letters and figures, and each word of it. unit: as it states."""

    name: str
    words: tuple[str, ...]
    unit: str

    def rank(self, column: Column) -> int:
        """How well it says a standard column: 0 is best."""
        names = _names(column)
        return next((i for i, word in enumerate(self.words) if word in names), len(self.words))

    def fits(self, column: Column) -> bool:
        """Whether it could be that standard column."""
        return self.rank(column) < len(self.words)


def heading(name: str) -> Heading:
    """Read a heading such as "Duur (min)" or "PATIENT_NR"."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(one for one in plain if not unicodedata.combining(one))
    outside = re.sub(r"[(\[].*?[)\]]", " ", plain)
    words = re.findall(r"[a-z0-9]+", outside)
    stated = re.findall(r"[(\[]\s*([a-z]+)\.?\s*[)\]]", plain) + words[-1:]
    unit = next((_UNITS[TIME_WORDS[word]] for word in stated if len(word) > 1 and word in TIME_WORDS), "")
    return Heading(name=name, words=tuple(dict.fromkeys(("".join(words), *words))), unit=unit)


def table_of(headings: Sequence[Heading]) -> tuple[str, tuple[str, ...]]:
    """The standard table that the headings fit best, and others that fit as well.

    Raises InputError where the headings speak for none of them.
    """
    said = frozenset(word for one in headings for word in one.words)
    scores = {name: _score(table, said) for name, table in TABLES.items()}
    best = max(scores.values())
    if best[0] < ENOUGH:
        raise InputError(
            N_("The headings do not say which standard table this is."),
            remedy=N_("Choose one with --table: {known}."),
            known=", ".join(TABLES),
        )
    names = [name for name, score in scores.items() if score == best]
    return names[0], tuple(names[1:])


def _score(table: Table, said: frozenset[str]) -> tuple[float, int]:
    """The share of its required columns that the words of all headings say, and how many of all."""
    found = [column for column in table.columns if not said.isdisjoint(_names(column))]
    required = sum(column.required for column in table.columns)
    return sum(column.required for column in found) / required, len(found)


@cache
def _names(column: Column) -> frozenset[str]:
    short = _SUFFIX.sub("", column.name)
    words = {column.name.replace("_", ""), short.replace("_", "")}
    if column.key:
        words |= {f"{column.name}id", f"{column.name}nr"}
    more = _SYNONYMS.get(column.name, "") + (f" {_CLOCKS}" if column.clock else "")
    return frozenset(words | set(more.split()))
