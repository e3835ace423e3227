"""From a source to a batch of standard rows, every row accounted for."""
