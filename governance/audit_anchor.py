"""Anchors: where the audit log stood at a moment, signed with a key that is not in the database.

Who rules the database can rewrite the whole chain and its head. Not so what was told to another place.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from governance.audit import Fault, Head


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """Number and hash of the newest event at a time, and the proof that Meetlat wrote it."""

    seq: int
    hash: str
    time: str
    hmac: str

    def line(self) -> str:
        """As it stands in its file and in the log of the system."""
        content = {"seq": self.seq, "hash": self.hash, "time": self.time, "hmac": self.hmac}
        return json.dumps({"meetlat_audit_anchor": content}, separators=(",", ":"))


def anchor(head: Head, at: datetime, key: bytes) -> Anchor:
    """The anchor of a head."""
    time = at.isoformat(timespec="seconds")
    return Anchor(seq=head.seq, hash=head.hash, time=time, hmac=_proof(head.seq, head.hash, time, key))


def read_anchors(lines: Iterable[str]) -> Iterator[Anchor | int]:
    """The anchors in a file, whatever a system put around each; for a line that is none, its number."""
    for number, line in enumerate(lines, 1):
        start = line.find('{"meetlat_audit_anchor":')
        if start < 0:
            if line.strip():
                yield number
            continue
        try:
            found, _ = json.JSONDecoder().raw_decode(line[start:])
            content: Mapping[str, object] = found["meetlat_audit_anchor"]
            yield Anchor(
                seq=int(str(content["seq"])),
                hash=str(content["hash"]),
                time=str(content["time"]),
                hmac=str(content["hmac"]),
            )
        except (ValueError, KeyError, TypeError):
            yield number


def anchor_faults(
    anchors: Iterable[Anchor], hash_at: Callable[[int], str | None], last: int, key: bytes
) -> Iterator[Fault]:
    """Every anchor that the log does not fit. `hash_at` gives the hash of an event; last: the newest."""
    good = 0
    for one in sorted(anchors, key=lambda one: one.seq):
        if not hmac.compare_digest(one.hmac, _proof(one.seq, one.hash, one.time, key)):
            yield Fault(code="anchor_forged", first=one.seq, last=one.seq)
        elif one.seq > last:
            yield Fault(code="cut", first=last + 1, last=one.seq)
        elif hash_at(one.seq) != one.hash:
            yield Fault(code="rewritten", first=good + 1, last=one.seq)
        else:
            good = one.seq


def _proof(seq: int, hash_: str, time: str, key: bytes) -> str:
    return hmac.new(key, f"{seq} {hash_} {time}".encode(), hashlib.sha256).hexdigest()
