"""How sure a number is, against other libraries, by the kind of number it is."""

from dataclasses import replace

import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from core.period import parse
from kpis.catalogue import load
from kpis.interval import interval_of
from kpis.measurements import Measurement

KPIS = load()
# all are a handful of double operations; Garwood's inverse is good to about 1e-10
CLOSE = 1e-9


def measured(kpi: str, *, value: float, numerator: float, denominator: float, error: float) -> Measurement:
    return Measurement(
        kpi=kpi,
        kpi_version=1,
        unit="north",
        period=parse("2026-W10"),
        n=round(denominator),
        value=value,
        geometric_mean=None,
        numerator=numerator,
        denominator=denominator,
        excluded={},
        complete=True,
        standard_error=error,
    )


def test_a_share_has_the_interval_of_wilson() -> None:
    found = measured("letter_24h", value=17 / 25, numerator=17, denominator=25, error=0.09)
    bounds = interval_of(KPIS["letter_24h"], found)
    assert bounds is not None
    assert (bounds.low, bounds.high) == pytest.approx(proportion_confint(17, 25, method="wilson"), abs=CLOSE)


def test_a_mean_has_the_normal_one_and_stays_above_zero() -> None:
    kpi = KPIS["note_time_enc"]
    plain = interval_of(kpi, measured(kpi.id, value=5.0, numerator=500, denominator=100, error=0.5))
    assert plain is not None
    assert (plain.low, plain.high) == pytest.approx(stats.norm.interval(0.95, 5.0, 0.5), rel=CLOSE)
    wide = interval_of(kpi, measured(kpi.id, value=1.0, numerator=3, denominator=3, error=2.0))
    assert wide is not None
    assert wide.low == 0.0


@pytest.mark.parametrize(
    ("plausible", "value", "low"), [((-24.0, 24.0), "1", -2.92), (None, "a - b", -2.92), (None, "a + b", 0.0)]
)
def test_what_may_be_negative_may_have_a_negative_end(
    plausible: tuple[float, float] | None, value: str, low: float
) -> None:
    kpi = KPIS["note_time_enc"]
    kpi = replace(kpi, plausible=plausible, numerator=replace(kpi.numerator, value=value))
    bounds = interval_of(kpi, measured(kpi.id, value=1.0, numerator=3, denominator=3, error=2.0))
    assert bounds is not None
    # 1 - 1.96 x 2
    assert bounds.low == pytest.approx(low, abs=0.001)


def test_a_rate_has_the_exact_one_in_its_own_unit() -> None:
    kpi = next(kpi for kpi in KPIS.values() if kpi.statistic == "rate")
    scale = kpi.numerator.scale
    exposure = 400.0
    found = measured(kpi.id, value=6 * scale / exposure, numerator=6 * scale, denominator=exposure, error=0.1)
    bounds = interval_of(kpi, found)
    assert bounds is not None
    low, high = stats.chi2.ppf(0.025, 12) / 2, stats.chi2.ppf(0.975, 14) / 2
    assert (bounds.low, bounds.high) == pytest.approx(
        (low * scale / exposure, high * scale / exposure), rel=CLOSE
    )


@pytest.mark.parametrize("missing", ["value", "standard_error"])
def test_without_a_value_or_an_error_there_is_none(missing: str) -> None:
    found = measured("letter_24h", value=0.5, numerator=1, denominator=2, error=0.1)
    assert interval_of(KPIS["letter_24h"], replace(found, **{missing: None})) is None
