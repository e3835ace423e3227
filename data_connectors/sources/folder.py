"""A watched folder: what systems drop there (or a mounted share) is handed in as it is."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from time import time
from typing import Annotated

from pydantic import Field

from core.errors import InputError, UserError, system_reason
from core.language.text import N_
from data_connectors.archive import SUFFIX, member_names
from data_connectors.connector import ConnectorKind, Refused
from data_connectors.pulling import Delivered, Finding, Pulling, PullKind, SourceOptions, Unreachable

UNFINISHED = (".part", ".tmp", ".crdownload", ".filepart")


class FolderOptions(SourceOptions):
    """path: the folder. quiet_seconds: a file that changed more recently may still be growing."""

    path: Path
    quiet_seconds: Annotated[float, Field(ge=0)] = 60


def pull(options: FolderOptions, pulling: Pulling) -> Iterator[Delivered]:
    """Every finished file that a table of the mapping names, oldest first; the intake knows which are new.

    Links are not followed: what they lead to was not put there by whoever may write to the folder.
    """
    for path in _finished(options):
        if path.suffix.lower() == SUFFIX:  # its members are what a table takes
            yield Delivered(table=pulling.tables[0].name, path=path)
            continue
        for table in pulling.tables:
            if fnmatchcase(path.name, table.files):
                yield Delivered(table=table.name, path=path)


def check(options: FolderOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """Whether the folder can be read, and which files nothing is made of."""
    try:
        found = _finished(options)
    except Unreachable as error:
        return (Finding(subject=str(options.path), state="failed", message=error),)
    return (Finding(subject=str(options.path), state="ok"), *_left(options, pulling, found))


def left(options: FolderOptions, pulling: Pulling) -> tuple[Finding, ...]:
    """Files that nothing is made of; raises Unreachable."""
    return tuple(_left(options, pulling, _finished(options)))


def _left(options: FolderOptions, pulling: Pulling, found: list[Path]) -> Iterator[Finding]:
    for name in _not_taken(pulling, found):
        yield _warning(name, Unreachable(N_("No table of the mapping takes this file."), where=name))
    for name in _links(options):
        why = N_("This is a link, and links are not followed.")
        yield _warning(name, InputError(why, remedy=N_("Put the file itself there.")))
    for name in _ahead(options):
        why = N_("This file says that it was changed in the future, so it is not read until then.")
        remedy = N_("Set the clock of the machine that writes it, or give the file the time of now.")
        yield _warning(name, InputError(why, where=name, remedy=remedy))


def _warning(name: str, message: UserError) -> Finding:
    return Finding(subject=name, state="warning", message=message)


def _not_taken(pulling: Pulling, found: list[Path]) -> Iterator[str]:
    patterns = [table.files for table in pulling.tables]
    for path in found:
        for name in _members(path) if path.suffix.lower() == SUFFIX else [""]:
            if not any(fnmatchcase(Path(name or path).name, pattern) for pattern in patterns):
                yield f"{path.name}/{name}" if name else path.name


def _members(path: Path) -> list[str]:
    """None of an archive that is refused as a whole, which the intake tells."""
    try:
        return member_names(path)
    except Refused:
        return []


def _ahead(options: FolderOptions) -> list[str]:
    return sorted(path.name for changed_at, path in _all(options) if changed_at > time())


def _finished(options: FolderOptions) -> list[Path]:
    return [
        path for changed_at, path in sorted(_all(options)) if time() - changed_at >= options.quiet_seconds
    ]


def _all(options: FolderOptions) -> list[tuple[float, Path]]:
    """When each file was changed; without those that say themselves that they are not finished."""
    try:
        with os.scandir(options.path) as entries:
            files = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
            held = [(entry.stat(follow_symlinks=False).st_mtime, Path(entry.path)) for entry in files]
    except OSError as error:
        raise Unreachable(
            N_("The folder cannot be read: {error}."),
            where=str(options.path),
            remedy=N_("Check that it exists and that this account may read it."),
            error=system_reason(error),
        ) from None
    return [
        (changed_at, path)
        for changed_at, path in held
        if not path.name.startswith((".", "~")) and path.suffix.lower() not in UNFINISHED
    ]


def _links(options: FolderOptions) -> list[str]:
    with os.scandir(options.path) as entries:
        return sorted(entry.name for entry in entries if entry.is_symlink() and not entry.is_dir())


CONNECTOR = ConnectorKind(
    description=N_("A watched folder"),
    asked=PullKind(
        description=N_("Files that other systems leave in a folder"),
        options=FolderOptions,
        pull=pull,
        check=check,
        left=left,
    ),
)
