"""Dutch and English: translated templates and localised numbers. English text is the key."""

from core.language.catalogue import LANGUAGES, translate
from core.language.numbers import date_text, number, percent
from core.language.text import N_, Text

__all__ = ["LANGUAGES", "N_", "Text", "date_text", "number", "percent", "translate"]
