"""The coefficients of a broken line, each with its own inference."""

from collections.abc import Mapping

from experiments.details import Coefficient
from experiments.inference.student import Inference


def coefficients(lines: Mapping[str, Inference]) -> tuple[Coefficient, ...]:
    """By name; one without an error of its own is left out."""
    return tuple(
        Coefficient(
            name=name,
            estimate=line.effect,
            standard_error=line.standard_error,
            interval=line.interval,
            p_value=line.p_value,
        )
        for name, line in lines.items()
        if line.standard_error > 0
    )
