"""What a search engine is told of a piece: schema.org data, with the price and the availability the page shows."""

from typing import Any

from enfilade.base.i18n import Language
from enfilade.catalogue.published import Product, Variant
from enfilade.stock.availability import Availability
from enfilade.web.storefront.pictures import pictures


def linked(
    product: Product, variant: Variant, known: Availability, base_url: str, language: Language
) -> dict[str, Any]:
    """A schema.org Product."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "Product",
        "name": product.name,
        "brand": {"@type": "Brand", "name": product.brand},
        "image": [base_url + shot.large for shot in pictures(product.pictures, language, product.name)],
        "url": f"{base_url}/{language}/products/{product.slug}",
    }
    if product.materials:
        data["material"] = product.materials
    if variant.colour:
        data["color"] = variant.colour
    if variant.price is not None:
        stocked = bool(known.offers.get(variant.id))
        delivered = known.delivery.get(variant.id) is not None
        made = None if delivered else known.made.get(variant.id)
        word = (
            "InStock" if delivered else "MadeToOrder" if made else "InStoreOnly" if stocked else "OutOfStock"
        )
        offer: dict[str, Any] = {
            "@type": "Offer",
            "price": str(variant.price.major),
            "priceCurrency": variant.price.currency,
            "availability": f"https://schema.org/{word}",
            "seller": {"@type": "Organization", "name": product.seller_name or product.maison_name},
        }
        if made:
            offer["deliveryLeadTime"] = {
                "@type": "QuantitativeValue",
                "value": made.days,
                "unitCode": "DAY",
            }
        data["offers"] = offer
    return data
