"""Who sells a piece that is no maison's of the group: the store, or the brand itself within it."""

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.web.storefront.words import country


def sold_by(
    store: str,
    language: Language,
    seller: str = "",
    *,
    city: str = "",
    country_code: str = "",
    number: str = "",
) -> str:
    """One sentence where the store sells, two where another company does: the law wants it named."""
    _ = i18n.translations(language).gettext
    if not seller:
        return _("Sold by %(seller)s") % {"seller": store}
    return _(
        "Sold by %(seller)s, %(place)s, registered under %(number)s. Payment and returns through %(store)s."
    ) % {
        "seller": seller,
        "place": _(", ").join(part for part in (city, country(country_code, language)) if part),
        "number": number,
        "store": store,
    }
