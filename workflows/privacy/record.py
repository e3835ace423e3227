"""The documents about privacy, written from the running configuration."""

from typing import Any
from urllib.parse import urlsplit

from core.language.text import N_, Text
from core.settings import LOOPBACK, Settings
from data_connectors.template_words import TITLES
from governance.access import Viewer, require
from governance.policy import ROLES, actions_of
from governance.retention import Retention, retention
from kpis.tables import TABLES
from reports.document import Document
from reports.processing_record import Processing, SourceLine, TableLine, processing_record
from reports.what_we_measure import Limits, what_we_measure
from storage.sessions import KEPT_AFTER_END
from storage.workspace import Workspace
from workflows.configured_sources import Configured, configured, names
from workflows.privacy.minimisation import KeptTable, minimisation


def measured_document(viewer: Viewer, settings: Settings) -> Document:
    """What this installation measures and what not; it holds no data and is for everybody with a role."""
    require(viewer, "see_what_is_measured")
    return what_we_measure(limits(settings))


def limits(settings: Settings) -> Limits:
    """Smallest groups, and the longest that rows of any table are kept."""
    days = [retention(settings.retention, TABLES).days(table) for table in TABLES]
    ends = [one for one in days if one is not None]
    return Limits(
        patients=settings.minimum_patients,
        staff=settings.minimum_staff,
        answers=settings.minimum_answers,
        days=max(ends) if len(ends) == len(days) else None,
    )


def record_document(viewer: Viewer, workspace: Workspace, lang: str) -> Document:
    """Input for the record of processing and the DPIA; its lists of tables stand in one language."""
    require(viewer, "see_record")
    found = minimisation(viewer, workspace)
    settings = workspace.settings
    return processing_record(
        Processing(
            hospital=settings.hospital,
            day=workspace.today(),
            limits=limits(settings),
            sources=[_source(configured(workspace, name), lang) for name in names(workspace)],
            tables=[_table(one) for one in found.tables],
            roles=[(role, len(actions_of(role))) for role in ROLES],
            measures=_measures(workspace, found.retention),
            session_days=KEPT_AFTER_END.days,
        )
    )


def _source(one: Configured, lang: str) -> SourceLine:
    titles = (Text(TITLES[table.name]).render(lang) for table in one.tables)
    return SourceLine(
        name=one.name,
        kind=one.kind.description,
        place=_place(one.options),
        tables=", ".join(titles),
        columns=sum(len(table.in_file) for table in one.tables),
    )


def _place(options: Any) -> str:
    """Every host that is asked, or the folder or file; an address may hold a password, which stays out."""
    addresses = (urlsplit(one) for one in (getattr(options, "url", ""), *getattr(options, "also", ())) if one)
    folders = (str(getattr(options, name, "")) for name in ("path", "folder"))
    found = (*(one.hostname or one.path for one in addresses), *folders)
    return ", ".join(dict.fromkeys(filter(None, found))) or "–"


def _table(one: KeptTable) -> TableLine:
    return TableLine(
        title=TITLES[one.name],
        columns=", ".join(column.name for column in one.columns if not column.pseudonym),
        pseudonyms=", ".join(column.name for column in one.columns if column.pseudonym),
        without_use=", ".join(one.without_use),
        days=one.keep_days,
    )


def _measures(workspace: Workspace, kept: Retention) -> list[Text]:
    settings = workspace.settings
    persons = {"staff": settings.minimum_staff, "patients": settings.minimum_patients}
    single = settings.auth == "single-user" and settings.address in LOOPBACK
    return [
        Text(
            N_("Only this machine can open the app (single-user mode).")
            if single
            else N_("Who opens the app must sign in; rights are read again on every call.")
        ),
        Text(N_("Patients, staff and contacts are codes (HMAC-SHA-256) under the hospital's key.")),
        Text(
            N_("Numbers about fewer than {patients} patients or {staff} members of staff are not shown."),
            persons,
        ),
        Text(
            N_(
                "Files with a column of citizen service numbers, e-mail addresses or telephone numbers that "
                "is not declared are refused; a single one in another column is not found."
            )
        ),
        Text(N_("Rows that are refused are noted by line, column and reason, without their content.")),
        Text(
            N_("Only addresses that the hospital listed are asked for data; nothing else leaves the machine.")
        ),
        Text(N_("Audit log: append-only and chained, in the same transaction as the action.")),
        Text(
            N_("The audit log is anchored outside the database.")
            if settings.audit_anchor
            else N_("The audit log is not anchored outside the database (audit_anchor is not set).")
        ),
        Text(_leaving(kept)),
    ]


def _leaving(kept: Retention) -> str:
    ends = [kept.days(table) is not None for table in TABLES]
    if all(ends):
        return N_("Old rows leave by themselves, with every load and once a day.")
    if any(ends):
        return N_(
            "Old rows of tables with a number of days leave by themselves, with every load and once a day; "
            "others stay."
        )
    return N_("No retention is set: rows stay until somebody removes them.")
