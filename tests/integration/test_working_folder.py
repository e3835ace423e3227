"""What is put down for a moment goes away, also where its process was killed."""

import multiprocessing
import zipfile
from multiprocessing.connection import Connection
from pathlib import Path
from stat import S_IMODE

import pytest

from storage.one_at_a_time import only_one
from storage.working_folder import NAME, remove_left_over, working_folder
from tests.intake_files import GOOD, HEADER, NOTES
from workflows.cli import main

spawn = multiprocessing.get_context("spawn")


def held(root: Path) -> list[str]:
    return sorted(path.name for path in (root / NAME).iterdir())


def _keep(root: str, told: Connection) -> None:
    with working_folder(Path(root)) as folder:
        (folder / "names.csv").write_text("De Vries", "utf-8")
        told.send(str(folder))
        told.recv()


def other_process(root: Path) -> tuple[spawn.Process, Connection, Path]:  # type: ignore[name-defined]
    here, there = spawn.Pipe()
    process = spawn.Process(target=_keep, args=(str(root), there))
    process.start()
    return process, here, Path(here.recv())


def test_it_is_for_its_owner_alone_and_goes_with_its_work(tmp_path: Path) -> None:
    with working_folder(tmp_path) as folder:
        (folder / "names.csv").write_text("De Vries", "utf-8")
        assert S_IMODE(folder.stat().st_mode) == S_IMODE(folder.parent.stat().st_mode) == 0o700
    assert held(tmp_path) == []


def test_it_goes_where_its_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), working_folder(tmp_path) as folder:
        (folder / "names.csv").write_text(str(1 / 0), "utf-8")
    assert held(tmp_path) == []


def test_two_at_a_time_have_their_own(tmp_path: Path) -> None:
    with working_folder(tmp_path) as one, working_folder(tmp_path) as other:
        assert one != other
        assert one.is_dir()
    assert held(tmp_path) == []


def test_that_of_a_process_at_work_stays_and_that_of_a_killed_one_goes(tmp_path: Path) -> None:
    process, line, folder = other_process(tmp_path)
    with working_folder(tmp_path):
        assert (folder / "names.csv").is_file()
    process.kill()
    process.join()
    assert (folder / "names.csv").is_file()
    with working_folder(tmp_path):
        assert not folder.exists()
    assert held(tmp_path) == []
    line.close()


def test_it_may_be_renamed_away(tmp_path: Path) -> None:
    with working_folder(tmp_path) as folder:
        (folder / "a").touch()
        folder.rename(tmp_path / "kept")
    assert (tmp_path / "kept" / "a").is_file()
    assert held(tmp_path) == []


def test_what_is_left_without_a_folder_or_a_lock_goes(tmp_path: Path) -> None:
    (tmp_path / NAME / "bare").mkdir(parents=True)
    (tmp_path / NAME / "gone.lock").touch()
    with working_folder(tmp_path) as folder:
        assert {Path(name).stem for name in held(tmp_path)} == {folder.name}


def test_one_that_is_at_work_keeps_none_of_the_others(tmp_path: Path) -> None:
    with working_folder(tmp_path) as folder:
        for name in ("000", "zzz"):
            (tmp_path / NAME / name).mkdir()
        remove_left_over(tmp_path)
        assert {Path(name).stem for name in held(tmp_path)} == {folder.name}


def test_an_intake_at_work_is_not_waited_for(tmp_path: Path) -> None:
    (tmp_path / NAME / "bare").mkdir(parents=True)
    with only_one(tmp_path):
        remove_left_over(tmp_path)
    assert held(tmp_path) == []


def test_it_can_be_asked_to_remove_what_is_left_over(tmp_path: Path) -> None:
    remove_left_over(tmp_path)
    assert list(tmp_path.iterdir()) == []
    (tmp_path / NAME / "bare").mkdir(parents=True)
    remove_left_over(tmp_path)
    assert held(tmp_path) == []


def test_an_intake_removes_what_a_killed_one_unpacked(tmp_path: Path) -> None:
    root = tmp_path / "workspace"
    root.mkdir()
    process, line, folder = other_process(root)
    process.kill()
    process.join()
    line.close()
    (tmp_path / "notes.toml").write_text(NOTES, "utf-8")
    with zipfile.ZipFile(tmp_path / "notes.zip", "w") as made:
        made.writestr("a.csv", f"{HEADER}\n{GOOD}\n")
    words = ["--mapping", str(tmp_path / "notes.toml"), "--workspace", str(root)]
    assert main(["ingest", str(tmp_path / "notes.zip"), *words]) == 0
    assert not folder.exists()
    assert held(root) == []
