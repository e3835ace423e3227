"""Read an experiment from a CSV or Parquet file: one row per person, contact or letter; columns named."""

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import InputError
from core.language.text import N_
from experiments.comparison.arm import Arm, Experiment, Floats, arm_of_rows
from experiments.table_file import Rows, read_table, require_columns

NUMBERS = ("denominator", "covariate", "event")
NAMES = ("cluster", "strata")
"""Optional columns of numbers, and of names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExperimentColumns:
    """Which column holds what; empty where there is none. control: the name of the control in `arm`."""

    outcome: str
    arm: str
    control: str
    denominator: str = ""
    covariate: str = ""
    cluster: str = ""
    strata: str = ""
    event: str = ""

    @property
    def optional(self) -> dict[str, str]:
        """The optional columns that were named, by what they are."""
        every = {what: getattr(self, what) for what in (*NUMBERS, *NAMES)}
        return {what: column for what, column in every.items() if column}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """The columns of a file, and for each row why it is left out ("" where it is kept)."""

    arms: list[str]
    outcome: Floats
    numbers: dict[str, Floats]
    names: dict[str, list[str]]
    why: NDArray[np.str_]

    def arm(self, name: str) -> Arm | None:
        """An arm; None where no row of it has a value."""
        drawn = np.array([found == name for found in self.arms])
        kept = drawn & (self.why == "")
        if not kept.any():
            return None
        return arm_of_rows(
            name,
            self.outcome[kept],
            denominator=self._number("denominator", kept),
            covariate=self._number("covariate", kept),
            finished=self._number("event", kept),
            cluster=self._named("cluster", kept),
            strata=self._named("strata", kept),
            missing=int((drawn & ~kept).sum()),
        )

    def _number(self, what: str, kept: NDArray[np.bool_]) -> Floats | None:
        """Numbers of the rows that are kept; None where the column was not given."""
        return self.numbers[what][kept] if what in self.numbers else None

    def _named(self, what: str, kept: NDArray[np.bool_]) -> list[str]:
        """Names of the rows that are kept; empty where the column was not given."""
        return [name for name, here in zip(self.names.get(what, ()), kept, strict=False) if here]


def read_experiment(path: Path, columns: ExperimentColumns) -> Experiment:
    """The arms in a file, the control first; rows without a value are counted and left out.

    Raises InputError, with the line, for anything that cannot be read as asked; also where the control is not
    among the arms, or none of its rows has a value.
    """
    table = read_table(path)
    named = (columns.outcome, columns.arm, *columns.optional.values())
    require_columns(table, named, path.name)
    rows = Rows(table=table[list(dict.fromkeys(named))], place=path.name)
    found = _table(rows, columns)
    names = sorted(set(found.arms) - {""})
    _require_control(names, columns, path.name)
    others = (name for name in names if name != columns.control)
    arms = [arm for name in (columns.control, *others) if (arm := found.arm(name)) is not None]
    if not arms or arms[0].name != columns.control:
        raise InputError(
            "No row of the control '{control}' has a value.",
            where=path.name,
            remedy="Check the columns, or name another control.",
            control=columns.control,
        )
    reasons, counts = np.unique(found.why[found.why != ""], return_counts=True)
    return Experiment(
        arms=tuple(arms),
        given=frozenset(columns.optional),
        excluded=tuple((str(why), int(count)) for why, count in zip(reasons, counts, strict=True)),
    )


def _table(rows: Rows, columns: ExperimentColumns) -> _Table:
    outcome = rows.numbers(columns.outcome)
    numbers = {what: rows.numbers(column) for what, column in columns.optional.items() if what in NUMBERS}
    _require_positive(rows, columns.denominator, numbers.get("denominator"))
    _require_event(rows, columns.event, numbers.get("event"))
    arms = rows.text(columns.arm)
    names = {what: rows.text(column) for what, column in columns.optional.items() if what in NAMES}
    why = np.full(len(arms), "", dtype="U32")
    for name, missing in _missing(arms, outcome, numbers, names):
        why[missing & (why == "")] = name
    return _Table(arms=arms, outcome=outcome, numbers=numbers, names=names, why=why)


def _missing(
    arms: list[str], outcome: Floats, numbers: dict[str, Floats], names: dict[str, list[str]]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """Reasons and the rows that they hold for; the first counts. (An arm may be called NA or none.)"""
    yield "missing_arm", np.array([name == "" for name in arms])
    yield "missing_value", np.isnan(outcome)
    yield from ((f"missing_{what}", np.isnan(values)) for what, values in numbers.items())
    for what, found in names.items():
        yield f"missing_{what}", np.array([name == "" for name in found])


def _require_positive(rows: Rows, column: str, denominator: Floats | None) -> None:
    if denominator is None:
        return
    for index in np.flatnonzero(denominator <= 0):
        rows.refuse(
            int(index), N_("Column '{column}' holds a denominator that is not above zero."), column=column
        )


def _require_event(rows: Rows, column: str, event: Floats | None) -> None:
    if event is None:
        return
    for index in np.flatnonzero(~np.isnan(event) & (event != 0) & (event != 1)):
        rows.refuse(
            int(index),
            N_("Column '{column}' holds a value other than 1 (finished) and 0 (still open)."),
            column=column,
        )


def _require_control(names: list[str], columns: ExperimentColumns, place: str) -> None:
    if columns.control in names:
        return
    near = get_close_matches(columns.control, names, n=3) or names[:8]
    raise InputError(
        "There is no arm '{control}' in column '{column}'.",
        where=place,
        remedy="It holds: {names}." if near else "The column is empty.",
        control=columns.control,
        column=columns.arm,
        names=", ".join(near),
    )
