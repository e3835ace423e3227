"""The folder that holds an installation: settings, state, facts, cube and the secret."""

import os
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, select

from core.errors import ConfigurationError, system_reason
from core.settings import Settings, load
from governance.access import Reach
from governance.pseudonymise import Key, make_key, read_key
from storage import department_history, row_security
from storage.database import open_engine, writing
from storage.schema import fingerprints

FOLDERS = ("facts", "cube", "kpis", "mappings", "sources", "secret")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """An open workspace. `origins` says per setting where its value came from."""

    root: Path
    settings: Settings
    origins: dict[str, str]
    engine: Engine

    @classmethod
    def open(cls, path: Path | str) -> "Workspace":
        """Open a workspace, making it on first use; raises ConfigurationError with the remedy."""
        root = Path(path).absolute()
        try:
            for folder in (root, *(root / name for name in FOLDERS)):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                "The workspace cannot be made here: {error}.",
                where=str(root),
                remedy="Choose another folder with --workspace.",
                error=system_reason(error),
            ) from None
        settings, origins = load(root)
        return cls(
            root=root,
            settings=settings,
            origins=origins,
            engine=open_engine(root, settings.database_url),
        )

    def within(self, reach: Reach) -> "Workspace":
        """The same workspace for one viewer's action: on PostgreSQL only rows within reach are there."""
        history = department_history.read(self.root)
        return replace(self, engine=row_security.narrowed(self.engine, reach, history.ever_called))

    def local(self, moment: datetime) -> datetime:
        """A moment on the hospital's clock."""
        return moment.astimezone(ZoneInfo(self.settings.timezone))

    def today(self) -> date:
        """The day that it is in the hospital."""
        return self.local(datetime.now(UTC)).date()

    @property
    def key_path(self) -> Path:
        """Where the pseudonym key stands."""
        chosen = self.settings.secret_file
        return Path(chosen) if chosen else self.root / "secret" / "pseudonym.key"

    @property
    def next_key_path(self) -> Path:
        """Where a rotation keeps the key until what is stored has followed."""
        return self.key_path.with_name(self.key_path.name + ".next")

    def secret(self) -> Key:
        """The pseudonym key, made on first use; a lost or changed key raises ConfigurationError."""
        with writing(self.engine) as connection:
            known = connection.scalar(
                select(fingerprints.c.value).where(fingerprints.c.name == "pseudonym_key")
            )
            key = self._key(known)
            if known is None:
                connection.execute(insert(fingerprints).values(name="pseudonym_key", value=key.fingerprint))
        if known not in (None, key.fingerprint) and self.next_key_path.exists():
            following = read_key(self.next_key_path)
            if following.fingerprint == known:  # a rotation was killed between its commit and this
                os.replace(self.next_key_path, self.key_path)
                return following
        if known not in (None, key.fingerprint):
            raise ConfigurationError(
                "The pseudonym key is not the one that this workspace was filled with.",
                where=str(self.key_path),
                remedy="Put the former key back; under another key the same person would count twice.",
            )
        return key

    def _key(self, known: str | None) -> Key:
        if self.key_path.exists() or self.settings.secret_file:
            return read_key(self.key_path)
        if known is not None:
            raise ConfigurationError(
                "The pseudonym key is gone.",
                where=str(self.key_path),
                remedy="Put the former key back; under another key the same person would count twice.",
            )
        return make_key(self.key_path)
