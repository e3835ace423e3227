"""How late rows come in, in words."""

from core.language.text import N_, Text, Value
from kpis.kpi import Kpi
from kpis.quality.lateness import Delay, Lateness, Maturity
from reports.words_numbers import label


def lateness_sentence(found: Lateness, lang: str) -> str:
    """Such as "In days: half within 1, 90% within 2, 99% within 9."."""
    if found.to_load is None:
        return Text(N_("Not known yet: all rows came with the first delivery.")).render(lang)
    delay = found.to_load
    values: dict[str, Value] = {"median": delay.median, "p90": delay.p90, "p99": delay.p99}
    words = N_("In days: half within {median}, 90% within {p90}, 99% within {p99}.")
    return Text(words, values).render(lang)


def later_text(delay: Delay, rows: int, days: int, lang: str) -> str:
    """The share of rows that came more than so many days late; a dash where few persons stand behind it."""
    if days not in delay.later:
        return "–"
    return Text("{share:%1}", {"share": delay.later[days] / rows}).render(lang)


def maturity_sentence(kpi: Kpi, found: Maturity, lang: str) -> str:
    """Whether the KPI waits long enough for its rows."""
    values: dict[str, Value] = {
        "kpi": label(kpi, lang),
        "department": found.department,
        "declared": found.declared,
        "observed": found.observed,
    }
    if found.observed is None:
        words = N_("{kpi}, {department}: not known yet how late rows come.")
    elif found.too_short:
        words = N_(
            "{kpi}, {department}: 99% of the rows were in after {observed} days, but the KPI takes a period "
            "as final after {declared}."
        )
    else:
        words = N_("{kpi}, {department}: rows are in within {observed} days; the KPI waits {declared}.")
    return Text(words, values).render(lang)


def maturity_remedy(found: Maturity, lang: str) -> str:
    """What to do where the KPI does not wait long enough; empty where it does."""
    if not found.too_short:
        return ""
    words = N_("Set matures_after_days = {observed} in the definition, or have the source deliver sooner.")
    return Text(words, {"observed": found.observed}).render(lang)


def late_answer(short: int, known: int, lang: str) -> str:
    """The answer above the table of delays."""
    if not known:
        return Text(N_("How late rows come is not known before the second delivery.")).render(lang)
    if not short:
        return Text(N_("Every KPI waits long enough for its late rows.")).render(lang)
    words = N_("In {short} of {known} combinations of KPI and department, periods count as final too early.")
    return Text(words, {"short": short, "known": known}).render(lang)
