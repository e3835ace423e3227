"""The only place that writes sentences about results, from codes and numbers, in every language.

The verdict is the product's; the decision is people's.
"""

from reports.words_checks import check_text
from reports.words_decision import (
    change_text,
    criterion_measured,
    criterion_name,
    criterion_state,
    criterion_text,
    criterion_threshold,
    question_text,
    ways_to_change,
)
from reports.words_headline import headline, provided_text, reason_text
from reports.words_names import (
    check_name,
    check_state_word,
    design_name,
    exclusion_name,
    inference_name,
    item_names,
    role_name,
    state_word,
    verdict_word,
)
from reports.words_numbers import (
    better_sign,
    bounds_text,
    change_number,
    change_unit,
    count_text,
    effect_text,
    interval_text,
    label,
    limit_text,
    margin_text,
    midsentence,
    month_text,
    p_text,
    smallest_change_text,
    value_text,
)

__all__ = [
    "better_sign",
    "bounds_text",
    "change_number",
    "change_text",
    "change_unit",
    "check_name",
    "check_state_word",
    "check_text",
    "count_text",
    "criterion_measured",
    "criterion_name",
    "criterion_state",
    "criterion_text",
    "criterion_threshold",
    "design_name",
    "effect_text",
    "exclusion_name",
    "headline",
    "inference_name",
    "interval_text",
    "item_names",
    "label",
    "limit_text",
    "margin_text",
    "midsentence",
    "month_text",
    "p_text",
    "provided_text",
    "question_text",
    "reason_text",
    "role_name",
    "smallest_change_text",
    "state_word",
    "value_text",
    "verdict_word",
    "ways_to_change",
]
