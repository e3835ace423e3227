"""The scaled EWC t: inference for a difference-in-differences with few treated departments.

Our own construction, justified by the simulations in docs/evidence: equally weighted cosine projections
(Lazarus, Lewis, Stock and Watson 2018) give every department's own low-frequency noise, which is only used to
compare departments; the spread of the changes between departments gives one common factor kappa, as in
Donald and Lang 2007. Drift and autocorrelation that all share go into kappa, unequal noise into the relative
part (the idea of Ferman and Pinto 2019). Degrees of freedom after Satterthwaite.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from experiments.inference.student import Inference, student

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.intp]

MAX_COSINES = 6
SHAPE_COSINES = 3
SHAPE_LIMIT = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Noise:
    """Relative low-frequency noise variance of each department, s2 (G,), and its degrees of freedom."""

    s2: Floats
    nu: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaledEwc:
    """The inference and what must be shown beside it.

    noise_ratio: treated over comparison noise (standard deviations). drift: about 1 for short memory, large
    for months-long drift. shape: z statistic for more persistent noise in the treated departments; flagged
    when it exceeds 2, and then `inference` holds the larger p-value and the wider interval of two versions.
    """

    inference: Inference
    noise_ratio: float
    drift: float
    shape: float
    flagged: bool


def changes(y: Floats, n_before: int) -> Floats:
    """Mean after minus mean before per department: y (G, T) gives (G,)."""
    return np.asarray(y[:, n_before:].mean(axis=1) - y[:, :n_before].mean(axis=1))


def relative_noise(y: Floats, n_before: int, cosines: int = MAX_COSINES) -> Noise:
    """Noise of each department from cosines within both halves; shared shocks and a linear ramp drop out.

    y (G, T) complete, of which the first n_before periods come before the start.
    """
    departments, length = y.shape
    count = min(cosines, n_before // 2, (length - n_before) // 2)
    before = _centred(y[:, :n_before] @ _cosines(n_before, count))
    basis = _cosines(length - n_before, count)
    after = _centred(y[:, n_before:] @ basis)
    ramp = np.arange(length - n_before, dtype=float) @ basis
    ramp /= np.linalg.norm(ramp)
    rank = 2 * count - 1
    own = (np.sum(before**2, axis=1) + np.sum(after**2, axis=1) - (after @ ramp) ** 2) / rank
    total = own.sum() * departments / (departments - 1)
    s2 = np.maximum((own - total / departments**2) / (1 - 2 / departments), own / 2)
    return Noise(s2=s2, nu=rank * (1 - 1 / departments))


def noise_within(y: Floats, n_before: int, kinds: Places) -> Noise:
    """Relative noise read within each kind (G,), so that what all departments of a kind share drops out too.

    Every kind needs three departments. nu: the average over the departments.
    """
    s2, nu = np.empty(len(y)), np.empty(len(y))
    for kind in np.unique(kinds):
        own = relative_noise(y[kinds == kind], n_before)
        s2[kinds == kind], nu[kinds == kind] = own.s2, own.nu
    return Noise(s2=s2, nu=float(nu.mean()))


def scaled_contrast(values: Floats, treated: Flags, noise: Noise, level: float) -> tuple[Inference, float]:
    """Difference between the groups' means of `values` (G,), and kappa (steps 3 to 5).

    `values` may be any statistic that is linear in a department's own series: its change, or its slope.
    """
    kappa = common_factor(values, treated.astype(np.intp), noise)
    return _inference(values, treated, noise, kappa, len(values) - 2, level), kappa


def common_factor(values: Floats, cells: Places, noise: Noise) -> float:
    """kappa: spread of the values around the weighted means of their cells (G,), over the relative noise."""
    weights = 1 / noise.s2
    sums = np.bincount(cells, weights * values), np.bincount(cells, weights)
    residuals = values - (sums[0] / np.where(sums[1] > 0, sums[1], 1.0))[cells]
    spread = np.sum(weights * residuals**2) / (len(values) - len(np.unique(cells)))
    return float(spread * (noise.nu - 2) / noise.nu)


def scaled_linear(
    values: Floats, coefficients: Floats, cells: Places, noise: Noise, level: float
) -> Inference:
    """A contrast of the values, coefficients (G,); every cell has an expectation of its own."""
    kappa = common_factor(values, cells, noise)
    part = coefficients**2 * noise.s2
    left = len(values) - len(np.unique(cells))
    df = 1 / (1 / left + np.sum(part**2) / part.sum() ** 2 / noise.nu)
    return student(float(coefficients @ values), float(np.sqrt(kappa * part.sum())), float(df), level)


def scaled_ewc(y: Floats, treated: Flags, n_before: int, level: float) -> ScaledEwc:
    """Difference-in-differences with the scaled EWC t.

    y (G, T): complete outcomes, the first n_before periods before the common start. treated (G,). Meant for
    at least 3 comparison departments, 5 in all, and 10 periods on each side; the caller refuses less.
    """
    values = changes(y, n_before)
    noise = relative_noise(y, n_before)
    inference, kappa = scaled_contrast(values, treated, noise, level)
    shape = _shape(y, treated, n_before)
    flagged = shape > SHAPE_LIMIT
    if flagged:
        inference = _wider(inference, _robust(values, treated, y, n_before, level))
    n_after = y.shape[1] - n_before
    return ScaledEwc(
        inference=inference,
        noise_ratio=float(np.sqrt(noise.s2[treated].mean() / noise.s2[~treated].mean())),
        drift=kappa / (1 / n_before + 1 / n_after),
        shape=shape,
        flagged=flagged,
    )


def _cosines(length: int, count: int) -> Floats:
    time = (np.arange(length) + 0.5) / length
    return np.asarray(np.sqrt(2 / length) * np.cos(np.pi * np.outer(time, np.arange(1, count + 1))))


def _centred(columns: Floats) -> Floats:
    return np.asarray(columns - columns.mean(axis=0))


def _parts(treated: Flags, s2: Floats) -> Floats:
    ours = treated.sum()
    return np.asarray(np.where(treated, s2 / ours**2, s2 / (len(treated) - ours) ** 2))


def _inference(
    values: Floats, treated: Flags, noise: Noise, kappa: float, kappa_df: float, level: float
) -> Inference:
    part = _parts(treated, noise.s2)
    variance = kappa * part.sum()
    df = 1 / (1 / kappa_df + np.sum(part**2) / part.sum() ** 2 / noise.nu)
    effect = values[treated].mean() - values[~treated].mean()
    return student(float(effect), float(np.sqrt(variance)), float(df), level)


def _robust(values: Floats, treated: Flags, y: Floats, n_before: int, level: float) -> Inference:
    """The second version of step 6: three cosines, and kappa from unweighted residuals."""
    noise = relative_noise(y, n_before, SHAPE_COSINES)
    ours = treated.sum()
    size = np.where(treated, ours, len(treated) - ours)
    residuals = values - np.where(treated, values[treated].mean(), values[~treated].mean())
    expected = noise.s2 * (1 - 1 / size)
    kappa = np.sum(residuals**2) / expected.sum()
    df = min(expected.sum() ** 2 / np.sum(expected**2) * (1 + 2 / noise.nu), len(values) - 2)
    return _inference(values, treated, noise, float(kappa), float(df), level)


def _wider(first: Inference, second: Inference) -> Inference:
    """Larger p-value, wider interval: both are centred at the effect, so this is the union of the two."""
    width = [found.interval[1] - found.interval[0] for found in (first, second)]
    wide = first if width[0] >= width[1] else second
    return Inference(
        effect=wide.effect,
        standard_error=wide.standard_error,
        interval=wide.interval,
        p_value=max(first.p_value, second.p_value),
        degrees_of_freedom=wide.degrees_of_freedom,
    )


def _shape(y: Floats, treated: Flags, n_before: int) -> float:
    """Whether the treated departments' noise lasts longer than elsewhere: a z statistic (step 6)."""
    residuals = y - y.mean(axis=0)
    halves = [_own_centred(residuals[:, :n_before]), _own_centred(residuals[:, n_before:])]
    products = sum(np.sum(half[:, 1:] * half[:, :-1], axis=1) for half in halves)
    squares = sum(np.sum(half**2, axis=1) for half in halves)
    persistence = np.arctanh(np.clip(products / squares, -0.999999, 0.999999))
    ours = int(treated.sum())
    others = len(treated) - ours
    spread = persistence[~treated].std(ddof=1)
    scale = np.sqrt(1 / ours + 1 / others) * max(1 / np.sqrt(y.shape[1] - 4), spread)
    return float((persistence[treated].mean() - persistence[~treated].mean()) / scale)


def _own_centred(half: Floats) -> Floats:
    return np.asarray(half - half.mean(axis=1, keepdims=True))
