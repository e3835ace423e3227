"""Ratios of sums, such as minutes per letter: delta method, with the covariance of both sums."""

from core.language.text import N_, Text
from experiments.comparison.arm import Pair
from experiments.comparison.averages import compared, two_means
from experiments.comparison.result import ComparisonOptions, Kind, PairResult


def fit(pair: Pair, options: ComparisonOptions) -> PairResult:
    """Difference of the ratios, or relative to the control's."""
    return compared(pair, two_means(pair), options, "cr2" if "cluster" in pair.given else "delta")


KIND = Kind(
    name="ratio",
    fit=fit,
    assumptions=(
        Text(N_("A lot, and nothing else, decided who got the tool.")),
        Text(N_("Rows (or clusters, where named) do not affect each other.")),
        Text(N_("Every unit of the denominator counts equally, so that rows with much of it count more.")),
    ),
    reference="Cochran 1977, eq. 6.13; Fieller 1954; Bell and McCaffrey 2002 (CR2)",
    reads=frozenset({"denominator", "cluster"}),
    needs=frozenset({"denominator"}),
)
