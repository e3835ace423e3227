"""How much of a draft a clinician changed before signing.

The texts are scored where they are, at the edge, and are never stored: only the score goes on, with the id of
its method, since scores of two methods cannot be compared. Words are what white space parts, in lower case.
The first three methods are those of UMC Utrecht's evaluation of generated discharge letters (2025, published
as discharge-documentation-generator).
"""

from collections import Counter
from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np

GRAM = 3


def draft_gram_distance(draft: str, final: str) -> float | None:
    """1 - share of the draft's distinct 3-grams of words that stand in the final text: 0 all kept, 1 none.

    What was added costs nothing. None where the draft has fewer than three words.
    """
    drafted = _grams(draft)
    return 1 - len(drafted & _grams(final)) / len(drafted) if drafted else None


def jaccard_gram_distance(draft: str, final: str) -> float | None:
    """1 - shared / all distinct 3-grams of words of both: 0 the same, 1 nothing shared.

    None where neither text has three words.
    """
    drafted, finished = _grams(draft), _grams(final)
    either = drafted | finished
    return 1 - len(drafted & finished) / len(either) if either else None


def substring_distance(draft: str, final: str) -> float | None:
    """(longest length - longest common substring) / longest length, in characters of lower case: 0 the same.

    None where both texts are empty. Time is the product of both lengths.
    """
    first, second = draft.lower(), final.lower()
    longest = max(len(first), len(second))
    return (longest - _common_substring(first, second)) / longest if longest else None


def rouge_1(draft: str, final: str) -> float | None:
    """ROUGE-1 F, a likeness and no distance: 1 the same words as often, 0 none (Lin 2004).

    Twice the number of shared words, each as often as both have it, over the words of both. None where
    neither text has a word.
    """
    drafted, finished = Counter(draft.lower().split()), Counter(final.lower().split())
    words = drafted.total() + finished.total()
    return 2 * (drafted & finished).total() / words if words else None


METHODS: Mapping[str, Callable[[str, str], float | None]] = MappingProxyType(
    {
        "umcu-3gram-draft": draft_gram_distance,
        "umcu-3gram-jaccard": jaccard_gram_distance,
        "umcu-longest-common-substring": substring_distance,
        "rouge-1-f": rouge_1,
    }
)
"""The id that is stored with a score, and its function of draft and final text."""


def _grams(text: str) -> set[tuple[str, ...]]:
    words = text.lower().split()
    return {tuple(words[i : i + GRAM]) for i in range(len(words) - GRAM + 1)}


def _common_substring(first: str, second: str) -> int:
    """Length of the longest run of characters that both texts have."""
    if not first or not second:
        return 0
    letters = np.array([ord(letter) for letter in second])
    ending_here = np.zeros(len(second), dtype=np.int64)
    longest = 0
    for letter in first:
        before = np.concatenate([[0], ending_here[:-1]])
        ending_here = np.where(letters == ord(letter), before + 1, 0)
        longest = max(longest, int(ending_here.max()))
    return longest
