"""Who sold a line of an order, where it was not the maison: the company of a concession, as it was when the piece was sold."""

from collections.abc import Callable, Mapping
from typing import cast

from babel import Locale

from enfilade.base import i18n

#: name, city, country (two letters), number in the register of its country.
Seller = Mapping[str, str]


def company(seller: Seller, language: i18n.Language) -> str:
    """Its name, seat and number, as the law wants a seller named."""
    countries = cast("dict[str, str]", Locale.parse(i18n.LOCALES[language]).territories)
    parts = (
        seller["name"],
        seller.get("city"),
        countries.get(seller.get("country", "")),
        seller.get("number"),
    )
    return i18n.translations(language).gettext(", ").join(part for part in parts if part)


def sold_by(seller: Seller | None, language: i18n.Language) -> str:
    """“Sold by …”, to stand behind a piece; '' where the maison itself sold it."""
    _: Callable[[str], str] = i18n.translations(language).gettext
    return _("Sold by %(seller)s") % {"seller": company(seller, language)} if seller else ""
