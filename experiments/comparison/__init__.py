"""Individually randomised comparisons: an arm against a control, for each kind of outcome."""
