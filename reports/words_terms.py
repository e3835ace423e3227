"""What the words on the effect page mean, for who meets them for the first time."""

from core.language import N_, Text, percent

TERMS: tuple[tuple[str, str], ...] = (
    (
        N_("Effect"),
        N_(
            "The change in the pilot departments minus the change in the comparison departments over the "
            "same weeks. The run-in counts on neither side."
        ),
    ),
    (
        N_("Interval"),
        N_("A range that is made so that it holds the true effect in {level} of pilots like this one."),
    ),
    (
        N_("Test against no effect"),
        N_(
            "p is how often a difference at least as large would be found if the tool did nothing. It is not "
            "the chance that the result is a coincidence."
        ),
    ),
    (
        N_("Strength of the evidence"),
        N_(
            "A (strong): drawn by lot. B (moderate): compared with departments without the tool. C (weak): "
            "compared with one's own past. D (very weak): before and after alone. Every objection takes one "
            "step."
        ),
    ),
    (
        N_("Ways of calculating agree"),
        N_(
            "The second way has the same sign, its interval holds the main effect, and both or neither "
            "exclude that there is no effect."
        ),
    ),
    (
        N_("Difference in trend"),
        N_(
            "How much the difference between the groups moves from one bin of four weeks to the next. Before "
            "the start the tool cannot cause that, so its worst is a measure of what else may happen "
            "(Rambachan and Roth 2023). It is partly noise, so with few departments the effect soon does not "
            "hold any more."
        ),
    ),
    (
        N_("Every way to compute it"),
        N_(
            "Choices that could as well have been made otherwise, all together (specification curve, "
            "Simonsohn, Simmons and Nelson 2020). Only the main calculation, fixed in the plan, carries the "
            "verdict."
        ),
    ),
)


def terms(level: float, lang: str) -> tuple[tuple[str, str], ...]:
    """Pairs of a term and its meaning."""
    share = percent(level, 0, lang)
    return tuple(
        (Text(term).render(lang), Text(meaning, {"level": share}).render(lang)) for term, meaning in TERMS
    )
