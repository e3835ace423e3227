"""A small run of the changed columns: text and a workbook."""

import pytest

from tests.faults.changed_columns import CHANGES, changed
from tests.taken_files import HEADER


@pytest.mark.parametrize("writer", ["csv", "xlsxwriter"])
def test_a_changed_column_is_named_set_aside_or_read_rightly(writer: str) -> None:
    counts = changed([writer])[writer]
    assert counts.total() == len(CHANGES) * len(HEADER)
    assert set(counts) == {"refused", "set aside", "read"}
