"""The command line: `meetlat WORD ...`. The contract is docs/reference/command-line.md."""

import itertools
import logging
import sys
from collections.abc import Sequence
from importlib import import_module
from pkgutil import iter_modules
from uuid import uuid4

import click

from core.errors import UserError
from core.language.catalogue import LANGUAGES
from core.language.text import N_, Text
from core.stopping import Stopped, stoppable
from workflows import commands
from workflows.words_typed_wrong import sentence


class Words(click.Group):
    """The commands by file name; a command's imports are paid for only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        """Every file in workflows/commands."""
        return sorted(module.name for module in iter_modules(commands.__path__))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The COMMAND of that file; None where there is none."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = import_module(f"{commands.__name__}.{cmd_name}").COMMAND
        if not isinstance(command, click.Command):
            raise TypeError(f"workflows/commands/{cmd_name}.py has no COMMAND")
        return command


@click.group(cls=Words, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
def meetlat() -> None:
    """Measure a hospital's GenAI pilots and decide, on evidence, which to scale, extend or stop."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code.

    0 done, 1 our fault, 2 the user's, 3 something set aside, 130 stopped by Ctrl-C, 143 asked to end.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        with stoppable():
            outcome = meetlat.main(args=given, prog_name="meetlat", standalone_mode=False)
        return outcome if isinstance(outcome, int) else 0
    except UserError as error:
        print(error.render(_language(given)), file=sys.stderr)
        return error.exit_code
    except click.ClickException as error:
        print(_one_line(error, _language(given)), file=sys.stderr)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt) as stop:
        print(Text(N_("Stopped.")).render(_language(given)), file=sys.stderr)
        return 143 if Stopped in (type(stop), type(stop.__cause__)) else 130
    except Exception:
        incident = uuid4().hex[:8]
        logging.getLogger("meetlat").exception("internal error %s", incident)
        print(
            f"Meetlat made a mistake; its number is {incident}, the rest is in the log above.",
            file=sys.stderr,
        )
        return 1


def _one_line(error: click.ClickException, language: str) -> str:
    """What is wrong with the words typed and where their help is; the help itself where a word is missing."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        return error.format_message()
    path = error.ctx.command_path if isinstance(error, click.UsageError) and error.ctx else "meetlat"
    remedy = Text(N_("Type: {command} --help"), {"command": path})
    return f"{path}: {sentence(error, language)} {remedy.render(language)}"


def _language(arguments: Sequence[str]) -> str:
    chosen = [following for word, following in itertools.pairwise(arguments) if word == "--lang"]
    return chosen[0] if chosen and chosen[0] in LANGUAGES else "en"


if __name__ == "__main__":
    sys.exit(main())
