"""Edit distances against published examples and brute force."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kpis.statistics.edit_distance import (
    METHODS,
    draft_gram_distance,
    jaccard_gram_distance,
    rouge_1,
    substring_distance,
)

texts = st.lists(st.sampled_from(["de", "De", "arts", "ziet", "U"]), max_size=12).map(" ".join)
letters = st.text("abA ", max_size=12)


def all_grams(text: str) -> list[str]:
    words = text.lower().split()
    return sorted({" ".join(words[i : i + 3]) for i in range(len(words)) if i + 3 <= len(words)})


@given(texts, texts)
def test_gram_distances_count_each_gram(draft, final):
    ours, theirs = all_grams(draft), all_grams(final)
    kept = [gram for gram in ours if gram in theirs]
    every = ours + [gram for gram in theirs if gram not in ours]
    assert draft_gram_distance(draft, final) == (1 - len(kept) / len(ours) if ours else None)
    assert jaccard_gram_distance(draft, final) == (1 - len(kept) / len(every) if every else None)


@given(letters, letters)
def test_longest_common_substring_is_the_longest_of_all(draft, final):
    a, b = draft.lower(), final.lower()
    common = max(
        (j - i for i in range(len(a)) for j in range(i, len(a) + 1) if a[i:j] in b),
        default=0,
    )
    longest = max(len(a), len(b))
    assert substring_distance(draft, final) == ((longest - common) / longest if longest else None)


@given(texts, texts)
def test_rouge_is_the_harmonic_mean_of_precision_and_recall(draft, final):
    a, b = draft.lower().split(), final.lower().split()
    if not a and not b:
        assert rouge_1(draft, final) is None
        return
    left, shared = list(b), 0
    for word in a:
        if word in left:
            left.remove(word)
            shared += 1
    precision, recall = shared / max(len(a), 1), shared / max(len(b), 1)
    expected = 2 * precision * recall / (precision + recall) if shared else 0.0
    assert rouge_1(draft, final) == pytest.approx(expected)


def test_the_example_in_the_notebook_of_umc_utrecht() -> None:
    """Both texts share " een \\ntest", 10 of 20 characters."""
    assert substring_distance("dit is een \ntest zin", "is maar een \nTester") == 0.5


def test_rouge_of_the_cat_under_the_bed() -> None:
    """The well-known example: recall 6/6 and precision 6/7."""
    found = rouge_1("the cat was found under the bed", "the cat was under the bed")
    assert found == pytest.approx(2 * (6 / 7) / (6 / 7 + 1))


def test_what_was_added_costs_nothing_one_sided() -> None:
    draft = "de patiënt is opgenomen"
    assert draft_gram_distance(draft, draft + " geweest in maart") == 0
    assert jaccard_gram_distance(draft, draft + " geweest in maart") == pytest.approx(0.6)


@given(texts)
def test_the_same_text_is_no_distance(text):
    for name, method in METHODS.items():
        found = method(text, text.upper())
        assert found in (None, 1.0 if name.startswith("rouge") else 0.0)
