"""The one gate through which numbers reach people.

Figures, tables, screens and exports accept only `Disclosed`; only `release()` makes one. The threshold
counts distinct persons, never rows: one doctor has many encounters, and staff are data subjects too.
Zero persons is not a small group: there is nobody to protect.
"""

from dataclasses import dataclass
from typing import Generic, TypeVar

T = TypeVar("T")

_GATE = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class Persons:
    """Distinct people behind a number; None where the table holds no such person."""

    patients: int | None
    staff: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Smallest numbers of distinct persons that may be shown."""

    minimum_patients: int = 10
    minimum_staff: int = 5


class Disclosed(Generic[T]):
    """A value that passed the gate, or the fact that it was suppressed."""

    __slots__ = ("_value", "persons", "policy", "suppressed")

    def __init__(
        self, value: T | None, *, suppressed: bool, persons: Persons, policy: Policy, gate: object
    ) -> None:
        if gate is not _GATE:
            raise TypeError("only release() makes a Disclosed")
        self._value = value
        self.suppressed = suppressed
        self.persons = persons
        self.policy = policy

    @property
    def value(self) -> T | None:
        """The value; None when suppressed."""
        return self._value

    @property
    def mark(self) -> str:
        """What is shown in place of a suppressed value: "< 10" (patients) or "< 5" (staff)."""
        if not self.suppressed:
            return ""
        small_patients = _too_few(self.persons.patients, self.policy.minimum_patients)
        return f"< {self.policy.minimum_patients if small_patients else self.policy.minimum_staff}"


def release(value: T, persons: Persons, policy: Policy) -> Disclosed[T]:
    """Let a value through when enough distinct persons stand behind it, else suppress it."""
    small = _too_few(persons.patients, policy.minimum_patients) or _too_few(
        persons.staff, policy.minimum_staff
    )
    return Disclosed(None if small else value, suppressed=small, persons=persons, policy=policy, gate=_GATE)


def _too_few(count: int | None, minimum: int) -> bool:
    return count is not None and 0 < count < minimum
