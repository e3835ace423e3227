"""What the heading of a column says: its words, its unit, and the standard columns that it could be."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from core.language.catalogue import LANGUAGES, translate
from data_connectors.template_words import LABELS
from data_connectors.units import TIME_WORDS
from kpis.tables import Column

_MONEY = {"eur": "EUR", "euro": "EUR", "€": "EUR", "cent": "cents", "cents": "cents"}
_UNITS = {0.001: "milliseconds", 1.0: "seconds", 60.0: "minutes", 3600.0: "hours", 86_400.0: "days"}
_SYNONYMS = {
    "department": "afdeling afd specialisme department dept poli polikliniek specialty afdelingsnaam",
    "exposed": "exposed ai hulpmiddel aihulpmiddel tool metai metaihulpmiddel",
    "patient": "patient patnr patientnr patientnummer patientid client mrn pid",
    "clinician": "arts artscode behandelaar zorgverlener clinician provider medewerker gebruiker physician "
    "doctor user userid username personeel personeels staff",
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
    "discharged_at": "ontslag ontslagen ontslagdatum discharged discharge",
    "requested_at": "aanvraag aangevraagd aanvraagdatum verwijsdatum",
    "arrived_at": "aankomst aankomsttijd gearriveerd",
    "completed": "afgerond afgesloten voltooid",
    "eligible": "aimogelijk aigeschikt",
    "signed_at": "signed getekend geautoriseerd ondertekend",
    "due_from": "due ontslagdatum",
    "preliminary_at": "voorlopig",
    "final_at": "definitief",
    "received_at": "ontvangen ontvangst",
    "replied_at": "beantwoord",
    "read_seconds": "leestijd",
    "write_seconds": "schrijftijd",
    "active_seconds": "active actief actievetijd duur duration schrijftijd tijdsduur bewerktijd seconds",
    "tool_seconds": "duurai duuraihulpmiddel duurhulpmiddel",
    "scheduled_minutes": "scheduled gepland geplandeduur duur minuten minutes",
    "status": "status",
    "template": "template sjabloon",
    "kind": "kind soort type",
    "task": "taak",
    "outcome": "actie action",
    "tool_version": "versie version",
    "incident": "melding meldings meldingid vim",
    "ai_related": "aibetrokken betrokken",
    "reported_on": "gemeld melddatum meldingsdatum datummelding",
    "answered_on": "ingevuld invuldatum",
    "line": "regel boeking boekings kostenregel",
    "booked_on": "boekdatum boekingsdatum geboekt",
    "category": "categorie kostensoort",
    "amount": "bedrag",
}
_TOOL = frozenset(("ai", "tool", "hulpmiddel", "exposed"))
_USED = _TOOL | frozenset(("met", "with", "gebruik", "gebruikt", "use", "used", "using"))
_CLOCKS = frozenset(
    ("datum", "date", "tijdstip", "datumtijd", "datetime", "timestamp", "tijd", "time", "dag", "day")
)
_OF_CLOCK = re.compile(r"(datum|date|tijdstip|tijd|time|dag|day)$")
_SUFFIX = re.compile(r"_(at|id|on|seconds|minutes|hours)$")
_NUMBER = frozenset(("nummer", "nr", "id", "code", "key", "sleutel", "number", "pseudoniem", "pseudonym"))
_LINKS = frozenset(("van", "het", "de", "een", "der", "of", "the"))
_OWN_NUMBER = re.compile(r"(nummer|nr|id|code|key|sleutel|number)$")
"""What a word for a number ends with: briefnummer is that of a brief."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """name: as in the file. words: its letters and figures, and each word of it. unit: as it states."""

    name: str
    words: tuple[str, ...]
    unit: str

    def is_label(self, column: Column) -> bool:
        """Whether it is what the product itself calls that column."""
        return self.words[0] in _labels(column.name)

    def rank(self, column: Column) -> int:
        """How well it says a standard column: 0 is best."""
        names = _names(column)
        return next((i for i, word in enumerate(self.words) if word in names), len(self.words))

    def fits(self, column: Column) -> bool:
        """Whether a word of it could be that standard column."""
        return self.rank(column) < len(self.words)

    @property
    def parts(self) -> tuple[str, ...]:
        """Its words one by one."""
        return self.words[1:] or self.words

    @property
    def about(self) -> tuple[str, ...]:
        """Its words without those of a day or a time."""
        said = (_OF_CLOCK.sub("", word) for word in self.parts if word not in _CLOCKS | _LINKS)
        return tuple(word for word in said if word)

    def is_moment_of(self, nouns: Collection[str]) -> bool:
        """Whether it speaks of a day or time of such a thing, and of nothing more."""
        return self.is_moment and all(word in nouns for word in self.about)

    @property
    def is_moment(self) -> bool:
        """Whether a word of it is that of a day or a time, or ends with one."""
        return any(word in _CLOCKS or _OF_CLOCK.search(word) for word in self.words)

    @property
    def asks_for_use(self) -> bool:
        """Whether it asks for the use of the tool, and nothing more: not that it could be used."""
        own = {*_labels("exposed"), *_SYNONYMS["exposed"].split()}
        return self.words[0] in own or set(self.parts) <= _USED | _LINKS

    @property
    def is_department(self) -> bool:
        """Whether its first word is one for a department."""
        return self.parts[:1] != () and self.parts[0] in _SYNONYMS["department"].split()

    @property
    def is_of_tool(self) -> bool:
        """Whether it speaks of the tool."""
        return not _TOOL.isdisjoint(self.words)

    def numbers(self, column: Column) -> bool:
        """Whether it is all about the number of what the column is about: no kind, moment or state of it."""
        names = _names(column)
        whole, *parts = self.words
        if self.is_label(column) or {whole, _OWN_NUMBER.sub("", whole)} & names:
            return True
        said = [word for word in parts if word not in _NUMBER | _LINKS]
        return bool(said) and all({word, _OWN_NUMBER.sub("", word)} & names for word in said)

    @property
    def is_number(self) -> bool:
        """Whether it speaks of the number of something."""
        return not _NUMBER.isdisjoint(self.words)


def heading(name: str) -> Heading:
    """Read a heading such as "Duur (min)" or "PATIENT_NR"."""
    plain = _plain(name)
    words = _words(name)
    stated = re.findall(r"[(\[]\s*([a-z]+|€)\.?\s*[)\]]", plain) + words[-1:]
    times = (_UNITS[TIME_WORDS[word]] for word in stated if len(word) > 1 and word in TIME_WORDS)
    unit = next(times, "") or next((_MONEY[word] for word in stated if word in _MONEY), "")
    return Heading(name=name, words=tuple(dict.fromkeys(("".join(words), *words))), unit=unit)


def _words(name: str) -> list[str]:
    return re.findall(r"[a-z0-9]+", re.sub(r"[(\[].*?[)\]]", " ", _plain(name)))


def _plain(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.casefold())
    return "".join(one for one in plain if not unicodedata.combining(one))


@cache
def _labels(name: str) -> frozenset[str]:
    labels = {translate(LABELS[name], language) for language in LANGUAGES} if name in LABELS else set()
    return frozenset("".join(_words(label)) for label in {name, *labels})


@cache
def _names(column: Column) -> frozenset[str]:
    short = _SUFFIX.sub("", column.name)
    words = {column.name.replace("_", ""), short.replace("_", "")}
    if column.key:
        words |= {f"{column.name}id", f"{column.name}nr"}
    return frozenset(words | set(_SYNONYMS.get(column.name, "").split()))


def nouns(column: Column) -> frozenset[str]:
    """What a column is called, without what makes a number or a moment of it."""
    return frozenset(_OF_CLOCK.sub("", _OWN_NUMBER.sub("", word)) for word in _names(column))
