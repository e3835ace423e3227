"""The clinicians of the demo hospital and what is lasting about each of them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from data_connectors.synthetic.departments import DEPARTMENTS
from data_connectors.synthetic.parameters import Parameters

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]

SMALLEST_TEAM = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """C clinicians, ordered by department.

    heavy: uses a tool for most visits. keen: in the contaminated department, borrows the tool at all.
    note, message: lasting deviation of the log of note minutes and of message seconds.
    first, size (D,): where a department's clinicians start, and how many they are.
    """

    department: Ints
    heavy: Flags
    keen: Flags
    note: Floats
    message: Floats
    first: Ints
    size: Ints

    def anyone(self, random: np.random.Generator, department: Ints) -> Ints:
        """A random clinician of each row's department."""
        return np.asarray(self.first[department] + random.integers(0, self.size[department]))


def sessions_per_week(parameters: Parameters) -> Ints:
    """(D,) planned half-day clinics of a week; small demos have few, large ones more of them."""
    planned = parameters.sessions * parameters.scale * np.array([d.size for d in DEPARTMENTS])
    return np.maximum(SMALLEST_TEAM, np.rint(planned)).astype(np.int64)


def hire(parameters: Parameters, random: np.random.Generator) -> Staff:
    """Draw the clinicians: three for every four weekly clinics, the declared share of them heavy users."""
    size = np.maximum(SMALLEST_TEAM, sessions_per_week(parameters) * 3 // 4)
    department = np.repeat(np.arange(len(size)), size)
    first = np.cumsum(size) - size
    count = len(department)
    return Staff(
        department=department,
        heavy=_share(random, size, parameters.heavy_share),
        keen=_share(random, size, parameters.contaminated_share),
        note=parameters.note_between_sd * random.standard_normal(count),
        message=parameters.message_between_sd * random.standard_normal(count),
        first=first,
        size=size,
    )


def _share(random: np.random.Generator, size: Ints, share: float) -> Flags:
    """The same share of every department, to the nearest whole person."""
    return np.concatenate([random.permutation(np.arange(n) < np.rint(share * n)) for n in size])
