"""`meetlat demo`: the demo hospital, built where there is none, and the app on it."""

from dataclasses import asdict
from pathlib import Path

import click

from core.language.text import N_, Text
from workflows.demo import ROWS, SEED, Demo, build_demo
from workflows.opening import open_workspace
from workflows.options import common, print_json, say
from workflows.serving import serve


@click.command("demo")
@click.option("--rows", type=click.IntRange(min=10_000), default=ROWS, show_default=True, help="Its size.")
@click.option("--seed", type=click.IntRange(min=0), default=SEED, show_default=True, help="Its chance.")
@click.option("--serve/--no-serve", "serving", default=True, show_default=True, help="Open the app on it.")
@click.option(
    "--browser/--no-browser", default=True, show_default=True, help="Open the address in a browser."
)
@common
def COMMAND(  # noqa: N802
    workspace: Path, lang: str, as_json: bool, rows: int, seed: int, serving: bool, browser: bool
) -> int:
    """Build the demo hospital where there is none and open the app. Example: meetlat demo --no-browser

    With --json it builds, says so and does not serve.
    """
    demo = build_demo(workspace, rows=rows, seed=seed, progress=lambda text: say(text.render(lang)))
    if as_json:
        print_json({"workspace": str(workspace), **asdict(demo)})
        return 0
    say(_outcome(demo).render(lang))
    if not serving:
        return 0
    return serve(open_workspace(workspace), open_browser=browser, any_port=True)


def _outcome(demo: Demo) -> Text:
    template = (
        N_("The demo hospital is ready ({rows:.0} rows, seed {seed}).")
        if demo.built
        else N_("The demo hospital was here already ({rows:.0} rows, seed {seed}).")
    )
    return Text(template, {"rows": demo.rows, "seed": demo.seed})
