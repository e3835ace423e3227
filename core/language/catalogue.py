"""Load the gettext catalogues that stand beside this file."""

from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LANGUAGES = ("nl", "en")


@cache
def translations(language: str) -> NullTranslations:
    """The catalogue of a language; English, whose text is the key, has none."""
    source = Path(__file__).with_name(f"{language}.po")
    if not source.exists():
        return NullTranslations()
    compiled = BytesIO()
    with source.open("rb") as lines:
        write_mo(compiled, read_po(lines, locale=language))
    compiled.seek(0)
    return GNUTranslations(compiled)


def translate(message: str, language: str) -> str:
    """The text in a language; the English text where the catalogue has none."""
    return translations(language).gettext(message) if message else ""
