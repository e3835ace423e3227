"""Numbers and dates as people write them: decimal comma in Dutch, a real minus, ISO weeks."""

from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal

LOCALES = {"nl": "nl_NL", "en": "en_GB"}
MINUS = "\N{MINUS SIGN}"


def number(value: float, digits: int, language: str, *, signed: bool = False) -> str:
    """A number with a fixed count of decimals, thousands grouped; `signed` shows + as well."""
    rounded = round(value, digits) + 0.0
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    text = format_decimal(abs(rounded), format=pattern, locale=LOCALES[language])
    sign = MINUS if rounded < 0 else "+" if signed and rounded > 0 else ""
    return sign + text


def percent(share: float, digits: int, language: str, *, signed: bool = False) -> str:
    """A share as a percentage: 0.123 gives "12,3 %" in Dutch and "12.3%" in English."""
    text = number(share * 100, digits, language, signed=signed)
    return f"{text}\N{NARROW NO-BREAK SPACE}%" if language == "nl" else f"{text}%"


def date_text(day: date, language: str, *, style: str = "numeric") -> str:
    """03-12-2026 (numeric) or "3 dec" (short)."""
    pattern = {"numeric": "dd-MM-yyyy", "short": "d MMM"}[style]
    return format_date(day, pattern, locale=LOCALES[language]).rstrip(".")
