"""One check per file that needs more than the panel; each holds a CHECK."""
