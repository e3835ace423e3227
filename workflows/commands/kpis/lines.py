"""Names and texts as lines of a terminal."""

import textwrap
from collections.abc import Iterable

NAME, WIDTH = 28, 110


def print_lines(lines: Iterable[tuple[str, str]]) -> None:
    """The name left, the text beside it, wrapped."""
    for name, text in lines:
        wrapped = textwrap.wrap(text.replace("`", ""), WIDTH - NAME) or [""]
        print(f"{name + ':':<{NAME}}{wrapped[0]}")
        for more in wrapped[1:]:
            print(" " * NAME + more)
