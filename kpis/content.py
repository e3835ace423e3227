"""What is known of some KPIs by day: everything that a measurement is made from."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pandas as pd

from kpis.cells import CELLS, LEFT_OUT, STAFF, empty
from kpis.query_histogram import COLUMNS as HISTOGRAM


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Frames with the columns CELLS, LEFT_OUT, HISTOGRAM and STAFF; counts of what is not there are empty."""

    cells: pd.DataFrame
    left_out: pd.DataFrame
    histogram: pd.DataFrame = field(default_factory=lambda: empty(HISTOGRAM))
    staff: pd.DataFrame = field(default_factory=lambda: empty(STAFF))

    def frames(self) -> dict[str, pd.DataFrame]:
        """The frames by name."""
        return {name: getattr(self, name) for name in ("cells", "left_out", "histogram", "staff")}

    def by_kpi(self, kpis: Collection[str]) -> dict[str, "Content"]:
        """The content of each of some KPIs."""
        parts = {
            name: {str(kpi): own for kpi, own in frame.groupby("kpi", sort=False)}
            for name, frame in self.frames().items()
        }
        none = {name: frame.iloc[:0] for name, frame in self.frames().items()}
        return {
            kpi: Content(**{name: own.get(kpi, none[name]) for name, own in parts.items()}) for kpi in kpis
        }

    def within(self, departments: Collection[str]) -> "Content":
        """The content of some departments."""
        chosen = list(departments)
        return Content(
            **{name: frame[frame["department"].isin(chosen)] for name, frame in self.frames().items()}
        )


def nothing() -> Content:
    """Content without rows."""
    return Content(cells=empty(CELLS), left_out=empty(LEFT_OUT))
