"""The one gate through which numbers reach people.

Figures, tables, screens and exports accept only `Disclosed`; only `release()` makes one. The threshold
counts distinct persons, never rows: one doctor has many encounters, and staff are data subjects too.
"""

from typing import Generic, TypeVar

from governance.disclosure_control.policy import Persons, Policy, smallest_minimum, too_few

T = TypeVar("T")
Other = TypeVar("Other")

_GATE = object()


class Disclosed(Generic[T]):
    """A value that passed the gate, or the fact that it was suppressed.

    few: names of counts of rows in it that are too small to be given; `few_mark` stands in their place.
    """

    __slots__ = ("_value", "few", "persons", "policy", "suppressed")

    def __init__(
        self,
        value: T | None,
        *,
        suppressed: bool,
        persons: Persons,
        policy: Policy,
        few: tuple[str, ...] = (),
        gate: object,
    ) -> None:
        if gate is not _GATE:
            raise TypeError("only release() makes a Disclosed")
        self._value = value
        self.suppressed = suppressed
        self.persons = persons
        self.policy = policy
        self.few = few

    @property
    def value(self) -> T | None:
        """The value; None when suppressed."""
        return self._value

    @property
    def mark(self) -> str:
        """What is shown in place of a suppressed value: "< 10" (patients) or "< 5" (staff, answers).

        So few persons stand behind the value, or behind what it and other released values would tell.
        """
        if not self.suppressed:
            return ""
        minimum = smallest_minimum(self.persons, self.policy)
        if minimum is None:
            minimum = self.policy.minimum_patients if self.persons.patients else self.policy.minimum_staff
        return f"< {minimum}"

    @property
    def few_mark(self) -> str:
        """What is shown in place of a count of rows that is too small: each row may be another patient."""
        return f"< {self.policy.minimum_patients}"

    def beside(self, value: Other) -> "Disclosed[Other]":
        """Another value that says as much of the same persons: released or suppressed as this one is."""
        return release(value, self.persons, self.policy, withheld=self.suppressed)


def release(
    value: T, persons: Persons, policy: Policy, *, withheld: bool = False, few: tuple[str, ...] = ()
) -> Disclosed[T]:
    """Let a value through when enough persons stand behind it and no two dominate it, else suppress it.

    withheld: another rule forbids it, however many persons there are. few: names of counts of rows that were
    taken out of the value because they are small.
    """
    small = withheld or too_few(persons, policy)
    return Disclosed(
        None if small else value,
        suppressed=small,
        persons=persons,
        policy=policy,
        few=() if small else few,
        gate=_GATE,
    )
