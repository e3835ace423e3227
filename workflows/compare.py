"""Compare arms that were drawn by lot, from a file with one row per person, contact or letter."""

from dataclasses import dataclass
from pathlib import Path

from core.errors import UnknownName
from core.language.text import N_
from experiments.comparison.comparing import compare
from experiments.comparison.experiment_file import ExperimentColumns, read_experiment
from experiments.comparison.result import Comparison, ComparisonOptions
from experiments.table_file import fingerprint
from governance.access import Viewer, require


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedFile:
    """A comparison and the fingerprint of the file it came from."""

    comparison: Comparison
    inputs_sha256: str


def compare_file(
    viewer: Viewer, path: Path, columns: ExperimentColumns, options: ComparisonOptions
) -> ComparedFile:
    """Read the arms and compare; the file is the viewer's own, nothing is stored.

    Raises InputError for a file or a column that cannot be read as asked, UnknownName for an allocation to an
    arm that is not there.
    """
    require(viewer, "use_own_files")
    experiment = read_experiment(path, columns)
    names = [arm.name for arm in experiment.arms]
    for name in options.allocation:
        if name not in names:
            raise UnknownName(N_("arm"), name, names)
    return ComparedFile(comparison=compare(experiment, options), inputs_sha256=fingerprint(path))
