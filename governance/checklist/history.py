"""What was recorded for the items of a pilot, by whom, when and why; an item stands as its newest record."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from governance.checklist.states import DONE, ChecklistEntry, Standing, Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a signature stands on: a kept file with its fingerprint, a link, or a line of text."""

    name: str
    sha256: str = ""
    size: int = 0
    media_type: str = ""

    @property
    def is_link(self) -> bool:
        """Whether it stands somewhere that a browser opens."""
        return self.name.startswith(("https://", "http://"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRecord:
    """One change of one item; nothing is ever taken out.

    by: who recorded it, "" where the plan declared it. function, signer: who signs, by function and name.
    """

    item: str
    at: datetime
    by: str
    status: Status
    why: str = ""
    function: str = ""
    signer: str = ""
    signed_on: date | None = None
    expires_on: date | None = None
    evidence: Evidence | None = None

    @property
    def declared(self) -> bool:
        """Whether it comes from the plan and nobody recorded it here."""
        return not self.by

    @property
    def standing(self) -> Standing:
        """How the item stands by this record."""
        return Standing(
            id=self.item, status=self.status, signed_on=self.signed_on, expires_on=self.expires_on
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What one version of a plan declared, from when it was registered."""

    at: datetime
    entries: tuple[ChecklistEntry, ...]


def declared_records(versions: Sequence[Declaration]) -> tuple[ItemRecord, ...]:
    """What each version of a plan changed in its declarations; one that is left out later is open again."""
    found: list[ItemRecord] = []
    before: dict[str, ChecklistEntry] = {}
    for version in versions:
        now = {entry.id: entry for entry in version.entries}
        gone = (ChecklistEntry(id=id_, state="open") for id_ in before.keys() - now.keys())
        changed = (entry for entry in version.entries if before.get(entry.id) != entry)
        found += (_declared(entry, version.at) for entry in (*changed, *sorted(gone, key=_id)))
        before = now
    return tuple(found)


def history(versions: Sequence[Declaration], recorded: Iterable[ItemRecord]) -> tuple[ItemRecord, ...]:
    """Every record that counts, in order of time.

    A plan may take away a signature that was given here, and never put one in its place; nor does it take
    away red, which only who signs the item does.
    """
    last_here: dict[str, ItemRecord] = {}
    kept = []
    for record in sorted((*declared_records(versions), *recorded), key=lambda one: one.at.timestamp()):
        if not record.declared:
            last_here[record.item] = record
        elif record.item in last_here and (record.status in DONE or last_here[record.item].status == "red"):
            continue
        kept.append(record)
    return tuple(kept)


def newest(records: Iterable[ItemRecord]) -> dict[str, ItemRecord]:
    """The last record of every item, by id."""
    return {record.item: record for record in records}


def standings(records: Iterable[ItemRecord]) -> tuple[Standing, ...]:
    """How every item stands after these records."""
    return tuple(record.standing for record in newest(records).values())


def _declared(entry: ChecklistEntry, at: datetime) -> ItemRecord:
    return ItemRecord(
        item=entry.id,
        at=at,
        by="",
        status=entry.state,
        signer=entry.signer,
        signed_on=entry.signed_on,
        expires_on=entry.expires_on,
        evidence=Evidence(name=entry.evidence) if entry.evidence else None,
    )


def _id(entry: ChecklistEntry) -> str:
    return entry.id
