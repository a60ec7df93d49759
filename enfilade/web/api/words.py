"""Words the API's answers share: money, pictures, and the choice of language and market."""

from typing import Annotated, Any, Literal, cast

import msgspec
from litestar.params import PathParameter, QueryParameter

from enfilade.base.money import Money
from enfilade.web.shared.assets import ASSETS, asset

Language = Annotated[Literal["en", "fr", "nl", "zh"], QueryParameter(description="Of names and texts.")]
Market = Annotated[
    str, QueryParameter(pattern=r"^[a-z0-9-]{1,20}$", description="Whose prices; see a maison's `markets`.")
]
_SLUG, _OF_A_STORE = r"^[a-z0-9-]{1,100}$", "A store's slug; see a maison's `stores`."
StoreInPath = Annotated[str, PathParameter(pattern=_SLUG, description=_OF_A_STORE)]
StoreAsked = Annotated[str, QueryParameter(pattern=_SLUG, description=_OF_A_STORE)]
#: Text on one line: what a database, a label and a letter can all hold.
PLAIN = r"^[^\x00-\x1f\x7f]*$"

#: What everybody may read, any cache may keep for a minute.
PUBLIC = "public, max-age=60"
#: What must be asked for again each time, with the ETag of what one has.
ASKED_AGAIN = "private, no-cache"


class Amount(msgspec.Struct, frozen=True):
    """`minor` counts the currency's smallest unit: 120000 EUR is 1,200.00 €."""

    minor: int
    currency: str


class Price(msgspec.Struct, frozen=True):
    """What a market asks."""

    market: str
    minor: int
    currency: str


class Picture(msgspec.Struct, frozen=True):
    """A picture with where it lies."""

    name: str
    alt: str
    address: str | None


def amount(money: Money) -> Amount:
    """The same, as the API writes it."""
    return Amount(money.minor, money.currency)


def pictures(published: list[Any], base_url: str) -> list[Picture]:
    """Every published picture; `address` is None for one that is not on this server."""
    found: list[Picture] = []
    for entry in published:
        fields = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {"name": entry}
        name = str(fields.get("name") or "")
        path = f"pictures/{name}.webp"
        address = base_url + asset(path) if path in ASSETS else None
        found.append(Picture(name, str(fields.get("alt") or ""), address))
    return found
