"""Optional settings: a design that does not read one refuses it, so that nothing asked for is ignored."""

from experiments import reasons
from experiments.estimate import Estimator, Reason
from experiments.options import Options
from experiments.panel import Panel

OPTIONAL = (
    "family",
    "exposure",
    "covariates",
    "its_model",
    "season",
    "comparison",
    "base",
    "anticipation",
    "aggregate",
    "correlation",
    "violations",
    "cluster",
    "subgroup",
    "dose",
)
ALWAYS_READ = ("design", "inference", "scale", "run_in", "weighting", "level", "seed")
ON_THE_COMMAND_LINE = {"violations": "sensitivity"}
"""Options whose name is not that of the setting."""


def given(panel: Panel, options: Options) -> tuple[str, ...]:
    """Names of the optional settings that are not left at their default."""
    default = Options()
    changed = [
        name
        for name in OPTIONAL
        if hasattr(default, name) and getattr(options, name) != getattr(default, name)
    ]
    named = [
        ("exposure", panel.exposure is not None),
        ("covariates", bool(panel.covariates)),
        ("cluster", panel.grouped),
        ("subgroup", bool(panel.subgroups)),
        ("dose", panel.dose is not None),
    ]
    return (*changed, *(name for name, holds in named if holds))


def refused(estimator: Estimator, panel: Panel, options: Options) -> tuple[Reason, ...]:
    """One reason for each setting that was given and that the design does not read."""
    return tuple(
        reasons.setting_not_available(ON_THE_COMMAND_LINE.get(name, name.replace("_", "-")), estimator.name)
        for name in given(panel, options)
        if name not in estimator.settings
    )
