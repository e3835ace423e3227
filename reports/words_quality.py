"""How much was measured of what could have been, in words: for a line, a card and a table."""

from core.language.text import N_, Text, Value
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.quality.measured import Coverage, CoverageStatus, coverage

THINGS = {
    "Encounter": N_("the visits"),
    "SurveyInvitation": N_("those invited"),
}
"""What a table counts, within a sentence; another table is "what could have been measured"."""

STATES: dict[CoverageStatus, str] = {
    "enough": N_("enough measured"),
    "warned": N_("little measured"),
    "withheld": N_("not drawn"),
    "unknown": N_("not known"),
}

_MEASURED: dict[CoverageStatus, str] = {
    "enough": N_("Measured: {share:%0} of {things}; at least {at_least:%0} is asked."),
    "warned": N_("With care: {share:%0} of {things} were measured, at least {at_least:%0} is asked."),
    "withheld": N_("Not drawn: {share:%0} of {things} were measured, at least {at_least:%0} is needed."),
    "unknown": N_("Not known which share was measured: nobody registered what could have been."),
}
_ANSWERED: dict[CoverageStatus, str] = {
    "enough": N_("Response {share:%0}; those who did not answer may think otherwise."),
    "warned": N_(
        "Response {share:%0}, below {at_least:%0}: those who did not answer may well think otherwise."
    ),
    "withheld": N_("Not drawn: the response is {share:%0}, at least {at_least:%0} is needed."),
    "unknown": N_("Response not known: no invitations were registered, so nobody can tell who is missing."),
}

_REMEDIES: dict[CoverageStatus, str] = {
    "enough": "",
    "warned": N_("Ask the source for the rows that are missing, or read the number with care."),
    "withheld": N_("Ask the source for the rows that are missing; load them and the period comes back."),
    "unknown": N_("Load the table that says what was expected ({table})."),
}
_SURVEY_REMEDIES: dict[CoverageStatus, str] = {
    "enough": "",
    "warned": N_("Send a reminder, and compare who answered with who was invited."),
    "withheld": N_("Send a reminder; with enough answers the period comes back."),
    "unknown": N_("Load who was invited ({table})."),
}


def coverage_word(status: CoverageStatus, lang: str) -> str:
    """Such as "enough measured"."""
    return Text(STATES[status]).render(lang)


def coverage_sentence(kpi: Kpi, found: Coverage, lang: str) -> str:
    """Such as "Not drawn: 55% of the visits were measured, at least 70% is needed."."""
    words = (_ANSWERED if found.is_response else _MEASURED)[found.status]
    table = kpi.expected.table if kpi.expected is not None else ""
    values: dict[str, Value] = {
        "share": found.share,
        "at_least": found.at_least,
        "things": Text(THINGS.get(table, N_("what could have been measured"))),
    }
    return Text(words, values).render(lang)


def coverage_remedy(kpi: Kpi, found: Coverage, lang: str) -> str:
    """What to do about it; empty where nothing need be done."""
    words = (_SURVEY_REMEDIES if found.is_response else _REMEDIES)[found.status]
    table = kpi.expected.table if kpi.expected is not None else ""
    return Text(words, {"table": table}).render(lang) if words else ""


def measured_note(kpi: Kpi, shown: Measurement | None, lang: str) -> str:
    """What must stand beside a value: the response of every questionnaire, and any other share that is low.

    Empty where there is nothing to add. For a card, a line of a terminal and a row of JSON.
    """
    found = coverage(kpi, shown) if shown is not None else None
    if found is None or shown is None or (not shown.n and found.share is None):
        return ""
    quiet = not found.is_response and found.status in ("enough", "unknown")
    return "" if quiet else coverage_sentence(kpi, found, lang)


def overall_sentence(low: int, unknown: int, looked: int, lang: str) -> str:
    """How many KPIs of the departments fall short: the answer above a table of shares."""
    values: dict[str, Value] = {"low": low, "looked": looked, "unknown": unknown}
    if not looked:
        return Text(N_("No KPI here says what could have been measured.")).render(lang)
    words = N_("Too little was measured for {low} of {looked} combinations of KPI and department.")
    if not low:
        words = N_("Enough was measured in all {looked} combinations of KPI and department.")
    missing = N_("For {unknown} it is not known, because nobody registered what was expected.")
    return " ".join(Text(one, values).render(lang) for one in (words, *([missing] if unknown else ())))
