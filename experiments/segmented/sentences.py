"""What is said with a broken line: how far its error was right in simulations, and what it rests on."""

from core.language.text import N_, Text
from experiments.options import COUNTS, Options
from experiments.segmented.fitting import Fitted
from experiments.segmented.inferences import DEFAULT
from experiments.segmented.noise import NOISE
from experiments.window import Window

LARGEST_SIZE = {
    "blocks-t": 0.19,
    "hac": 0.43,
    "iid": 0.54,
    "arima": 0.11,
    "structural": 0.08,
    "waves-t transfer": 0.07,
    "blocks-t transfer": 0.11,
    "hac transfer": 0.44,
    "iid transfer": 0.74,
    "arima transfer": 0.1,
    "structural transfer": 0.06,
    "waves-t counts": 0.07,
    "blocks-t counts": 0.06,
    "hac counts": 0.19,
    "iid counts": 0.29,
    "arima forecast": 0.1,
    "structural forecast": 0.05,
}
"""Of docs/evidence/its_size.json, where the waves t has 0.06, and series_size.json."""
TOO_LARGE = 0.1


def warnings(window: Window, found: Fitted, name: str, options: Options) -> tuple[Text, ...]:
    """What a reader has to know of the design, the family and the error."""
    counts = options.family in COUNTS
    share = largest_size(name, options)
    said = (
        (WEAK, window.treated.all()),
        (RATE, counts),
        (VOLUME, counts and window.panel.exposure is None),
        (BY_CHANCE, found.alpha == 0.0),
        (AT_ONCE, found.model.carry_over == 0.0),
        (TOO_SMALL, share > TOO_LARGE),
    )
    return tuple(Text(sentence, {"share": share}) for sentence, holds in said if holds)


def why(name: str, options: Options) -> Text:
    """Why the effect is estimated like this."""
    if name in NOISE:
        sentence = WHY_FORECAST if options.its_model == "forecast" else WHY_NOISE[name]
        return Text(sentence, {"share": largest_size(name, options)})
    return Text(WHY if name == DEFAULT else WHY_ASKED, {"inference": name})


def largest_size(name: str, options: Options) -> float:
    """The share of simulated series without an effect in which the inference found one, at its largest."""
    model = options.its_model if options.its_model in OF_THEIR_OWN else ""
    return LARGEST_SIZE.get(f"{name} {model}".strip(), 0.0)


OF_THEIR_OWN = ("transfer", "forecast")
"""Models whose size was measured apart."""

NOISE_IS_ONE = N_(
    "With arima or structural: what the line leaves over resembles itself in one way over the whole series, "
    "before and after the start."
)
MODELS = N_(
    "With transfer: the change starts at the start and fades in at one rate, to a level that lasts. With "
    "forecast: the periods before the start, and nothing later, say what would have come."
)

WEAK = N_(
    "An interrupted time series is weak evidence: anything else that changed the level or the trend at the "
    "same time is counted as an effect of the tool."
)
RATE = N_("The effect of a count model is a ratio of rates, shown as the change in per cent.")
VOLUME = N_("No exposure was named: more or fewer cases are counted as an effect of the tool.")
BY_CHANCE = N_("The counts vary no more than by chance, so the negative binomial is a Poisson model here.")
AT_ONCE = N_("No gradual part was found: the change is a step.")
TOO_SMALL = N_(
    "This error is too small where periods resemble each other: in simulations without any effect it found "
    "one in up to {share:%0} of the series, where 5% is meant."
)
WHY = N_(
    "The line before the start is carried on as what would have been; the error comes from the slowest waves "
    "of what the line leaves over, because periods resemble each other."
)
WHY_ASKED = N_(
    "The line before the start is carried on as what would have been, with the inference that was asked for "
    "({inference})."
)
WHY_NOISE = {
    "arima": N_(
        "The line before the start is carried on as what would have been; what it leaves over is taken for "
        "an autoregression, its order chosen by AICc. In simulations without any effect it found one in up "
        "to {share:%0} of the series, where 5% is meant."
    ),
    "structural": N_(
        "The line before the start is carried on as what would have been; what it leaves over is taken for a "
        "level that wanders, with noise on top. In simulations without any effect it found one in up to "
        "{share:%0} of the series, where 5% is meant."
    ),
}
WHY_FORECAST = N_(
    "The periods before the start forecast those after it; the effect is the average distance from that "
    "forecast. In simulations without any effect it found one in up to {share:%0} of the series, where 5% "
    "is meant."
)
