"""Words that stand in data (families, segments, sizes, colours, countries), said in the reader's language.

What is not in the catalogue is shown as the maison wrote it.
"""

from functools import cache
from typing import cast
from unicodedata import combining, normalize

from babel import Locale

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.web.storefront.colours import COLOURS, N_

SEGMENTS = {
    "fashion_and_leather_goods": N_("Fashion and leather goods"),
    "wines_and_spirits": N_("Wines and spirits"),
    "perfumes_and_cosmetics": N_("Perfumes and cosmetics"),
    "watches_and_jewellery": N_("Watches and jewellery"),
    "selective_retailing": N_("Selective retailing"),
    "other_activities": N_("Other activities"),
}
FAMILIES = {
    "bag": N_("Bags"),
    "wallet": N_("Wallets"),
    "cardholder": N_("Card holders"),
    "trunk": N_("Trunks"),
    "scarf": N_("Scarves"),
    "shoe": N_("Shoes"),
    "perfume": N_("Perfumes"),
    "lipstick": N_("Lipsticks"),
    "jar": N_("Skin care"),
    "cream": N_("Skin care"),
    "powder": N_("Powders"),
    "watch": N_("Watches"),
    "ring": N_("Rings"),
    "necklace": N_("Necklaces"),
    "bracelet": N_("Bracelets"),
    "earrings": N_("Earrings"),
    "sunglasses": N_("Sunglasses"),
    "wine": N_("Wines"),
    "champagne": N_("Champagne"),
    "spirit": N_("Spirits"),
    "decanter": N_("Spirits"),
    "candle": N_("Candles"),
}
SIZES = {"one size": N_("one size"), "onesize": N_("one size"), "os": N_("one size"), "tu": N_("one size")}


def segment(code: str, language: Language) -> str:
    """Fashion and leather goods."""
    return _said(SEGMENTS.get(code, code.replace("_", " ")), language)


def family(code: str, language: Language) -> str:
    """Bags, scarves; a family we have no word for as the maison wrote it."""
    return _said(FAMILIES.get(code.lower(), code.replace("_", " ")), language)


def size(label: str, language: Language) -> str:
    """Most sizes are figures; only words are translated."""
    known = SIZES.get(label.lower())
    return label if known is None else _said(known, language)


def colour(label: str, language: Language) -> str:
    """A colour by name, translated where we know the word; otherwise as the maison wrote it."""
    known = COLOURS.get(label.lower())
    return label if known is None else _said(known, language)


def country(code: str, language: Language) -> str:
    """The name of a country, by its ISO 3166 code."""
    return countries(language).get(code, code)


@cache
def countries(language: Language) -> dict[str, str]:
    """Every country's name by its code."""
    names = dict(cast("dict[str, str]", Locale.parse(i18n.LOCALES[language]).territories))
    # Chinese keeps the names in full, as they are written there; elsewhere addresses have the short ones.
    return (
        names
        if language == "zh"
        else names | {"HK": "Hongkong" if language == "nl" else "Hong Kong", "MO": "Macao"}
    )


def sorting(name: str) -> str:
    """A key by which names stand as a reader expects them, accents apart."""
    return "".join(c for c in normalize("NFKD", name) if not combining(c)).casefold()


def _said(word: str, language: Language) -> str:
    return i18n.translations(language).gettext(word) if word else ""
