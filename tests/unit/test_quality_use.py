"""The funnel of use, the agreement of raters and the mix of a reference, as pure numbers."""

import numpy as np
import pandas as pd
import pytest

from kpis.catalogue import load
from kpis.quality.case_mix import may_be_standardised, reference_weights
from kpis.quality.rater_agreement import TOTAL, rater_agreement
from kpis.quality.use_funnel import use_funnel

LOGGED = ("offered", "opened", "edited", "used", "signed")
COUNTS = {"eligible": 200, "offered": 160, "opened": 120, "edited": 60, "used": 100, "signed": 90}


def test_an_edited_draft_is_a_branch_and_not_a_stage_that_all_pass():
    found = {one.name: one.stage for one in use_funnel(COUNTS, LOGGED, 10)}
    assert list(found) == ["eligible", *LOGGED]
    assert found["edited"].from_previous.value == 60 / 120
    assert found["used"].from_previous.value == 100 / 120
    assert found["signed"].from_first.value == 90 / 200
    assert all(one.problem is None for one in found.values())


def test_a_stage_that_is_not_logged_or_small_is_skipped_with_its_reason():
    found = {one.name: one for one in use_funnel(COUNTS | {"used": 9}, {"offered", "used", "signed"}, 10)}
    assert {name: one.unshown for name, one in found.items() if one.stage is None} == {
        "opened": "not_logged",
        "edited": "not_logged",
        "used": "few",
    }
    assert found["signed"].stage.from_previous.value == 90 / 160
    none = use_funnel(dict.fromkeys(COUNTS, 0), LOGGED, 10)
    assert [one.stage.count for one in none] == [0] * 6


def reviews(rng: np.random.Generator, texts: int) -> pd.DataFrame:
    grades = {name: rng.integers(1, 6, texts) for name in ("completeness", "correctness", "conciseness")}
    names = ("unsupported", "unsupported_major", "omitted", "omitted_major", "major_errors")
    counts = {name: rng.integers(0, 9, texts) for name in names}
    return pd.DataFrame({"trusted": rng.integers(0, 2, texts), **grades, **counts}).astype(float)


def test_items_get_the_coefficient_of_their_kind_and_missing_judgements_leave_their_item_alone():
    rng = np.random.default_rng(5)
    first, second = reviews(rng, 40), reviews(rng, 40)
    second.loc[3, "correctness"] = np.nan
    found = {one.item: one for one in rater_agreement(first, second, 2)}
    assert (found["trusted"].kind, found["correctness"].kind, found[TOTAL].kind) == ("flag", "grade", "count")
    assert (found["trusted"].texts, found["correctness"].texts, found[TOTAL].texts) == (40, 39, 39)
    # kappa of a 2 x 2 table, written out
    a, b = first["trusted"], second["trusted"]
    same, by_chance = (a == b).mean(), a.mean() * b.mean() + (1 - a.mean()) * (1 - b.mean())
    assert found["trusted"].kappa.value == pytest.approx((same - by_chance) / (1 - by_chance), rel=1e-12)
    # quadratic weights give 1 - E(a - b)^2 / E(a - b')^2 over all pairs
    a, b = (side["completeness"].to_numpy() for side in (first, second))
    expected = 1 - ((a - b) ** 2).mean() / ((a[:, None] - b[None, :]) ** 2).mean()
    assert found["completeness"].kappa.value == pytest.approx(expected, rel=1e-12)
    assert found[TOTAL].form == "ICC(2)"
    assert {one.form for one in rater_agreement(first, second, 3) if one.form} == {"ICC(1)"}


def test_the_weights_of_a_reference_are_shares_of_the_denominator():
    cells = pd.DataFrame({"segment": ["a", "b", "a", "c"], "denominator": [1.0, 2.0, 5.0, 0.0]})
    assert reference_weights(cells, "segment") == {"a": 0.75, "b": 0.25}
    assert reference_weights(cells[:0], "segment") == {}


def test_only_a_sum_over_a_sum_with_a_declared_mix_is_standardised():
    known = load()
    assert may_be_standardised(known["note_time_enc"], "segment")
    assert not may_be_standardised(known["pem"], "segment")
    assert not may_be_standardised(known["note_time_enc"], "exposed")
