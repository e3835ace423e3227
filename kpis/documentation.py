"""The pages in docs/kpis, made from the definitions; workflows.documentation writes them."""

from kpis.catalogue import load
from kpis.kpi import Filter, Kpi, Quantity
from kpis.statistic import over_two_tables
from kpis.tables import TABLES

NOTICE = "<!-- Printed from kpis/catalogue; change the definition instead. -->"

STATISTICS = {
    "duration": "mean of a duration per row; the geometric mean stands beside it",
    "mean": "mean per row",
    "proportion": "share of the rows that also meet a condition",
    "ratio": "sum over sum",
}
DIRECTIONS = {"lower": "lower is better", "higher": "higher is better", "neutral": "neither way is better"}


def pages() -> dict[str, str]:
    """Text of every page by file name, the index among them."""
    known = load()
    return {"README.md": _index(known), **{f"{kpi.id}.md": page(kpi) for kpi in known.values()}}


def page(kpi: Kpi) -> str:
    """One KPI: what it asks, what counts, what is left out, and when a difference matters."""
    facts = [
        ("Question", kpi.question["en"]),
        ("In Dutch", f"{kpi.label['nl']}: {kpi.question['nl']}"),
        ("Unit", f"{kpi.unit['en']} ({kpi.unit['nl']})"),
        ("Direction", DIRECTIONS[kpi.direction]),
        ("Statistic", STATISTICS[kpi.statistic]),
        ("Numerator", _numerator(kpi)),
        ("Denominator", _quantity(kpi.denominator)),
        ("Left out", _left_out(kpi)),
        ("Missing values", _missing(kpi)),
        ("Complete", _completeness(kpi)),
        ("Persons behind it", _persons(kpi)),
        ("Time inside the tool", _tool_time(kpi)),
        ("Smallest change that matters", _smallest_change(kpi)),
        ("Target", _target(kpi)),
        ("Owner", kpi.owner),
        ("Source", kpi.source),
        ("Version", str(kpi.version)),
    ]
    lines = [f"- **{name}**: {text}" for name, text in facts]
    return "\n".join([NOTICE, "", f"# {kpi.label['en']}", "", f"`{kpi.id}`", "", *lines, ""])


def _index(known: dict[str, Kpi]) -> str:
    cells = (
        (f"[{kpi.id}]({kpi.id}.md)", kpi.label["en"], kpi.label["nl"], kpi.unit["en"], kpi.statistic)
        for kpi in known.values()
    )
    rows = [f"| {' | '.join(row)} |" for row in cells]
    head = ["| id | English | Dutch | unit | statistic |", "|---|---|---|---|---|"]
    return "\n".join([NOTICE, "", "# KPIs", "", *head, *rows, ""])


def _numerator(kpi: Kpi) -> str:
    if kpi.statistic == "proportion":
        return f"those of the denominator's rows where {_conditions(kpi.numerator.where)}"
    return _quantity(kpi.numerator)


def _quantity(quantity: Quantity) -> str:
    if ".." in quantity.value:
        what = "minutes from `{}` to `{}`".format(*quantity.value.split(".."))
    else:
        what = f"sum of `{quantity.value}`" if quantity.value else "rows"
    scaled = f", times {quantity.scale:.6g}" if quantity.scale != 1 else ""
    where = f" where {_conditions(quantity.where)}" if quantity.where else ""
    return f"{what} of {quantity.table}{scaled}{where}"


def _conditions(where: tuple[Filter, ...]) -> str:
    return " and ".join(_condition(one) for one in where)


def _condition(one: Filter) -> str:
    if one.operator in ("missing", "present"):
        return f"`{one.column}` is {one.operator}"
    value = ", ".join(map(str, one.value)) if isinstance(one.value, tuple) else one.value
    return f"`{one.column}` {one.operator} {value}"


def _left_out(kpi: Kpi) -> str:
    reasons = [f"{one.reason} ({_condition(one.where)})" for one in kpi.exclusions]
    if kpi.plausible is not None:
        low, high = kpi.plausible
        reasons.append(f"implausible (a row's numerator outside {low:.12g} to {high:.12g})")
    return "; ".join(reasons) + "; each counted by reason" if reasons else "nothing"


def _missing(kpi: Kpi) -> str:
    if kpi.missing == "fail":
        return "one missing value leaves the period without a value"
    if kpi.missing == "zero" and over_two_tables(kpi):
        return "no rows in the numerator is 0"
    if kpi.missing == "zero":
        return f"a missing value {'is 0' if kpi.numerator.value else 'does not meet the condition'}"
    rows = "rows with a missing value are left out and counted"
    return f"{rows}; no rows in the numerator says nothing" if over_two_tables(kpi) else rows


def _completeness(kpi: Kpi) -> str:
    days = kpi.matures_after_days
    return f"{days} day{'s' if days > 1 else ''} after the period" if days else "when the period is over"


def _persons(kpi: Kpi) -> str:
    table = TABLES[kpi.denominator.table]
    if table.persons_column:
        return f"the people counted in `{table.persons_column}`"
    kinds = {"patient": "patients", "staff": "staff"}
    counted = [kinds[column.person] for column in table.columns if column.person]
    return f"distinct {' and '.join(counted)} of {table.name}" if counted else "none"


def _tool_time(kpi: Kpi) -> str:
    if kpi.counts_tool_time is None:
        return "does not apply"
    return "counted" if kpi.counts_tool_time else "not counted"


def _smallest_change(kpi: Kpi) -> str:
    if kpi.smallest_change_scale == "relative":
        size = f"{kpi.smallest_change:.0%}"
    elif kpi.display_scale == 100:
        size = f"{kpi.smallest_change * 100:g} percentage points"
    else:
        size = f"{kpi.smallest_change:g} {kpi.unit['en']}"
    return f"{size}, {kpi.smallest_change_scale} ({kpi.smallest_change_source})"


def _target(kpi: Kpi) -> str:
    if kpi.target is None:
        return "none"
    return f"{kpi.target * kpi.display_scale:g}{'' if kpi.display_scale == 100 else ' '}{kpi.unit['en']}"
