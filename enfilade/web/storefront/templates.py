"""What the store's templates may call: pictures, wordmarks, families and sizes in the reader's words."""

from typing import Any

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.web.shared.assets import asset
from enfilade.web.shared.once import once
from enfilade.web.shared.pages import ENVIRONMENTS
from enfilade.web.shared.refusals import DRESSES
from enfilade.web.storefront import words
from enfilade.web.storefront.pictures import pictures
from enfilade.web.storefront.refused import refused
from enfilade.web.storefront.themes import themes
from enfilade.web.storefront.times import calendar_day
from enfilade.web.storefront.typeset import typeset
from enfilade.web.storefront.wordmarks import wordmark


def lang(text_language: str, language: Language) -> str:
    """The `lang` of a text shown in another language than the page's, '' for its own."""
    known = i18n.known(text_language)
    return "" if known is None or known == language else i18n.TAGS[known]


#: By the name templates call them.
WORDS: dict[str, Any] = {
    "pictures_of": pictures,
    "asset_of": asset,
    "wordmark": wordmark,
    "lang_of": lang,
    "set_in": typeset,
    "family_name": words.family,
    "segment_name": words.segment,
    "size_name": words.size,
    "colour_name": words.colour,
    "country_name": words.country,
    "theme_classes_of": themes.classes,
    "once": once,
    "day_of": calendar_day,
}


def install() -> None:
    """Gives every environment the store's words, and refusals the store's look; called once, by routes."""
    if refused not in DRESSES:
        DRESSES.append(refused)
    for environment in ENVIRONMENTS.values():
        environment.globals.update(WORDS)
