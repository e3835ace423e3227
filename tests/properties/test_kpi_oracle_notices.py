"""The oracle is worth what it notices: whatever is changed in a definition shows in the numbers."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import pytest

from kpis.catalogue import load
from kpis.content import Content
from kpis.kpi import Kpi, Quantity
from tests.kpi_databases import in_duckdb
from tests.properties.kpi_rows import Tables, rows_of_cases
from tests.properties.test_kpi_semantics import assert_same

CATALOGUE = load()
FEW, MANY = range(8), range(60)
"""Cases: most changes show in a few, the rest is looked for in many."""


def changes(kpi: Kpi) -> Iterator[tuple[str, Kpi]]:
    """The definition with one thing left out or moved a little."""
    yield from _limits(kpi)
    for number, exclusion in enumerate(kpi.exclusions):
        rest = kpi.exclusions[:number] + kpi.exclusions[number + 1 :]
        yield f"without {exclusion.reason}", replace(kpi, exclusions=rest)
    for side in ("numerator", "denominator"):
        quantity: Quantity = getattr(kpi, side)
        for number, one in enumerate(quantity.where):
            fewer = replace(quantity, where=quantity.where[:number] + quantity.where[number + 1 :])
            yield f"{side} without {one.column} {one.operator} {one.value}", replace(kpi, **{side: fewer})  # type: ignore[arg-type]
    if kpi.numerator.value and kpi.statistic != "censored":
        larger = replace(kpi.numerator, scale=kpi.numerator.scale * 1.0001)
        yield "another scale", replace(kpi, numerator=larger)


def _limits(kpi: Kpi) -> Iterator[tuple[str, Kpi]]:
    if kpi.plausible is not None:
        low, high = kpi.plausible
        # what is added up of several rows or columns is seldom near the ends of its scale
        added = kpi.group is not None or " + " in kpi.numerator.value
        step = (0.7 if added else 1e-6) * (high - low)
        yield "a higher least value", replace(kpi, plausible=(low + step, high))
        yield "a lower largest value", replace(kpi, plausible=(low, high - step))
    if kpi.cap is not None:
        yield "a lower cap", replace(kpi, cap=replace(kpi.cap, at=kpi.cap.at / 2))
    if kpi.group is not None:
        yield "one row more", replace(kpi, group=replace(kpi.group, at_least=kpi.group.at_least + 1))
        if kpi.group.reverse:
            yield "nothing turned", replace(kpi, group=replace(kpi.group, reverse=()))
        if kpi.group.item_range is not None:
            low, high = kpi.group.item_range
            yield "another range", replace(kpi, group=replace(kpi.group, item_range=(low + 1, high)))


def differs(kpi: Kpi, content: Content, rows: Tables) -> bool:
    try:
        assert_same(kpi, content, rows)
    except AssertionError:
        return True
    return False


def unnoticed(kpi: Kpi, among: Iterable[tuple[str, Kpi]], cases: range) -> list[tuple[str, Kpi]]:
    """The changes that make no difference in so many cases; the KPI as it is makes none."""
    rows = rows_of_cases([kpi], cases)
    content = in_duckdb([kpi], rows)
    assert not differs(kpi, content, rows)
    return [(what, changed) for what, changed in among if not differs(changed, content, rows)]


@pytest.mark.parametrize("name", CATALOGUE)
def test_every_changed_part_of_a_definition_is_noticed(name: str) -> None:
    kpi = CATALOGUE[name]
    left = unnoticed(kpi, changes(kpi), FEW)
    assert not left or unnoticed(kpi, left, MANY) == []
