"""Where the visitor is looking from: a city chosen, the browser's own position, else the market's own city."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from litestar import Request, Response

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.catalogue.published import City
from enfilade.web.shared.asking import cookie
from enfilade.web.storefront.asked import PUBLIC
from enfilade.web.storefront.words import N_

PLACE_COOKIE = "place"
PLACE_DAYS = 30.0
NEAR_KM = 60.0
MARKET_PLACES: dict[str, tuple[str, float, float]] = {
    "fr": (N_("Paris"), 48.8606, 2.3376),
    "nl": (N_("Amsterdam"), 52.3676, 4.9041),
    "gb": (N_("London"), 51.5074, -0.1278),
    "cn": (N_("Shanghai"), 31.2304, 121.4737),
    "us": (N_("New York"), 40.7589, -73.9851),
}


@dataclass(frozen=True, slots=True)
class Place:
    """`city` is '' for the browser's own position, which is kept to two decimals: about a kilometre."""

    latitude: float
    longitude: float
    city: str
    chosen: bool

    @property
    def value(self) -> str:
        """As forms and the cookie write it."""
        return f"{self.latitude:.2f},{self.longitude:.2f},{self.city}"


def place_of(value: str) -> Place | None:
    """The place a form or cookie names; None for anything that is not one."""
    parts = unquote(value).split(",", 2)
    if len(parts) != 3 or len(parts[2]) > 80:
        return None
    try:
        latitude, longitude = float(parts[0]), float(parts[1])
    except ValueError:
        return None
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        return None
    return Place(round(latitude, 2), round(longitude, 2), parts[2].strip(), chosen=True)


def place(asked: str, kept: str, market: str, language: Language) -> Place:
    """Asked for now, else kept from before, else the city that stands for the market."""
    if (found := place_of(asked) or place_of(kept)) is not None:
        return found
    name, latitude, longitude = MARKET_PLACES[market]
    return Place(latitude, longitude, i18n.translations(language).gettext(name), chosen=False)


def kept(place: Place) -> str:
    """What the cookie says."""
    return quote(place.value)


def keep(request: Request[Any, Any, Any], response: Response[Any], asked: str) -> None:
    """A place that is asked for is remembered; the answer that says so is this visitor's alone."""
    if (chosen := place_of(asked)) is not None:
        response.set_cookie(cookie(request, PLACE_COOKIE, kept(chosen), PLACE_DAYS))
        response.headers.update(PUBLIC)


def cities(known: list[City]) -> list[Place]:
    """The cities where the maison has boutiques, by name."""
    return [Place(city.latitude, city.longitude, city.name, chosen=True) for city in known]
