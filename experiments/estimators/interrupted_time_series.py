"""Interrupted time series: the pilot departments' own line, broken at the start; weak evidence."""

from dataclasses import replace

from core.language.text import N_, Text
from experiments import answer
from experiments.aligned import pilots
from experiments.estimate import Estimate, Estimator, Result
from experiments.options import Options
from experiments.panel import Panel
from experiments.segmented.fitting import window_of
from experiments.segmented.inferences import INFERENCES
from experiments.segmented.noise import NOISE
from experiments.segmented.result import in_words, result
from experiments.segmented.sentences import MODELS, NOISE_IS_ONE
from experiments.window import Window

NAME = "interrupted-time-series"


def fit(panel: Panel, options: Options) -> Result:
    """Segmented regression on the pilot departments, aligned on their own start where there are several."""
    window = window_of(panel, options)
    if not isinstance(window, Window):
        return answer.not_estimable(window, NAME, in_words(options))
    found = result(pilots(window), options, NAME)
    return replace(found, assumptions=tuple(ESTIMATOR.assumptions)) if isinstance(found, Estimate) else found


ESTIMATOR = Estimator(
    name=NAME,
    estimand=Text(N_("Change of level or slope in the pilot departments, against their own earlier line.")),
    assumptions=(
        Text(N_("Without the tool the pilot departments would have gone on along their earlier line.")),
        Text(
            N_(
                "Nothing else changed the level or the trend at the start; a season is allowed for where "
                "asked."
            )
        ),
        Text(NOISE_IS_ONE),
        Text(MODELS),
    ),
    applies=Text(
        N_(
            "There is nothing to compare with, and the periods before the start show a line that can be "
            "carried on."
        )
    ),
    refuses=Text(
        N_(
            "Fewer than 8 periods on a side, fewer than 3 periods for each term of the line (24 for arima "
            "and structural), or a season that the periods cannot show."
        )
    ),
    reference=(
        "Lopez Bernal, Cummins and Gasparrini 2017; Newey and West 1987 (hac); Muller 2007, 2014 (waves-t); "
        "Ibragimov and Muller 2010, Bell and McCaffrey 2002 (blocks-t); Box and Tiao 1975, Schaffer, Dobbins "
        "and Pearson 2021 (arima, transfer); Harvey 1989 (structural, forecast); Kenward and Roger 1997; "
        "Lawless 1987 (negative binomial)"
    ),
    inferences=(*INFERENCES, *NOISE),
    fit=fit,
    settings=("family", "exposure", "its_model", "season", "anticipation"),
)
