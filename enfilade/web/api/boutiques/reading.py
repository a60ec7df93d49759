"""What the API tells of boutiques. Published facts only."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many


@dataclass(frozen=True, slots=True)
class Row:
    """A boutique with its maison's slug."""

    id: UUID
    maison: str
    code: str
    name: str
    country: str
    city: str
    postcode: str
    address: str
    latitude: float
    longitude: float
    zone: str
    opening_hours: str
    phone: str


async def boutiques(conn: Conn, *, maison: str, country: str, city: str, after: UUID, most: int) -> list[Row]:
    """Boutiques by id; '' leaves maison, country or city open. Warehouses are nobody's to visit."""
    return await many(
        conn,
        Row,
        """
        select b.id, m.slug as maison, b.code, b.name, b.country, b.city, b.postcode, b.address, b.latitude, b.longitude,
          b.zone, b.opening_hours, b.phone
        from public_facts.boutique b join public_facts.maison m on m.maison_id = b.maison_id
        where b.kind = 'boutique' and b.id > %(after)s and (%(maison)s = '' or m.slug = %(maison)s)
          and (%(country)s = '' or b.country = %(country)s) and (%(city)s = '' or lower(b.city) = lower(%(city)s))
        order by b.id limit %(most)s
        """,
        maison=maison,
        country=country,
        city=city,
        after=after,
        most=most,
    )
