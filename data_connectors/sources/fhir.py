"""FHIR R4: a server that is searched, or a folder of NDJSON files of a bulk export."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from pydantic import Field, model_validator

from core.errors import UserError
from core.language.text import N_
from data_connectors.connector import ConnectorKind
from data_connectors.fhir.bases import Bases
from data_connectors.fhir.directory import Directory
from data_connectors.fhir.ndjson import Folder
from data_connectors.fhir.origin import columns, origin, others
from data_connectors.fhir.paths import Here, text
from data_connectors.fhir.reached import Reached
from data_connectors.fhir.resources import Kind, Rejections, validator
from data_connectors.fhir.rows import unwound
from data_connectors.fhir.search import Search
from data_connectors.mapping import TableMapping
from data_connectors.pulling import Delivered, Finding, Pulling, PullKind
from data_connectors.text_table import TextTable
from data_connectors.watermark import earlier, horizon
from data_connectors.web_options import WebOptions

Received = Iterator[tuple[tuple[Any, ...], tuple[dict[str, Any], ...]]]
"""Portions of (resources that were asked for, others that came along)."""


FORM = "form"
"""Column that tells which response an answer belongs to."""


class FhirOptions(WebOptions):
    """url or folder. overlap_minutes: how far before the last watermark is asked again.

    own_addresses: further addresses by which references name this server, or the one that filled the folder.
    """

    folder: str = ""
    own_addresses: tuple[str, ...] = ()
    timezone: str = "Europe/Amsterdam"
    page_size: Annotated[int, Field(ge=2, le=10_000)] = 500
    overlap_minutes: Annotated[float, Field(ge=0)] = 60.0

    @model_validator(mode="after")
    def _one_place(self) -> "FhirOptions":
        if bool(self.url) == bool(self.folder):
            raise ValueError("needs url or folder, one of them")
        if bool(self.user) != bool(self.password) or (self.user and self.token):
            raise ValueError("needs token, or user and password")
        ZoneInfo(self.timezone)
        return self


class _Run:
    """One pull: where resources come from, and what is known of those they refer to."""

    def __init__(self, options: FhirOptions, pulling: Pulling) -> None:
        self.options, self.pulling = options, pulling
        self.directory = Directory()
        self.here = Here(
            lookup=self.directory.lookup,
            zone=ZoneInfo(options.timezone),
            bases=Bases.of((options.url, *options.own_addresses)),
        )
        self.client = options.client(pulling.deadline) if options.url else None
        self.headers = options.credentials(pulling.secrets)
        self.read = 0
        self._loaded: set[str] = set()

    def received(self, kind: Kind, parameters: dict[str, str], reached: Reached | None = None) -> Received:
        """Resources of a type, in portions; reached: hears of every page."""
        if self.client is None:
            for portion in Folder(Path(self.options.folder), self.pulling.deadline).portions(kind):
                yield portion, ()
            return
        search = Search(
            client=self.client,
            base=self.options.url,
            headers=self.headers,
            kind=kind,
            parameters=parameters,
            size=self.options.page_size,
        )
        for page in search.pages():
            if reached is not None:
                reached.page(linked=bool(page.next), told=page.total or 0)
            yield page.matches, page.included

    def prepare(self, paths: tuple[str, ...], brought: str) -> None:
        """Read what the paths refer to, unless the search brings it along."""
        for kind in others(paths, brought):
            if kind not in self._loaded:
                self._loaded.add(kind)
                for found, _ in self.received(kind, {}):
                    self.directory.add(found)

    def table(self, table: TableMapping) -> Delivered:
        """Everything new for one table, in a file."""
        source, paths = origin(table), columns(table)
        since = self.pulling.since.get(table.name)
        reached = Reached(since, horizon())
        self.prepare(paths, source.search.get("_include", "") if self.client else "")
        rejections, valid = Rejections(), validator(source.resource)
        path = self.pulling.folder / f"{table.name}.parquet"
        with TextTable(path, paths) as file:
            asked = self._asked(source.search, since)
            for matches, included in self.received(source.resource, asked, reached):
                self.directory.add(included)
                for resource in matches:
                    self.read += 1
                    if self.client:
                        reached.add(resource)
                    if valid(resource, f"{source.resource} number {self.read}", rejections):
                        for one in unwound(resource, source.each):
                            file.add({name: self._text(one, name) for name in paths})
                self.pulling.progress(self.read)
        # Nothing tells which rows a resource that was rejected stood for, so they might seem to be gone.
        whole = source.complete and self.client and not since and not rejections.total
        return Delivered(
            table=table.name,
            path=path,
            watermark=reached.watermark if self.client else None,
            rows=file.rows,
            rejected=rejections.counts,
            gone_at_most=self.options.gone_at_most if whole and reached.whole else None,
            first_rejected=tuple(rejections.first),
            whole_by=FORM if source.each and _is_id(table, FORM) else "",
        )

    def _asked(self, search: dict[str, str], since: str | None) -> dict[str, str]:
        parameters = {"_sort": "_lastUpdated"} | search
        if since and self.client:
            parameters["_lastUpdated"] = (
                f"ge{earlier(since, timedelta(minutes=self.options.overlap_minutes)).isoformat()}"
            )
        return parameters

    def _text(self, resource: dict[str, Any], path: str) -> str | None:
        return text(resource, path, self.here)


def _is_id(table: TableMapping, column: str) -> bool:
    return column in table.columns and table.columns[column].source == ("id",)


def pull(options: FhirOptions, pulling: Pulling) -> Iterator[Delivered]:
    """Everything that is new or changed, one file for each table that has something new."""
    run = _Run(options, pulling)
    for table in pulling.tables:
        delivered = run.table(table)
        if delivered.says_something(pulling.brought):
            yield delivered


def check(options: FhirOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """One small question for each table."""
    found = []
    for table in pulling.tables:
        try:
            run = _Run(options.model_copy(update={"page_size": 2}), pulling)
            source = origin(table)
            next(run.received(source.resource, dict(source.search)), None)
            found.append(
                Finding(subject=table.name, state="ok", columns=dict.fromkeys(columns(table), "text"))
            )
        except UserError as error:
            found.append(Finding(subject=table.name, state="failed", message=error))
    return (*found, *left(options, pulling))


def left(options: FhirOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """Files of a folder that seem to hold what is asked for, and are not read."""
    if not options.folder or not Path(options.folder).is_dir():
        return ()
    kinds: set[str] = {origin(table).resource for table in pulling.tables}
    kinds.update(kind for table in pulling.tables for kind in others(columns(table), ""))
    return tuple(
        Finding(subject=name, state="warning", message=_unread(name))
        for name in Folder(Path(options.folder), pulling.deadline).passed_over(kinds)
    )


def _unread(name: str) -> UserError:
    return UserError(
        N_("This file seems to hold resources that are asked for, and is not read."),
        where=name,
        remedy=N_("Unpack it and call it for instance Encounter.1.ndjson, after the type that it holds."),
    )


CONNECTOR = ConnectorKind(
    description=N_("FHIR R4: a server, or a folder of NDJSON files"),
    asked=PullKind(
        description=N_("FHIR R4: a server, or a folder of NDJSON files"),
        options=FhirOptions,
        pull=pull,
        check=check,
        left=left,
    ),
)
