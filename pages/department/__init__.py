"""Screens for department managers."""
