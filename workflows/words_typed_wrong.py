"""What is wrong with the words that somebody typed, in their language; click itself speaks English only."""

import re
from collections.abc import Iterable

import click

from core.language.text import N_, Text


def sentence(error: click.ClickException, language: str) -> str:
    """One sentence; click's own where it says something that is not foreseen here."""
    found = _foreseen(error)
    return found.render(language) if found is not None else " ".join(error.format_message().split())


def _foreseen(error: click.ClickException) -> Text | None:
    match error:
        case click.MissingParameter(param=click.Parameter() as missing):
            return Text(N_("{name} is missing."), {"name": _name(missing, error.ctx)})
        case click.NoSuchOption(option_name=name, possibilities=nearest):
            return _unknown(N_("There is no option {name}."), name, nearest)
        case click.exceptions.NoSuchCommand(command_name=name, possibilities=nearest):
            return _unknown(N_("There is no command {name}."), name, nearest)
        case click.BadParameter(param=click.Parameter(type=click.Choice(choices=known)) as wrong):
            values = _values(error, wrong) | {"known": ", ".join(map(str, known))}
            return Text(N_("{name}: {given} is none of {known}."), values)
        case click.BadParameter(param=click.Parameter(type=click.DateTime()) as wrong):
            return Text(N_("{name}: {given} is no day such as 2026-03-31."), _values(error, wrong))
    return None


def _values(error: click.BadParameter, wrong: click.Parameter) -> dict[str, str]:
    """What click says of it begins with the words that were given, in quotes."""
    given = re.match(r"'.*?'", error.message)
    return {"name": _name(wrong, error.ctx), "given": given[0] if given else ""}


def _name(parameter: click.Parameter, context: click.Context | None) -> str:
    return parameter.get_error_hint(context).strip("'") if context is not None else str(parameter.name)


def _unknown(template: str, name: str, nearest: Iterable[str] | None) -> Text:
    known = ", ".join(nearest or ())
    if not known:
        return Text(template, {"name": name})
    return Text(
        N_("{sentence} Did you mean {known}?"), {"sentence": Text(template, {"name": name}), "known": known}
    )
