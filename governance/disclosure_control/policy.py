"""Whose persons are counted, and how many of them must stand behind a number."""

from collections.abc import Iterable
from dataclasses import dataclass
from math import fsum


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """Distinct people behind a number, and answers to a survey; None where there is no such kind.

    amount, largest_two: what they bring in together of a sum of time or money, and two of them at the most;
    0 where nothing of the kind is added up.
    """

    patients: int | None
    staff: int | None
    answers: int | None = None
    amount: float = 0.0
    largest_two: float = 0.0

    @property
    def anybody(self) -> bool:
        """Whether anybody is known to stand behind the number."""
        return bool(self.patients or self.staff)

    @property
    def dominated(self) -> bool:
        """Whether two make up nearly all of a sum: each could tell what the other brings in."""
        return self.largest_two > DOMINANT * self.amount


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Smallest numbers of distinct persons, and of answers to a survey, that may be shown."""

    minimum_patients: int = 10
    minimum_staff: int = 5
    minimum_answers: int = 5


DOMINANT = 0.9
"""Two persons may make up so much of a sum. What the p% rule holds back with p = 10 is held back as well:
there the others must bring in a tenth of what the largest does, here a tenth of all."""

NOBODY = Persons(patients=0, staff=0)


def too_few(persons: Persons, policy: Policy) -> bool:
    """Whether this is a small group of any kind, or one that two persons dominate.

    Nobody is no small group: there is nobody to protect.
    """
    return smallest_minimum(persons, policy) is not None or persons.dominated


def smallest_minimum(persons: Persons, policy: Policy) -> int | None:
    """The minimum that a group does not reach, that of patients before that of staff; None where it does."""
    counted = (
        (persons.patients, policy.minimum_patients),
        (persons.staff, policy.minimum_staff),
        (persons.answers, policy.minimum_answers),
    )
    return next((minimum for count, minimum in counted if count is not None and 0 < count < minimum), None)


def at_least(parts: Iterable[Persons]) -> Persons:
    """How many persons there are at the least in the union of groups that may share persons.

    Two of them bring in no more than two do in each group: what is so dominated has a group that is.
    """
    found = tuple(parts)
    return Persons(
        patients=max((one.patients for one in found if one.patients is not None), default=None),
        staff=max((one.staff for one in found if one.staff is not None), default=None),
        amount=fsum(one.amount for one in found),
        largest_two=fsum(one.largest_two for one in found),
    )


def fewest(groups: Iterable[Persons]) -> Persons:
    """The smallest number of each kind among some groups, and the amounts of the most dominated one."""
    found = tuple(groups)
    most = max(found, key=lambda one: one.largest_two / one.amount if one.amount else 0.0, default=NOBODY)
    return Persons(
        patients=min((one.patients for one in found if one.patients is not None), default=None),
        staff=min((one.staff for one in found if one.staff is not None), default=None),
        amount=most.amount,
        largest_two=most.largest_two,
    )
