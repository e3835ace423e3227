"""On which line of a TOML file a key stands; the parser of the standard library does not tell."""

import re
from collections import Counter

Path = tuple[str | int, ...]

_HEADER = re.compile(r"^\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"^\s*\"?([\w-]+)\"?\s*=")


def index(text: str) -> dict[Path, int]:
    """Map the path of every header and key, such as ("numerator", "where", 0, "column"), to its line."""
    lines: dict[Path, int] = {(): 1}
    seen: Counter[str] = Counter()
    section: Path = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            section = _within_arrays(header[2].split("."), seen)
            if header[1] == "[[":
                section = (*section, seen[header[2]])
                seen[header[2]] += 1
            lines.setdefault(section, number)
        elif key := _KEY.match(line):
            lines.setdefault((*section, key[1]), number)
    return lines


def nearest(lines: dict[Path, int], path: Path) -> int:
    """The line of a path, or of the closest table that holds it."""
    while path not in lines:
        path = path[:-1]
    return lines[path]


def _within_arrays(parts: list[str], seen: Counter[str]) -> Path:
    """[table.columns] belongs to the latest [[table]]."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part, seen[part] - 1) if seen[part] else (*path, part)
    return (*path, parts[-1])
