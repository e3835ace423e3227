"""Every parameter of a command that takes a word, a day or a choice, found in click's own tree."""

from collections.abc import Iterator
from dataclasses import dataclass

import click

from tests.faults.command_words import BESIDE, HERE, THERE
from workflows.cli import meetlat

KINDS = {"text", "datetime", "choice"}
SHARED = {"lang"}


@dataclass(frozen=True, slots=True)
class Place:
    """A parameter of a command."""

    command: click.Command
    words: tuple[str, ...]
    parameter: click.Parameter

    @property
    def name(self) -> str:
        """Such as `kpis show kpi`."""
        return " ".join((*self.words, str(self.parameter.name)))

    def asked(self, payload: str) -> list[str]:
        """What is typed: the payload here, what is there everywhere that something must stand."""
        typed, command = list(self.words), " ".join(self.words)
        beside = BESIDE.get(self.name, BESIDE.get(command, ()))
        for one in self.command.params:
            if one is self.parameter:
                typed += _typed(one, payload)
            elif one.required or one.name in beside:
                typed += _typed(one, _there(command, one))
        return typed


def places() -> tuple[Place, ...]:
    """All of them but those that every command shares; a new command or option is one more by itself."""
    return tuple(
        Place(command, words, one)
        for words, command in _commands(meetlat, ())
        for one in command.params
        if one.type.name in KINDS and one.name not in SHARED
    )


def _commands(
    command: click.Command, words: tuple[str, ...]
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    if not isinstance(command, click.Group):
        yield words, command
        return
    context = click.Context(command)
    for name in command.list_commands(context):
        found = command.get_command(context, name)
        assert found is not None
        yield from _commands(found, (*words, name))


def _there(command: str, one: click.Parameter) -> str:
    known = HERE.get(f"{command} {one.name}", THERE.get(str(one.name), ""))
    if isinstance(one.type, click.Choice):
        return known if known in one.type.choices else str(one.type.choices[0])
    if isinstance(one.type, click.DateTime):
        return "2026-02-02"
    return known or ("1" if isinstance(one.type, click.types.IntParamType) else "rows.csv")


def _typed(one: click.Parameter, text: str) -> list[str]:
    """The words for a parameter; a long option holds its text, whatever that begins with."""
    if isinstance(one, click.Argument):
        return [text]
    return [f"{one.opts[0]}={text}"] if one.opts[0].startswith("--") else [one.opts[0], text]
