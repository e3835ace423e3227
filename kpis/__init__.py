"""Standard tables, KPI definitions and the additive measurements they give."""
