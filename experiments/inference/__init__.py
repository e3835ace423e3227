"""Inference as numbers on arrays: numpy and scipy only."""
