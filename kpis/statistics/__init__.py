"""Statistics that a KPI needs, on numbers and arrays: no SQL, no tables, no sentences."""
