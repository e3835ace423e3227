"""Changes of the ruler itself: one detector per file, each with its method and its measured false alarms."""
