"""What a quantity of a definition sums, and its conditions, in words."""

from core.language.text import N_, Text
from kpis import expression
from kpis.expression import Kind
from kpis.kpi import Filter, Operator, Quantity

SPANS: dict[Kind, str] = {
    "minutes": N_("minutes from `{start}` to `{end}`"),
    "working_minutes": N_("working minutes from `{start}` to `{end}`"),
    "working_days": N_("working days from `{start}` to `{end}`"),
}
PRESENCE: dict[Operator, str] = {
    "missing": N_("`{column}` is missing"),
    "present": N_("`{column}` is present"),
}
LISTS: dict[Operator, str] = {"in": N_("`{column}` in {values}"), "not in": N_("`{column}` not in {values}")}


def quantity_text(quantity: Quantity, lang: str) -> str:
    """Such as "sum of `seconds` of NoteSession, times 0.0167 where `kind` = visit"."""
    parsed = expression.parsed(quantity.value)
    if parsed.is_span:
        start, end = parsed.columns
        what = Text(SPANS[parsed.kind], {"start": start, "end": end}).render(lang)
    elif quantity.value:
        what = Text(N_("sum of `{value}`"), {"value": quantity.value}).render(lang)
    else:
        what = Text(N_("rows")).render(lang)
    text = Text(N_("{what} of {table}"), {"what": what, "table": quantity.table}).render(lang)
    if quantity.scale != 1:
        text += Text(N_(", times {scale}"), {"scale": plain_number(quantity.scale, lang, 6)}).render(lang)
    if quantity.where:
        conditions = conditions_text(quantity.where, lang)
        text += Text(N_(" where {conditions}"), {"conditions": conditions}).render(lang)
    return text


def conditions_text(where: tuple[Filter, ...], lang: str) -> str:
    """Conditions that must all hold."""
    return Text(N_(" and ")).render(lang).join(condition_text(one, lang) for one in where)


def condition_text(one: Filter, lang: str) -> str:
    """Such as "`kind` = visit" or "`signed_at` is missing"."""
    if one.operator in PRESENCE:
        return Text(PRESENCE[one.operator], {"column": one.column}).render(lang)
    if isinstance(one.value, tuple):
        values = ", ".join(_value(part, lang) for part in one.value)
        return Text(LISTS[one.operator], {"column": one.column, "values": values}).render(lang)
    return f"`{one.column}` {one.operator} {_value(one.value, lang)}"


def plain_number(value: float, lang: str, digits: int = 12) -> str:
    """A number of a definition with as many decimals as it has, at most `digits` significant ones."""
    text = f"{value:.{digits}g}"
    return text.replace(".", ",") if lang == "nl" else text


def _value(value: str | float | None, lang: str) -> str:
    return plain_number(value, lang) if isinstance(value, int | float) else str(value)
