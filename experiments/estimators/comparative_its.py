"""Comparative interrupted time series: the break in the pilot departments less that in the comparison."""

from dataclasses import replace

from core.language.text import N_, Text
from experiments import answer, reasons
from experiments.estimate import Estimate, Estimator, Result
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented.fitting import window_of
from experiments.segmented.inferences import INFERENCES
from experiments.segmented.noise import NOISE
from experiments.segmented.result import in_words, result
from experiments.segmented.sentences import MODELS, NOISE_IS_ONE
from experiments.window import Window, coverage

NAME = "comparative-its"


def fit(panel: Panel, options: Options) -> Result:
    """Segmented regression on the gap to the comparison, or of the counts of both groups in one model."""
    window = window_of(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, in_words(options))
    if window.treated.all():
        reason = reasons.never_treated_missing()
        return answer.not_estimable((reason,), NAME, in_words(options), coverage=coverage(window))
    found = result(window, options, NAME)
    return replace(found, assumptions=tuple(ESTIMATOR.assumptions)) if isinstance(found, Estimate) else found


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(
        N_("Change of level or slope in the pilot departments, less that in the comparison departments.")
    ),
    assumptions=(
        Text(
            N_(
                "Without the tool the gap between pilot and comparison departments would have gone on along "
                "its earlier line: both groups would have had the same change of level and trend."
            )
        ),
        Text(N_("The comparison departments are not affected by the tool in the pilot departments.")),
        Text(NOISE_IS_ONE),
        Text(MODELS),
    ),
    applies=Text(
        N_(
            "There are comparison departments whose gap to the pilot departments followed a line before the"
            " start."
        )
    ),
    refuses=Text(
        N_(
            "No comparison department, fewer than 8 periods on a side, fewer than 3 periods for each term "
            "of the line, or counts with several start dates."
        )
    ),
    reference=(
        "Linden 2015; Lopez Bernal, Cummins and Gasparrini 2018; Newey and West 1987 (hac); "
        "Muller 2007, 2014 (waves-t); Ibragimov and Muller 2010, Bell and McCaffrey 2002 (blocks-t); "
        "Box and Tiao 1975, Schaffer, Dobbins and Pearson 2021 (arima, transfer); Harvey 1989 (structural, "
        "forecast); Kenward and Roger 1997; Lawless 1987 (negative binomial)"
    ),
    inferences=(*INFERENCES, *NOISE),
    fit=fit,
    settings=("family", "exposure", "its_model", "season", "anticipation"),
)
