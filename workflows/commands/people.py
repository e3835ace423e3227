"""`meetlat people ...`: who may do what; the first administrator is named with it on the machine itself."""

from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

import click

from core.language.text import N_, Text
from governance.access import LOCAL_OPERATOR
from governance.policy import ROLES, Role
from storage.people import Holder, RoleGrant
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.people import grant, listed, not_there, withdraw

OF = click.option(
    "--of",
    "objects",
    multiple=True,
    help="A department, pilot or standard table; * for all. Repeat for more.",
)
GROUP = click.option("--group", is_flag=True, help="HOLDER is a group in the claims, not a person.")


@click.group("people")
def COMMAND() -> None:  # noqa: N802
    """Who may do what. Example: meetlat people grant anna@hospital administrator"""


@COMMAND.command("list")
@click.option("--all", "everything", is_flag=True, help="Also what was withdrawn.")
@common
def show(everything: bool, workspace: Path, lang: str, as_json: bool) -> None:
    """List people, groups and their roles. Example: meetlat people list --json"""
    found = listed(LOCAL_OPERATOR, open_workspace(workspace))
    grants = [one for one in found.grants if everything or one.withdrawn_at is None]
    if as_json:
        known = [asdict(one) for one in found.people if everything or one.withdrawn_at is None]
        print_json({"people": known, "grants": [_as_json(one) for one in grants]})
        return
    _print(grants, lang)
    if not grants:
        say(Text(N_("Nobody holds a role yet.")).render(lang))


@COMMAND.command("groups")
@common
def groups(workspace: Path, lang: str, as_json: bool) -> None:
    """List which groups of the claims hold which roles. Example: meetlat people groups --json"""
    found = listed(LOCAL_OPERATOR, open_workspace(workspace))
    grants = [one for one in found.grants if one.holder.kind == "group" and one.withdrawn_at is None]
    if as_json:
        print_json({"groups": [_as_json(one) for one in grants]})
        return
    _print(grants, lang)
    if not grants:
        say(Text(N_("No group holds a role yet.")).render(lang))


@COMMAND.command("grant")
@click.argument("holder")
@click.argument("role", type=click.Choice(ROLES))
@OF
@GROUP
@click.option("--name", default="", help="How people call this person.")
@common
def give(
    holder: str,
    role: str,
    objects: tuple[str, ...],
    group: bool,
    name: str,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Let HOLDER hold ROLE. Example: meetlat people grant bas@hospital manager --of cardiologie"""
    who, chosen = _holder(holder, group=group), cast(Role, role)
    opened = open_workspace(workspace)
    _report(grant(LOCAL_OPERATOR, opened, who, chosen, objects, name), lang, as_json)
    for one in not_there(LOCAL_OPERATOR, opened, chosen, objects):
        say(
            Text(N_("'{name}' is not known here yet; is it spelled as in the data?"), {"name": one}).render(
                lang
            )
        )


@COMMAND.command("withdraw")
@click.argument("holder")
@click.argument("role", type=click.Choice(ROLES), required=False)
@OF
@GROUP
@common
def take(
    holder: str,
    role: str | None,
    objects: tuple[str, ...],
    group: bool,
    workspace: Path,
    lang: str,
    as_json: bool,
) -> None:
    """Withdraw ROLE, or everything. Example: meetlat people withdraw bas@hospital manager"""
    who, chosen = _holder(holder, group=group), cast(Role | None, role)
    _report(withdraw(LOCAL_OPERATOR, open_workspace(workspace), who, chosen, objects), lang, as_json)
    if chosen is None and not objects and not group:
        say(
            Text(N_("'{name}' has no rights any more, also not by way of a group."), {"name": holder}).render(
                lang
            )
        )


def _holder(name: str, *, group: bool) -> Holder:
    return Holder(kind="group" if group else "person", name=name)


def _report(found: Iterable[RoleGrant], lang: str, as_json: bool) -> None:
    if as_json:
        print_json({"grants": [_as_json(one) for one in found]})
    else:
        _print(found, lang)


def _as_json(one: RoleGrant) -> dict[str, Any]:
    return {**asdict(one), "holder": one.holder.name, "kind": one.holder.kind}


def _print(found: Iterable[RoleGrant], lang: str) -> None:
    kinds = {"person": Text(N_("person")).render(lang), "group": Text(N_("group")).render(lang)}
    for one in found:
        gone = f"  [{Text(N_('withdrawn')).render(lang)} {one.withdrawn_at}]" if one.withdrawn_at else ""
        print(f"{kinds[one.holder.kind]}  {one.holder.name}  {one.role}  {one.object}".rstrip() + gone)
