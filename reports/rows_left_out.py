"""How many rows were left out and why, as far as the gate gives numbers."""

from collections.abc import Iterator

from experiments.evaluation import KpiResult
from governance.disclosure_control import Disclosed
from reports.wording import count_text, exclusion_name


def reasons_left_out(published: Disclosed[KpiResult], lang: str) -> Iterator[tuple[str, str]]:
    """Every reason with its rows; a small number keeps its reason and has a mark in its place."""
    counts = published.value.excluded if published.value else {}
    for reason, rows in counts.items():
        yield exclusion_name(reason, lang), count_text(rows, lang)
    for reason in published.few:
        yield exclusion_name(reason, lang), published.few_mark


def rows_left_out(published: Disclosed[KpiResult]) -> int | str | None:
    """The rows in all. Beside small numbers only how many there are at the least: their sum is no number.

    None where the result is suppressed.
    """
    if published.value is None:
        return None
    known = sum(published.value.excluded.values())
    return f"≥ {known + len(published.few)}" if published.few else known
