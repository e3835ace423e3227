"""Whether a number can be trusted: how much was measured, how late rows come, did the ruler change."""
