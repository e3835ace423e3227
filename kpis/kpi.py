"""A KPI as data: what is counted over what, for whom, and when a difference matters."""

from dataclasses import dataclass
from typing import Literal

SURVEY = "SurveyResponse"
"""The table whose rows are answers."""
JUDGED = frozenset({SURVEY, "TextReview", "CodeAudit"})
"""Tables whose rows say what a person answered, or what was found wrong in a person's work."""
StatisticName = Literal[
    "duration", "mean", "proportion", "ratio", "rate", "ordinal", "net", "censored", "staff_share"
]
Direction = Literal["lower", "higher", "neutral"]
Theme = Literal["ehr_time", "flow", "text_quality", "use", "people", "money", "other"]
MissingRule = Literal["exclude", "zero", "fail"]
Operator = Literal["=", "!=", "<", "<=", ">", ">=", "in", "not in", "missing", "present"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A condition on a row. `column` may be any value of a `Quantity`, such as "due_from..final_at"."""

    column: str
    operator: Operator
    value: str | float | int | tuple[str | float | int, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusion:
    """Rows left out on purpose, counted under a reason code."""

    reason: str
    where: Filter


@dataclass(frozen=True, slots=True, kw_only=True)
class Quantity:
    """Something summed over the rows of one table.

    value: "" counts rows; a column name sums it; "a..b" sums the minutes between two times;
    "working_minutes(a..b)" and "working_days(a..b)" count working time only. scale: multiplies the value into
    the KPI's unit. where: rows that count (others give 0, or are not in the population when this is the
    denominator).
    """

    table: str
    value: str = ""
    scale: float = 1.0
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """Higher values count as `at` (in the KPI's unit), fixed before the effect is looked at.

    computed_from: literature, ours, or the hospital's own baseline; never the period that is judged.
    """

    at: float
    computed_from: Literal["literature", "ours", "baseline"]
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumCell:
    """Fewest persons behind a number that is shown; raises the installation's own, never lowers it."""

    patients: int = 0
    staff: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What could have been measured: the rows of a table. The share that was measured stands beside the KPI.

    at_least: the share from which the KPI says something. below: `withhold` leaves the period out, `warn`
    shows it with a warning.
    """

    table: str
    at_least: float
    below: Literal["withhold", "warn"]
    where: tuple[Filter, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """A gathered value meets the condition of a proportion."""

    operator: Literal["<", "<=", ">", ">=", "="]
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Rows that are gathered into one value first, such as the items of a questionnaire on one day.

    column: what holds the rows together. rows: how many make a whole; at_least: how many must be there, the
    others being taken as their average (a sum over all is prorated). reverse: values of item_column that are
    turned round as reverse_around - value. item_range: answers outside are implausible. shift: added to the
    combined value before the numerator's scale. counts: for a proportion, what the combined value must meet.
    """

    column: str
    combine: Literal["sum", "mean"]
    rows: int
    at_least: int
    item_column: str = "item"
    reverse: tuple[str, ...] = ()
    reverse_around: float = 0.0
    item_range: tuple[float, float] | None = None
    shift: float = 0.0
    counts: Counts | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Which clinicians of the population count, by their totals in the period (statistic `staff_share`).

    at_least: numerator rows. share_above: numerator over denominator. among: the population, those with any
    denominator row or those with at least `at_least` numerator rows.
    """

    at_least: int = 1
    share_above: float | None = None
    among: Literal["denominator", "numerator"] = "denominator"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """One definition; a change of meaning is a new version.

    statistic: duration, mean, ordinal: the numerator's value per row of the population, averaged.
        proportion: rows of the population that also meet numerator.where. ratio: sum over sum; rate: events
        over exposure. net: rows that meet numerator.where minus those that meet against. censored: time until
        something that may still be open. staff_share: clinicians over clinicians.
    plausible: values outside are left out of the KPI and counted as `implausible`.
    smallest_change, its scale and source: the default a plan starts from.
    family, definition: KPIs of one family ask nearly the same; other definitions of it are never mixed.
    case_mix: declared strata over which the KPI may be standardised. offset: fixed value (before scale)
        around which squares are summed. top: scores from here on are the top box. within: time for which
        the share that was ready is given. bin: width of a bin of the histogram, in the KPI's unit. theme: the
        heading that it stands under. sensitive: not shown where everybody's answer is the same.
    """

    id: str
    version: int
    label: dict[str, str]
    question: dict[str, str]
    unit: dict[str, str]
    direction: Direction
    statistic: StatisticName
    numerator: Quantity
    denominator: Quantity
    exclusions: tuple[Exclusion, ...]
    missing: MissingRule
    plausible: tuple[float, float] | None
    smallest_change: float
    smallest_change_scale: Literal["absolute", "relative"]
    smallest_change_source: str
    digits: int
    display_scale: float
    target: float | None
    owner: str
    source: str
    matures_after_days: int = 0
    counts_tool_time: bool | None = None
    against: tuple[Filter, ...] = ()
    cap: Cap | None = None
    minimum_cell: MinimumCell = MinimumCell()
    expected: Expected | None = None
    group: Group | None = None
    staff: Staff | None = None
    family: str = ""
    definition: str = ""
    case_mix: tuple[str, ...] = ()
    offset: float = 0.0
    top: float | None = None
    within: float | None = None
    bin: float = 1.0
    theme: Theme = "other"
    sensitive: bool = False

    @property
    def key(self) -> str:
        """The id with its version, which names this very definition."""
        return f"{self.id}@{self.version}"

    @property
    def hides_one_answer(self) -> bool:
        """Whether it is not shown where all rows say the same: sensitive, or counted from what is so anyway.

        Answers of persons, and errors in their work, are sensitive whether or not a definition says so.
        """
        return self.sensitive or self.denominator.table in JUDGED
