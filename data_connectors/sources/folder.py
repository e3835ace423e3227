"""A watched folder: what systems drop there (or a mounted share) is handed in as it is."""

import os
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from time import time
from typing import Annotated

from pydantic import Field

from core.errors import InputError, system_reason
from core.language.text import N_
from data_connectors.archive import SUFFIX
from data_connectors.connector import ConnectorKind
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
    patterns = [table.files for table in pulling.tables]
    loose = [path.name for path in found if path.suffix.lower() != SUFFIX]
    left = [name for name in loose if not any(fnmatchcase(name, one) for one in patterns)]
    ignored = tuple(
        Finding(
            subject=name,
            state="warning",
            message=Unreachable(N_("No table of the mapping takes this file."), where=name),
        )
        for name in left
    )
    links = tuple(
        Finding(
            subject=name,
            state="warning",
            message=InputError(
                N_("This is a link, and links are not followed."), remedy=N_("Put the file itself there.")
            ),
        )
        for name in _links(options)
    )
    return (Finding(subject=str(options.path), state="ok"), *ignored, *links)


def _finished(options: FolderOptions) -> list[Path]:
    try:
        with os.scandir(options.path) as entries:
            files = [entry for entry in entries if entry.is_file(follow_symlinks=False)]
            held = [(entry.stat(follow_symlinks=False), Path(entry.path)) for entry in files]
    except OSError as error:
        raise Unreachable(
            N_("The folder cannot be read: {error}."),
            where=str(options.path),
            remedy=N_("Check that it exists and that this account may read it."),
            error=system_reason(error),
        ) from None
    quiet = [
        (stat.st_mtime, path)
        for stat, path in held
        if time() - stat.st_mtime >= options.quiet_seconds
        and not path.name.startswith((".", "~"))
        and path.suffix.lower() not in UNFINISHED
    ]
    return [path for _, path in sorted(quiet)]


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
    ),
)
