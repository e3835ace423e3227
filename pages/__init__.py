"""One screen per file, by audience; functions only."""
