"""Screens for innovation leads."""
