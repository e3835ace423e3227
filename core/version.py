"""The product's version; pyproject.toml holds the same (tests/unit/test_version.py)."""

VERSION = "0.1.0"
