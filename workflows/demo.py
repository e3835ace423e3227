"""Build the demo hospital: simulate, take the files in as anybody's, register its pilots, evaluate them."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from core.errors import ConfigurationError
from core.language.text import N_, Text
from core.settings import FILE_NAME
from data_connectors.sources.synthetic_hospital import Delivery, deliver
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.plans import PILOTS, plan_text
from governance.access import LOCAL_OPERATOR
from storage import cube_build, ledger
from storage.simulated_truth import store_true_effects
from storage.workspace import Workspace
from workflows.decide import decide
from workflows.plan import add_text
from workflows.refresh import ingest

ROWS, SEED = 1_000_000, 20261116
PRESET = "standard_form"
HOSPITAL = "Ziekenhuis De Linde"
FOLDER, BEGUN, FINISHED = "demo", "begun.json", "finished.json"

Progress = Callable[[Text], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """What a demo workspace was made from, and whether this call made it."""

    rows: int
    seed: int
    built: bool


def build_demo(
    path: Path, *, rows: int = ROWS, seed: int = SEED, progress: Progress = lambda _: None
) -> Demo:
    """Make the demo hospital in a workspace, or recognise one that is finished and leave it alone.

    Every step can be repeated, so one that was broken off is completed. Raises ConfigurationError where the
    workspace holds data of its own, or a demo begun with another size or seed.
    """
    folder = path / FOLDER
    finished = _read(folder / FINISHED)
    if finished is not None:
        return Demo(rows=finished["rows"], seed=finished["seed"], built=False)
    wanted = {"rows": rows, "seed": seed}
    begun = _read(folder / BEGUN)
    if begun is None:
        _begin(path, wanted)
    elif begun != wanted:
        raise ConfigurationError(
            "A demo of {rows} rows with seed {seed} was begun here and not finished.",
            where=str(path),
            remedy="Finish it with the same numbers, or choose another folder with --workspace.",
            **begun,
        )
    _build(Workspace.open(path), folder, Parameters(rows=rows), seed, progress)
    _write(folder / FINISHED, wanted)
    return Demo(rows=rows, seed=seed, built=True)


def _begin(path: Path, wanted: dict[str, int]) -> None:
    """Mark the workspace as a demo before anything enters it; never one that is in use."""
    if path.exists() and ledger.position(Workspace.open(path)):
        raise ConfigurationError(
            "This workspace holds data of its own; a demo would mix with them.",
            where=str(path),
            remedy="Choose another folder with --workspace.",
        )
    (path / FOLDER).mkdir(parents=True, exist_ok=True)
    settings = path / FILE_NAME
    if not settings.exists():
        settings.write_text(f'hospital = "{HOSPITAL}"\n', "utf-8")
    _write(path / FOLDER / BEGUN, wanted)


def _build(workspace: Workspace, folder: Path, parameters: Parameters, seed: int, progress: Progress) -> None:
    progress(Text(N_("Simulating a hospital of {rows:.0} rows ..."), {"rows": parameters.rows}))
    delivery = deliver(folder / "source", parameters, seed)
    for file in delivery.files:
        progress(Text(N_("Taking in {file} ..."), {"file": file.name}))
        ingest(LOCAL_OPERATOR, workspace, [file], PRESET)
    progress(Text(N_("Counting the KPIs ...")))
    cube_build.build(workspace)
    store_true_effects(workspace, _truth(delivery))
    progress(Text(N_("Judging its pilots ...")))
    for pilot in PILOTS:
        add_text(LOCAL_OPERATOR, workspace, plan_text(pilot), f"{pilot}.toml")
        decide(LOCAL_OPERATOR, workspace, pilot)


def _truth(delivery: Delivery) -> dict[tuple[str, str], str]:
    return {(one.pilot, one.kpi): json.dumps(asdict(one)) for one in delivery.truth}


def _read(path: Path) -> dict[str, int] | None:
    return json.loads(path.read_text("utf-8")) if path.exists() else None


def _write(path: Path, content: dict[str, int]) -> None:
    path.write_text(json.dumps(content) + "\n", "utf-8")
