"""A folder for what must not stay, such as rows that still have names in them: it goes with its work.

That of a process that was killed goes as soon as another one asks for a folder, or within a day in the app.
"""

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import mkdtemp

from storage.one_at_a_time import Busy, only_one

NAME = "working"


@contextmanager
def working_folder(root: Path) -> Iterator[Path]:
    """An empty folder of the workspace, for its owner alone. root: the workspace's."""
    place = root / NAME
    with ExitStack() as mine:
        with only_one(root, name=NAME):
            place.mkdir(mode=0o700, exist_ok=True)
            _sweep(place)
            folder = Path(mkdtemp(dir=place))
            mine.callback(_remove, folder)
            mine.enter_context(only_one(place, name=folder.name))
        yield folder


def remove_left_over(root: Path) -> None:
    """Remove what processes that were killed had put down."""
    if (root / NAME).is_dir():
        with only_one(root, name=NAME):
            _sweep(root / NAME)


def _sweep(place: Path) -> None:
    """Remove folders whose lock nobody holds."""
    for name in sorted({path.stem for path in place.iterdir()}):
        try:
            with only_one(place, wait=0.0, name=name):
                pass
        except Busy:
            continue
        _remove(place / name)


def _remove(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.with_suffix(".lock").unlink(missing_ok=True)
