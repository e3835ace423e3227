"""A hospital's own source, in TOML: its kind, where it stands, how it is mapped, how fresh it should be."""

import re
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from core.errors import DefinitionError, InputError, UnknownName
from core.language.text import N_
from core.rule_in_words import rule
from core.toml_fault import toml_fault
from data_connectors.connector import ConnectorKind
from data_connectors.pulling import PullKind, SourceOptions

NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
_SPAN = r"[1-9]\d{0,3} ?[hd]"


class SourceFile(BaseModel):
    """One source.

    tables: of the mapping, all where empty. fresh_within: such as "36h". minutes: of one run at most. mode:
    whether it delivers rows or counts measurements itself.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: str
    mapping: str
    tables: tuple[str, ...] = ()
    fresh_within: str = ""
    mode: Literal["rows", "push-down"] = "rows"
    minutes: Annotated[float, Field(gt=0, le=24 * 60)] = 60
    options: dict[str, Any] = Field(default_factory=dict)

    @field_validator("fresh_within")
    @classmethod
    def _is_span(cls, text: str) -> str:
        if text and not re.fullmatch(_SPAN, text):
            raise PydanticCustomError("span", "write hours or days, for instance 36h or 2d")
        return text

    @property
    def promise(self) -> timedelta | None:
        """How old its newest successful run may be; None where nothing was promised."""
        if not self.fresh_within:
            return None
        number, unit = int(self.fresh_within[:-1]), self.fresh_within[-1]
        return timedelta(hours=number if unit == "h" else 24 * number)


def configured(folder: Path) -> dict[str, Path]:
    """Files of sources by name; raises DefinitionError for a name that cannot be."""
    found = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    for name, path in found.items():
        if not NAME.fullmatch(name):
            raise DefinitionError(
                N_("A source cannot be called '{name}'."),
                where=str(path),
                remedy=N_("Use small letters, digits, - and _ in the name of its file."),
                name=name,
            )
    return found


def load(name: str, folder: Path) -> SourceFile:
    """Read one source; raises UnknownName, InputError or DefinitionError."""
    known = configured(folder)
    if name not in known:
        raise UnknownName(N_("source"), name, known)
    path = known[name]
    try:
        return SourceFile.model_validate(tomllib.loads(path.read_text("utf-8")))
    except (UnicodeDecodeError, OSError):
        raise InputError(
            N_("This file is not UTF-8 text."), where=path.name, remedy=N_("Save it as UTF-8.")
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InputError(N_("This is not TOML: {error}."), where=path.name, error=toml_fault(error)) from None
    except ValidationError as error:
        raise _broken(error, path.name) from None


def options(
    source: SourceFile, kinds: Mapping[str, ConnectorKind], where: str
) -> tuple[PullKind, SourceOptions]:
    """The kind of a source and its own options, checked; raises UnknownName or DefinitionError."""
    asked = {name: kind.asked for name, kind in kinds.items() if kind.asked is not None}
    if source.kind not in asked:
        raise UnknownName(N_("kind of source"), source.kind, asked)
    kind = asked[source.kind]
    try:
        return kind, kind.options.model_validate(source.options)
    except ValidationError as error:
        raise _broken(error, where, "options") from None


def _broken(error: ValidationError, where: str, *above: str) -> DefinitionError:
    """The first mistake; its value stays out, which may be a secret."""
    first = error.errors()[0]
    return DefinitionError(
        N_("'{key}' is not right: {rule}."),
        where=where,
        remedy=N_("Correct it in the file of the source."),
        key=".".join((*above, *map(str, first["loc"]))) or "-",
        rule=rule(first),
    )
