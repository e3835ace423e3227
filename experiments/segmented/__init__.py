"""Segmented regression: a line over time that may break at the start of the tool."""
