"""The second page of a report: the figures, the calculations, the checks and the method."""

from collections.abc import Sequence

from core.language import N_
from experiments.estimate import CheckResult, Estimate, NotEstimable
from experiments.evaluation import KpiResult
from experiments.panel import Scale
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.drawing import Ruler, ruler_around
from reports.drawing_bars import forest_bar
from reports.drawing_event_study import event_study_drawing
from reports.drawing_groups import groups_drawing
from reports.figure_inferences import InferenceRow, inference_rows
from reports.figure_tables import suppressed_weeks
from reports.figure_words import event_sentence, groups_sentence, inferences_sentence
from reports.figures import matters_label
from reports.printed import (
    NOT_SHOWN,
    Badge,
    Calculation,
    Checked,
    Drawn,
    Evidence,
    Figure,
    Tone,
    say,
)
from reports.printed_method import method
from reports.report import PilotReport
from reports.wording import (
    better_sign,
    bounds_text,
    check_name,
    check_state_word,
    check_text,
    effect_text,
    label,
    midsentence,
    p_text,
)

FOREST_WIDTH = 96.0
ALL_IN_FULL = 6
CHECK_LOOKS: dict[bool | None, tuple[str, Tone]] = {
    True: ("met", "green"),
    False: ("attention", "orange"),
    None: ("information", "gray"),
}


def evidence(view: PilotReport, lang: str) -> Evidence:
    """The second page of a pilot's report."""
    found = view.evaluation.primary.result
    kpi = view.kpis[view.evaluation.primary.kpi]
    result = None if found.value is None else found.value.result
    return Evidence(
        title=say(N_("What this stands on: {kpi}"), lang, kpi=midsentence(label(kpi, lang))),
        figures=_figures(found, kpi, view, lang),
        calculations_title=say(N_("Ways of calculating"), lang),
        calculations_columns=(
            say(N_("Calculation"), lang),
            _matters(found, kpi, lang),
            *(say(word, lang) for word in (N_("Effect"), N_("Interval"), "p")),
        ),
        calculations=_calculations(found, kpi, lang),
        calculations_note=_calculations_note(found, lang),
        checks_title=say(N_("Checks"), lang),
        checks_columns=(say(N_("Check"), lang), say(N_("Outcome"), lang)),
        checks=_all_checked(result, kpi, lang),
        assumptions_title=say(N_("Assumptions"), lang),
        assumptions=_assumptions(result, lang),
        method_title=say(N_("Method and data"), lang),
        method=method(view, found, kpi, lang),
    )


def _figures(found: Disclosed[KpiResult], kpi: Kpi, view: PilotReport, lang: str) -> tuple[Figure, ...]:
    titles = (say(N_("Pilot against comparison"), lang), say(N_("Difference per four weeks"), lang))
    if found.value is None:
        hidden = say(NOT_SHOWN, lang, mark=found.mark)
        return tuple(Figure(title=title, sentence=hidden, drawn=None) for title in titles)
    pilot = view.pilot.pilot
    groups, events = groups_drawing(found, kpi, pilot, lang), event_study_drawing(found, kpi, lang)
    seen = groups_sentence(found, kpi, pilot, lang) if groups else say(N_("No weeks with data yet."), lang)
    hidden = suppressed_weeks(found, lang)
    if hidden:
        seen += " " + say(N_("Not shown, too few persons: week of {weeks}."), lang, weeks=hidden)
    none = say(N_("This design has no difference per four weeks."), lang)
    sentence = event_sentence(found, kpi, lang) if events else none
    return (
        Figure(title=titles[0], sentence=seen, drawn=Drawn(svg=groups, alt=seen) if groups else None),
        Figure(title=titles[1], sentence=sentence, drawn=Drawn(svg=events, alt=sentence) if events else None),
    )


def _calculations(found: Disclosed[KpiResult], kpi: Kpi, lang: str) -> tuple[Calculation, ...]:
    if found.value is None:
        return ()
    rows, result = inference_rows(found, lang), found.value
    matters = (result.threshold or 0.0) * better_sign(kpi)
    shown = [bound for row in rows for bound in (row.interval or (row.effect, row.effect))]
    ruler = ruler_around([*shown, 0.0, matters], 0.0, FOREST_WIDTH)
    return tuple(_calculation(row, result, kpi, matters, ruler, lang) for row in rows)


def _matters(found: Disclosed[KpiResult], kpi: Kpi, lang: str) -> str:
    if found.value is None or found.value.threshold is None:
        return ""
    return matters_label(found.value.threshold, kpi, found.value.scale, lang)


def _calculation(
    row: InferenceRow, result: KpiResult, kpi: Kpi, matters: float, ruler: Ruler, lang: str
) -> Calculation:
    effect = effect_text(row.effect, kpi, result.scale, lang)
    interval = bounds_text(row.interval, kpi, result.scale, lang) if row.interval else "–"
    svg = forest_bar(row.effect, row.interval, matters, ruler, main=row.main)
    return Calculation(
        name=row.name,
        bar=Drawn(svg=svg, alt=f"{row.name}: {effect} ({interval})"),
        effect=effect,
        interval=interval,
        p_value=p_text(row.p_value, lang).removeprefix("p = ").removeprefix("p ") or "–",
        main=row.main,
    )


def _calculations_note(found: Disclosed[KpiResult], lang: str) -> str:
    if found.value is None:
        return say(NOT_SHOWN, lang, mark=found.mark)
    result = found.value.result
    if isinstance(result, Estimate):
        only = say(N_("Only the first calculation carries the verdict."), lang)
        warnings = [f"* {other.warning.render(lang)}" for other in result.also if other.warning is not None]
        return " ".join((inferences_sentence(found, lang), only, *warnings))
    reasons = () if result is None else result.reasons
    return " ".join(f"{reason.message.render(lang)} {reason.remedy.render(lang)}" for reason in reasons)


def _all_checked(result: Estimate | NotEstimable | None, kpi: Kpi, lang: str) -> tuple[Checked, ...]:
    """What needs attention in full, the others by name: a memo has two pages, the screen has them all."""
    if result is None:
        return ()
    if len(result.checks) <= ALL_IN_FULL:
        return tuple(_checked(one, kpi, result.scale, lang) for one in result.checks)
    alike = [[one for one in result.checks if one.passed is passed] for passed in (True, None)]
    return (
        *(_checked(one, kpi, result.scale, lang) for one in result.checks if one.passed is False),
        *(_named(found, lang) for found in alike if found),
    )


def _named(checks: Sequence[CheckResult], lang: str) -> Checked:
    shape, tone = CHECK_LOOKS[checks[0].passed]
    names = [check_name(one.name, lang) for one in checks]
    return Checked(
        name=say(N_("{count} checks"), lang, count=len(checks)),
        text=", ".join([names[0], *map(midsentence, names[1:])]) + ".",
        state=Badge(word=check_state_word(checks[0], lang), shape=shape, tone=tone),
    )


def _checked(check: CheckResult, kpi: Kpi, scale: Scale, lang: str) -> Checked:
    shape, tone = CHECK_LOOKS[check.passed]
    return Checked(
        name=check_name(check.name, lang),
        text=check_text(check, kpi, scale, lang),
        state=Badge(word=check_state_word(check, lang), shape=shape, tone=tone),
    )


def _assumptions(result: Estimate | NotEstimable | None, lang: str) -> tuple[str, ...]:
    if not isinstance(result, Estimate):
        return ()
    return tuple(each.render(lang) for each in (*result.assumptions, *result.warnings))
