"""Any operations in any order, some of them broken off: rows, history and cube are those of a plain model."""

import random
from collections.abc import Callable
from contextlib import suppress
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy import select

from governance.access import LOCAL_OPERATOR
from storage import cube_build, facts
from storage.duck import connect
from storage.schema import batches, fact_files
from tests.grown_cube import in_order, published
from tests.history_model import Batches, Model, Row, State
from tests.pushed_hospital import filled, workspace
from tests.source_databases import run
from workflows.forget import forget, retain
from workflows.refresh import ingest
from workflows.rotate import rotate
from workflows.sync import sync

MAPPING = """
[file]
timezone = "Europe/Amsterdam"
[[table]]
name = "Stay"
department = "ward"
deleted = { from = "gone", default = "0" }
[table.columns]
stay = "nr"
patient = "patient"
admitted_at = "admitted"
discharged_at = "discharged"
[table.origin]
from = "stays"
"""
COLUMNS = ("nr", "ward", "patient", "admitted", "discharged", "gone")
BREAKS = (
    *("storage.fact_writer._write", "storage.fact_writer.commit", "storage.ledger.append"),
    *("storage.rewriting._note", "storage.rewriting._write", "storage.rewriting._change_over"),
    *("storage.rewriting.finish", "storage.rewriting.remove_all", "storage.cube_build.publish"),
)
"""Where a step may stop, before or after the call."""


class Stopped(BaseException):
    """The process ends here."""


class Hospital:
    """A workspace with one database, the model of it, and chance."""

    def __init__(self, root: Path, seed: int) -> None:
        self.root, self.chance, self.model = root, random.Random(seed), Model()
        self.url = f"sqlite:///{root / 'source.db'}"
        filled(self.url, {"stays": (dict.fromkeys(COLUMNS, sa.Text()), [])})
        self.made = workspace(root / "made", self.url, MAPPING, "rows")
        place = self.made.root / "sources" / "one.toml"
        place.write_text(place.read_text("utf-8") + "gone_at_most = 1\n", "utf-8")
        self.source: tuple[Row, ...] = ()
        self.files: list[tuple[Row, ...]] = []

    def row(self) -> Row:
        day = date(2026, 1, 1) + timedelta(days=self.chance.choice((0, 4, 30, 33)))
        left = self.chance.choice(("", "", f"{day + timedelta(days=2)} 12:00:00"))
        ward, gone = self.chance.choice(("NEU", "CHI")), self.chance.choice("00001")
        number, patient = self.chance.randrange(9), self.chance.randrange(4)
        return f"{number}", ward, f"p{patient}", f"{day} 10:00:00", left, gone

    def step(self) -> tuple[Callable[[], object], Batches]:
        """Something that happens, and what it does to the model."""
        made, model, kind = self.made, self.model, self.chance.randrange(10)
        if kind < 4:
            rows = tuple(self.row() for _ in range(self.chance.randrange(1, 6)))
            self.files.append(self.chance.choice([rows, rows, *self.files]))
            path = self.root / f"{len(self.files)}.csv"
            path.write_text("\n".join(map(",".join, (COLUMNS, *self.files[-1]))) + "\n", "utf-8")
            return lambda: ingest(LOCAL_OPERATOR, made, [path], "own"), model.handed(self.files[-1])
        if kind < 7:
            whole, kept = (
                self.chance.random() < 0.3,
                [row for row in self.source if self.chance.random() < 0.8],
            )
            self.source = (*kept, *(self.row() for _ in range(self.chance.randrange(3))))
            run(self.url, "DELETE FROM stays", *(f"INSERT INTO stays VALUES {row}" for row in self.source))
            return lambda: sync(LOCAL_OPERATOR, made, whole=whole), model.synced(self.source, whole=whole)
        if kind == 7:
            who = f"p{self.chance.randrange(4)}"
            return lambda: forget(LOCAL_OPERATOR, made, "patient", who), model.leave(
                lambda r: r[2] == who, who
            )
        if kind == 8:
            return lambda: retain(LOCAL_OPERATOR, made, date(2026, 1, 5)), model.leave(
                lambda r: r[3] < "2026-01-05"
            )
        return lambda: rotate(LOCAL_OPERATOR, made), model.rotated()

    def follow(self, before: int, expected: Batches, *, broken: bool) -> None:
        """Take the batches that are in into the model; all of them unless the step was broken off."""
        more = next(expected, StopIteration) is None
        for number in [number for number in self.batches() if number > before]:
            assert more
            with suppress(StopIteration):
                expected.send(number)
            more = False
            self.model.past[number] = dict(self.model.now)
        assert broken or not more

    def batches(self) -> list[int]:
        with self.made.engine.connect() as connection:
            return list(connection.scalars(select(batches.c.id).where(batches.c.done).order_by(batches.c.id)))

    def assert_rows(self, state: State, position: int | None = None) -> None:
        key = self.made.secret()
        with connect() as connection:
            source = facts.source_sql(self.made, "Stay", position=position)
            asked = f"SELECT stay, department, patient, day::VARCHAR, discharged_at IS NULL FROM {source}"
            found = sorted(connection.sql(asked).fetchall())
        assert found == sorted(
            (key.pseudonym("stay", nr), ward, key.pseudonym("patient", patient), day[:10], not left)
            for (nr, ward, patient, day, left, _), _, _ in state.values()
        )

    def assert_cube(self) -> None:
        cube_build.build(self.made)
        grown = published(self.made)
        counted = pd.Series(
            [(held[0][1], held[0][3][:10]) for held in self.model.now.values()]
        ).value_counts()
        days = grown["coverage"]["day"].astype(str)
        found = zip(grown["coverage"]["department"], days, grown["coverage"]["rows"], strict=True)
        assert {(ward, day): rows for ward, day, rows in found} == counted.to_dict()
        for name, frame in in_order(cube_build.as_known(self.made, 10**6)).items():
            pd.testing.assert_frame_equal(grown[name], frame, check_dtype=False)


@pytest.mark.parametrize("seed", range(3))
def test_what_is_there_is_what_a_plain_model_says(tmp_path: Path, seed: int) -> None:
    hospital = Hospital(tmp_path, seed)
    for _ in range(14):
        action, expected = hospital.step()
        before, broken = max(hospital.batches(), default=0), False
        with pytest.MonkeyPatch.context() as patched:
            if hospital.chance.random() < 0.3:
                stop(patched, hospital.chance)
            try:
                action()
            except Stopped:
                broken = True
        hospital.follow(before, expected, broken=broken)
        hospital.assert_rows(hospital.model.now)
    for position, state in hospital.model.past.items():
        hospital.assert_rows(state, position)
    hospital.assert_cube()
    forget(LOCAL_OPERATOR, hospital.made, "patient", "nobody")
    with hospital.made.engine.connect() as connection:
        listed = set(connection.scalars(select(fact_files.c.path)))
    root = hospital.made.root
    assert {path.relative_to(root).as_posix() for path in (root / "facts").rglob("*.parquet")} == listed
    hospital.made.engine.dispose()


def stop(patched: pytest.MonkeyPatch, chance: random.Random) -> None:
    """Let the process end at one of the places."""
    place, early = chance.choice(BREAKS), chance.random() < 0.5
    module, _, name = place.rpartition(".")
    real = getattr(import_module(module), name)

    def ends(*arguments: object, **named: object) -> None:
        if not early:
            real(*arguments, **named)
        raise Stopped

    patched.setattr(place, ends)
