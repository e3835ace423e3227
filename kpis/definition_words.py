"""The parts of a definition as lines of its page; empty where a part does not apply."""

from collections.abc import Mapping

from kpis import expression
from kpis.kpi import Filter, Kpi, Quantity
from kpis.statistic import over_two_tables
from kpis.tables import TABLES

STATISTICS = {
    "duration": "mean of a duration per row; the geometric mean, median and 90th percentile stand beside it",
    "mean": "mean per row",
    "proportion": "share of the rows that also meet a condition",
    "ratio": "sum over sum",
    "rate": "events over exposure",
    "ordinal": "mean of a score per row; the share in the top box stands beside it",
    "net": "share of the rows that meet a condition minus the share that meets another",
    "censored": "median time by Kaplan-Meier: what is still open counts as open, never as gone",
    "staff_share": "share of clinicians, by their totals in the period",
}
GATHERED = {"mean": "mean of the combined values", "proportion": "share of the combined values that count"}
DIRECTIONS = {"lower": "lower is better", "higher": "higher is better", "neutral": "neither way is better"}
SPANS = {"minutes": "minutes", "working_minutes": "working minutes", "working_days": "working days"}
COMPUTED_FROM = {"literature": "literature", "ours": "ours", "baseline": "the hospital's own baseline"}


def direction(kpi: Kpi) -> str:
    """Which way is better."""
    return DIRECTIONS[kpi.direction]


def statistic(kpi: Kpi) -> str:
    """What is computed, with the marks that it takes beside the value."""
    text = (STATISTICS if kpi.group is None else GATHERED)[kpi.statistic]
    if kpi.top is not None:
        text += f"; the top box starts at {kpi.top:g}"
    if kpi.within is not None:
        text += f"; the share within {kpi.within:g} stands beside it, in bins of {kpi.bin:g} {kpi.unit['en']}"
    return text


def numerator(kpi: Kpi) -> str:
    """What is counted or summed."""
    if kpi.against:
        minus = f"minus those where {_conditions(kpi.against)}"
        return f"those of the denominator's rows where {_conditions(kpi.numerator.where)}, {minus}"
    if kpi.statistic == "proportion" and kpi.group is None:
        return f"those of the denominator's rows where {_conditions(kpi.numerator.where)}"
    return _quantity(kpi.numerator)


def denominator(kpi: Kpi) -> str:
    """What it is divided by."""
    return _quantity(kpi.denominator)


def gathered(kpi: Kpi) -> str:
    """How rows are brought together into one value first."""
    group = kpi.group
    if group is None:
        return ""
    what = {"sum": "added up", "mean": "averaged"}[group.combine]
    enough = "all" if group.at_least == group.rows else f"at least {group.at_least}"
    text = f"the rows of one `{group.column}` on one day are {what}; {enough} of {group.rows} must be there"
    if group.reverse:
        turned = f"{group.reverse_around:g} minus the answer"
        text += f"; turned round ({turned}): {', '.join(group.reverse)}"
    if group.item_range is not None:
        text += "; answers from {:g} to {:g}".format(*group.item_range)
    if group.shift:
        text += f"; {group.shift:+g} is added before scaling"
    if group.counts is not None:
        text += f"; counts where the result is {group.counts.operator} {group.counts.value:g}"
    return text


def staff(kpi: Kpi) -> str:
    """Which clinicians count, of whom."""
    rule = kpi.staff
    if rule is None:
        return ""
    many = f"{rule.at_least} or more rows of the numerator"
    above = rule.share_above
    more = f" that are more than {above:.0%} of their rows of the denominator" if above is not None else ""
    population = "any row of the denominator" if rule.among == "denominator" else many
    return f"those with {many}{more}; of those with {population}"


def left_out(kpi: Kpi) -> str:
    """Which rows do not count, by reason."""
    reasons = [f"{one.reason} ({_condition(one.where)})" for one in kpi.exclusions]
    if kpi.plausible is not None:
        low, high = kpi.plausible
        what = "a combined value" if kpi.group is not None else "a row's numerator"
        reasons.append(f"implausible ({what} outside {low:.12g} to {high:.12g})")
    if kpi.group is not None:
        reasons.append("incomplete (too few rows together)")
    return "; ".join(reasons) + "; each counted by reason" if reasons else "nothing"


def cap(kpi: Kpi) -> str:
    """From where on values count as the cap."""
    if kpi.cap is None:
        return ""
    origin = f"{COMPUTED_FROM[kpi.cap.computed_from]}: {kpi.cap.source}"
    return (
        f"more than {kpi.cap.at:g} counts as {kpi.cap.at:g} ({origin}); the mean without it stands beside it"
    )


def missing(kpi: Kpi) -> str:
    """What a gap means."""
    if kpi.statistic == "censored":
        return "a missing end is still open; a missing start is left out and counted"
    if kpi.missing == "fail":
        return "one missing value leaves the period without a value"
    if kpi.missing == "zero" and over_two_tables(kpi):
        return "no rows in the numerator is 0"
    if kpi.missing == "zero":
        return f"a missing value {'is 0' if kpi.numerator.value else 'does not meet the condition'}"
    rows = "rows with a missing value are left out and counted"
    return f"{rows}; no rows in the numerator says nothing" if over_two_tables(kpi) else rows


def expected(kpi: Kpi) -> str:
    """Which rows could have been measured, and what happens below the share that is enough."""
    could = kpi.expected
    if could is None:
        return ""
    below = {"withhold": "the period is left out", "warn": "a warning stands beside it"}[could.below]
    return f"{_quantity(Quantity(table=could.table, where=could.where))}; below {could.at_least:.0%} {below}"


def complete(kpi: Kpi) -> str:
    """When a period can be looked at."""
    days = kpi.matures_after_days
    return f"{days} day{'s' if days > 1 else ''} after the period" if days else "when the period is over"


def persons(kpi: Kpi) -> str:
    """Whose number the threshold of disclosure control counts."""
    table = TABLES[kpi.denominator.table]
    if table.persons_column:
        return f"the people counted in `{table.persons_column}`"
    kinds = {"patient": "patients", "staff": "staff"}
    counted = [kinds[column.person] for column in table.columns if column.person]
    return f"distinct {' and '.join(counted)} of {table.name}" if counted else "none"


def minimum_cell(kpi: Kpi) -> str:
    """The threshold of its own."""
    own = {"patients": kpi.minimum_cell.patients, "staff": kpi.minimum_cell.staff}
    asked = [f"{number} {who}" for who, number in own.items() if number]
    return f"{' and '.join(asked)}, or what the installation asks if that is more" if asked else ""


def tool_time(kpi: Kpi) -> str:
    """Whether time in the tool is in it."""
    if kpi.counts_tool_time is None:
        return "does not apply"
    return "counted" if kpi.counts_tool_time else "not counted"


def family(kpi: Kpi, known: Mapping[str, Kpi]) -> str:
    """Its definition, and the KPIs of its family that ask nearly the same and are never mixed with it."""
    if not kpi.family:
        return ""
    others = sorted(one.id for one in known.values() if one.family == kpi.family and one.id != kpi.id)
    links = ", ".join(f"[{name}]({name}.md)" for name in others)
    return f"{kpi.definition}" + (f"; not to be mixed with {links}" if links else "")


def standardised(kpi: Kpi) -> str:
    """What its mix of cases can be held equal over."""
    return ", ".join(f"`{name}`" for name in kpi.case_mix)


def smallest_change(kpi: Kpi) -> str:
    """The change that a plan starts from, and where it comes from."""
    if kpi.smallest_change_scale == "relative":
        size = f"{kpi.smallest_change:.0%}"
    else:
        size = f"{kpi.smallest_change * kpi.display_scale:g} {_points(kpi)}"
    return f"{size}, {kpi.smallest_change_scale} ({kpi.smallest_change_source})"


def target(kpi: Kpi) -> str:
    """What a hospital aims at."""
    if kpi.target is None:
        return "none"
    return f"{kpi.target * kpi.display_scale:g}{'' if kpi.display_scale == 100 else ' '}{kpi.unit['en']}"


def _points(kpi: Kpi) -> str:
    """The unit of a difference: of a scale from 0 to 100 it is points."""
    unit = kpi.unit["en"]
    if unit.startswith("%"):
        return "percentage points"
    return "points" if unit[-1].isdigit() else unit


def _quantity(quantity: Quantity) -> str:
    parsed = expression.parsed(quantity.value)
    if parsed.is_span:
        what = "{} from `{}` to `{}`".format(SPANS[parsed.kind], *parsed.columns)
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
