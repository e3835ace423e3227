"""Benchmarks: each beside its limit and its peers, as ratios measured in one run."""

import core  # noqa: F401 - sets the threads of linear algebra, before anything imports numpy
