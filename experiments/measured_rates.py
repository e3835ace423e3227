"""How often the default inferences were right in simulated hospitals whose truth is known.

`python -m tests.simulation.error_rates` writes measured_rates.json beside this file.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from core.language.text import N_, Text

TABLE = Path(__file__).with_name("measured_rates.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredRates:
    """Over so many simulated hospitals, from smallest to largest: shares of repetitions.

    size: an effect was found that is not there, where 5 % is meant. coverage: the 95 % interval held the
    truth.
    """

    hospitals: int
    size: tuple[float, float]
    coverage: tuple[float, float]


@cache
def measured_rates() -> dict[str, MeasuredRates]:
    """By the name of an inference that `auto` chooses."""
    found = json.loads(TABLE.read_text("utf-8"))
    return {
        name: MeasuredRates(
            hospitals=rates["hospitals"],
            size=(rates["size"][0], rates["size"][1]),
            coverage=(rates["coverage"][0], rates["coverage"][1]),
        )
        for name, rates in found.items()
    }


def method_note(inference: str) -> Text:
    """What is our own about an inference, and how it did; empty where it is another's."""
    rates = measured_rates().get(inference)
    if rates is None or inference not in NOTES:
        return Text("")
    values = {
        "hospitals": rates.hospitals,
        "least": rates.size[0],
        "most": rates.size[1],
        "least_covered": rates.coverage[0],
        "most_covered": rates.coverage[1],
    }
    return Text(NOTES[inference], values)


NOTES = {
    "scaled-ewc-t": N_(
        "This interval is our own construction, justified by simulation only: cosines weigh how noisy each "
        "department is, the spread of changes between departments gives one common factor. In {hospitals} "
        "simulated hospitals without any effect it found one in {least:%1} to {most:%1} of the pilots "
        "(5% is meant); its 95% interval held the truth in {least_covered:%1} to {most_covered:%1}."
    ),
    "randomisation-t": N_(
        "Start dates are exchanged between departments, and the effect is weighed by the noise of each "
        "department: a combination of our own, justified by simulation. In {hospitals} simulated hospitals "
        "with several start dates and no effect it found one in {least:%1} to {most:%1} of the pilots "
        "(5% is meant); its 95% interval held the truth in {least_covered:%1} to {most_covered:%1}."
    ),
}
