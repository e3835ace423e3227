"""The parts of the decision rule: what was found, what more data could show, the verdict and its reasons."""
