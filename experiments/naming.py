"""Departments and subgroups in the order of their names."""

import re
from collections.abc import Iterable


def listed(names: Iterable[str]) -> str:
    """The names with commas, in their order."""
    return ", ".join(sorted(names, key=_by_size))


def in_order_of_names(names: Iterable[str]) -> tuple[str, ...]:
    """Each name once, in alphabetical order and numbers in them by size: d2, d10."""
    return tuple(sorted(set(names), key=_by_size))


def _by_size(name: str) -> list[tuple[bool, int, str]]:
    parts = re.findall(r"\d+|\D+", name)
    return [(part.isdecimal(), int(part) if part.isdecimal() else 0, part) for part in parts]
