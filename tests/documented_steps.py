"""A page of documentation as steps: commands with what they print, and changes to files.

In a ```console block a command stands behind the prompt, the lines below it are among those that it prints;
"..." stands for others. A ```diff block below `<!-- change: FILE -->` changes that file, where its lines
stand once.
"""

import re
from dataclasses import dataclass
from pathlib import Path

PROMPT = "$ python3 run.py "
_BLOCK = re.compile(r"(?:<!-- change: (?P<file>\S+) -->\n)?```(?P<kind>console|diff)\n(?P<text>.*?)```", re.S)


@dataclass(kw_only=True)
class Command:
    """The words after `run.py`, and the lines that the page shows below them."""

    words: str
    shown: list[str]

    def missing_from(self, printed: str) -> list[str]:
        """Lines that the page shows and the command did not print; white space of any kind is alike."""
        lines = {" ".join(line.split()) for line in printed.splitlines()}
        return [line for line in self.shown if " ".join(line.split()) not in lines]


@dataclass(kw_only=True)
class Change:
    """A hunk of a diff without its head."""

    file: str
    hunk: str

    def apply(self, folder: Path) -> None:
        """Change the file; the lines that are kept and taken away must stand in it once."""
        lines = self.hunk.splitlines(keepends=True)
        before, after = ("".join(line[1:] for line in lines if line[0] in kept) for kept in (" -", " +"))
        path = folder / self.file
        text = path.read_text("utf-8")
        assert text.count(before) == 1, f"{self.file} does not hold once:\n{before}"
        path.write_text(text.replace(before, after), "utf-8")


def steps(text: str) -> list[Command | Change]:
    """Everything that a reader of the page does, in order."""
    found: list[Command | Change] = []
    for block in _BLOCK.finditer(text):
        if block["kind"] == "diff":
            found.append(Change(file=block["file"], hunk=block["text"]))
            continue
        for line in block["text"].splitlines():
            if line.startswith(PROMPT):
                found.append(Command(words=line.removeprefix(PROMPT), shown=[]))
            elif line.strip() != "...":
                last = found[-1]
                assert isinstance(last, Command)
                last.shown.append(line.strip())
    return found
