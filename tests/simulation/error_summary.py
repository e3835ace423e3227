"""What the simulated hospitals say of each method: its size, coverage and power, and where `auto` misses.

The target for `auto`, wherever it gives a verdict: size at most 7 %, coverage at least 93 %, and power at
least 0.8 times that of the best method that holds its size in the same cell. A share of repetitions counts as
missed where it lies further off than twice the Monte-Carlo error of a share that is just on target.
"""

from collections.abc import Iterable
from dataclasses import fields
from math import sqrt
from statistics import median
from typing import Any

from tests.simulation.hospitals import Hospital

MOST, LEAST, POWER = 7.0, 93.0, 0.8
CERTAIN = 2.0
VERDICTS = 90.0
"""Percent of the repetitions in which a method must answer to be compared with."""
PLAIN = Hospital()

Cell = dict[str, Any]


def summary(found: list[Cell]) -> dict[str, Any]:
    """The figures of `auto` over all cells, of every method, and of every cell."""
    judged = [one for one in found if "auto" in one["null"]]
    rows = [row(one) for one in found]
    return {
        "cells_with_a_verdict": len(judged),
        "cells_without": len(found) - len(judged),
        "auto_size": _range(one["null"]["auto"]["rejected"] for one in judged),
        "auto_coverage": _range(one["effect"]["auto"]["covered"] for one in judged),
        "auto_above_7_percent": _named(judged, lambda one: one["null"]["auto"]["rejected"] > MOST),
        "auto_above_7_percent_beyond_chance": _named(judged, too_often),
        "auto_covered_below_93_percent_beyond_chance": _named(judged, too_narrow),
        "auto_power_below_0.8_of_the_best": _named(judged, too_weak),
        "methods": methods(found),
        "by_cell": rows,
    }


def shown(found: list[Cell]) -> dict[str, Any]:
    """What the app says of the two defaults: with one start date, and with several."""
    groups = {
        "scaled-ewc-t": [one for one in found if "auto" in one["null"] and one["starts"] == 1],
        "randomisation-t": [one for one in found if "auto" in one["null"] and one["starts"] > 1],
    }
    return {
        name: {
            "hospitals": len(cells),
            "size": _ends(one["null"]["auto"]["rejected"] for one in cells),
            "coverage": _ends(one[kind]["auto"]["covered"] for one in cells for kind in ("null", "effect")),
        }
        for name, cells in groups.items()
    }


def methods(found: list[Cell]) -> list[dict[str, Any]]:
    """One row per method over the cells in which it answers."""
    names = dict.fromkeys(name for one in found for name in one["null"])
    return [_method(name, [one for one in found if name in one["null"]]) for name in names]


def row(one: Cell) -> dict[str, Any]:
    """A cell as one row: what is special about it, what `auto` does there and what the best other does."""
    auto, shown = one["null"].get("auto"), one["effect"].get("auto")
    name, power = best(one)
    return {
        "cell": one["cell"],
        "hospital": _described(one),
        "size": auto["rejected"] if auto else "no verdict",
        "coverage": shown["covered"] if shown else "",
        "power": shown["rejected"] if shown else "",
        "best_that_holds_its_size": name,
        "its_power": power,
    }


def too_often(one: Cell) -> bool:
    """Whether `auto` finds an effect that is not there in more than 7 %, beyond chance."""
    return bool(one["null"]["auto"]["rejected"] > MOST + _chance(one))


def too_narrow(one: Cell) -> bool:
    """Whether the interval of `auto` misses the truth too often, with or without an effect, beyond chance."""
    return any(one[kind]["auto"]["covered"] < LEAST - _chance(one) for kind in ("null", "effect"))


def too_weak(one: Cell) -> bool:
    """Whether another method that holds its size finds the effect much more often."""
    return bool(one["effect"]["auto"]["rejected"] < POWER * best(one)[1])


def best(one: Cell) -> tuple[str, float]:
    """The most powerful method that holds its size in this cell, and its power in percent."""
    holding = [
        (one["effect"][name]["rejected"], name)
        for name, shares in one["null"].items()
        if shares["rejected"] <= MOST and shares["verdicts"] >= VERDICTS and name in one["effect"]
    ]
    power, name = max(holding, default=(0.0, "none"))
    return name, power


def _chance(one: Cell) -> float:
    """In percent: with several starts `auto` is a resampling method, of which there are fewer repetitions."""
    reps = one["slow_reps"] if one["starts"] > 1 else one["reps"]
    return CERTAIN * 100 * sqrt(MOST / 100 * (1 - MOST / 100) / reps)


def _method(name: str, cells: list[Cell]) -> dict[str, Any]:
    sizes = [one["null"][name]["rejected"] for one in cells]
    return {
        "method": name,
        "cells": len(cells),
        "size_smallest": min(sizes),
        "size_median": round(median(sizes), 2),
        "size_largest": max(sizes),
        "cells_above_7_percent": sum(size > MOST for size in sizes),
        "coverage_least": min(one["effect"][name]["covered"] for one in cells),
        "power_median": round(median(one["effect"][name]["rejected"] for one in cells), 1),
    }


def _range(shares: Iterable[float]) -> str:
    found = sorted(shares)
    return f"{found[0]} to {found[-1]}"


def _ends(shares: Iterable[float]) -> list[float]:
    found = sorted(shares)
    return [round(found[0] / 100, 4), round(found[-1] / 100, 4)]


def _named(cells: list[Cell], missed: Any) -> str:
    return "; ".join(one["cell"] for one in cells if missed(one)) or "none"


def _described(one: Cell) -> str:
    """What differs from the plain hospital."""
    other = {field.name: one[field.name] for field in fields(Hospital)}
    told = [f"{name} {_plain(value)}" for name, value in other.items() if value != getattr(PLAIN, name)]
    return ", ".join(told) or "plain"


def _plain(value: Any) -> str:
    return f"{value:.2g}" if isinstance(value, float) else str(value)
