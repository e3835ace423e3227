"""How a value becomes an integer bin, and which value stands for a bin.

Codes of logarithmic bins sort as their values do and no two bins share one:

    x > 0   floor(ln x / ln 1.02) + 40000   always positive, since a double gives a floor of -37600 to 35844
    x = 0   0 (ZERO_BIN)
    x < 0   minus the code of -x
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from core.errors import InputError

Floats: TypeAlias = NDArray[np.float64]
Bins: TypeAlias = NDArray[np.int64]

GROWTH = 1.02
OFFSET = 40_000
ZERO_BIN = 0
_LOG_GROWTH = float(np.log(GROWTH))
_LARGEST = float(np.finfo(np.float64).max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Binning:
    """A way to bin: value to code, code to the value that stands for it, code to the two edges."""

    bins: Callable[[ArrayLike], Bins]
    value: Callable[[ArrayLike], Floats]
    edges: Callable[[ArrayLike], tuple[Floats, Floats]]


def log_bin(values: ArrayLike) -> Bins:
    """The code of each value in bins that grow by 2 %; raises InputError for what is not finite."""
    x = _finite(values)
    size = np.abs(x)
    codes = np.floor(np.log(np.where(size > 0, size, 1.0)) / _LOG_GROWTH).astype(np.int64) + OFFSET
    return np.where(x > 0, codes, np.where(x < 0, -codes, ZERO_BIN)).astype(np.int64)


def log_value(bins: ArrayLike) -> Floats:
    """The geometric centre of each bin: at most sqrt(1.02) - 1 = 0.995 % from any value in it.

    The bound is relative to the value; subnormal doubles (below 2.3e-308) have too few digits for it.
    """
    return _signed_power(bins, 0.5)


def log_edges(bins: ArrayLike) -> tuple[Floats, Floats]:
    """Lower and upper edge of each bin, lower < upper; (0, 0) for ZERO_BIN."""
    near, far = _signed_power(bins, 0.0), _signed_power(bins, 1.0)
    return np.minimum(near, far), np.maximum(near, far)


def ordinal_bin(values: ArrayLike) -> Bins:
    """An answer on an ordinal scale is its own bin; raises InputError for what is no whole number."""
    x = _finite(values)
    if np.any(x != np.floor(x)):
        raise InputError(
            "A score on an ordinal scale is not a whole number.",
            remedy="Give the code of the answer, or use bins of a given width.",
        )
    return x.astype(np.int64)


def linear(width: float) -> Binning:
    """Bins [b width, (b + 1) width), stood for by their middle: at most width / 2 from any value in it."""

    def bins(values: ArrayLike) -> Bins:
        return np.floor(_finite(values) / width).astype(np.int64)

    def value(codes: ArrayLike) -> Floats:
        return (np.asarray(codes, dtype=np.float64) + 0.5) * width

    def edges(codes: ArrayLike) -> tuple[Floats, Floats]:
        low = np.asarray(codes, dtype=np.float64) * width
        return low, low + width

    return Binning(bins=bins, value=value, edges=edges)


def _finite(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64)
    if not np.isfinite(x).all():
        raise InputError(
            "A missing or infinite value has no bin.",
            remedy="Leave such rows out and count them as missing.",
        )
    return x


def _signed_power(bins: ArrayLike, shift: float) -> Floats:
    codes = np.asarray(bins, dtype=np.int64)
    with np.errstate(over="ignore", under="ignore"):
        size = np.minimum(np.exp((np.abs(codes) - OFFSET + shift) * _LOG_GROWTH), _LARGEST)
    return np.sign(codes) * size


def _ordinal_value(codes: ArrayLike) -> Floats:
    return np.asarray(codes, dtype=np.float64)


def _ordinal_edges(codes: ArrayLike) -> tuple[Floats, Floats]:
    exact = _ordinal_value(codes)
    return exact, exact


LOG = Binning(bins=log_bin, value=log_value, edges=log_edges)
ORDINAL = Binning(bins=ordinal_bin, value=_ordinal_value, edges=_ordinal_edges)
