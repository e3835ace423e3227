"""Units of measure that intake converts between."""

_TIME = {"milliseconds": 0.001, "seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0}
_MONEY = {"cents": 0.01, "EUR": 1.0}


def factor(unit: str, wanted: str) -> float | None:
    """What to multiply by to go from a unit to another; None when they do not measure the same."""
    if unit == wanted:
        return 1.0
    for units in (_TIME, _MONEY):
        if unit in units and wanted in units:
            return units[unit] / units[wanted]
    return None


def convertible(wanted: str) -> tuple[str, ...]:
    """The units that can be converted into the wanted one."""
    return tuple(unit for unit in (*_TIME, *_MONEY) if factor(unit, wanted) is not None) or (wanted,)
