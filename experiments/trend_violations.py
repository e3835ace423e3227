"""Does an effect hold when pilot and comparison departments would not have moved in parallel?

Rambachan and Roth 2023, on the event study of the same panel: the published intervals where the covariance of
its effects can be estimated, and a variant for few departments of our own, with its warning, elsewhere.
"""

from core.language.text import Text
from experiments import answer
from experiments.cohort_departures import cohort_course
from experiments.department_departures import department_course
from experiments.departures import Way
from experiments.details import Breakdown, Sensitivity, SensitivityAbout, SensitivityInterval
from experiments.inference.honest_trends.breakdown import breakdown_value
from experiments.options import Options, Violations
from experiments.panel import Panel

PUBLISHED = ("c-lf", "flci")
BY_COHORTS = "callaway-santanna"

Found = tuple[Sensitivity | None, tuple[Text, ...]]


def sensitivity(panel: Panel, options: Options, design: str) -> Found:
    """Intervals for the departures that the options name, breakdown values, and what to know of them."""
    if not options.violations:
        return None, ()
    course = (
        cohort_course(panel, options) if design == BY_COHORTS else department_course(panel, options, design)
    )
    if isinstance(course, Text):
        return None, (course,)
    notes: list[Text] = []
    rows: list[SensitivityInterval] = []
    breakdowns: list[Breakdown] = []
    for about, weights in course.abouts:
        for violations in options.violations:
            way = course.way(violations.kind, weights)
            if isinstance(way, Text):
                notes.append(way)
                continue
            rows += _rows(way, violations, about, options)
            breakdowns.append(_breakdown(way, violations, about))
            notes += [] if way.method in PUBLISHED else [course.note]
    told = tuple(note for place, note in enumerate(notes) if note not in notes[:place])
    return Sensitivity(intervals=tuple(rows), breakdowns=tuple(breakdowns)) if rows else None, told


def _rows(
    way: Way, violations: Violations, about: SensitivityAbout, options: Options
) -> list[SensitivityInterval]:
    return [
        SensitivityInterval(
            kind=violations.kind,
            m=m,
            interval=answer.shown_interval(way.interval(m), options.scale),
            about=about,
            method=way.method,
        )
        for m in violations.sizes
    ]


def _breakdown(way: Way, violations: Violations, about: SensitivityAbout) -> Breakdown:
    value = breakdown_value(way.interval, way.unit) if way.unit > 0 else None
    return Breakdown(kind=violations.kind, about=about, m=value)
