"""A definition in plain lines, the same on a screen, in a terminal and in docs/kpis."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from core.language import percent
from core.language.text import N_, Text, Value
from kpis.kpi import Kpi, Quantity, Theme
from kpis.tables import TABLES
from reports.words_numbers import better_sign, value_text
from reports.words_quantity import plain_number, quantity_text
from reports.words_statistic import (
    cap_text,
    gathered_text,
    left_out_text,
    missing_text,
    numerator_text,
    staff_text,
    statistic_text,
)

THEMES: dict[Theme, str] = {
    "ehr_time": N_("Time in the EHR"),
    "flow": N_("Timeliness and flow"),
    "text_quality": N_("Quality and safety of the text"),
    "use": N_("Use and editing"),
    "people": N_("Staff and patients"),
    "money": N_("Money"),
    "other": N_("Other"),
}
BETTER = {1: N_("higher is better"), -1: N_("lower is better"), 0: N_("neither way is better")}
BELOW = {"withhold": N_("the period is left out"), "warn": N_("a warning stands beside it")}
SCALES = {"relative": N_("relative"), "absolute": N_("absolute")}
PERSONS = {
    (): N_("none"),
    ("patient",): N_("distinct patients of {table}"),
    ("staff",): N_("distinct staff of {table}"),
    ("patient", "staff"): N_("distinct patients and staff of {table}"),
}
OWNERS = (
    N_("CMIO"),
    N_("HR department"),
    N_("coding department"),
    N_("controller"),
    N_("department head"),
    N_("emergency department"),
    N_("medical director"),
    N_("patient safety"),
    N_("pilot lead"),
    N_("privacy officer"),
    N_("quality department"),
)
"""Who owns the definitions that come with Meetlat; an owner that a hospital names is shown as written."""

Lines = tuple[tuple[str, str], ...]
"""Names and texts, in order."""


def definition_lines(
    kpi: Kpi, known: Mapping[str, Kpi], lang: str, link: Callable[[str], str] = "`{}`".format
) -> Lines:
    """Every part of a definition that applies, after its question and unit.

    known: the definitions among which those of its family are named. link: how another KPI is written.
    """
    found = (
        (N_("Direction"), Text(BETTER[better_sign(kpi)]).render(lang)),
        (N_("Statistic"), statistic_text(kpi, lang)),
        (N_("Numerator"), numerator_text(kpi, lang)),
        (N_("Denominator"), quantity_text(kpi.denominator, lang)),
        (N_("Gathered"), gathered_text(kpi, lang)),
        (N_("Clinicians"), staff_text(kpi, lang)),
        (N_("Left out"), left_out_text(kpi, lang)),
        (N_("Cap"), cap_text(kpi, lang)),
        (N_("Missing values"), missing_text(kpi, lang)),
        (N_("Could have been measured"), _expected(kpi, lang)),
        (N_("Complete"), _complete(kpi, lang)),
        (N_("Persons behind it"), _persons(kpi, lang)),
        (N_("Shown from"), _minimum_cell(kpi, lang)),
        (N_("Time inside the tool"), _tool_time(kpi, lang)),
        (N_("Definition"), _family(kpi, known, lang, link)),
        (N_("Standardised over"), ", ".join(f"`{name}`" for name in kpi.case_mix)),
        (N_("Smallest change that matters"), _smallest_change(kpi, lang)),
        (N_("Target"), _target(kpi, lang)),
        (N_("Owner"), Text(kpi.owner).render(lang)),
        (N_("Source"), kpi.source),
        (N_("Version"), str(kpi.version)),
    )
    return tuple((Text(name).render(lang), text) for name, text in found if text)


def _expected(kpi: Kpi, lang: str) -> str:
    could = kpi.expected
    if could is None:
        return ""
    rows = quantity_text(Quantity(table=could.table, where=could.where), lang)
    values: dict[str, Value] = {
        "rows": rows,
        "share": percent(could.at_least, 0, lang),
        "below": Text(BELOW[could.below]),
    }
    return Text(N_("{rows}; below {share} {below}"), values).render(lang)


def _complete(kpi: Kpi, lang: str) -> str:
    days = kpi.matures_after_days
    if not days:
        return Text(N_("when the period is over")).render(lang)
    words = N_("{days} days after the period") if days > 1 else N_("{days} day after the period")
    return Text(words, {"days": days}).render(lang)


def _persons(kpi: Kpi, lang: str) -> str:
    table = TABLES[kpi.denominator.table]
    if table.persons_column:
        words = N_("the people counted in `{column}`")
        return Text(words, {"column": table.persons_column}).render(lang)
    kinds = tuple(column.person for column in table.columns if column.person)
    return Text(PERSONS[tuple(sorted(set(kinds)))], {"table": table.name}).render(lang)


def _minimum_cell(kpi: Kpi, lang: str) -> str:
    own = kpi.minimum_cell
    parts = (
        Text(N_("{count} patients"), {"count": own.patients}).render(lang) if own.patients else "",
        Text(N_("{count} staff"), {"count": own.staff}).render(lang) if own.staff else "",
    )
    asked = Text(N_(" and ")).render(lang).join(part for part in parts if part)
    words = N_("{persons}, or what the installation asks if that is more")
    return Text(words, {"persons": asked}).render(lang) if asked else ""


def _tool_time(kpi: Kpi, lang: str) -> str:
    words = {None: N_("does not apply"), True: N_("counted"), False: N_("not counted")}
    return Text(words[kpi.counts_tool_time]).render(lang)


def _family(kpi: Kpi, known: Mapping[str, Kpi], lang: str, link: Callable[[str], str]) -> str:
    if not kpi.family:
        return ""
    others = sorted(id_ for id_, one in known.items() if one.family == kpi.family and id_ == one.id)
    names = ", ".join(link(name) for name in others if name != kpi.id)
    values = {"definition": kpi.definition, "others": names}
    return (
        Text(N_("{definition}; not to be mixed with {others}"), values).render(lang)
        if names
        else kpi.definition
    )


def _smallest_change(kpi: Kpi, lang: str) -> str:
    relative = kpi.smallest_change_scale == "relative"
    if relative:
        size = percent(kpi.smallest_change, _decimals(kpi.smallest_change * 100), lang)
    else:
        amount = plain_number(kpi.smallest_change * kpi.display_scale, lang)
        size = f"{amount} {_points(kpi, lang)}"
    values: dict[str, Value] = {
        "size": size,
        "scale": Text(SCALES[kpi.smallest_change_scale]),
        "source": kpi.smallest_change_source,
    }
    return Text(N_("{size}, {scale} ({source})"), values).render(lang)


def _target(kpi: Kpi, lang: str) -> str:
    if kpi.target is None:
        return Text(N_("none")).render(lang)
    digits = _decimals(kpi.target * kpi.display_scale)
    return value_text(kpi.target, replace(kpi, digits=digits), lang)


def _points(kpi: Kpi, lang: str) -> str:
    """The unit of a difference: of a scale from 0 to 100 it is points."""
    unit = kpi.unit[lang]
    if unit.startswith("%"):
        return Text(N_("percentage points")).render(lang)
    return Text(N_("points")).render(lang) if unit[-1:].isdigit() else unit


def _decimals(value: float) -> int:
    return 0 if round(value, 6) == round(value) else 1
