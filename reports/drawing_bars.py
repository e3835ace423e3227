"""Bars for print: an effect against what matters, an interval on one line, use against what is needed."""

from dataclasses import dataclass

from core.language import N_, Text
from reports.drawing import Drawing, Ruler
from reports.palette import LIGHT

LEFT, RIGHT = -1.15, 3.0
"""The effect bar runs from here to there in smallest changes that matter: 0 is no effect, 1 what matters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """An effect in smallest changes that matter (or margins); positive is better."""

    effect: float
    interval: tuple[float, float]


def standing(effect: float, interval: tuple[float, float], size: float, sign: int) -> Standing:
    """Put an effect on the scale that all pilots share; sign −1 where lower is better."""
    low, high = sorted(bound * sign / size for bound in interval)
    return Standing(effect=effect * sign / size, interval=(low, high))


def effect_bar(found: Standing | None, colour: str, matters: str, lang: str, *, width: float) -> str:
    """The effect and its interval on the shared scale, the field from what matters on, and words under it."""
    drawing = Drawing(width=width, height=34)
    ruler = Ruler(low=LEFT, high=RIGHT, start=0, end=width)
    zero, one, middle = ruler.at(0), ruler.at(1), 11.0
    drawing.box(one, 0, width - one, 22, LIGHT.green_tint, round_=3)
    drawing.line((0, middle), (width, middle), LIGHT.axis, 0.6)
    drawing.line((one, 0), (one, 22), LIGHT.green, 1.3, dash="3 2")
    drawing.line((zero, 0), (zero, 22), LIGHT.gray, 1.1)
    if found is not None:
        _interval(drawing, found, ruler, middle, colour, thick=5.0, dot=4.4)
    drawing.text((zero, 31), "0", LIGHT.muted, anchor="middle")
    drawing.text((one, 31), matters, LIGHT.muted, anchor="middle")
    drawing.text((width, 31), Text(N_("better")).render(lang) + " →", LIGHT.muted, anchor="end")
    return drawing.svg()


def margin_bar(found: Standing, colour: str, *, width: float) -> str:
    """A guardrail: 0 is no change, the red line its margin at −1, the tinted field what is allowed."""
    drawing = Drawing(width=width, height=11)
    ruler = Ruler(low=-2.0, high=1.6, start=0, end=width)
    limit, zero = ruler.at(-1), ruler.at(0)
    drawing.box(limit, 0, width - limit, 11, LIGHT.green_tint, round_=2)
    drawing.line((0, 5.5), (width, 5.5), LIGHT.axis, 0.5)
    drawing.line((limit, 0), (limit, 11), LIGHT.red, 1.1, dash="2.4 1.6")
    drawing.line((zero, 0), (zero, 11), LIGHT.gray, 0.9)
    _interval(drawing, found, ruler, 5.5, colour, thick=3.4, dot=2.9)
    return drawing.svg()


def forest_bar(
    effect: float, interval: tuple[float, float] | None, matters: float, ruler: Ruler, *, main: bool
) -> str:
    """One calculation among others: no effect as a solid line, the smallest change that matters dashed."""
    drawing = Drawing(width=ruler.end, height=11)
    colour = LIGHT.pilot if main else LIGHT.comparison
    drawing.line((ruler.at(matters), 0), (ruler.at(matters), 11), LIGHT.green, 1.0, dash="2.4 1.6")
    drawing.line((ruler.at(0), 0), (ruler.at(0), 11), LIGHT.gray, 0.9)
    if interval is not None:
        drawing.line((ruler.at(interval[0]), 5.5), (ruler.at(interval[1]), 5.5), colour, 2.6 if main else 1.8)
    if main:
        drawing.diamond((ruler.at(effect), 5.5), 3.8, colour)
    else:
        drawing.circle((ruler.at(effect), 5.5), 2.6, colour)
    return drawing.svg()


def use_bar(share: float, needed: float, *, width: float) -> str:
    """Use as a filled part, with a mark at the use that pays for the tool."""
    drawing = Drawing(width=width, height=11)
    ruler = Ruler(low=0, high=1, start=0, end=width)
    drawing.box(0, 2.5, width, 6, LIGHT.border, round_=3)
    drawing.box(0, 2.5, ruler.at(share), 6, LIGHT.blue, round_=3)
    drawing.line((ruler.at(needed), 0), (ruler.at(needed), 11), LIGHT.text, 1.4)
    return drawing.svg()


def _interval(
    drawing: Drawing, found: Standing, ruler: Ruler, y: float, colour: str, *, thick: float, dot: float
) -> None:
    low, high = (ruler.at(bound) for bound in found.interval)
    drawing.parts.append('<g opacity="0.5">')
    drawing.line((low, y), (max(high, low + 1), y), colour, thick, cap="round")
    drawing.parts.append("</g>")
    drawing.circle((ruler.at(found.effect), y), dot + 1.1, LIGHT.page)
    drawing.circle((ruler.at(found.effect), y), dot, colour)
