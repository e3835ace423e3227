"""What a KPI definition must obey beyond its types; see rules_values and rules_statistic beside this file."""

import re
from collections.abc import Iterator

from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text
from kpis.kpi import Kpi
from kpis.rules_statistic import statistic_problems
from kpis.rules_values import Path, Problem, filter_problems, quantity_problems, where_problems
from kpis.tables import TABLES

RESERVED = ("missing_value", "implausible", "incomplete")
"""Reasons that Meetlat itself gives to rows it leaves out."""

STRATA = ("segment",)
"""What a KPI can be standardised over: the keys of a cell."""

ID = re.compile(r"[a-z][a-z0-9_]*")
"""What a definition may be called."""


def problems(kpi: Kpi) -> tuple[Problem, ...]:
    """Every rule that a definition breaks."""
    return (
        *_texts(kpi),
        *quantity_problems(kpi.numerator, "numerator"),
        *quantity_problems(kpi.denominator, "denominator"),
        *_exclusions(kpi),
        *_expected(kpi),
        *statistic_problems(kpi),
        *_numbers(kpi),
    )


def _texts(kpi: Kpi) -> Iterator[Problem]:
    for key, texts in (("label", kpi.label), ("question", kpi.question), ("unit", kpi.unit)):
        for language in LANGUAGES:
            if not texts.get(language):
                yield Problem(
                    path=(key,),
                    message=N_("'{key}' has no text in language '{language}'."),
                    remedy=N_("Add it."),
                    values={"key": key, "language": language},
                )
    if not ID.fullmatch(kpi.id):
        yield _rule(("id",), "id", N_("must be lower-case letters, digits and underscores"))
    if bool(kpi.family) != bool(kpi.definition):
        yield Problem(
            path=("family",),
            message=N_("'family' and 'definition' come together."),
            remedy=N_("Say which of the definitions of that family this is, or leave both out."),
        )


def _exclusions(kpi: Kpi) -> Iterator[Problem]:
    table = TABLES.get(kpi.denominator.table)
    reasons = [exclusion.reason for exclusion in kpi.exclusions]
    for number, exclusion in enumerate(kpi.exclusions):
        if table is not None:
            yield from filter_problems(exclusion.where, table, ("exclusions", number, "where"))
        if reasons.index(exclusion.reason) < number or exclusion.reason in RESERVED:
            yield Problem(
                path=("exclusions", number, "reason"),
                message=N_("Reason '{reason}' is used twice."),
                remedy=N_("Give every exclusion a reason of its own."),
                values={"reason": exclusion.reason},
            )


def _expected(kpi: Kpi) -> Iterator[Problem]:
    expected = kpi.expected
    if expected is None:
        return
    yield from where_problems(expected.table, expected.where, ("expected",))
    if not 0 < expected.at_least <= 1:
        yield _rule(("expected", "at_least"), "at_least", N_("must be more than 0 and at most 1"))


def _numbers(kpi: Kpi) -> Iterator[Problem]:
    checks = (
        ("version", kpi.version >= 1, N_("must be 1 or more")),
        ("smallest_change", kpi.smallest_change > 0, N_("must be more than 0")),
        ("display_scale", kpi.display_scale > 0, N_("must be more than 0")),
        ("digits", 0 <= kpi.digits <= 6, N_("must be from 0 to 6")),
        ("matures_after_days", kpi.matures_after_days >= 0, N_("must be 0 or more")),
        ("bin", kpi.bin > 0, N_("must be more than 0")),
        (
            "plausible",
            kpi.plausible is None or kpi.plausible[0] < kpi.plausible[1],
            N_("must run from a lower to a higher number"),
        ),
        ("numerator", kpi.numerator.scale > 0, N_("must have a scale of more than 0")),
        ("denominator", kpi.denominator.scale > 0, N_("must have a scale of more than 0")),
        ("cap", kpi.cap is None or kpi.cap.at > 0, N_("must be at more than 0")),
        (
            "minimum_cell",
            min(kpi.minimum_cell.patients, kpi.minimum_cell.staff) >= 0,
            N_("must be 0 or more"),
        ),
        ("case_mix", set(kpi.case_mix) <= set(STRATA), N_("can only name: segment")),
    )
    for key, fine, rule in checks:
        if not fine:
            yield _rule((key,), key, rule)


def _rule(path: Path, key: str, rule: str) -> Problem:
    return Problem(path=path, message=N_("'{key}' {rule}."), values={"key": key, "rule": Text(rule)})
