"""Keyed pseudonyms: HMAC-SHA256 (RFC 2104) of an identifier under the hospital's own key, truncated."""

import hmac
import os
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from core.errors import ConfigurationError

PSEUDONYM_CHARACTERS = 24
"""96 bits in hexadecimal: among a thousand million identifiers a collision has a chance below 1e-11."""

MINIMUM_BYTES = 32
BLOCK = 64
SEPARATOR = b"\x1f"


@dataclass(frozen=True, slots=True)
class Key:
    """The secret. It never appears in a repr, a backup or an error."""

    secret: bytes = field(repr=False)

    def pseudonym(self, kind: str, identifier: str) -> str:
        """The pseudonym of an identifier of a kind (patient, clinician, encounter ...)."""
        message = kind.encode() + SEPARATOR + identifier.encode()
        return hmac.new(self.secret, message, sha256).hexdigest()[:PSEUDONYM_CHARACTERS]

    @property
    def fingerprint(self) -> str:
        """What the state remembers of the key, to notice its loss or change."""
        return self.pseudonym("fingerprint", "")

    @property
    def pads(self) -> tuple[bytes, bytes]:
        """Inner and outer padded key of RFC 2104, for an engine that has SHA-256 but no HMAC."""
        block = sha256(self.secret).digest() if len(self.secret) > BLOCK else self.secret
        block = block.ljust(BLOCK, b"\0")
        return bytes(byte ^ 0x36 for byte in block), bytes(byte ^ 0x5C for byte in block)


def make_key(path: Path) -> Key:
    """Write a fresh key, readable by its owner only, and return it."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(MINIMUM_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    return read_key(path)


def read_key(path: Path) -> Key:
    """Read the key; raises ConfigurationError when others can read it or when it is too short."""
    try:
        loose = os.name == "posix" and path.stat().st_mode & 0o077
        secret = path.read_bytes().strip()
    except OSError as error:
        raise ConfigurationError(
            "The pseudonym key cannot be read: {error}.", where=str(path), error=error.strerror or ""
        ) from None
    if loose:
        raise ConfigurationError(
            "Other people on this machine can read the pseudonym key.",
            where=str(path),
            remedy="Type: chmod 600 {path}",
            path=str(path),
        )
    if len(secret) < MINIMUM_BYTES:
        raise ConfigurationError(
            "The pseudonym key has {found} characters; it needs {minimum}.",
            where=str(path),
            remedy="Restore the key from the place where the hospital keeps it.",
            found=len(secret),
            minimum=MINIMUM_BYTES,
        )
    return Key(secret)
