"""Words and figures for results, and the formats they are published in."""
