"""The icons of Making Data Count as SVG in a data address: what varies, and whether the target is met.

An icon never stands alone; the words beside it say the same.
"""

from base64 import b64encode

from experiments.monitoring.chart_result import ControlChart
from experiments.monitoring.charted_kpi import ChartedKpi
from experiments.monitoring.icons import Assurance
from reports.palette import Palette

SVG = "http://www.w3.org/2000/svg"
"""The name of the format; nothing is fetched from there."""
FALLING, RISING = ((8, 10), (13, 14), (18, 17), (24, 23)), ((8, 23), (13, 19), (18, 16), (24, 10))
ZIGZAG = ((7, 19), (12, 13), (16, 20), (20, 13), (25, 19))
CLOCK = '<path d="M16 10v6l4 3"/>'
DASHED = '<path d="M8 22h16" stroke-dasharray="2.5 2"/>'
MARKS: dict[Assurance, str] = {
    "consistent_pass": '<path d="M11 14l4 4 7-8"/>' + DASHED,
    "consistent_fail": '<path d="M12 9l8 9M20 9l-8 9"/>' + DASHED,
    "inconsistent": '<path d="M7 18c3-10 6-10 9 0s6 8 9-4"/><path d="M8 17h16" stroke-dasharray="2.5 2"/>',
    "none": CLOCK,
}


def variation_icon(found: ChartedKpi, colours: Palette) -> str:
    """Falling or rising dots for a signal, a zigzag for ordinary variation, a clock where it is too early."""
    chart = found.chart.charted
    if not isinstance(chart, ControlChart) or not chart.last.judged:
        return _address(CLOCK, colours.gray)
    kind, _, way = chart.variation.partition("_")
    if kind == "common":
        return _address(_dots(ZIGZAG), colours.gray)
    shades = {"improvement": colours.green, "concern": colours.orange, "neutral": colours.blue}
    return _address(_dots(RISING if way == "high" else FALLING), shades[kind])


def assurance_icon(found: ChartedKpi, colours: Palette) -> str:
    """The dashed line of a target with a check, a cross or a wave; a clock where it is too early."""
    shades = {"consistent_pass": colours.green, "consistent_fail": colours.orange}
    assurance = found.chart.target.assurance
    return _address(MARKS[assurance], shades.get(assurance, colours.gray))


def _dots(places: tuple[tuple[int, int], ...]) -> str:
    line = " ".join(f"{x},{y}" for x, y in places)
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="1"/>' for x, y in places)
    return f'<polyline points="{line}"/>{dots}'


def _address(drawing: str, colour: str) -> str:
    look = f'stroke="{colour}" stroke-width="2" fill="none" stroke-linecap="round" stroke-linejoin="round"'
    ring = '<circle cx="16" cy="16" r="14.5"/>'
    svg = f'<svg xmlns="{SVG}" viewBox="0 0 32 32"><g {look}>{ring}{drawing}</g></svg>'
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
