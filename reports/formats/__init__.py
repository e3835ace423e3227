"""One report format per file; each holds a FORMAT."""
