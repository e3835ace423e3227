"""What a mapping says about where a table comes from: [table.origin] and the paths of its columns."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from core.errors import DefinitionError
from core.language.text import N_
from core.rule_in_words import rule
from data_connectors.fhir.paths import looked_up
from data_connectors.fhir.resources import KINDS, Kind
from data_connectors.mapping import TableMapping


class Origin(BaseModel):
    """[table.origin]: which resource, what more to ask of the server, and what makes a row.

    complete: false where the search gives a part that moves on, such as a period, which resources leave.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    resource: Kind
    search: dict[str, str] = Field(default_factory=dict)
    each: Literal["", "item"] = ""
    complete: bool = True


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
            rule=rule(detail),
        ) from None


def columns(table: TableMapping) -> tuple[str, ...]:
    """Paths that the mapping asks for."""
    wanted = [name for part in table.parts.values() for name in part.source]
    return tuple(dict.fromkeys(wanted))


def _known(kind: str) -> Kind:
    """A type of resource that may be looked up; raises DefinitionError for others, such as patients."""
    if kind not in KINDS:
        raise DefinitionError(
            N_("Of a {kind} only the id may be asked, which becomes a pseudonym."),
            remedy=N_("Looked up are: {kinds}."),
            kind=kind,
            kinds=", ".join(KINDS),
        )
    return kind


def others(paths: tuple[str, ...], brought: str) -> tuple[Kind, ...]:
    """The types of resource that paths refer to; brought: those that the search includes (_include)."""
    needed = {kind for path in paths for kind in looked_up(path)}
    return tuple(_known(kind) for kind in sorted(needed) if f":{kind}".lower() not in brought.lower())
