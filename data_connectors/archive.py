"""A ZIP of files: each member is a file of its own, reported as archive.zip/member."""

import struct
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from errno import EINVAL
from pathlib import Path, PurePosixPath
from shutil import copyfileobj
from zipfile import BadZipFile, ZipFile

from core.language.text import N_
from data_connectors.batch import FileReport
from data_connectors.connector import Refused
from data_connectors.guards import checked_members, checksum

SUFFIX = ".zip"
LITTER = ("__MACOSX", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers leave in an archive."""


@dataclass(slots=True)
class Delivery:
    """Files to take in, archives unpacked; refused: archives that are not unpacked.

    archives: by the path of a member its archive, and its name there.
    """

    files: list[Path] = field(default_factory=list)
    archives: dict[str, tuple[Path, str]] = field(default_factory=dict)
    refused: list[FileReport] = field(default_factory=list)

    def named(self, report: FileReport) -> FileReport:
        """A report; that of a member, and its refusal, under the name of the archive."""
        if report.file not in self.archives:
            return report
        archive, member = self.archives[report.file]
        name, refusal = Path(report.file).name, report.refusal
        if refusal is not None and refusal.where.startswith(name):
            refusal.where = f"{archive.name}/{member}{refusal.where.removeprefix(name)}"
        return replace(report, file=f"{archive}/{member}")


def unpacked(files: Sequence[Path], folder: Path) -> Delivery:
    """Unpack archives into an empty folder."""
    delivery = Delivery()
    for number, file in enumerate(files):
        if file.suffix.lower() != SUFFIX:
            delivery.files.append(file)
            continue
        try:
            members = member_names(file)
            found = dict(_unpack(file, members, folder / str(number)))
        except Refused as refusal:
            delivery.refused.append(refused(file, refusal))
        else:
            delivery.files += found
            delivery.archives |= {str(path): (file, name) for path, name in found.items()}
    return delivery


def refused(file: Path, refusal: Refused) -> FileReport:
    """The report of a file that is not taken in."""
    return FileReport(
        file=str(file), sha256=checksum(file), status="refused", reason=refusal.code, refusal=refusal
    )


def member_names(file: Path) -> list[str]:
    """The files in an archive that is safe to unpack; raises Refused."""
    names = [member.filename for member in checked_members(file) if not member.is_dir()]
    names = [name for name in names if not set(PurePosixPath(name).parts).intersection(LITTER)]
    for name in names:
        if name.lower().endswith(SUFFIX):
            raise Refused(
                "unreadable_file",
                N_("'{member}' is an archive within the archive."),
                where=file.name,
                remedy=N_("Unpack that one first."),
                member=name,
            )
    if not names:
        raise Refused(
            "empty_file",
            N_("This archive holds no files."),
            where=file.name,
            remedy=N_("Export it again, with its rows."),
        )
    return names


def _unpack(file: Path, names: list[str], folder: Path) -> Iterator[tuple[Path, str]]:
    with ZipFile(file) as archive:
        for number, name in enumerate(names):
            path = folder / str(number) / PurePosixPath(name).name
            path.parent.mkdir(parents=True)
            try:
                with archive.open(name) as content, path.open("wb") as out:
                    copyfileobj(content, out, 1 << 20)
            except (BadZipFile, EOFError, RuntimeError, ValueError, struct.error, zlib.error):
                raise _damaged(file, name) from None
            except OSError as error:
                if error.errno != EINVAL:  # a full disk is no fault of the archive
                    raise
                raise _damaged(file, name) from None
            yield path, name


def _damaged(file: Path, member: str) -> Refused:
    return Refused(
        "unreadable_file",
        N_("'{member}' in this archive is damaged."),
        where=file.name,
        remedy=N_("Send it again."),
        member=member,
    )
