"""Callaway and Sant'Anna: an effect for every cohort in every period, and their averages."""

from core.language.text import N_, Text
from experiments import reasons_staggered
from experiments.adoption import Adoption
from experiments.cohort_effects import cohort_design
from experiments.cohort_method import AGAINST_NEVER, FOR_NEVER, Method
from experiments.cohort_rule import JACKKNIFE
from experiments.estimate import Reason
from experiments.group_time_errors import bootstrap, large_sample, left_out
from experiments.group_times import fit_group_times, without_gaps
from experiments.options import Options
from experiments.panel import Panel


def _faults(panel: Panel, adoption: Adoption, options: Options) -> tuple[Reason, ...]:
    """Where nobody stays without the tool, the sample is cut off where the last departments start."""
    cut = len(adoption.panel.periods) < len(panel.periods)
    never = options.comparison == "never-treated"
    return (reasons_staggered.nobody_never_treated(),) if never and cut else ()


ESTIMATOR = cohort_design(
    Method(
        name="callaway-santanna",
        estimand=Text(
            N_(
                "Average over pilot departments and their periods with the tool: each department's change "
                "from the last period before its start, against departments without the tool over the same "
                "time."
            )
        ),
        assumptions=AGAINST_NEVER,
        applies=FOR_NEVER,
        reference="Callaway and Sant'Anna 2021 (Journal of Econometrics 225); conventions of R's did",
        settings=("comparison", "base", "anticipation", "aggregate", "violations", "cluster"),
        comparisons=("never-treated", "not-yet-treated"),
        fit=fit_group_times,
        errors={
            "analytic": lambda _, fit, options: large_sample(fit, options),
            "multiplier-bootstrap": lambda _, fit, options: bootstrap(fit, options),
            JACKKNIFE: lambda _, fit, options: left_out(fit, options),
        },
        adopt=without_gaps,
        faults=_faults,
        many_only=True,
    )
)
