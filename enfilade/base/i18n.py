"""The interface in four languages: gettext catalogues (`enfilade/locale/*.po`), English being the source."""

import io
from functools import cache
from pathlib import Path
from typing import Literal

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

Language = Literal["fr", "en", "nl", "zh"]
LANGUAGES: tuple[Language, ...] = ("fr", "en", "nl", "zh")
#: As `lang`, `hreflang` and Accept-Language write them.
TAGS: dict[Language, str] = {"fr": "fr", "en": "en", "nl": "nl", "zh": "zh-Hans"}
#: As Babel names them.
LOCALES: dict[Language, str] = {"fr": "fr", "en": "en_GB", "nl": "nl", "zh": "zh_Hans_CN"}
NAMES: dict[Language, str] = {"fr": "Français", "en": "English", "nl": "Nederlands", "zh": "简体中文"}

LOCALE = Path(__file__).parents[1] / "locale"


def known(language: str) -> Language | None:
    """`language` if it is one of ours."""
    return language if language in LANGUAGES else None


@cache
def translations(language: Language) -> NullTranslations:
    """The catalogue of a language; English and what is missing read as the source does."""
    path = LOCALE / f"{language}.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalogue = read_po(source, locale=LOCALES[language].split("_")[0], domain="enfilade")
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return Translations(compiled, domain="enfilade")
