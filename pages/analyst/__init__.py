"""Screens for analysts."""
