"""Does the before period hold the same months as the after period?"""

from core.errors import InputError
from core.language.text import N_, Text
from core.period import parse
from experiments import designs
from experiments.check_answer import informational
from experiments.estimate import Check, CheckResult
from experiments.options import Options
from experiments.panel import Panel
from experiments.window import Window, prepare

NAME = "season_overlap"
ENOUGH = 0.9


def run(panel: Panel, options: Options) -> CheckResult:
    """statistic: share of the calendar months after a start that the time before holds, smallest over starts.

    Passed from nine in ten. Below that not passed without comparison departments, where season and effect
    are one; with them for information, as only a season of the pilot departments' own would not cancel.
    """
    window = prepare(panel, options)
    months = _months(panel.periods)
    if not isinstance(window, Window) or months is None:
        return informational(NAME, IMPOSSIBLE)
    shares = [_share(window, start, months) for start in window.starts if len(window.after(start))]
    if not shares:
        return informational(NAME, IMPOSSIBLE)
    share = min(shares)
    alone = bool(window.treated.all())
    judged = False if alone else None
    return CheckResult(
        name=NAME,
        passed=True if share >= ENOUGH else judged,
        statistic=share,
        message=Text(ALONE if alone else COMPARED, {"share": share}),
    )


def _months(labels: tuple[str, ...]) -> tuple[int, ...] | None:
    """Calendar month of the middle of each period; None for periods that are no dates."""
    try:
        found = [parse(label) for label in labels]
    except InputError:
        return None
    return tuple((period.start + (period.end - period.start) / 2).month for period in found)


def _share(window: Window, start: int, months: tuple[int, ...]) -> float:
    after = {months[index] for index in window.after(start)}
    before = {months[index] for index in window.before(start)}
    return len(after & before) / len(after)


COMPARED = N_(
    "Of the calendar months after the start the before period holds {share:%0}; a season that the "
    "departments share cancels, one that only the pilot departments have does not."
)
ALONE = N_(
    "Of the calendar months after the start the before period holds {share:%0}; without comparison "
    "departments a season counts as an effect."
)
IMPOSSIBLE = N_("The periods are no dates, so seasons cannot be compared.")
CHECK = Check(designs=designs.EVERY, run=run)
