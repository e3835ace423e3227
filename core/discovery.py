"""Find the plug-ins of a package: every module in it that holds a given attribute."""

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def discover(package: ModuleType, attribute: str, kind: type[T]) -> dict[str, T]:
    """Map module name to its `attribute`, in name order. A module without it is a mistake: TypeError."""
    found: dict[str, T] = {}
    for module in sorted(iter_modules(package.__path__), key=lambda info: info.name):
        if module.ispkg:
            continue
        value = getattr(import_module(f"{package.__name__}.{module.name}"), attribute, None)
        if not isinstance(value, kind):
            raise TypeError(f"{package.__name__}.{module.name} has no {attribute} of type {kind.__name__}")
        found[module.name] = value
    return found
