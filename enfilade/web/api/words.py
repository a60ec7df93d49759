"""Words the API's answers share: money, pictures, and the choice of language and market."""

from typing import Annotated, Any, Literal, cast

import msgspec
from litestar.params import PathParameter, QueryParameter

from enfilade.base.money import Money
from enfilade.catalogue.album import UPLOAD
from enfilade.media.renditions import widths
from enfilade.web.shared.assets import ASSETS, asset
from enfilade.web.shared.uploads import upload_address

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
#: As wide as a picture of the API is where it has the size.
WIDTH = 800


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
    """A picture with where it lies. `view`: front, worn, detail, back, or blank; `colour`: the piece's, blank: any."""

    name: str
    alt: str
    address: str | None
    view: str = ""
    colour: str = ""


def amount(money: Money) -> Amount:
    """The same, as the API writes it."""
    return Amount(money.minor, money.currency)


def pictures(published: list[Any], base_url: str, language: str) -> list[Picture]:
    """Every published picture; what it shows in `language` where that is said; `address` is None for one not on this server."""
    found: list[Picture] = []
    for entry in published:
        fields = cast("dict[str, Any]", entry) if isinstance(entry, dict) else {"name": entry}
        name = str(fields.get("name") or "")
        path = f"pictures/{name}.webp"
        address = base_url + asset(path) if path in ASSETS else None
        if name.startswith(UPLOAD) and fields.get("width"):
            width = min(widths(int(fields["width"])), key=lambda one: abs(one - WIDTH))
            address = base_url + upload_address(name, width, "webp")
        alts = cast("dict[str, str]", fields.get("alts") or {})
        alt = alts.get(language) or alts.get("en") or next(iter(alts.values()), "") or fields.get("alt") or ""
        view, colour = str(fields.get("view") or ""), str(fields.get("colour") or "")
        found.append(Picture(name, str(alt), address, view, colour))
    return found
