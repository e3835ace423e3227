"""The strength of the evidence in words: a letter, its word, and why it is that one."""

from core.language import N_, Text
from experiments.evidence_grade import RANKS, EvidenceGrade, Grade

GRADE_WORDS: dict[Grade, str] = {
    "A": N_("strong"),
    "B": N_("moderate"),
    "C": N_("weak"),
    "D": N_("very weak"),
}


SHORT: dict[Grade, str] = {
    "A": N_("drawn by lot"),
    "B": N_("compared, not drawn by lot"),
    "C": N_("own past only"),
    "D": N_("before and after only"),
}
OBJECTIONS = (N_("no objections"), N_("one objection"), N_("{count} objections"))


def grade_in_short(found: EvidenceGrade, lang: str) -> tuple[str, str]:
    """What the design allows, and how many objections lower it."""
    count = len(found.reasons) - 1
    return Text(SHORT[found.ceiling]).render(lang), Text(OBJECTIONS[min(count, 2)], {"count": count}).render(
        lang
    )


def grade_word(grade: Grade, lang: str) -> str:
    """The grade as a word: "redelijk"."""
    return Text(GRADE_WORDS[grade]).render(lang)


def grade_text(grade: Grade, lang: str) -> str:
    """The letter with its word: "B (redelijk)"."""
    return f"{grade} ({grade_word(grade, lang)})"


def rank_text(rank: float, lang: str) -> str:
    """The same of a criterion, which counts 4 for A to 1 for D."""
    return next(grade_text(grade, lang) for grade, value in RANKS.items() if value == rank)


def grade_reasons(found: EvidenceGrade, lang: str) -> tuple[str, ...]:
    """What the design allows, then what lowers it, a sentence each."""
    return tuple(one.message.render(lang) for one in found.reasons)
