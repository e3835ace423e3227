"""Histograms that merge by adding and part by subtracting, and the quantiles they hold.

A histogram is a long table of keys, `bin` and `rows` (whole numbers). The quantile is the inverse of the
empirical distribution (Hyndman and Fan 1996, definition 1; numpy's "inverted_cdf"): a value that was seen,
so that the median of an even number of rows is the lower of the middle two.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from core.errors import InputError
from kpis.statistics.binning import GROWTH, LOG, OFFSET, ZERO_BIN, Binning, Bins

__all__ = ["GROWTH", "OFFSET", "ZERO_BIN", "difference", "merge", "quantile", "quantiles_by_group"]

# A share of n that is a whole number in decimals may be 1e-16 above it in doubles.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class _Groups:
    """Which group each row is in (in sorted order), and the keys of every group."""

    codes: Bins
    keys: pd.DataFrame


def quantile(bins: ArrayLike, counts: ArrayLike, q: float, binning: Binning = LOG) -> float | None:
    """The q-quantile (0 to 1) of a histogram in the unit of the values; None where it is empty.

    Logarithmic bins: at most 1 % from the same quantile of the values themselves.
    """
    codes, rows = np.asarray(bins, dtype=np.int64), np.asarray(counts, dtype=np.int64)
    order = np.argsort(codes, kind="stable")
    reached = np.cumsum(rows[order])
    if len(reached) == 0 or reached[-1] == 0:
        return None
    at = np.searchsorted(reached, _rank(reached[-1:], q)[0])
    return float(binning.value(codes[order][at]))


def quantiles_by_group(
    histogram: pd.DataFrame, by: Sequence[str], qs: Sequence[float], binning: Binning = LOG
) -> pd.DataFrame:
    """One line per group with `rows` and a column `q<share>` for each share, such as `q0.5`.

    A histogram sorted by the keys and then `bin` is read in one pass; any other is sorted first. A group
    without rows has no quantile (NaN).
    """
    groups = _groups(histogram, by)
    bins = histogram["bin"].to_numpy(np.int64)
    rows = histogram["rows"].to_numpy(np.int64)
    codes = groups.codes
    if not _is_sorted(codes, bins):
        order = np.lexsort((bins, codes))
        codes, bins, rows = codes[order], bins[order], rows[order]
    first = np.flatnonzero(np.diff(codes, prepend=-1))
    reached = np.cumsum(rows)
    before = reached[first] - rows[first]
    total = np.diff(before, append=reached[-1:])
    found = groups.keys.assign(rows=total)
    for q in qs:
        at = np.searchsorted(reached, before + _rank(total, q))
        value = binning.value(bins[np.minimum(at, len(bins) - 1)])
        found[f"q{q:g}"] = np.where(total > 0, value, np.nan)
    return found


def merge(histogram: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Rows added up over every key that is not in `by`, sorted by `by` and `bin`; exact.

    Histograms of two sets of rows merge by `pd.concat` and this.
    """
    groups = _groups(histogram, by)
    bins = histogram["bin"].to_numpy(np.int64)
    lowest = int(bins.min(initial=0))
    span = int(bins.max(initial=0)) - lowest + 1
    at, cells = pd.factorize(groups.codes * span + (bins - lowest), sort=True)
    rows = np.zeros(len(cells), dtype=np.int64)
    np.add.at(rows, at, histogram["rows"].to_numpy(np.int64))
    group, offset = np.divmod(np.asarray(cells, dtype=np.int64), span)
    return groups.keys.iloc[group].reset_index(drop=True).assign(bin=offset + lowest, rows=rows)


def difference(whole: pd.DataFrame, part: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """The histogram of the rows of `whole` that are not in `part`; empty bins are left out.

    Raises InputError where `part` has rows that `whole` has not.
    """
    columns = [*by, "bin", "rows"]
    left = merge(pd.concat([whole[columns], part[columns].assign(rows=-part["rows"])]), by)
    if (left["rows"] < 0).any():
        raise InputError(
            "A histogram would have a negative number of rows after subtraction.",
            remedy="Subtract only rows that were counted before.",
        )
    return left[left["rows"] > 0].reset_index(drop=True)


def _rank(total: NDArray[np.int64], q: float) -> NDArray[np.int64]:
    rank: NDArray[np.int64] = np.maximum(np.ceil(total * q - _ROUNDING), 1).astype(np.int64)
    return rank


def _is_sorted(codes: Bins, bins: Bins) -> bool:
    step = np.diff(codes)
    return bool(np.all((step > 0) | ((step == 0) & (np.diff(bins) >= 0))))


def _groups(histogram: pd.DataFrame, by: Sequence[str]) -> _Groups:
    """Composite integer keys that keep the order of the columns."""
    composite = np.zeros(len(histogram), dtype=np.int64)
    levels = [pd.factorize(histogram[column], sort=True, use_na_sentinel=False) for column in by]
    for codes, values in levels:
        composite = composite * max(len(values), 1) + codes
    present = pd.unique(composite)
    present.sort()
    keys: dict[str, object] = {}
    rest = present
    for column, (_, values) in reversed(list(zip(by, levels, strict=True))):
        rest, at = np.divmod(rest, max(len(values), 1))
        keys[column] = values.take(at)
    frame = pd.DataFrame({column: keys[column] for column in by}, index=range(len(present)))
    return _Groups(codes=np.searchsorted(present, composite).astype(np.int64), keys=frame)
