"""Departments in a period: money, events and counts that arrive added up."""

from kpis.tables.table import Column, Table, clock, key, text

DEPARTMENT: tuple[Table, ...] = (
    Table(
        name="CostLine",
        description="A cost of the tool, booked on a day.",
        columns=(
            key("line"),
            clock("booked_on", "date"),
            text("category", "licence, integration, support, training", required=True),
            Column(name="amount", type="number", unit="EUR", required=True),
        ),
    ),
    Table(
        name="DepartmentWeek",
        about_departments=True,
        description="What happened in a department in a week: upgrade, downtime, staffing.",
        columns=(
            clock("week_start", "date"),
            Column(name="event", type="text", key=True, required=True),
            Column(name="amount", type="number"),
        ),
    ),
    Table(
        name="AggregatedCount",
        description="Counts that arrive already added up, such as national monthly returns.",
        persons_column="total",
        about_departments=True,
        columns=(
            Column(name="measure", type="text", key=True, required=True),
            Column(name="period_start", type="date", key=True, clock=True, required=True),
            Column(name="total", type="number", required=True, minimum=0),
            Column(name="failures", type="number", minimum=0, at_most="total"),
        ),
    ),
)
