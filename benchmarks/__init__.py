"""Benchmarks: each beside its limit and its peers, as ratios measured in one run."""
