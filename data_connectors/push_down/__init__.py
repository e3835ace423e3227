"""Counting in the source: standard rows as a sub-query of it, so that only cells of measurements leave."""
