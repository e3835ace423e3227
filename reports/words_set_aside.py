"""Why rows were set aside, in words for who does not know the codes."""

from collections.abc import Mapping

from core.language.numbers import number
from core.language.text import N_, Text

SHOWN = 3
REASONS = {
    "too_many_fields": N_("too many fields"),
    "too_few_fields": N_("too few fields"),
    "malformed_json": N_("no valid JSON"),
    "encoding_error": N_("letters that cannot be read"),
    "nul_byte": N_("control characters"),
    "missing_value": N_("a required value is missing"),
    "missing_department": N_("no department"),
    "missing_date": N_("no date"),
    "invalid_date": N_("no such date"),
    "invalid_time": N_("no such time"),
    "implausible_date": N_("an implausible date"),
    "nonexistent_local_time": N_("a time that the clock skips"),
    "unit_missing": N_("no unit"),
    "unparseable": N_("cannot be read"),
    "non_finite": N_("no finite number"),
    "negative_duration": N_("a negative duration"),
    "negative_count": N_("a negative number"),
    "implausible": N_("an implausible value"),
    "zero_denominator": N_("divided by nothing"),
    "numerator_gt_denominator": N_("more failures than there were at all"),
    "excel_error": N_("an error in the spreadsheet"),
    "formula_without_value": N_("a formula without a value"),
    "duplicate": N_("the same key again"),
    "identifier_blocked": N_("a person who is blocked"),
}

FLAGS = {
    "dst_ambiguous": N_("in the hour that comes twice, taken as winter time"),
    "dst_resolved": N_("in the hour that comes twice, settled by the offset"),
    "two_digit_year": N_("a year of two digits"),
    "homoglyph_suspect": N_("letters of another alphabet"),
    "converted_unit": N_("converted from another unit"),
}
"""What is to be known of rows that loaded."""


def reasons_in_words(set_aside: Mapping[str, int], language: str) -> str:
    """The commonest reasons with their numbers of rows; a code without words is shown as it is."""
    ordered = sorted(set_aside.items(), key=lambda one: (-one[1], one[0]))
    told = [
        f"{Text(REASONS.get(code, code)).render(language)} {number(rows, 0, language)}"
        for code, rows in ordered[:SHOWN]
    ]
    return ", ".join(told) + (", ..." if len(ordered) > SHOWN else "")
