"""What a screen says about itself, and how all of them are found."""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType

from core.discovery import discover
from governance.access import Action, Viewer
from pages.widgets.session import Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A screen. `title` and `section` are English keys; `audience` is the right a viewer needs to see it."""

    title: str
    url_path: str
    section: str
    order: int
    icon: str
    audience: Action
    render: Callable[[Session], None]


def pages_for(viewer: Viewer, packages: tuple[ModuleType, ...], *more: Page) -> tuple[Page, ...]:
    """The screens of the audience packages, and more, that the viewer may open, in their order."""
    found = [*more, *(page for package in packages for page in discover(package, "PAGE", Page).values())]
    return tuple(sorted((page for page in found if viewer.may(page.audience)), key=lambda page: page.order))
