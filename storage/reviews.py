"""Reviews of the same text by two raters, side by side."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import func

from governance.disclosure_control import Persons
from kpis.row_values import source
from storage.scan import open_facts, rows
from storage.workspace import Workspace

ITEMS = (
    "trusted",
    "completeness",
    "correctness",
    "conciseness",
    "unsupported",
    "unsupported_major",
    "omitted",
    "omitted_major",
    "major_errors",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewPairs:
    """first, second: the items of two reviews of each text, in the order of the texts; nobody is named.

    raters: how many gave them. persons: distinct patients behind the texts.
    """

    first: pd.DataFrame
    second: pd.DataFrame
    raters: int
    persons: Persons


def review_pairs(workspace: Workspace, departments: Collection[str], span: tuple[date, date]) -> ReviewPairs:
    """Of every text with two raters or more their first reviews, by an order of raters that never changes.

    The pseudonyms of raters decide who comes first, so two raters who saw every text keep their places.
    """
    facts = source("TextReview").c
    once = func.row_number().over(partition_by=(facts.document, facts.clinician), order_by=facts.review)
    named = ("document", "patient", "clinician", *ITEMS)
    chosen = (
        sa.select(*(facts[name] for name in named), facts.review, once.label("once"))
        .where(facts.document.is_not(None), facts.clinician.is_not(None))
        .where(facts.department.in_(sorted(departments)), facts.day.between(*span))
        .subquery("chosen")
    )
    place = func.row_number().over(
        partition_by=chosen.c.document, order_by=(chosen.c.clinician, chosen.c.review)
    )
    placed = (
        sa.select(*(chosen.c[name] for name in named), place.label("place"))
        .where(chosen.c.once == 1)
        .subquery("placed")
    )
    asked = sa.select(placed).where(placed.c.place <= 2).order_by(placed.c.document, placed.c.place)
    with open_facts(workspace, ["TextReview"]) as connection:
        found = rows(connection, asked)
    pairs = found[found.groupby("document")["place"].transform("size") == 2]
    first, second = (pairs[pairs["place"] == place_].set_index("document") for place_ in (1, 2))
    patients = first["patient"].nunique() + int(first["patient"].isna().any())
    return ReviewPairs(
        first=first[list(ITEMS)],
        second=second[list(ITEMS)],
        raters=int(pairs["clinician"].nunique()),
        persons=Persons(patients=patients, staff=None),
    )
