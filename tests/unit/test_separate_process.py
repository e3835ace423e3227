"""What a reader written in C does to its own process."""

import math
import os

import pytest

from data_connectors.separate_process import Died, apart


def test_a_reader_that_takes_its_process_along_is_survived() -> None:
    assert apart(os.getpid) != os.getpid()
    with pytest.raises(Died):
        apart(os.abort)
    assert apart(math.sqrt, 4.0) == 2.0
    with pytest.raises(ValueError, match="math domain"):
        apart(math.sqrt, -1.0)
