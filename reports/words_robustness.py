"""How firm an effect is, in sentences and as rows of a table."""

from core.language import number
from core.language.text import N_, Text
from experiments.evaluation import KpiResult
from experiments.panel import Scale
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.figure_sensitivity import breakdown, departures
from reports.figure_specifications import choices_made, ordered
from reports.words_numbers import bounds_text, change_number, effect_text

Rows = list[dict[str, str]]


def sensitivity_sentence(found: Disclosed[KpiResult], language: str) -> str:
    """Up to which difference in trend the effect holds."""
    value = breakdown(found)
    if value is None:
        return ""
    if value.m is None:
        return Text(NEVER).render(language)
    return Text(HOLDS, {"m": value.m}).render(language)


def sensitivity_note(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> str:
    """What would be left if trends differed as much as they did at most before the start."""
    row = next((one for one in departures(found) if one.m == 1), None)
    if row is None or found.value is None:
        return ""
    return Text(AS_LARGE, _between(row.interval, found.value.scale, kpi, language)).render(language)


def sensitivity_rows(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> Rows:
    """Departure and interval, and last how far a line may bend."""
    if found.value is None:
        return []
    size, interval = (Text(name).render(language) for name in (N_("Difference in trend"), N_("Interval")))
    rows = [
        {
            size: number(one.m, 1, language),
            interval: bounds_text(one.interval, kpi, found.value.scale, language),
        }
        for one in departures(found)
    ]
    bend = breakdown(found, "smoothness")
    if bend is None:
        return rows
    text = N_("no effect is excluded") if bend.m is None else N_("an effect is shown up to {bend} a bin")
    amount = "" if bend.m is None else effect_text(bend.m, kpi, found.value.scale, language, signed=False)
    name = Text(N_("Beyond a straight line")).render(language)
    return [*rows, {size: name, interval: Text(text, {"bend": amount}).render(language)}]


def specifications_sentence(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> str:
    """Between what the effect lies, however it is computed."""
    ways = ordered(found)
    if found.value is None or not ways:
        return ""
    between = _between((ways[0].effect, ways[-1].effect), found.value.scale, kpi, language)
    same = _same_sign(found)
    template = ALL_ALIKE if same == len(ways) else SOME_ALIKE
    return Text(template, {**between, "count": len(ways), "same": same}).render(language)


def specification_rows(found: Disclosed[KpiResult], kpi: Kpi, language: str) -> Rows:
    """Every way with its choices."""
    ways = ordered(found)
    if found.value is None:
        return []
    yes, effect = (Text(word).render(language) for word in (N_("yes"), N_("Effect")))
    return [
        {
            effect: change_number(one.effect, kpi, found.value.scale, language),
            **{Text(name).render(language): yes if made(one) else "" for name, made in choices_made(ways)},
        }
        for one in ways
    ]


def _between(bounds: tuple[float, float], scale: Scale, kpi: Kpi, language: str) -> dict[str, str]:
    """Both ends, the unit once."""
    return {
        "low": change_number(bounds[0], kpi, scale, language),
        "high": effect_text(bounds[1], kpi, scale, language),
    }


def _same_sign(found: Disclosed[KpiResult]) -> int:
    """Ways whose effect has the sign that most have."""
    better = sum(one.effect > 0 for one in ordered(found))
    return max(better, len(ordered(found)) - better)


HOLDS = N_(
    "Against the last four weeks before the start, an effect is shown as long as trends differ after it at "
    "most {m:.2} times as much as at their worst before it."
)
NEVER = N_(
    "Against the last four weeks before the start alone no effect is shown, even if trends do not differ."
)
AS_LARGE = N_(
    "If trends differed after the start as much as at their worst before it, the effect could lie anywhere "
    "from {low} to {high}."
)
ALL_ALIKE = N_(
    "Computed in {count} defensible ways, the effect lies from {low} to {high}: always the same sign."
)
SOME_ALIKE = N_(
    "Computed in {count} defensible ways, the effect lies from {low} to {high}; {same} have the same sign."
)
