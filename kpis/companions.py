"""What a histogram says beside a value: median and 90th percentile, top box, time until most are ready."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from kpis.kpi import Kpi
from kpis.query_histogram import VALUE
from kpis.roll_up import Key, Slice, placed
from kpis.statistics.histogram import quantiles_by_group
from kpis.survival import survival

KEYS = ("kpi", "unit", "start")
QUANTILES = {"median": 0.5, "p90": 0.9}


def companions(
    histogram: pd.DataFrame, kpis: Mapping[str, Kpi], last_days: Mapping[str, date], asked: Slice
) -> dict[Key, dict[str, float]]:
    """Per KPI, unit and period the numbers that stand beside the value.

    duration: median, p90 in the KPI's unit, at most 1 % off. ordinal: top_box. censored: median (absent where
    half of them are not ready yet), within.
    """
    if histogram.empty:
        return {}
    chosen = placed(histogram, asked)
    found: dict[Key, dict[str, float]] = {}
    for id_, block in chosen.groupby("kpi", sort=False):
        kpi = kpis[str(id_)]
        if kpi.statistic == "censored":
            found |= survival(block, kpi, last_days)
        elif kpi.statistic == "ordinal" and asked.details:
            found |= _top_box(block, kpi)
        elif kpi.statistic == "duration" and asked.details:
            found |= _quantiles(block, kpi)
    return found


def _quantiles(block: pd.DataFrame, kpi: Kpi) -> dict[Key, dict[str, float]]:
    values = block[block["kind"] == VALUE]
    table = quantiles_by_group(values, KEYS, tuple(QUANTILES.values()))
    scaled = {name: table[f"q{q:g}"] * kpi.numerator.scale for name, q in QUANTILES.items()}
    keys = zip(*(table[name] for name in KEYS), strict=True)
    rows = zip(*scaled.values(), strict=True)
    return {key: dict(zip(scaled, row, strict=True)) for key, row in zip(keys, rows, strict=True)}


def _top_box(block: pd.DataFrame, kpi: Kpi) -> dict[Key, dict[str, float]]:
    counted = block.assign(top=block["rows"].where(block["bin"] >= (kpi.top or 0.0), 0))
    sums = counted.groupby(list(KEYS), as_index=False)[["rows", "top"]].sum()
    columns = (sums[name] for name in (*KEYS, "rows", "top"))
    return {key[:3]: {"top_box": key[4] / key[3]} for key in zip(*columns, strict=True)}
