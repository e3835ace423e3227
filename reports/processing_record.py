"""Input for the record of processing (GDPR article 30) and for a data protection impact assessment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from core.language.text import N_, Text
from reports.document import Document, Section
from reports.what_we_measure import Limits

STATEMENT = N_(
    "Pseudonymised data remain personal data. This was written from the running configuration of Meetlat as "
    "input for the privacy officer. It is no legal advice, and no finished record or assessment: what only "
    "the hospital can say stands under the last heading."
)
ROLES = {
    "manager": N_("Department manager"),
    "lead": N_("Innovation lead"),
    "analyst": N_("Analyst"),
    "privacy": N_("Privacy or quality officer"),
    "quality": N_("Privacy or quality officer"),
    "officer": N_("Privacy or quality officer"),
    "auditor": N_("Auditor"),
    "administrator": N_("Administrator"),
}
RISKS = (
    (
        N_("A person is recognised in a small group"),
        N_("Numbers about fewer than {staff} members of staff or {patients} patients are not shown."),
        N_("Choose larger groups where a department is small or a topic sensitive."),
    ),
    (
        N_("The key leads from a code back to a person"),
        N_("The key stands in a file of its own, is never shown and never part of a backup."),
        N_("Decide who holds the key and where its copy is kept."),
    ),
    (
        N_("Numbers are used to judge members of staff"),
        N_("There is no screen, list or file by person, and a test looks for one in all of them."),
        N_("Agree the purpose with the works council, and hold managers to it."),
    ),
    (
        N_("More is collected than is needed"),
        N_("Texts and direct identifiers are not taken in; columns without a use are listed above."),
        N_("Leave those columns out of the export or the mapping."),
    ),
    (
        N_("Rows are kept longer than is needed"),
        N_("Days per table can be set; what is older leaves with every load and once a day."),
        N_("Set them under [retention], in line with what the hospital promised."),
    ),
    (
        N_("Somebody inside looks at what is none of their business"),
        N_("Rights are checked on every call, and who looked, exported or was refused is in the log."),
        N_("Review roles and the log at fixed times."),
    ),
)
USERS = (
    N_("Who was given or lost which role, and from whom: without end."),
    N_("Who signed in, when and in which groups: until {days} days after the last use."),
    N_(
        "The audit log: who looked, exported, decided or was refused, when and from "
        "which address: without end."
    ),
    N_("Records of pilots: who signed, reported or decided, with the files of evidence: without end."),
)
ERASED = N_("Of a person who was erased the code stays, so that rows that come again are not taken in.")
OPEN = (
    N_("Legal basis and purpose limitation, also for secondary use of records of care"),
    N_("Contact of the data protection officer, and the advice that was given"),
    N_("Processors and their agreements, such as who runs the machine and the backups"),
    N_("Whether patients and staff were informed, and how they can object"),
    N_("Consent of the works council where it is needed"),
    N_("The judgement whether the remaining risk is acceptable, by whom and when"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source that is asked. place: host or folder, without credentials."""

    name: str
    kind: str
    place: str
    tables: str
    columns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TableLine:
    """A standard table with rows: title in an English key, columns as they are called, what is spare."""

    title: str
    columns: str
    pseudonyms: str
    without_use: str
    days: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Processing:
    """What the running configuration says."""

    hospital: str
    day: date
    limits: Limits
    sources: Sequence[SourceLine]
    tables: Sequence[TableLine]
    roles: Sequence[tuple[str, int]]
    measures: Sequence[Text]
    session_days: int


def processing_record(found: Processing) -> Document:
    """The document."""
    return Document(
        title=Text(N_("Meetlat: input for the record of processing and the DPIA")),
        subtitle=Text("{hospital} · {day}", {"hospital": found.hospital or "–", "day": found.day}),
        statement=Text(STATEMENT),
        sections=(
            _purpose(),
            _sources(found),
            _tables(found),
            _users(found.session_days),
            _recipients(found),
            Section(title=Text(N_("Security measures in force")), points=tuple(found.measures)),
            _risks(found.limits),
            Section(title=Text(N_("What only the hospital can say")), points=tuple(map(Text, OPEN))),
        ),
    )


def _purpose() -> Section:
    return Section(
        title=Text(N_("Purpose and persons")),
        points=(
            Text(N_("Purpose: to judge whether pilots with AI tools are worth scaling.")),
            Text(
                N_(
                    "Persons: patients and staff of the departments that are measured, as codes; "
                    "people who use Meetlat, by name."
                )
            ),
            Text(N_("No decision about a person is made or prepared; there is no profiling.")),
        ),
    )


def _sources(found: Processing) -> Section:
    head = (N_("Source"), N_("Kind"), N_("Place"), N_("Holds"), N_("Columns asked for"))
    rows = [
        (as_is(one.name), Text(one.kind), as_is(one.place), as_is(one.tables), as_is(str(one.columns)))
        for one in found.sources
    ]
    none = Text(N_("No source is asked by itself; files are handed in."))
    return Section(
        title=Text(N_("Where data come from")),
        paragraphs=() if rows else (none,),
        columns=tuple(map(Text, head)),
        rows=tuple(rows),
    )


def _tables(found: Processing) -> Section:
    head = (N_("Holds"), N_("Columns"), N_("Under a code"), N_("Kept without use"), N_("Kept"))
    rows = [
        (
            Text(one.title),
            as_is(one.columns),
            as_is(one.pseudonyms),
            as_is(one.without_use or "–"),
            kept(one.days),
        )
        for one in found.tables
    ]
    none = Text(N_("Nothing is held yet."))
    return Section(
        title=Text(N_("What is held, and for how long")),
        paragraphs=(Text(ERASED),) if rows else (none,),
        columns=tuple(map(Text, head)),
        rows=tuple(rows),
    )


def _users(session_days: int) -> Section:
    return Section(
        title=Text(N_("What is held by name of people who use Meetlat, and for how long")),
        points=tuple(Text(held, {"days": session_days} if "{" in held else {}) for held in USERS),
    )


def as_is(name: str) -> Text:
    """A name that the hospital or the data gave: a word of ours that is the same may not translate it."""
    return Text("{name}", {"name": name})


def kept(days: int | None) -> Text:
    """How long, in words."""
    return Text(N_("{days} days"), {"days": days}) if days else Text(N_("without end"))


def _recipients(found: Processing) -> Section:
    rows = tuple((Text(ROLES.get(role, role)), Text(str(count))) for role, count in found.roles)
    return Section(
        title=Text(N_("Who receives what")),
        paragraphs=(Text(N_("Numbers about groups, to people in these roles. Nothing is sent elsewhere.")),),
        columns=(Text(N_("Role")), Text(N_("Kinds of actions it permits"))),
        rows=rows,
    )


def _risks(limits: Limits) -> Section:
    values = {"staff": limits.staff, "patients": limits.patients}
    head = (N_("Risk"), N_("What the program does"), N_("What remains for the hospital"))
    return Section(
        title=Text(N_("Risks to weigh")),
        columns=tuple(map(Text, head)),
        rows=tuple(
            (Text(risk), Text(done, values if "{" in done else {}), Text(remains))
            for risk, done, remains in RISKS
        ),
    )
