"""What is known of some KPIs by day: everything that a measurement is made from."""

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


def nothing() -> Content:
    """Content without rows."""
    return Content(cells=empty(CELLS), left_out=empty(LEFT_OUT))
