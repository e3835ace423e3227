"""Screens for who watches over the installation: what was done, and no data."""
