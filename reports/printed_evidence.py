"""The second page of a report: the figures, the calculations, the checks and the method."""

from core.language import N_, date_text, number, percent
from core.period import parse
from experiments.estimate import CheckResult, Coverage, Estimate, NotEstimable
from experiments.evaluation import KpiResult
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
from reports.report import PilotReport, locked_on
from reports.wording import (
    better_sign,
    bounds_text,
    check_name,
    check_state_word,
    count_text,
    design_name,
    effect_text,
    exclusion_name,
    label,
    midsentence,
    p_text,
)

FOREST_WIDTH = 96.0
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
        checks=() if result is None else tuple(_checked(check, lang) for check in result.checks),
        assumptions_title=say(N_("Assumptions"), lang),
        assumptions=_assumptions(result, lang),
        method_title=say(N_("Method and data"), lang),
        method=_method(view, found.value, kpi, lang),
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


def _checked(check: CheckResult, lang: str) -> Checked:
    shape, tone = CHECK_LOOKS[check.passed]
    return Checked(
        name=check_name(check.name, lang),
        text=check.message.render(lang),
        state=Badge(word=check_state_word(check, lang), shape=shape, tone=tone),
    )


def _assumptions(result: Estimate | NotEstimable | None, lang: str) -> tuple[str, ...]:
    if not isinstance(result, Estimate):
        return ()
    return tuple(each.render(lang) for each in (*result.assumptions, *result.warnings))


def _method(view: PilotReport, found: KpiResult | None, kpi: Kpi, lang: str) -> tuple[tuple[str, str], ...]:
    lines = [
        (N_("Question"), _question(view, lang)),
        (N_("Design"), _design(found, lang)),
        (N_("Period"), _period(view, found, lang)),
        (N_("Departments"), _departments(view, lang)),
        (N_("n"), _counts(found, lang)),
        (N_("Definition"), _definition(view, found, kpi, lang)),
        (N_("Left out"), _left_out(view, found, lang)),
        (N_("Guardrails"), _guardrails(view, lang)),
        (N_("Plan"), _plan(view, lang)),
    ]
    return tuple((say(name, lang), text) for name, text in lines if text)


def _question(view: PilotReport, lang: str) -> str:
    how = {
        "departments": N_("every department counts alike"),
        "encounters": N_("every visit counts alike"),
    }[view.pilot.pilot.weighting]
    return say(
        N_(
            "What the tool does to all eligible work of the pilot departments, used or not, against the "
            "comparison departments in the same weeks; {how}."
        ),
        lang,
        how=say(how, lang),
    )


def _design(found: KpiResult | None, lang: str) -> str:
    if found is None or found.result is None:
        return ""
    name = design_name(found.result.design, lang)
    if not isinstance(found.result, Estimate):
        return name + "."
    freedom = found.result.degrees_of_freedom
    why = found.result.why.render(lang)
    tail = "" if freedom is None else say(N_("{df} degrees of freedom."), lang, df=number(freedom, 1, lang))
    return " ".join(part for part in (name + ".", why, tail) if part)


def _period(view: PilotReport, found: KpiResult | None, lang: str) -> str:
    pilot = view.pilot.pilot
    starts = sorted(set(pilot.starts.values()))
    window = say(
        N_(
            "{first} to {last}; start {start}; the first {run_in} weeks after it are run-in and do not count."
        ),
        lang,
        first=date_text(pilot.window[0], lang),
        last=date_text(pilot.window[1], lang),
        start=" – ".join(date_text(day, lang) for day in dict.fromkeys((starts[0], starts[-1]))),
        run_in=pilot.run_in_weeks,
    )
    coverage = _coverage(found)
    if coverage is None:
        return window
    counted = say(
        N_("{before} weeks before, {after} weeks after."),
        lang,
        before=coverage.periods_before,
        after=coverage.periods_after,
    )
    return f"{window} {counted}"


def _coverage(found: KpiResult | None) -> Coverage | None:
    return None if found is None or found.result is None else found.result.coverage


def _departments(view: PilotReport, lang: str) -> str:
    pilot = view.pilot.pilot
    return say(
        N_("{pilots} pilot departments ({names}); {others} comparison departments."),
        lang,
        pilots=len(pilot.starts),
        names=_listed(tuple(pilot.starts), lang),
        others=len(pilot.comparison),
    )


def _listed(names: tuple[str, ...], lang: str, shown: int = 6) -> str:
    listed = ", ".join(names[:shown])
    more = len(names) - shown
    return listed if more <= 0 else say(N_("{names} and {more} more"), lang, names=listed, more=more)


def _counts(found: KpiResult | None, lang: str) -> str:
    if found is None:
        return ""
    parts = [say(N_("{count} rows"), lang, count=count_text(found.n, lang))]
    if found.patients is not None:
        parts.append(say(N_("{count} patients"), lang, count=count_text(found.patients, lang)))
    if found.staff is not None:
        parts.append(say(N_("{count} clinicians"), lang, count=count_text(found.staff, lang)))
    return ", ".join(parts) + "."


def _definition(view: PilotReport, found: KpiResult | None, kpi: Kpi, lang: str) -> str:
    version = kpi.version if found is None else found.kpi_version
    question = kpi.question.get(lang, label(kpi, lang))
    return say(
        N_("{id}, version {version}: {question} Data until {until}."),
        lang,
        id=kpi.id,
        version=version,
        question=question,
        until=date_text(view.data_until, lang),
    )


def _left_out(view: PilotReport, found: KpiResult | None, lang: str) -> str:
    parts = []
    if found is not None:
        parts += [
            f"{exclusion_name(reason, lang)} {count_text(count, lang)}"
            for reason, count in found.excluded.items()
            if count
        ]
    parts += [f"{each.department} ({each.reason})" for each in view.pilot.pilot.excluded]
    coverage = _coverage(found)
    if coverage is not None and coverage.periods_left_out:
        weeks = _listed(tuple(_week(label_) for label_ in coverage.periods_left_out), lang, shown=8)
        parts.append(say(N_("weeks {weeks}"), lang, weeks=weeks))
    return "; ".join(parts) + "." if parts else ""


def _week(period: str) -> str:
    return parse(period).label


def _guardrails(view: PilotReport, lang: str) -> str:
    if not view.pilot.pilot.guardrails:
        return ""
    return say(
        N_(
            "Within what is allowed when the whole two-sided {level} interval is; that is one-sided {side}. "
            "Only the primary KPI carries the verdict."
        ),
        lang,
        level=percent(view.pilot.pilot.level, 0, lang),
        side=percent((1 - view.pilot.pilot.level) / 2, 1, lang),
    )


def _plan(view: PilotReport, lang: str) -> str:
    return say(
        N_("version {version}, locked {day}; fingerprint of the plan {plan}; data {cube}."),
        lang,
        version=view.pilot.version,
        day=date_text(locked_on(view), lang),
        plan=_grouped(view.evaluation.plan_sha256),
        cube=view.evaluation.cube_version,
    )


def _grouped(fingerprint: str, size: int = 16) -> str:
    return " ".join(fingerprint[at : at + size] for at in range(0, len(fingerprint), size))
