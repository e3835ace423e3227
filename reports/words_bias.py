"""Whether a tool works alike for every group, in words: the answer, and a line per KPI and group."""

from collections.abc import Iterator, Sequence

from core.language import number
from core.language.text import N_, Text
from experiments.group_comparison import ALPHA, LEVEL, GroupGap, ReleasedComparison
from experiments.inference.equivalence import Outcome
from reports.words_numbers import effect_text, interval_text, label

OUTCOMES: dict[Outcome, str] = {
    "equivalent": N_("works alike"),
    "different": N_("differs more than is allowed"),
    "cannot_tell": N_("cannot be told yet"),
}
ANSWERS: dict[Outcome, str] = {
    "equivalent": N_("The tool works alike for every group that was compared."),
    "different": N_("The effect in a group differs more than is allowed."),
    "cannot_tell": N_("It cannot be told yet whether the tool works alike for every group."),
}
METHOD = N_(
    "Per group the effect minus that in all other groups, with one number per department and two one-sided "
    "tests of {alpha:%0} each: alike means that the whole interval lies within the margin of the plan; "
    "different, that a larger difference is shown, looking at all groups together."
)


def outcome_word(outcome: Outcome, lang: str) -> str:
    """The outcome of a group or a KPI as a word."""
    return Text(OUTCOMES[outcome]).render(lang)


def bias_answer(outcome: Outcome, found: Sequence[ReleasedComparison], lang: str) -> str:
    """The answer in one sentence."""
    if not any(one.names_groups for one in found):
        return Text(N_("No groups were compared: the rows of the plan's KPIs name none.")).render(lang)
    return Text(ANSWERS[outcome]).render(lang)


def kpi_text(one: ReleasedComparison, lang: str) -> str:
    """The KPI and its margin."""
    margin = effect_text(one.margin, one.kpi, one.scale, lang, signed=False)
    return Text(N_("{kpi}, margin {margin}"), {"kpi": label(one.kpi, lang), "margin": margin}).render(lang)


def why_nothing(one: ReleasedComparison, lang: str) -> str:
    """Why a KPI shows no groups; empty where it does."""
    found = one.comparison.value
    if found is None:
        words = N_("Not shown: too few persons in a group ({mark}).")
        return Text(words, {"mark": one.comparison.mark}).render(lang)
    return found.note.render(lang) if found.note is not None else ""


def group_text(gap: GroupGap, one: ReleasedComparison, lang: str) -> str:
    """A group with its rows, and its difference with interval."""
    name = gap.name.replace("_", " ") or Text(N_("no group recorded")).render(lang)
    head = f"{name} (n = {number(gap.n, 0, lang)})"
    if gap.difference is None:
        few = N_("too few departments have it: {pilots} with the tool, {others} for comparison")
        return f"{head}: {Text(few, {'pilots': gap.pilots, 'others': gap.others}).render(lang)}"
    difference = effect_text(gap.difference, one.kpi, one.scale, lang)
    interval = interval_text(gap.interval, one.kpi, one.scale, lang, level=LEVEL)
    return f"{head}: {difference} ({interval})"


def method_text(lang: str) -> str:
    """How groups are compared."""
    return Text(METHOD, {"alpha": ALPHA}).render(lang)


def bias_lines(outcome: Outcome, found: Sequence[ReleasedComparison], lang: str) -> Iterator[str]:
    """Everything as lines of text."""
    yield bias_answer(outcome, found, lang)
    for one in found:
        nothing = why_nothing(one, lang)
        yield f"{kpi_text(one, lang)}: {nothing or outcome_word(one.outcome, lang)}"
        for gap in one.comparison.value.groups if one.comparison.value is not None else ():
            yield f"  {group_text(gap, one, lang)}: {outcome_word(gap.outcome, lang)}"
    yield method_text(lang)
