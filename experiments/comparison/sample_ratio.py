"""Whether the arms are as large as they were drawn to be."""

from collections.abc import Mapping

import numpy as np
from scipy import stats

from experiments.comparison.arm import Arm, Experiment
from experiments.comparison.result import SampleRatio

ALARM = 0.001
"""Below this the draw or the data went wrong (Fabijan et al. 2019, KDD)."""


def sample_ratio(experiment: Experiment, allocation: Mapping[str, float]) -> SampleRatio | None:
    """Chi-square test against equal parts, or the parts in allocation; None with one arm.

    Rows without a value count: they were drawn. Whole clusters count where each lies within one arm.
    """
    arms = experiment.arms
    if len(arms) < 2:
        return None
    by_cluster = "cluster" in experiment.given and _whole(arms)
    found = np.array([len(arm.clusters) if by_cluster else arm.n + arm.missing for arm in arms])
    parts = np.array([allocation.get(arm.name, 1.0) for arm in arms])
    expected = found.sum() * parts / parts.sum()
    chi2 = float(np.sum((found - expected) ** 2 / expected))
    p_value = float(stats.chi2.sf(chi2, len(arms) - 1))
    return SampleRatio(
        chi2=chi2,
        p_value=p_value,
        passed=p_value >= ALARM,
        counted="clusters" if by_cluster else "rows",
        expected={arm.name: float(part) for arm, part in zip(arms, expected, strict=True)},
    )


def missing_p(arms: tuple[Arm, ...]) -> float | None:
    """p-value of equal shares of rows without a value; None where nothing, or everything, is missing."""
    table = np.array([[arm.n, arm.missing] for arm in arms])
    if len(arms) < 2 or (table.sum(axis=0) == 0).any():
        return None
    return float(stats.chi2_contingency(table, correction=False).pvalue)


def _whole(arms: tuple[Arm, ...]) -> bool:
    names = [name for arm in arms for name in arm.clusters]
    return len(names) == len(set(names))
