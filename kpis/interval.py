"""How sure a measured value is: its 95 % interval, by the kind of number it is."""

from kpis.expression import parsed
from kpis.kpi import Kpi
from kpis.measurements import Measurement
from kpis.statistics.normal import Interval, symmetric
from kpis.statistics.proportion import wilson
from kpis.statistics.rate import rate

LEVEL = 0.95
SHARES = ("proportion", "staff_share")


def interval_of(kpi: Kpi, found: Measurement, level: float = LEVEL) -> Interval | None:
    """The interval of a measurement in the KPI's unit; None where its value or its error is not known.

    Shares of counts: Wilson (`proportion`). Rates of whole events: Garwood (`rate`). Others: value -/+ z SE,
    never below 0 for what cannot be negative. Rows are taken as independent, as in `standard_error`.
    """
    if found.value is None or found.standard_error is None:
        return None
    if kpi.statistic in SHARES and kpi.numerator.scale == kpi.denominator.scale == 1:
        return wilson(found.numerator, found.denominator, level)
    if kpi.statistic == "rate":
        return _of_rate(kpi, found, level)
    plain = symmetric(found.value, found.standard_error, level)
    return plain if plain.low >= 0 or found.value < 0 or _may_be_negative(kpi) else _from_zero(plain)


def _of_rate(kpi: Kpi, found: Measurement, level: float) -> Interval | None:
    events = round(found.numerator / kpi.numerator.scale)
    exact = rate(events, found.denominator / kpi.numerator.scale, level)
    return exact.interval if exact is not None else None


def _from_zero(plain: Interval) -> Interval:
    return Interval(low=0.0, high=plain.high)


def _may_be_negative(kpi: Kpi) -> bool:
    """Of a row's value, by what the definition calls plausible; else a difference may be, a sum may not."""
    if kpi.statistic == "net":
        return True
    if kpi.plausible is not None:
        return kpi.plausible[0] < 0
    return parsed(kpi.numerator.value).is_span or "-" in kpi.numerator.value
