"""How late rows come in, against numpy's quantiles and a few deliveries worked out by hand."""

from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from core.period import Period
from kpis.catalogue import load
from kpis.measurements import Measurement
from kpis.quality.lateness import Lateness, lateness, maturity, not_final
from kpis.quality.measured import coverage

NOTE = load()["note_time_enc"]
PTL = load()["ptl"]


def arrivals(
    *rows: tuple[int, str, str, int], table: str = "NoteSession", department: str = "a"
) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["batch", "done_on", "day", "rows"])
    dated = {name: pd.to_datetime(frame[name]) for name in ("done_on", "day")}
    return frame.assign(table=table, department=department, **dated)


def test_deliveries_by_hand():
    found = lateness(
        arrivals(
            (1, "2026-03-02", "2026-03-01", 500),  # the first delivery says nothing
            (2, "2026-03-09", "2026-03-08", 90),
            (3, "2026-03-16", "2026-03-15", 97),
            (3, "2026-03-16", "2026-03-05", 13),  # the table ran until 8 March already
        )
    )
    (one,) = found
    assert one.rows == 200
    assert (one.overtaken.median, one.overtaken.p90, one.overtaken.p99) == (0, 0, 3)
    assert one.overtaken.later == {1: 13, 7: 0, 30: 0}
    assert (one.to_load.median, one.to_load.p99, one.to_load.later[7]) == (1, 11, 13)


def test_one_delivery_tells_nothing():
    (one,) = lateness(arrivals((1, "2026-03-02", "2026-02-01", 500)))
    assert (one.rows, one.to_load, one.overtaken) == (0, None, None)


def test_quantiles_are_those_of_numpy():
    rng = np.random.default_rng(3)
    days = np.minimum(rng.geometric(0.2, 400), 60)
    rows = [(1, "2026-01-01", "2026-01-01", 1)]
    rows += [
        (2, "2026-04-30", str(date(2026, 4, 30 - 0) - pd.Timedelta(days=int(day)))[:10], 1) for day in days
    ]
    (one,) = lateness(arrivals(*rows))
    expected = np.quantile(days, [0.5, 0.9, 0.99], method="inverted_cdf")
    assert (one.to_load.median, one.to_load.p90, one.to_load.p99) == tuple(expected)


def test_a_kpi_matures_with_its_slowest_table():
    def of(table: str, day: str) -> tuple[Lateness, ...]:
        rows = ((1, "2026-03-02", "2026-03-20", 5), (2, "2026-03-21", day, 9))
        return lateness(arrivals(*rows, table=table))

    slow, fast = of("NoteSession", "2026-03-10"), of("Encounter", "2026-03-19")
    (found,) = maturity(NOTE, (*slow, *fast))
    assert (found.declared, found.observed, found.too_short) == (0, 10, True)
    (enough,) = maturity(replace(NOTE, matures_after_days=10), (*slow, *fast))
    assert not enough.too_short
    (unknown,) = maturity(NOTE, lateness(arrivals((1, "2026-03-02", "2026-03-01", 5))))
    assert (unknown.observed, unknown.too_short) == (None, False)
    assert maturity(NOTE, of("Letter", "2026-03-10")) == ()


def test_periods_that_are_not_final():
    slow = replace(NOTE, matures_after_days=8)
    days = {"NoteSession": date(2026, 3, 27), "Encounter": date(2026, 3, 27)}
    assert [one.label for one in not_final(slow, days, "week")] == ["2026-W12", "2026-W13"]
    assert [one.label for one in not_final(NOTE, days, "week")] == ["2026-W13"]
    # 27 March is a Friday: once another table holds the weekend the week is over
    assert not_final(NOTE, days | {"Letter": date(2026, 3, 29)}, "week") == ()
    assert not_final(NOTE, {"Encounter": date(2026, 3, 27)}, "week") == ()


def measured(share: float | None) -> Measurement:
    return Measurement(
        kpi="k",
        kpi_version=1,
        unit="a",
        period=Period(date(2026, 3, 2), "week"),
        n=5,
        value=1.0,
        geometric_mean=None,
        numerator=5.0,
        denominator=5.0,
        excluded={},
        complete=True,
        measured_share=share,
    )


def test_coverage_is_unknown_where_nobody_registered_what_was_expected():
    assert coverage(load()["wow8"], measured(None)) is None
    unknown = coverage(PTL, measured(None))
    assert (unknown.share, unknown.status, unknown.is_response) == (None, "unknown", True)
    assert coverage(PTL, measured(0.49)).status == "warned"
    assert coverage(PTL, measured(0.5)).status == "enough"
    withheld = replace(NOTE, expected=replace(NOTE.expected, below="withhold"))
    found = coverage(withheld, measured(0.69))
    assert (found.status, found.is_response, found.at_least) == ("withheld", False, 0.7)
