"""Every design beside the others, in words: what it finds, or why it does not apply."""

from collections.abc import Sequence
from textwrap import wrap

from core.language import N_, Text
from experiments.estimate import Estimate
from experiments.evidence_grade import evidence_grade
from experiments.panel import Scale
from experiments.router import Route
from kpis.kpi import Kpi
from reports.figure_inferences import InferenceRow
from reports.words_grade import grade_text
from reports.words_names import design_name, inference_name
from reports.words_numbers import bounds_text, effect_text

NAME_WIDTH = 50
"""Characters that fit beside each other on a phone."""


def applying(found: Sequence[Route], scale: Scale, language: str) -> tuple[InferenceRow, ...]:
    """Designs that apply and speak of the effect on the scale of the plan, the chosen one as the main."""
    return tuple(
        InferenceRow(
            name="<br>".join(wrap(design_name(route.design, language), NAME_WIDTH)),
            effect=route.result.effect,
            interval=route.result.interval,
            p_value=route.result.p_value,
            main=route.first,
        )
        for route in found
        if isinstance(route.result, Estimate) and route.result.scale == scale
    )


def route_text(route: Route, kpi: Kpi, language: str) -> str:
    """What a design finds and the most that its evidence can be; or why it does not apply."""
    result = route.result
    if not isinstance(result, Estimate):
        return " ".join(reason.message.render(language) for reason in result.reasons)
    values = {
        "effect": effect_text(result.effect, kpi, result.scale, language),
        "bounds": bounds_text(result.interval, kpi, result.scale, language),
        "inference": inference_name(result.inference, language),
        "grade": grade_text(evidence_grade(result).ceiling, language),
    }
    return Text(N_("{effect} ({bounds}) · {inference} · at best {grade}"), values).render(language)


def routes_sentence(found: Sequence[Route], language: str) -> str:
    """How many designs apply, and whether those that do point the same way as the chosen one."""
    made = [route.result for route in found if isinstance(route.result, Estimate)]
    chosen = next((route.result for route in found if route.first), None)
    values = {"count": len(made), "of": len(found)}
    if not isinstance(chosen, Estimate):
        return Text(N_("{count} of {of} designs apply to this pilot."), values).render(language)
    same = sum(result.effect * chosen.effect > 0 for result in made)
    return Text(
        N_("{count} of {of} designs apply to this pilot; {same} point the same way as the chosen one."),
        {**values, "same": same},
    ).render(language)
