"""FHIR R4: a server that is searched, or a folder of NDJSON files of a bulk export."""

from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from core.errors import ConfigurationError, DefinitionError, UserError
from core.language.text import N_
from data_connectors.connector import ConnectorKind
from data_connectors.fhir.directory import Directory
from data_connectors.fhir.ndjson import Folder
from data_connectors.fhir.paths import looked_up, text
from data_connectors.fhir.resources import KINDS, Kind, Rejections, validator
from data_connectors.fhir.rows import unwound
from data_connectors.fhir.search import Search
from data_connectors.mapping import TableMapping
from data_connectors.pulling import Delivered, Finding, Pulling, PullKind, SourceOptions
from data_connectors.text_table import TextTable
from data_connectors.web_options import WebOptions, secret

Received = Iterator[tuple[tuple[Any, ...], tuple[dict[str, Any], ...]]]
"""Portions of (resources that were asked for, others that came along)."""


class FhirOptions(WebOptions):
    """url or folder; token, user and password are names of secrets."""

    folder: str = ""
    token: str = ""
    user: str = ""
    password: str = ""
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


class Origin(BaseModel):
    """[table.origin]: which resource, what more to ask of the server, and what makes a row."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: Kind
    search: dict[str, str] = Field(default_factory=dict)
    each: Literal["", "item"] = ""


def origin(table: TableMapping) -> Origin:
    """Where a table comes from; raises DefinitionError when the mapping does not say so rightly."""
    try:
        return Origin.model_validate(table.origin)
    except ValidationError as error:
        detail = error.errors()[0]
        raise DefinitionError(
            N_("The origin of {table} is not right at '{key}': {rule}."),
            remedy=N_('Write origin = {{ resource = "Encounter" }}.'),
            table=table.name,
            key=".".join(map(str, detail["loc"])),
            rule=detail["msg"],
        ) from None


def columns(table: TableMapping) -> tuple[str, ...]:
    """Paths that the mapping asks for; status always, so that what was entered in error can be left out."""
    wanted = [name for part in table.parts.values() for name in part.source]
    return tuple(dict.fromkeys((*wanted, "status")))


def known(kind: str) -> Kind:
    """A type of resource that may be looked up; raises DefinitionError for others, such as patients."""
    if kind not in KINDS:
        raise DefinitionError(
            N_("Of a {kind} only the id may be asked, which becomes a pseudonym."),
            remedy=N_("Looked up are: {kinds}."),
            kind=kind,
            kinds=", ".join(KINDS),
        )
    return cast(Kind, kind)


class _Run:
    """One pull: where resources come from, and what is known of those they refer to."""

    def __init__(self, options: FhirOptions, pulling: Pulling) -> None:
        self.options, self.pulling = options, pulling
        self.directory, self.zone = Directory(), ZoneInfo(options.timezone)
        self.client = options.client(pulling.deadline) if options.url else None
        self.headers = _credentials(options, pulling.secrets)
        self.read = 0
        self._loaded: set[str] = set()

    def received(self, kind: Kind, parameters: dict[str, str]) -> Received:
        """Resources of a type, in portions."""
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
            yield page.matches, page.included

    def prepare(self, paths: tuple[str, ...], brought: str) -> None:
        """Read what the paths refer to, unless the search brings it along (_include)."""
        needed = {kind for path in paths for kind in looked_up(path)} - self._loaded
        for kind in sorted(kind for kind in needed if f":{kind}".lower() not in brought.lower()):
            self._loaded.add(kind)
            for found, _ in self.received(known(kind), {}):
                self.directory.add(found)

    def table(self, table: TableMapping) -> Delivered:
        """Everything new for one table, in a file."""
        source, paths = origin(table), columns(table)
        parameters = dict(source.search)
        since = self.pulling.since.get(table.name)
        self.prepare(paths, parameters.get("_include", ""))
        if self.client is not None:
            parameters.setdefault("_sort", "_lastUpdated")
            if since:
                parameters["_lastUpdated"] = f"ge{_earlier(since, self.options.overlap_minutes)}"
        rejections, valid, newest = Rejections(), validator(source.resource), since
        path = self.pulling.folder / f"{table.name}.parquet"
        with TextTable(path, paths) as file:
            for matches, included in self.received(source.resource, parameters):
                self.directory.add(included)
                for resource in matches:
                    self.read += 1
                    newest = _newest(newest, resource)
                    if valid(resource, f"{source.resource} number {self.read}", rejections):
                        for one in unwound(resource, source.each):
                            file.add({name: self._text(one, name) for name in paths})
                self.pulling.progress(self.read)
        return Delivered(
            table=table.name,
            path=path,
            watermark=newest,
            rows=file.rows,
            rejected=rejections.counts,
            examples=tuple(rejections.examples),
        )

    def _text(self, resource: dict[str, Any], path: str) -> str | None:
        return text(resource, path, self.directory.lookup, self.zone)


def _credentials(options: FhirOptions, secrets: Callable[[str], str]) -> dict[str, str]:
    if options.token:
        return {"Authorization": f"Bearer {secret(options.token, secrets)}"}
    if options.user:
        pair = f"{secret(options.user, secrets)}:{secret(options.password, secrets)}"
        return {"Authorization": f"Basic {b64encode(pair.encode()).decode()}"}
    return {}


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def _newest(known: str | None, resource: Any) -> str | None:
    """The later of the watermark so far and the moment that the server gives this resource."""
    meta = resource.get("meta") if isinstance(resource, dict) else None
    told = meta.get("lastUpdated") if isinstance(meta, dict) else None
    moment, before = _moment(told), _moment(known)
    if moment is None or (before is not None and moment <= before):
        return known
    return str(told)


def _earlier(watermark: str, minutes: float) -> str:
    moment = _moment(watermark)
    if moment is None:
        raise ConfigurationError(
            N_("The watermark '{watermark}' of this source is no moment with a time zone."),
            remedy=N_("It was not written by this source. Ask for everything again."),
            watermark=watermark,
        )
    return (moment - timedelta(minutes=minutes)).isoformat()


def pull(options: SourceOptions, pulling: Pulling) -> Iterator[Delivered]:
    """Everything that is new or changed, one file for each table."""
    assert isinstance(options, FhirOptions)  # noqa: S101 - as PullKind declares
    run = _Run(options, pulling)
    for table in pulling.tables:
        yield run.table(table)


def check(options: SourceOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """One small question for each table."""
    assert isinstance(options, FhirOptions)  # noqa: S101
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
    return tuple(found)


CONNECTOR = ConnectorKind(
    description=N_("FHIR R4: a server, or a folder of NDJSON files"),
    asked=PullKind(
        description=N_("FHIR R4: a server, or a folder of NDJSON files"),
        options=FhirOptions,
        pull=pull,
        check=check,
    ),
)
