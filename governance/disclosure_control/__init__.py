"""Disclosure control: the gate through which every number reaches people, and the rules it goes by."""

from governance.disclosure_control.gate import Disclosed, release
from governance.disclosure_control.policy import NOBODY, Persons, Policy, too_few

__all__ = ["NOBODY", "Disclosed", "Persons", "Policy", "release", "too_few"]
