"""How a tool is used and how raters agree, in words."""

from core.language.numbers import number, percent
from core.language.text import N_, Text, Value
from kpis.quality.rater_agreement import TOTAL, ItemAgreement
from kpis.quality.use_funnel import ELIGIBLE, FunnelStage, Unshown
from kpis.statistics.agreement import (
    ONE_CATEGORY,
    OUTSIDE_SCALE,
    TOO_FEW_TEXTS,
    UNEQUAL_NUMBERS,
    Agreement,
)
from kpis.statistics.funnel import MORE_THAN_EARLIER, NOTHING_BEFORE
from kpis.statistics.intraclass import MISSING_RATING, NO_DIFFERENCE, TOO_FEW_RATERS
from reports.words_numbers import count_text

STAGES = {
    ELIGIBLE: N_("eligible"),
    "offered": N_("offered"),
    "opened": N_("opened"),
    "edited": N_("edited"),
    "used": N_("used"),
    "signed": N_("signed"),
}
UNSHOWN: dict[Unshown, str] = {
    "not_logged": "",
    "few": N_("{stage} < {small}"),
}
PROBLEMS = {
    MORE_THAN_EARLIER: N_("{stage} {count} (more than an earlier stage)"),
    NOTHING_BEFORE: N_("{stage} {count}"),
}
ITEMS = {
    "trusted": N_("Would sign it"),
    "completeness": N_("Completeness"),
    "correctness": N_("Correctness"),
    "conciseness": N_("Conciseness"),
    "unsupported": N_("Sentences without a source"),
    "unsupported_major": N_("of which could do harm"),
    "omitted": N_("Items left out"),
    "omitted_major": N_("of which could do harm"),
    "major_errors": N_("Errors that could do harm"),
    TOTAL: N_("The three grades together"),
}
REFUSALS = {
    TOO_FEW_TEXTS: N_("fewer than two texts"),
    ONE_CATEGORY: N_("everything got one score, so chance cannot be told apart"),
    OUTSIDE_SCALE: N_("a score outside the scale"),
    UNEQUAL_NUMBERS: N_("the raters scored different numbers of texts"),
    TOO_FEW_RATERS: N_("fewer than two raters"),
    MISSING_RATING: N_("a score is missing"),
    NO_DIFFERENCE: N_("all scores are the same"),
}


def stage_text(found: FunnelStage, small: int, lang: str) -> str:
    """Such as "opened 120 (60%)", the share of the eligible; empty where the stage is not logged."""
    stage = found.stage
    values: dict[str, Value] = {"stage": Text(STAGES[found.name]), "small": small}
    if stage is None:
        words = UNSHOWN[found.unshown] if found.unshown is not None else ""
        return Text(words, values).render(lang) if words else ""
    values["count"] = count_text(stage.count, lang)
    share = stage.from_first.value if stage.from_first is not None else None
    if stage.problem is not None:
        return Text(PROBLEMS[stage.problem], values).render(lang)
    if share is None:
        return Text(N_("{stage} {count}"), values).render(lang)
    return Text(N_("{stage} {count} ({share:%0})"), {**values, "share": share}).render(lang)


def using_text(using: int, at_risk: int, interval: tuple[float, float], lang: str) -> str:
    """Such as "24 of 51 clinicians, 47% (34% to 60%)"."""
    low, high = interval
    values: dict[str, Value] = {
        "using": using, "at_risk": at_risk, "share": using / at_risk, "low": low, "high": high,
    }  # fmt: skip
    words = N_("{using} of {at_risk} clinicians, {share:%0} (95%: {low:%0} to {high:%0})")
    return Text(words, values).render(lang)


def together_name(lang: str) -> str:
    """The name of all departments of a question as one."""
    return Text(N_("all together")).render(lang)


def item_name(item: str, lang: str) -> str:
    """What raters judged."""
    return Text(ITEMS[item]).render(lang)


def agreement_answer(texts: int, raters: int, lang: str) -> str:
    """What the agreement stands on."""
    if not texts:
        return Text(N_("No text was judged by two raters.")).render(lang)
    words = N_("{texts} texts were judged twice, by {raters} raters in all.")
    return Text(words, {"texts": texts, "raters": raters}).render(lang)


def item_text(found: ItemAgreement, lang: str) -> str:
    """Such as "same 84% · kappa 0.61 (0.40 to 0.82) · AC1 0.72 (0.55 to 0.89) · 52 texts"."""
    texts = Text(N_("{texts} texts"), {"texts": found.texts}).render(lang)
    if found.correlation is not None:
        name = str(found.form)
        bounds = found.correlation.interval
        ends = None if bounds is None else (bounds.low, bounds.high)
        said = _coefficient(name, found.correlation.value, ends, found.correlation.reason, lang)
        return f"{said} · {texts}"
    gwet = "AC1" if found.kind == "flag" else "AC2"
    parts = [_same(found.same, lang), _of("kappa", found.kappa, lang), _of(gwet, found.gwet, lang)]
    return " · ".join([*(part for part in parts if part), texts])


def _same(found: Agreement | None, lang: str) -> str:
    if found is None or found.value is None:
        return ""
    return Text(N_("same {share}"), {"share": percent(found.value, 0, lang)}).render(lang)


def _of(name: str, found: Agreement | None, lang: str) -> str:
    if found is None:
        return ""
    ends = None if found.interval is None else (found.interval.low, found.interval.high)
    return _coefficient(name, found.value, ends, found.reason, lang)


def _coefficient(
    name: str, value: float | None, ends: tuple[float, float] | None, reason: str | None, lang: str
) -> str:
    if value is None:
        why = Text(REFUSALS[reason]).render(lang) if reason in REFUSALS else "–"
        return f"{name} – ({why})"
    said = f"{name} {number(value, 2, lang)}"
    if ends is None:
        return said
    low, high = (number(end, 2, lang) for end in ends)
    return said + " (" + Text(N_("{low} to {high}"), {"low": low, "high": high}).render(lang) + ")"
