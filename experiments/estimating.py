"""One panel and its options in, one result out: the design is chosen, fitted, checked and shown over time."""

from core.discovery import discover
from experiments import estimators
from experiments.estimate import Estimator, Options, Result
from experiments.panel import Panel

ESTIMATORS: dict[str, Estimator] = {
    found.name: found for found in discover(estimators, "ESTIMATOR", Estimator).values()
}


def estimate(panel: Panel, options: Options) -> Result:
    """The effect with its uncertainty, or why there is none; event study and checks included."""
    return ESTIMATORS[design_for(panel, options)].fit(panel, options)


def design_for(panel: Panel, options: Options) -> str:
    return "difference-in-differences"
