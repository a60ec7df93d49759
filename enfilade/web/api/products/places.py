"""The place an availability is asked near: coordinates, or a city where a boutique stands."""

import math

import msgspec

from enfilade.base.db import Db
from enfilade.web.api.products import reading
from enfilade.web.api.refusals import wrong


class Near(msgspec.Struct, frozen=True):
    """Degrees, WGS 84; `city` as it was asked for, '' for coordinates."""

    latitude: float
    longitude: float
    city: str


async def near_of(db: Db, *, near: str, country: str) -> Near | None:
    """None where nothing was asked. Raises ValidationException naming `near`."""
    if not near:
        return None
    if near.startswith("city:"):
        city = near.removeprefix("city:").strip()
        async with db.public() as conn:
            found = await reading.centre(conn, city=city, country=country)
        if found is None:
            raise wrong("near", "names a city without boutiques; give coordinates, such as 48.86,2.34")
        return Near(round(found.latitude, 5), round(found.longitude, 5), city)
    parts = near.split(",")
    try:
        latitude, longitude = (float(part) for part in parts)
    except ValueError:
        raise wrong("near", "must be latitude,longitude such as 48.86,2.34, or city:Paris") from None
    if not (math.isfinite(latitude) and -90 <= latitude <= 90):
        raise wrong("near", "has a latitude that is not between -90 and 90")
    if not (math.isfinite(longitude) and -180 <= longitude <= 180):
        raise wrong("near", "has a longitude that is not between -180 and 180")
    return Near(latitude, longitude, "")
