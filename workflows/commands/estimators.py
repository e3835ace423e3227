"""`meetlat estimators list`: the designs, what they estimate and what that rests on."""

from pathlib import Path
from typing import Any

import click

from experiments.estimate import Estimator
from experiments.estimating import ESTIMATORS
from workflows.options import common, print_json


@click.group("estimators")
def COMMAND() -> None:  # noqa: N802
    """What `meetlat estimate` can do. Example: meetlat estimators list --json"""


@COMMAND.command("list")
@common
def list_estimators(workspace: Path, lang: str, as_json: bool) -> None:
    """Every design: estimand, when it is meant (+), when it refuses (-), inferences (the default first)."""
    del workspace
    found = [_as_json(estimator, lang) for estimator in ESTIMATORS.values()]
    if as_json:
        print_json({"estimators": found})
        return
    for estimator in found:
        print(f"{estimator['name']}: {estimator['estimand']}")
        print(f"  + {estimator['applies']}")
        print(f"  - {estimator['refuses']}")
        print(f"  --inference {' | '.join(estimator['inferences'])}")


def _as_json(estimator: Estimator, lang: str) -> dict[str, Any]:
    return {
        "name": estimator.name,
        "estimand": estimator.estimand.render(lang),
        "assumptions": [text.render(lang) for text in estimator.assumptions],
        "applies": estimator.applies.render(lang),
        "refuses": estimator.refuses.render(lang),
        "inferences": list(estimator.inferences),
        "reference": estimator.reference,
    }
