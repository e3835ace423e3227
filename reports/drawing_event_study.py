"""The difference between the groups in bins around the start, for print."""

from math import isfinite

from core.language import N_, Text
from experiments.estimate import EventTime
from experiments.evaluation import KpiResult
from governance.disclosure_control import Disclosed
from kpis.kpi import Kpi
from reports.drawing import Drawing, Ruler, ruler_around
from reports.drawing_groups import BOTTOM, HEIGHT, LEFT, POST_FIELD, TOP, WIDTH, value_axis
from reports.figure_event_study import event_times
from reports.figures import matters_label
from reports.palette import LIGHT
from reports.words_numbers import better_sign, change_unit

TICKS_SHOWN = 8
BAND_BEFORE, BAND_AFTER = "#CDD3D9", "#B4CCE4"


def event_study_drawing(found: Disclosed[KpiResult], kpi: Kpi, lang: str) -> str | None:
    """Wide bars are the simultaneous band, narrow ones pointwise, the open mark is the reference."""
    bins = event_times(found)
    if found.value is None or not bins:
        return None
    result = found.value
    factor = 100.0 if result.scale == "relative" else kpi.display_scale
    matters = (result.threshold or 0.0) * better_sign(kpi) * (result.role == "primary")
    edges = [bound * factor for bin_ in bins for bound in (bin_.band or (bin_.effect, bin_.effect))]
    across = Ruler(low=bins[0].event_time - 0.7, high=bins[-1].event_time + 0.7, start=LEFT, end=WIDTH)
    up = ruler_around([*edges, 0.0, matters * factor], HEIGHT - BOTTOM, TOP)
    drawing = Drawing(width=WIDTH, height=HEIGHT)
    drawing.box(across.at(-0.5), TOP, WIDTH - across.at(-0.5), HEIGHT - BOTTOM - TOP, POST_FIELD)
    unit = Text(N_("difference in {unit}"), {"unit": change_unit(kpi, result.scale, lang)}).render(lang)
    value_axis(drawing, up, unit, lang, right=WIDTH)
    drawing.line((LEFT, up.at(0)), (WIDTH, up.at(0)), LIGHT.gray, 0.9)
    if matters:
        height = up.at(matters * factor)
        drawing.line((LEFT, height), (WIDTH, height), LIGHT.green, 1.0, dash="3 2")
        words = matters_label(abs(matters), kpi, result.scale, lang)
        drawing.text((WIDTH, 7), words, LIGHT.green, anchor="end")
    for bin_ in bins:
        _bin(drawing, bin_, across, up, factor)
    _below(drawing, bins, across, lang)
    return drawing.svg()


def _bin(drawing: Drawing, bin_: EventTime, across: Ruler, up: Ruler, factor: float) -> None:
    after = bin_.event_time >= 0
    x, y = across.at(bin_.event_time), up.at(bin_.effect * factor)
    colour = LIGHT.pilot if after else LIGHT.comparison
    light = BAND_AFTER if after else BAND_BEFORE
    for bounds, tint, width in ((bin_.band, light, 5.0), (bin_.interval, colour, 1.4)):
        if bounds is not None and all(isfinite(bound) for bound in bounds):
            drawing.line((x, up.at(bounds[0] * factor)), (x, up.at(bounds[1] * factor)), tint, width)
    if bin_.interval is None:
        drawing.circle((x, y), 2.2, colour, fill=LIGHT.page)
    elif after:
        drawing.diamond((x, y), 3.0, colour)
    else:
        drawing.circle((x, y), 2.3, colour)


def _below(drawing: Drawing, bins: tuple[EventTime, ...], across: Ruler, lang: str) -> None:
    step = max(1, -(-len(bins) // TICKS_SHOWN))
    base = HEIGHT - BOTTOM
    for bin_ in bins:
        at = bin_.event_time
        if at % step == 0:
            sign = "+" if at > 0 else "−" if at < 0 else ""
            drawing.text((across.at(at), base + 10.5), f"{sign}{abs(at)}", LIGHT.muted, anchor="middle")
    title = Text(N_("bin of four weeks, 0 = start")).render(lang)
    drawing.text(((LEFT + WIDTH) / 2, base + 20.5), title, LIGHT.muted, anchor="middle")
