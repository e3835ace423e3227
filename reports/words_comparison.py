"""Names of estimands, methods and verdicts of a comparison in plain words."""

from core.language import N_
from experiments.comparison.result import NonInferiorityVerdict

ESTIMANDS: dict[str, str] = {
    "difference": N_("Difference"),
    "relative difference": N_("Relative difference"),
    "risk difference": N_("Difference of shares"),
    "risk ratio": N_("Ratio of shares"),
    "rate difference": N_("Difference of rates"),
    "rate ratio": N_("Ratio of rates"),
    "difference in medians": N_("Difference of medians"),
    "relative difference in medians": N_("Relative difference of medians"),
    "probability of superiority": N_("Chance of a higher value"),
    "win odds": N_("Odds of a higher value"),
    "difference in restricted means": N_("Difference of mean durations"),
    "ratio of restricted means": N_("Ratio of mean durations"),
    "ratio of finishing rates": N_("Ratio of the speed of finishing"),
}
INFERENCES: dict[str, str] = {
    "welch": N_("without adjustment (Welch)"),
    "post-stratified": N_("evened out over strata"),
    "cuped": N_("adjusted for the value before (CUPED)"),
    "cr2": N_("by cluster (CR2)"),
    "delta": N_("by the delta method"),
    "fieller": N_("by Fieller, with the spread of the rows"),
    "miettinen-nurminen": N_("by the score test (Miettinen and Nurminen)"),
    "newcombe": N_("by Newcombe"),
    "exact-conditional": N_("exact"),
    "score": N_("by the score test"),
    "bonett-price": N_("by order statistics (Bonett and Price)"),
    "kaplan-meier": N_("with open durations counted as far as they go (Kaplan and Meier)"),
    "bootstrap": N_("by drawing again from the rows (bootstrap)"),
    "greenwood": N_("from the curves of what is still open"),
    "log-rank": N_("by the log-rank test"),
    "brunner-munzel": N_("by ranks (Brunner and Munzel)"),
}
SAID: dict[str, str] = {
    "higher": N_("{arm} is higher than {control}: the data do not fit with no difference."),
    "lower": N_("{arm} is lower than {control}: the data do not fit with no difference."),
    "unclear": N_(
        "Not shown that {arm} differs from {control}: everything from {low} to {high} fits with the data, no "
        "difference among it."
    ),
}
VERDICTS: dict[NonInferiorityVerdict, str] = {
    "superior": N_("Better than the control: the whole interval is on the better side (margin at {limit})."),
    "non_inferior": N_("Not worse than the margin: the whole interval is on the good side of {limit}."),
    "inconclusive": N_("Not shown that it is not worse than the margin: the interval holds {limit}."),
    "inferior": N_("Worse than the margin allows: the whole interval is on the bad side of {limit}."),
}
EXCLUDED: dict[str, str] = {
    "missing_arm": N_("without an arm"),
    "missing_value": N_("without a value"),
    "missing_denominator": N_("without a denominator"),
    "missing_covariate": N_("without the covariate"),
    "missing_cluster": N_("without a cluster"),
    "missing_strata": N_("without a stratum"),
    "missing_event": N_("without whether it is finished"),
}
