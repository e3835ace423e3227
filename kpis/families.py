"""KPIs that ask nearly the same in different ways, and so may not stand in one panel."""

from collections.abc import Iterable

from kpis.kpi import Kpi


def mixed(kpis: Iterable[Kpi]) -> tuple[Kpi, Kpi] | None:
    """The first two KPIs of one family with different definitions; None where there are none.

    Versions of one KPI are no mix: they are put side by side to be compared.
    """
    first: dict[str, Kpi] = {}
    for kpi in kpis:
        if not kpi.family:
            continue
        other = first.setdefault(kpi.family, kpi)
        if other.id != kpi.id and other.definition != kpi.definition:
            return other, kpi
    return None
