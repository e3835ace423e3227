"""One design per file; each holds an ESTIMATOR."""
