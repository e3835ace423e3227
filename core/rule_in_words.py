"""What a setting broke, in words: the rules that files of a hospital break most, in both languages."""

from collections.abc import Mapping
from typing import Any

from core.language.text import N_, Text, Value

_RULES = {
    "missing": N_("it is needed and not there"),
    "extra_forbidden": N_("there is no such setting"),
    "unexpected_keyword_argument": N_("there is no such setting"),
    "greater_than": N_("it must be more than {gt}"),
    "greater_than_equal": N_("it must be at least {ge}"),
    "less_than": N_("it must be less than {lt}"),
    "less_than_equal": N_("it must be at most {le}"),
    "literal_error": N_("it must be one of {expected}"),
    "string_type": N_("it must be text, between quotes"),
    "string_pattern_mismatch": N_("it is written differently"),
    "span": N_("write hours or days, for instance 36h or 2d"),
    "bool_type": N_("it must be true or false"),
    "bool_parsing": N_("it must be true or false"),
    "int_type": N_("it must be a whole number"),
    "int_parsing": N_("it must be a whole number"),
    "int_from_float": N_("it must be a whole number"),
    "float_type": N_("it must be a number"),
    "float_parsing": N_("it must be a number"),
    "finite_number": N_("it must be a number"),
    "date_type": N_("it must be a date, such as 2026-03-01"),
    "date_parsing": N_("it must be a date, such as 2026-03-01"),
    "date_from_datetime_parsing": N_("it must be a date, such as 2026-03-01"),
    "date_from_datetime_inexact": N_("it must be a date, such as 2026-03-01"),
    "too_short": N_("it must have at least {min_length}"),
    "string_too_short": N_("it must not be empty"),
    "string_too_long": N_("its length must be at most {max_length}"),
    "dict_type": N_("it must be a table"),
    "mapping_type": N_("it must be a table"),
    "model_type": N_("it must be a table"),
    "model_attributes_type": N_("it must be a table"),
    "dataclass_type": N_("it must be a table"),
    "list_type": N_("it must be a list"),
    "tuple_type": N_("it must be a list"),
}


def rule(detail: Mapping[str, Any]) -> Value:
    """Of one error of pydantic; one that has no words here keeps its own."""
    told = _RULES.get(detail["type"])
    if told is None:
        return str(detail["msg"]).removeprefix("Value error, ")
    context = detail.get("ctx", {})
    return Text(told, {name: str(value).replace(" or ", ", ") for name, value in context.items()})
