"""Inferences whose error was measured to be too small.

Sizes are the largest of docs/evidence/did_size.json and, for before/after, of before_after_size.json, where
5 % is meant. Those by department hold for few pilot or comparison departments only.
"""

from core.language.text import N_, Text

ALWAYS = {"iid": 0.56, "hc1": 0.57, "hc2": 0.57, "hc3": 0.54, "hac": 0.4, "blocks-t": 0.14}
WITH_FEW = {"cr1": 0.24, "cr3": 0.16, "wild-bootstrap": 0.13, "jackknife-t": 0.1}
OF_COUNTS = {"iid": 0.15}
OF_COUNTS_WITH_FEW = {"cr1": 0.22, "cr3": 0.1}
FEW = 6
BEFORE_AFTER = {
    "blocks-t": {8: 0.16, 10: 0.15, 13: 0.14, 17: 0.1, 26: 0.08},
    "hac": {8: 0.39},
    "iid": {8: 0.63},
}
"""By periods on the shorter side, up to the next number."""
LONG_SIDE = 39
"""From so many on four blocks hold."""


def too_often(inference: str, fewest: int = 0, *, counts: bool = False) -> tuple[Text, ...]:
    """The warning that goes with an inference; fewest: departments in the smaller of the two groups."""
    always, with_few = (OF_COUNTS, OF_COUNTS_WITH_FEW) if counts else (ALWAYS, WITH_FEW)
    if inference in always:
        sentence = BY_CELL if inference in BY_CELLS else TOO_OFTEN
        return (Text(sentence, {"share": always[inference]}),)
    if inference in with_few and fewest < FEW:
        return (Text(TOO_OFTEN_WITH_FEW, {"share": with_few[inference]}),)
    return ()


def before_after(inference: str, side: int) -> tuple[Text, ...]:
    """The warning that goes with an inference on one series; side: periods on its shorter side."""
    shares = [share for least, share in BEFORE_AFTER.get(inference, {}).items() if least <= side]
    holds = not shares or (inference == "blocks-t" and side >= LONG_SIDE)
    return () if holds else (Text(TOO_OFTEN_ON_A_SIDE, {"share": shares[-1], "side": side}),)


BY_CELLS = ("iid", "hc1", "hc2", "hc3")
BY_CELL = N_(
    "This error takes the periods of a department for independent; they resemble each other, so it is much "
    "too small: in simulations without any effect it found one in up to {share:%0} of the pilots, where 5% "
    "is meant."
)
TOO_OFTEN = N_(
    "This error can be too small where noise lasts long: in simulations without any effect it found one in "
    "up to {share:%0} of the pilots, where 5% is meant."
)
TOO_OFTEN_ON_A_SIDE = N_(
    "With {side} periods on the shorter side this error can be too small where noise lasts long: in "
    "simulations without any change it found one in up to {share:%0} of the series, where 5% is meant."
)
TOO_OFTEN_WITH_FEW = N_(
    "With so few or such unequal groups of departments this error tends to be too small: in simulations "
    "without any effect it found one in up to {share:%0} of the pilots, where 5% is meant."
)
