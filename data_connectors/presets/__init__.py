"""Mappings that ship with the product; one TOML per known system."""
