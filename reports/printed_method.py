"""How a report's number was made: question, design, period, departments, counts, definition and plan."""

from core.language import N_, date_text, number, percent
from experiments.estimate import Coverage, Estimate
from experiments.evaluation import KpiResult
from experiments.evidence_grade import evidence_grade
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.printed import say
from reports.report import PilotReport, locked_on
from reports.rows_left_out import reasons_left_out
from reports.wording import count_text, design_name, label
from reports.words_grade import grade_reasons, grade_text


def method(
    view: PilotReport, published: Disclosed[KpiResult], kpi: Kpi, lang: str
) -> tuple[tuple[str, str], ...]:
    """Pairs of a name and its text; what does not apply is left out."""
    found = published.value
    lines = [
        (N_("Question"), _question(view, lang)),
        (N_("Design"), _design(found, lang)),
        (N_("Strength of the evidence"), _grade(found, lang)),
        (N_("Period"), _period(view, found, lang)),
        (N_("Departments"), _departments(view, lang)),
        (N_("n"), _counts(found, lang)),
        (N_("Definition"), _definition(view, found, kpi, lang)),
        (N_("Left out"), _left_out(view, published, lang)),
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


def _grade(found: KpiResult | None, lang: str) -> str:
    if found is None or not isinstance(found.result, Estimate):
        return ""
    grade = evidence_grade(found.result)
    return " ".join([grade_text(grade.grade, lang) + ".", *grade_reasons(grade, lang)])


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


def _left_out(view: PilotReport, published: Disclosed[KpiResult], lang: str) -> str:
    parts = [f"{reason} {rows}" for reason, rows in reasons_left_out(published, lang)]
    parts += [f"{each.department} ({each.reason})" for each in view.pilot.pilot.excluded]
    coverage = _coverage(published.value)
    if coverage is not None and coverage.periods_left_out:
        weeks = _listed(coverage.periods_left_out, lang, shown=8)
        parts.append(say(N_("weeks {weeks}"), lang, weeks=weeks))
    return "; ".join(parts) + "." if parts else ""


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
