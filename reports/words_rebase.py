"""A rebase in words: since when, by whom, why, and whether it takes a signal away."""

from datetime import date

from core.language.text import N_, Text, Value
from experiments.monitoring.rebase import Rebase
from reports.words_names import person_name


def rebase_sentence(one: Rebase, language: str) -> str:
    """Such as "New limits from 02-03-2026: reason (name, 10-06-2026)."."""
    values: dict[str, Value] = {
        "day": one.day,
        "reason": one.reason,
        "by": person_name(one.decided_by, language),
        "at": date.fromisoformat(one.decided_at[:10]),
    }
    words = Text(N_("New limits from {day}: {reason} ({by}, {at})."), values).render(language)
    return f"{words} {hides_sentence(language)}" if one.hides_signal else words


def hides_sentence(language: str) -> str:
    """What a reader must know of a rebase after a change for the worse."""
    return Text(
        N_("Against the older limits this would be a signal of deterioration; keep looking at the level.")
    ).render(language)
