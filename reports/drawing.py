"""Figures for print: scalable vector graphics written by hand, the same bytes for the same numbers.

Coordinates are points from the top left corner. Text uses the report's font, never a system font.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from math import floor, isfinite, log10

FONT = "Inter"
SMALL = 7.5
TICKS = 5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruler:
    """A straight map from values to points."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value lies; outside the range it stays at the edge."""
        inside = min(max(value, self.low), self.high)
        return self.start + (inside - self.low) / (self.high - self.low) * (self.end - self.start)


def ruler_around(values: Sequence[float], start: float, end: float, *, room: float = 0.06) -> Ruler:
    """A map that shows all finite values with some room at both ends."""
    shown = [value for value in values if isfinite(value)] or [0.0, 1.0]
    low, high = min(shown), max(shown)
    spare = (high - low) * room or abs(high) * room or 1.0
    return Ruler(low=low - spare, high=high + spare, start=start, end=end)


def ticks(low: float, high: float, count: int = TICKS) -> tuple[float, ...]:
    """Round values (1, 2 or 5 times a power of ten apart) within a range, at most about `count`."""
    rough = (high - low) / count
    power = 10.0 ** floor(log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = -floor(-low / step + 1e-9)
    return tuple(index * step for index in range(first, floor(high / step + 1e-9) + 1))


def tick_digits(marks: Sequence[float]) -> int:
    """Decimals that tell the ticks apart."""
    steps = [abs(later - earlier) for earlier, later in pairwise(marks)]
    return max(0, -floor(log10(min(steps)) + 1e-9)) if steps else 0


@dataclass(slots=True, kw_only=True)
class Drawing:
    """A picture under construction."""

    width: float
    height: float
    parts: list[str] = field(default_factory=list)

    def line(
        self, start: Point, end: Point, colour: str, width: float, *, dash: str = "", cap: str = "butt"
    ) -> None:
        """A straight line; dash such as "3 2"."""
        self._add(
            "line", x1=start[0], y1=start[1], x2=end[0], y2=end[1], stroke=colour,
            stroke_width=width, stroke_dasharray=dash, stroke_linecap=cap,
        )  # fmt: skip

    def path(self, points: Sequence[Point | None], colour: str, width: float, *, dash: str = "") -> None:
        """A line through points; None leaves a gap."""
        steps, pen = [], "M"
        for point in points:
            if point is not None:
                steps.append(f"{pen}{_short(point[0])} {_short(point[1])}")
            pen = "M" if point is None else "L"
        self._add(
            "path", d="".join(steps), fill="none", stroke=colour, stroke_width=width,
            stroke_dasharray=dash, stroke_linejoin="round",
        )  # fmt: skip

    def box(
        self, left: float, top: float, width: float, height: float, colour: str, *, round_: float = 0
    ) -> None:
        """A filled rectangle."""
        self._add("rect", x=left, y=top, width=max(width, 0), height=height, fill=colour, rx=round_ or "")

    def circle(self, at: Point, radius: float, colour: str, *, fill: str = "") -> None:
        """A dot; with another fill, an open one."""
        edge = 1.2 if fill else ""
        self._add(
            "circle", cx=at[0], cy=at[1], r=radius, fill=fill or colour, stroke=colour, stroke_width=edge
        )

    def diamond(self, at: Point, radius: float, colour: str) -> None:
        """A square on its corner."""
        x, y = at
        corners = ((x, y - radius), (x + radius, y), (x, y + radius), (x - radius, y))
        self._add("polygon", points=" ".join(f"{_short(a)},{_short(b)}" for a, b in corners), fill=colour)

    def text(
        self,
        at: Point,
        words: str,
        colour: str,
        *,
        size: float = SMALL,
        anchor: str = "start",
        weight: int = 400,
    ) -> None:
        """Words on a base line; anchor start, middle or end."""
        attributes = _attributes(
            x=at[0],
            y=at[1],
            fill=colour,
            font_family=FONT,
            font_size=size,
            text_anchor=anchor,
            font_weight=weight,
        )
        self.parts.append(f"<text{attributes}>{escape(words)}</text>")

    def svg(self) -> str:
        """The finished picture."""
        size = f' width="{_short(self.width)}pt" height="{_short(self.height)}pt"'
        box = f"0 0 {_short(self.width)} {_short(self.height)}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg"{size} viewBox="{box}">' + "".join(self.parts) + "</svg>"
        )

    def _add(self, element: str, **attributes: float | str) -> None:
        self.parts.append(f"<{element}{_attributes(**attributes)}/>")


def _attributes(**attributes: float | str) -> str:
    return "".join(
        f' {name.replace("_", "-")}="{value if isinstance(value, str) else _short(value)}"'
        for name, value in attributes.items()
        if value != ""
    )


def _short(value: float) -> str:
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text
