"""How far two raters of the same texts agree, item by item."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from kpis.statistics.agreement import Agreement, cohen_kappa, gwet_ac, percent_agreement
from kpis.statistics.intraclass import Form, Intraclass, icc

ItemKind = Literal["flag", "grade", "count"]
FLAGS: dict[str, tuple[int, ...]] = {"trusted": (0, 1)}
GRADES: dict[str, tuple[int, ...]] = dict.fromkeys(
    ("completeness", "correctness", "conciseness"), (1, 2, 3, 4, 5)
)
COUNTS = ("unsupported", "unsupported_major", "omitted", "omitted_major", "major_errors")
TOTAL = "grades_total"
"""Completeness, correctness and conciseness together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemAgreement:
    """One item over the texts that both raters judged on it.

    same: the share of equal judgements. kappa: Cohen's, of grades with quadratic weights; gwet: AC1, of
    grades AC2 with ordinal weights. correlation: intraclass, of counts and sums instead; form says which.
    """

    item: str
    kind: ItemKind
    texts: int
    same: Agreement | None = None
    kappa: Agreement | None = None
    gwet: Agreement | None = None
    correlation: Intraclass | None = None
    form: Form | None = None


def rater_agreement(first: pd.DataFrame, second: pd.DataFrame, raters: int) -> tuple[ItemAgreement, ...]:
    """Every item; texts are the index of both frames, missing judgements leave the text out of the item.

    raters: how many raters there are in all. Two of them keep their places, so that ICC(2) holds (absolute
    agreement of these and like raters); with more the pair differs per text, and ICC(1) does.
    """
    form: Form = "ICC(2)" if raters == 2 else "ICC(1)"
    total = list(GRADES)
    pairs = {name: (first[name], second[name]) for name in (*FLAGS, *GRADES, *COUNTS)}
    pairs[TOTAL] = (first[total].sum(axis=1, skipna=False), second[total].sum(axis=1, skipna=False))
    return tuple(_item(name, one, other, form) for name, (one, other) in pairs.items())


def _item(name: str, first: pd.Series, second: pd.Series, form: Form) -> ItemAgreement:
    judged = (first.notna() & second.notna()).to_numpy()
    a, b = first.to_numpy(np.float64)[judged], second.to_numpy(np.float64)[judged]
    categories = (FLAGS | GRADES).get(name)
    if categories is None:
        return ItemAgreement(
            item=name, kind="count", texts=len(a), correlation=icc(np.column_stack([a, b]), form), form=form
        )
    is_flag = name in FLAGS
    one, other = ([int(score) for score in scores] for scores in (a, b))
    return ItemAgreement(
        item=name,
        kind="flag" if is_flag else "grade",
        texts=len(one),
        same=percent_agreement(one, other, categories),
        kappa=cohen_kappa(one, other, categories, "unweighted" if is_flag else "quadratic"),
        gwet=gwet_ac(one, other, categories, "unweighted" if is_flag else "ordinal"),
    )
