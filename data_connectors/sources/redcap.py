"""REDCap: records of a project through its API, a batch of record ids at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from pydantic import Field
from pydantic_core import from_json

from core.errors import InputError, UserError
from core.language.text import N_
from data_connectors.connector import ConnectorKind
from data_connectors.mapping import ANSWER, ITEM, TableMapping
from data_connectors.pulling import Delivered, Finding, Pulling, PullKind
from data_connectors.safe_http.client import Request
from data_connectors.text_table import TextTable
from data_connectors.watermark import earlier
from data_connectors.web_options import WebOptions, secret
from data_connectors.wide_rows import chosen
from kpis.tables import TABLES

OWN = ("redcap_event_name", "redcap_repeat_instrument", "redcap_repeat_instance", "redcap_data_access_group")
"""Columns that REDCap adds itself."""
GROUP = OWN[-1]
STATUS = "_complete"
"""What the field ends in that says how far a form is: it can be asked for, though no dictionary has it."""


class RedcapOptions(WebOptions):
    """url: that of the API, ending in /api/. token: name of the secret that holds the project's token.

    overlap_hours: how far before the last run is asked again; REDCap's clock need not be ours.
    timezone: of the REDCap server.
    """

    url: str
    token: str
    timezone: str = "Europe/Amsterdam"
    page_size: Annotated[int, Field(ge=1, le=10_000)] = 500
    overlap_hours: Annotated[float, Field(ge=0)] = 24.0


class _Project:
    """A project: its questions, its record ids, its records."""

    def __init__(self, options: RedcapOptions, pulling: Pulling) -> None:
        self.options = options
        self.client = options.client(pulling.deadline)
        self.token, self.missed = secret(options.token, pulling.secrets), 0
        self.fields = tuple(str(one["field_name"]) for one in self.ask("metadata", {}) if _holds_answers(one))
        if not self.fields:
            raise UserError(N_("This REDCap project has no fields."), where=options.url)

    def ask(self, content: str, more: Mapping[str, str]) -> list[Any]:
        """One question to the API; raises UserError unless the answer is a list."""
        form = {"token": self.token, "content": content, "format": "json", "returnFormat": "json"} | dict(
            more
        )
        request = Request(
            url=self.options.url,
            accept=("application/json", "text/json"),
            method="POST",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            content=urlencode(form).encode(),
        )
        try:
            found = from_json(self.client.fetch(request), allow_inf_nan=False)
        except ValueError:
            found = None
        if not isinstance(found, list):
            raise UserError(
                N_("REDCap's answer to '{content}' is no list of records."),
                where=self.options.url,
                remedy=N_("Check url (it ends in /api/) and that the token may export data."),
                content=content,
            )
        return found

    def columns(self, table: TableMapping) -> tuple[str, ...]:
        """Fields that the mapping asks for, the questions among them."""
        wanted = [name for part in table.parts.values() for name in part.source]
        wanted += chosen((*self.fields, *wanted), table.items)
        return tuple(dict.fromkeys(name for name in wanted if name not in (ITEM, ANSWER)))

    def records(self, columns: tuple[str, ...], since: str | None) -> Iterator[list[Any]]:
        """Records that are new or changed, in batches; `missed`: those that were asked for and not given."""
        key = self.fields[0]
        changed = {"dateRangeBegin": _local(since, self.options)} if since else {}
        export = {"type": "flat", "rawOrLabel": "raw", "exportSurveyFields": "true"} | changed
        found = self.ask("record", export | {"fields[0]": key})
        ids = list(dict.fromkeys(str(one[key]) for one in found if _has(one, key)))
        if len(ids) < len(found) and not all(_has(one, key) for one in found):
            raise UserError(N_("REDCap gives records without '{key}'."), where=self.options.url, key=key)
        asked = dict.fromkeys((key, *filter(self._can_be_asked, (_field(name) for name in columns))))
        export |= {f"fields[{i}]": name for i, name in enumerate(asked)}
        export |= {"exportDataAccessGroups": "true"} if GROUP in columns else {}
        none = bool(ids)
        for start in range(0, len(ids), self.options.page_size):
            batch = ids[start : start + self.options.page_size]
            rows = self.ask("record", export | {f"records[{i}]": one for i, one in enumerate(batch)})
            given = {str(one[key]) for one in rows if _has(one, key)}
            self.missed, none = self.missed + len(set(batch) - given), none and not given
            if not given <= set(batch):
                raise UserError(
                    N_("REDCap gives records that were not asked for."),
                    where=self.options.url,
                    remedy=N_("Nothing of this run was kept. Ask the keeper of the server."),
                )
            yield rows
        if none:
            raise UserError(
                N_("REDCap names {count} records and gives none of them."),
                where=self.options.url,
                remedy=N_("The token may see record ids in disguise only: let it export the full data."),
                count=len(ids),
            )

    def _can_be_asked(self, field: str) -> bool:
        """A name that is no field makes REDCap refuse it all; those that it adds come by themselves."""
        return field in self.fields or field.endswith(STATUS)


def pull(options: RedcapOptions, pulling: Pulling) -> Iterator[Delivered]:
    """Everything that is new or changed, one file for each table that has something new."""
    project = _Project(options, pulling)
    for table in pulling.tables:
        delivered = _table(project, pulling, table)
        if delivered.says_something(pulling.brought):
            yield delivered


def _table(project: _Project, pulling: Pulling, table: TableMapping) -> Delivered:
    began, columns, since = datetime.now(UTC), project.columns(table), pulling.since.get(table.name)
    path, rejected, received = pulling.folder / f"{table.name}.parquet", Counter[str](), 0
    project.missed = 0
    with TextTable(path, columns) as file:
        for rows in project.records(columns, since):
            _once_each(rows, project, table)
            for row in rows:
                received += 1
                if isinstance(row, dict):
                    _all_there(row, columns, project.options.url)
                    file.add({name: _text(row[name]) for name in columns})
                else:
                    rejected["unparseable"] += 1
            pulling.progress(received)
    if project.missed:
        rejected["missing_value"] = project.missed
    return Delivered(
        table=table.name,
        path=path,
        watermark=began.isoformat(timespec="seconds"),
        rows=file.rows,
        rejected=rejected,
        gone_at_most=None if since or rejected else project.options.gone_at_most,
    )


def _all_there(row: dict[str, Any], columns: tuple[str, ...], url: str) -> None:
    missing = [name for name in columns if name not in row]
    if missing:
        raise _not_given(missing[0], url)


def _once_each(rows: list[Any], project: _Project, table: TableMapping) -> None:
    """Refuse answers of which the key would keep the last only: those of events and of repeats."""
    made_of = [name for key in TABLES[table.name].keys for name in table.columns[key].source if name != ITEM]
    questions = chosen(project.fields, table.items)
    found = Counter((name, *map(row.get, made_of)) for row in rows for name in questions if _has(row, name))
    twice = next((name for (name, *_), count in found.items() if count > 1), None)
    if twice is not None:
        raise InputError(
            N_("REDCap gives several answers to '{name}' of one record, by event or by repeat."),
            where=project.options.url,
            remedy=N_("Add redcap_event_name or redcap_repeat_instance to the key in the mapping."),
            name=twice,
        )


def _not_given(name: str, url: str) -> InputError:
    return InputError(
        N_("REDCap does not give '{name}', which the mapping asks for."),
        where=url,
        remedy=N_("Check its name in the project's data dictionary, and the rights of the token."),
        name=name,
    )


def _field(name: str) -> str:
    """The field of a column: a box to tick has a column for each choice."""
    return name.partition("___")[0]


def _holds_answers(field: Any) -> bool:
    """Whether it is a field with answers: a text or a picture between the questions is none."""
    return _has(field, "field_name") and field.get("field_type") != "descriptive"


def _has(row: Any, name: str) -> bool:
    return isinstance(row, dict) and row.get(name) not in (None, "")


def _text(value: Any) -> str | None:
    return None if value is None or isinstance(value, dict | list) else str(value)


def _local(watermark: str, options: RedcapOptions) -> str:
    begin = earlier(watermark, timedelta(hours=options.overlap_hours))
    return begin.astimezone(ZoneInfo(options.timezone)).strftime("%Y-%m-%d %H:%M:%S")


def check(options: RedcapOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """Whether the project answers and has the fields that each table asks for."""
    try:
        project = _Project(options, pulling)
    except UserError as error:
        return (Finding(subject=options.url, state="failed", message=error),)
    return tuple(_looked_at(project, table) for table in pulling.tables)


def _looked_at(project: _Project, table: TableMapping) -> Finding:
    columns = project.columns(table)
    gone = [name for name in columns if _field(name) not in project.fields and not _added(name)]
    if gone:
        told = _not_given(gone[0], project.options.url)
        return Finding(subject=table.name, state="failed", message=told)
    return Finding(subject=table.name, state="ok", columns=dict.fromkeys(columns, "text"))


def _added(name: str) -> bool:
    """Whether REDCap adds it itself, so that its data dictionary does not name it."""
    return name.startswith("redcap_") or name.endswith(("_timestamp", STATUS))


CONNECTOR = ConnectorKind(
    description=N_("REDCap: records of a project through its API"),
    asked=PullKind(
        description=N_("REDCap: records of a project through its API"),
        options=RedcapOptions,
        pull=pull,
        check=check,
    ),
)
