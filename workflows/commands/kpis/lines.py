"""Names and texts as lines of a terminal."""

import textwrap
from collections.abc import Sequence

WIDTH = 110


def print_lines(lines: Sequence[tuple[str, str]]) -> None:
    """The name left, the text beside it, wrapped."""
    indent = max((len(name) for name, _ in lines), default=0) + 2
    for name, text in lines:
        wrapped = textwrap.wrap(text.replace("`", ""), WIDTH - indent) or [""]
        print(f"{name + ':':<{indent}}{wrapped[0]}")
        for more in wrapped[1:]:
            print(" " * indent + more)
