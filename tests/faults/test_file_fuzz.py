"""A small run of the fuzz: a few damaged files of every writer."""

import pytest

from tests.faults.file_fuzz import fuzz
from tests.file_writers import WRITERS


@pytest.mark.parametrize("writer", WRITERS)
def test_damaged_files_are_refused_or_add_up(writer: str) -> None:
    found = fuzz(writer, seconds=2.0, seed=1000, most=30)
    assert found["files"] > 1
