"""The demo hospital as a source: it makes its own files, and knows what the pilots truly did."""

from dataclasses import dataclass
from pathlib import Path

from core.language.text import N_
from data_connectors.connector import ConnectorKind
from data_connectors.synthetic.files import write_files
from data_connectors.synthetic.parameters import Parameters
from data_connectors.synthetic.truth import TrueEffect, simulate_both, true_effects

CONNECTOR = ConnectorKind(description=N_("A made-up hospital with known effects; it makes its own files"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What a demo hospital delivered: a file per standard table, and the truth behind them."""

    files: tuple[Path, ...]
    truth: tuple[TrueEffect, ...]


def deliver(folder: Path, parameters: Parameters, seed: int) -> Delivery:
    """Simulate the hospital with and without its pilots and write the files of the first."""
    runs = simulate_both(parameters, seed)
    return Delivery(files=write_files(runs.factual, folder), truth=true_effects(runs))
