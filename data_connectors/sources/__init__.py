"""One file per source; each holds a CONNECTOR."""
