"""Who is looking, and how far they may look. Rights are read again on every call.

`require(viewer, action)` is the first line of every workflow. It reads the viewer's rights as they are now,
raises NotPermitted where no role permits the action (governance/policy.py), and returns the `Reach`: which
departments, pilots and standard tables the action covers. An object outside it gets the answer of one that
does not exist.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from core.errors import NotPermitted
from core.language.text import N_
from governance.policy import ALL, DOMAINS, LED, NAMED_BY, OWN, POLICY, ROLES, Action, Role, Scope

__all__ = ["Action", "Role"]

EVERY = "*"
"""Stands in a grant for every department, pilot or domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """A role, and the departments (manager), pilots (lead) or standard tables (analyst) it is held for."""

    role: Role
    objects: frozenset[str] = frozenset()


Rights = frozenset[Grant]
NO_RIGHTS: Rights = frozenset()


def no_rights() -> Rights:
    """What somebody may who is not known."""
    return NO_RIGHTS


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """Who is looking. `rights` reads what they may do at this moment, so that nothing is kept too long.

    subject: by which the identity provider knows them; "" for nobody in particular and for the machine.
    """

    name: str
    subject: str = ""
    rights: Callable[[], Rights] = no_rights

    def may(self, action: Action) -> bool:
        """Whether one of the roles permits the action on anything: for menus and buttons, never as a lock."""
        return bool(_held(self.rights(), action))

    @property
    def roles(self) -> frozenset[Role]:
        """The roles that they hold now."""
        return frozenset(grant.role for grant in self.rights())

    def as_now(self) -> "Viewer":
        """The same viewer with the rights of this moment, for what is made and kept under them."""
        rights = self.rights()
        return replace(self, rights=lambda: rights)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far one action goes for one viewer, as the rights were when `require` read them."""

    held: frozenset[tuple[Scope, frozenset[str]]]

    def covers(
        self, *, departments: Collection[str] = (), pilot: str | None = None, tables: Collection[str] = ()
    ) -> bool:
        """Whether the object that these describe is within reach.

        departments: those it concerns, one of which must be the viewer's. tables: those it is counted from,
        all of which must be the viewer's.
        """
        return any(_covers(scope, names, departments, pilot, tables) for scope, names in self.held)

    def departments(self, known: Collection[str]) -> tuple[str, ...]:
        """Those of some departments within reach, in their order."""
        return tuple(name for name in known if self.covers(departments=(name,)))

    def names(self, scope: Scope) -> frozenset[str] | None:
        """The departments or pilots that it reaches by their names; None where it reaches every one."""
        if any(EVERY in names or held not in (OWN, LED) for held, names in self.held):
            return None
        return frozenset(name for held, names in self.held if held == scope for name in names)


EVERYTHING = Reach(held=frozenset({(ALL, frozenset[str]())}))
"""For what the installation does for itself and shows to nobody, such as noticing that data changed."""


def fixed(name: str, *grants: Grant) -> Viewer:
    """A viewer whose rights never change: for the machine itself, and for tests."""
    rights = frozenset(grants)
    return Viewer(name=name, rights=lambda: rights)


ANONYMOUS = Viewer(name="")
LOCAL_OPERATOR = fixed(
    "local operator",
    *(Grant(role=role, objects=frozenset({EVERY} if role in NAMED_BY else ())) for role in ROLES),
)
"""The one person of a single-user installation, and who runs commands on the machine itself."""


def require(viewer: Viewer, action: Action) -> Reach:
    """How far the viewer may go with this now; the first line of every workflow with data.

    Raises NotPermitted where no role permits it on anything. The text says nothing about any object.
    """
    held = _held(viewer.rights(), action)
    if not held:
        raise NotPermitted(
            "You have no right to do this ({action}).",
            remedy="Sign in, or ask your administrator for the role.",
            action=action,
        )
    return Reach(held=held)


def require_tables(reach: Reach, tables: Collection[str]) -> None:
    """Raise NotPermitted unless rows of these standard tables are within reach."""
    if not reach.covers(tables=tables):
        raise NotPermitted(
            N_("You have no right to the standard tables {tables}."),
            remedy=N_("Ask your administrator to add them to your data domains."),
            tables=", ".join(sorted(tables)),
        )


def _held(rights: Rights, action: Action) -> frozenset[tuple[Scope, frozenset[str]]]:
    """The scopes in which the action is permitted; a scope of named objects without any name is none."""
    found = ((POLICY[action].scope(grant.role), grant.objects) for grant in rights)
    return frozenset((scope, names) for scope, names in found if scope == ALL or (scope != "none" and names))


def _covers(
    scope: Scope,
    names: frozenset[str],
    departments: Collection[str],
    pilot: str | None,
    tables: Collection[str],
) -> bool:
    if scope == ALL or EVERY in names:
        return True
    if scope == OWN:
        return not names.isdisjoint(departments)
    if scope == LED:
        return pilot in names
    return scope == DOMAINS and names.issuperset(tables)
