"""What a definition computes, of which rows, and what a gap means, in words."""

from core.language import percent
from core.language.text import N_, Text, Value
from kpis.kpi import Group, Kpi, StatisticName
from kpis.statistic import over_two_tables
from reports.words_names import exclusion_name
from reports.words_quantity import condition_text, conditions_text, plain_number, quantity_text

STATISTICS: dict[StatisticName, str] = {
    "duration": N_(
        "mean of a duration per row; the geometric mean, median and 90th percentile stand beside it"
    ),
    "mean": N_("mean per row"),
    "proportion": N_("share of the rows that also meet a condition"),
    "ratio": N_("sum over sum"),
    "rate": N_("events over exposure"),
    "ordinal": N_("mean of a score per row; the share in the top box stands beside it"),
    "net": N_("share of the rows that meet a condition minus the share that meets another"),
    "censored": N_("median time by Kaplan-Meier: what is still open counts as open, never as gone"),
    "staff_share": N_("share of clinicians, by their totals in the period"),
}
GATHERED: dict[StatisticName, str] = {
    "mean": N_("mean of the combined values"),
    "proportion": N_("share of the combined values that count"),
}
COMBINED = {"sum": N_("added up"), "mean": N_("averaged")}
COMPUTED_FROM = {
    "literature": N_("literature"),
    "ours": N_("ours"),
    "baseline": N_("the hospital's own baseline"),
}


def statistic_text(kpi: Kpi, lang: str) -> str:
    """What is computed, with the marks that it takes beside the value."""
    text = Text((STATISTICS if kpi.group is None else GATHERED)[kpi.statistic]).render(lang)
    if kpi.top is not None:
        top = plain_number(kpi.top, lang)
        text += Text(N_("; the top box starts at {top}"), {"top": top}).render(lang)
    if kpi.within is not None:
        values: dict[str, Value] = {
            "within": plain_number(kpi.within, lang),
            "bin": plain_number(kpi.bin, lang),
            "unit": kpi.unit[lang],
        }
        words = N_("; the share within {within} stands beside it, in bins of {bin} {unit}")
        text += Text(words, values).render(lang)
    return text


def numerator_text(kpi: Kpi, lang: str) -> str:
    """What is counted or summed."""
    where = conditions_text(kpi.numerator.where, lang)
    if kpi.against:
        values = {"where": where, "against": conditions_text(kpi.against, lang)}
        words = N_("those of the denominator's rows where {where}, minus those where {against}")
        return Text(words, values).render(lang)
    if kpi.statistic == "proportion" and kpi.group is None:
        return Text(N_("those of the denominator's rows where {where}"), {"where": where}).render(lang)
    return quantity_text(kpi.numerator, lang)


def gathered_text(kpi: Kpi, lang: str) -> str:
    """How rows are brought together into one value first; empty where they are not."""
    group = kpi.group
    if group is None:
        return ""
    enough = N_("all") if group.at_least == group.rows else N_("at least {count}")
    values: dict[str, Value] = {
        "column": group.column,
        "combined": Text(COMBINED[group.combine]),
        "enough": Text(enough, {"count": group.at_least}),
        "rows": group.rows,
    }
    words = N_("the rows of one `{column}` on one day are {combined}; {enough} of {rows} must be there")
    return "; ".join([Text(words, values).render(lang), *_details(group, lang)])


def _details(group: Group, lang: str) -> list[str]:
    found = []
    if group.reverse:
        values = {"around": plain_number(group.reverse_around, lang), "items": ", ".join(group.reverse)}
        found.append(Text(N_("turned round ({around} minus the answer): {items}"), values))
    if group.item_range is not None:
        low, high = (plain_number(bound, lang) for bound in group.item_range)
        found.append(Text(N_("answers from {low} to {high}"), {"low": low, "high": high}))
    if group.shift:
        amount = ("+" if group.shift > 0 else "") + plain_number(group.shift, lang)
        found.append(Text(N_("{amount} is added before scaling"), {"amount": amount}))
    if group.counts is not None:
        bound = f"{group.counts.operator} {plain_number(group.counts.value, lang)}"
        found.append(Text(N_("counts where the result is {bound}"), {"bound": bound}))
    return [text.render(lang) for text in found]


def staff_text(kpi: Kpi, lang: str) -> str:
    """Which clinicians count, of whom; empty for a KPI that counts something else."""
    rule = kpi.staff
    if rule is None:
        return ""
    many = Text(N_("{count} or more rows of the numerator"), {"count": rule.at_least}).render(lang)
    among = many if rule.among == "numerator" else Text(N_("any row of the denominator")).render(lang)
    values = {"many": many, "among": among}
    if rule.share_above is None:
        return Text(N_("those with {many}; of those with {among}"), values).render(lang)
    values["share"] = percent(rule.share_above, 0, lang)
    words = N_(
        "those with {many} that are more than {share} of their rows of the denominator; of those with {among}"
    )
    return Text(words, values).render(lang)


def left_out_text(kpi: Kpi, lang: str) -> str:
    """Which rows do not count, by reason."""
    reasons = [
        f"{exclusion_name(one.reason, lang)} ({condition_text(one.where, lang)})" for one in kpi.exclusions
    ]
    if kpi.plausible is not None:
        low, high = (plain_number(bound, lang) for bound in kpi.plausible)
        words = (
            N_("implausible (a row's numerator outside {low} to {high})")
            if kpi.group is None
            else N_("implausible (a combined value outside {low} to {high})")
        )
        reasons.append(Text(words, {"low": low, "high": high}).render(lang))
    if kpi.group is not None:
        reasons.append(Text(N_("incomplete (too few rows together)")).render(lang))
    if not reasons:
        return Text(N_("nothing")).render(lang)
    return Text(N_("{reasons}; each counted by reason"), {"reasons": "; ".join(reasons)}).render(lang)


def cap_text(kpi: Kpi, lang: str) -> str:
    """From where on values count as the cap; empty without one."""
    if kpi.cap is None:
        return ""
    values: dict[str, Value] = {
        "at": plain_number(kpi.cap.at, lang),
        "origin": Text(COMPUTED_FROM[kpi.cap.computed_from]),
        "source": kpi.cap.source,
    }
    words = N_("more than {at} counts as {at} ({origin}: {source}); the mean without it stands beside it")
    return Text(words, values).render(lang)


def missing_text(kpi: Kpi, lang: str) -> str:
    """What a gap means."""
    return Text(_missing(kpi)).render(lang)


def _missing(kpi: Kpi) -> str:
    if kpi.statistic == "censored":
        return N_("a missing end is still open; a missing start is left out and counted")
    if kpi.missing == "fail":
        return N_("one missing value leaves the period without a value")
    if kpi.missing == "zero":
        if over_two_tables(kpi):
            return N_("no rows in the numerator is 0")
        return (
            N_("a missing value is 0")
            if kpi.numerator.value
            else N_("a missing value does not meet the condition")
        )
    if over_two_tables(kpi):
        return N_("rows with a missing value are left out and counted; no rows in the numerator says nothing")
    return N_("rows with a missing value are left out and counted")
