"""Pool results of several pilots, from the JSON that `estimate`, `evaluate` and `decide` print."""

import json
from collections.abc import Iterator, Sequence
from math import isfinite
from pathlib import Path
from typing import Any

from core.errors import InputError
from core.language.text import N_
from experiments.pooling import NotPooled, Pooled, Study, pool
from governance.access import Viewer, require

NUMBERS = ("effect", "standard_error")


def pool_files(viewer: Viewer, paths: Sequence[Path], level: float, kpi: str = "") -> Pooled | NotPooled:
    """Pool one result of each file; `kpi` picks one of an evaluation.

    Raises InputError for a file that holds no such result.
    """
    require(viewer, "use_own_files")
    return pool([_study(path, kpi) for path in paths], level)


def _study(path: Path, kpi: str) -> Study:
    found = [one for one in _results(_content(path)) if not kpi or one.get("kpi") == kpi]
    estimated = [one for one in found if one.get("status") == "estimated"]
    if len(estimated) != 1:
        raise InputError(
            N_("This file holds {count} results that were estimated; one is needed."),
            where=path.name,
            remedy=N_("Give the JSON of `meetlat estimate --json`, or name the KPI with --kpi."),
            count=len(estimated),
        )
    one = estimated[0]
    for name in NUMBERS:
        if not isinstance(one.get(name), int | float) or not isfinite(one[name]):
            raise InputError(N_("'{name}' is not a number."), where=path.name, name=name)
    if one["standard_error"] <= 0 or (one.get("scale") == "relative" and one["effect"] <= -1):
        raise InputError(N_("Effect and error of this result cannot be pooled."), where=path.name)
    return Study(
        name=path.stem,
        scale="relative" if one.get("scale") == "relative" else "absolute",
        estimand=str(one.get("estimand", "")),
        effect=float(one["effect"]),
        standard_error=float(one["standard_error"]),
        kpi=str(one.get("kpi", "")),
    )


def _content(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise InputError(N_("There is no such file."), where=path.name) from None
    except (OSError, ValueError):
        raise InputError(
            N_("This is no JSON."),
            where=path.name,
            remedy=N_("Save the output of `meetlat estimate --json`."),
        ) from None
    if not isinstance(found, dict):
        raise InputError(N_("This is not the JSON of a result."), where=path.name)
    return found


def _results(content: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The results of an estimate, an evaluation or a decision."""
    if "estimates" in content:
        yield from (one for one in content["estimates"] if isinstance(one, dict))
    elif isinstance(content.get("estimate"), dict):
        yield content["estimate"]
    else:
        yield content
