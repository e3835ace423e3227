"""What every question about quality may be narrowed to."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypeVar

import click

from workflows.quality.scope import Asked

R = TypeVar("R")
DAY = click.DateTime(["%Y-%m-%d"])


def about_departments(function: Callable[..., R]) -> Callable[..., R]:
    """Add --unit, --from and --to, handed over as `asked`; the KPIs are those that the question is about."""

    @wraps(function)
    def command(*, unit: str | None, first: datetime | None, last: datetime | None, **others: Any) -> R:
        kpis = others.pop("kpis", ())
        asked = Asked(
            kpis=kpis or None,
            unit=unit,
            first=first.date() if first is not None else None,
            last=last.date() if last is not None else None,
        )
        return function(asked=asked, **others)

    found: Callable[..., R] = command
    for option in (
        click.option("--to", "last", type=DAY, help="The last day. Default: the end of the data."),
        click.option("--from", "first", type=DAY, help="The first day. Default: a year before the last."),
        click.option("--unit", help="A department. Default: all."),
    ):
        found = option(found)
    return found


def about_kpis(function: Callable[..., R]) -> Callable[..., R]:
    """The same with --kpi, which may be given several times."""
    chosen = click.option(
        "--kpi", "kpis", multiple=True, help="A KPI; may be given several times. Default: all."
    )
    return chosen(about_departments(function))
