"""Pseudonyms against Python's hmac, in Python and in the engine; the key's file."""

import hmac
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ConfigurationError
from data_connectors.intake import set_pads
from data_connectors.parsing import pseudonym_sql
from governance.pseudonymise import Key, make_key, read_key
from storage.duck import connect
from storage.workspace import Workspace

ENGINE = connect()


@given(secret=st.binary(min_size=32, max_size=150), identifier=st.text(max_size=40))
def test_the_engine_computes_the_same_hmac(secret: bytes, identifier: str) -> None:
    identifier = identifier.encode("utf-8", "replace").decode()
    key = Key(secret)
    expected = hmac.digest(secret, b"patient\x1f" + identifier.encode(), "sha256").hex()[:24]
    set_pads(ENGINE, key)
    found = ENGINE.execute(f"SELECT {pseudonym_sql('patient', '$1')}", [identifier]).fetchall()
    assert found[0][0] == expected
    assert key.pseudonym("patient", identifier) == expected


@given(secrets=st.lists(st.binary(min_size=32, max_size=80), min_size=2, max_size=4))
def test_every_rotation_makes_a_pseudonym_of_the_one_before(secrets: list[bytes]) -> None:
    key, before = Key(secrets[0], tuple(secrets[1:])), Key(secrets[0], tuple(secrets[1:-1]))
    assert key.pseudonym("note", "7") == key.last.pseudonym("note", before.pseudonym("note", "7"))
    set_pads(ENGINE, key)
    found = ENGINE.execute(f"SELECT {pseudonym_sql('note', '$1', len(secrets))}", ["7"]).fetchall()
    assert found[0][0] == key.pseudonym("note", "7")


def test_the_kind_and_the_key_matter() -> None:
    key, other = Key(b"a" * 32), Key(b"b" * 32)
    assert (
        len({key.pseudonym("patient", "1"), key.pseudonym("clinician", "1"), other.pseudonym("patient", "1")})
        == 3
    )
    assert "aaa" not in repr(key)


def test_a_new_key_is_its_owners_alone(tmp_path: Path) -> None:
    path = tmp_path / "secret" / "pseudonym.key"
    key = make_key(path)
    assert path.stat().st_mode & 0o777 == 0o600
    assert read_key(path) == key
    with pytest.raises(FileExistsError):
        make_key(path)


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660])
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    make_key(tmp_path / "key")
    os.chmod(tmp_path / "key", mode)
    with pytest.raises(ConfigurationError, match="chmod 600"):
        read_key(tmp_path / "key")


def test_a_short_key_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_bytes(b"short\n")
    (tmp_path / "key").chmod(0o600)
    with pytest.raises(ConfigurationError, match="has 5 characters; it needs 32"):
        read_key(tmp_path / "key")


def test_loss_and_change_of_the_key_are_named(tmp_path: Path) -> None:
    workspace = Workspace.open(tmp_path)
    key = workspace.secret()
    assert Workspace.open(tmp_path).secret() == key
    workspace.key_path.rename(tmp_path / "elsewhere")
    with pytest.raises(ConfigurationError, match="is gone"):
        workspace.secret()
    make_key(workspace.key_path)
    with pytest.raises(ConfigurationError, match="not the one"):
        workspace.secret()
    os.replace(tmp_path / "elsewhere", workspace.key_path)
    assert workspace.secret() == key


def test_the_key_may_stand_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_key(tmp_path / "own.key")
    monkeypatch.setenv("MEETLAT_SECRET_FILE", str(tmp_path / "own.key"))
    workspace = Workspace.open(tmp_path / "workspace")
    assert workspace.secret() == read_key(tmp_path / "own.key")
    assert not (workspace.root / "secret" / "pseudonym.key").exists()
