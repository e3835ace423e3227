"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) of an identifier under the hospital's own key, truncated."""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from core.errors import ConfigurationError, system_reason

PSEUDONYM_CHARACTERS = 24
"""96 bits in hexadecimal: among a thousand million identifiers a collision has a chance below 1e-11."""

MINIMUM_BYTES = 32
BLOCK = 64
SEPARATOR = b"\x1f"


@dataclass(frozen=True, slots=True)
class Key:
    """The secret. It never appears in a repr, a backup or an error.

    later: secrets that came with rotations. Each makes a pseudonym of the pseudonym before it, so that what
    is stored can follow without the identifiers, and an older secret alone leads from no identifier to it.
    """

    secret: bytes = field(repr=False)
    later: tuple[bytes, ...] = field(default=(), repr=False)

    def pseudonym(self, kind: str, identifier: str) -> str:
        """The pseudonym of an identifier of a kind (patient, clinician, encounter ...)."""
        found = identifier
        for secret in self.secrets:
            message = kind.encode() + SEPARATOR + found.encode()
            found = hmac.new(secret, message, sha256).hexdigest()[:PSEUDONYM_CHARACTERS]
        return found

    @property
    def secrets(self) -> tuple[bytes, ...]:
        """All of them, oldest first."""
        return (self.secret, *self.later)

    @property
    def last(self) -> "Key":
        """What a rotation puts on pseudonyms that are there."""
        return Key(self.secrets[-1])

    @property
    def fingerprint(self) -> str:
        """What the state remembers of the key, to notice its loss or change."""
        return self.pseudonym("fingerprint", "")

    @property
    def pads(self) -> tuple[tuple[bytes, bytes], ...]:
        """Per secret the inner and outer padded key of RFC 2104, for an engine with SHA-256 but no HMAC."""
        return tuple(_pads(secret) for secret in self.secrets)


def _pads(secret: bytes) -> tuple[bytes, bytes]:
    block = sha256(secret).digest() if len(secret) > BLOCK else secret
    block = block.ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def make_key(path: Path, before: Key | None = None) -> Key:
    """Write a fresh key, readable by its owner only, and return it. before: the one that it rotates."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        older = before.secrets if before is not None else ()
        file.write(b"\n".join((*older, secrets.token_hex(MINIMUM_BYTES).encode(), b"")))
        file.flush()
        os.fsync(file.fileno())
    return read_key(path)


def read_key(path: Path) -> Key:
    """Read the key, a secret per line; raises ConfigurationError when others can read it or one is short."""
    try:
        loose = os.name == "posix" and path.stat().st_mode & 0o077
        found = path.read_bytes().split() or [b""]
    except OSError as error:
        raise ConfigurationError(
            "The pseudonym key cannot be read: {error}.", where=str(path), error=system_reason(error)
        ) from None
    if loose:
        raise ConfigurationError(
            "Other people on this machine can read the pseudonym key.",
            where=str(path),
            remedy="Type: chmod 600 {path}",
            path=str(path),
        )
    shortest = min(map(len, found))
    if shortest < MINIMUM_BYTES:
        raise ConfigurationError(
            "The pseudonym key has {found} characters; it needs {minimum}.",
            where=str(path),
            remedy="Restore the key from the place where the hospital keeps it.",
            found=shortest,
            minimum=MINIMUM_BYTES,
        )
    return Key(found[0], tuple(found[1:]))
