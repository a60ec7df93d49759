"""Boutiques, warehouses and ateliers: written by their code, published with their openings."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id
from enfilade.boutiques.events import BoutiquesPublished
from enfilade.boutiques.openings import renew_openings

Kind = Literal["boutique", "warehouse", "atelier"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place that holds stock. None means not said: what is known stays, a new one gets the default."""

    code: str
    name: str
    country: str
    city: str
    latitude: float
    longitude: float
    zone: str
    kind: Kind | None = None
    postcode: str | None = None
    address: str | None = None
    opening_hours: str | None = None
    phone: str | None = None
    preparation_minutes: int | None = None
    daily_cap: int | None = None
    published: bool | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """`ids` by code, of all that was given; how many are new or changed."""

    ids: dict[str, UUID]
    new: int
    changed: int


@dataclass(frozen=True, slots=True)
class _Changed:
    id: UUID
    fresh: bool


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    code: str


async def upsert_locations(
    conn: Conn, *, maison_id: UUID, locations: list[Location], now: datetime
) -> Written:
    """Writes the locations, known by code, publishes them and renews the openings of those that changed.

    A code given twice counts as its last row. Opening hours are expected to be checked (`hours.checked`).
    """
    last = {location.code: location for location in locations}
    rows = [{"id": new_id(now), **msgspec.to_builtins(location)} for location in last.values()]
    changed = await many(
        conn,
        _Changed,
        """
        insert into boutiques.location as kept (maison_id, id, code, kind, name, country, city, postcode,
          address,
          latitude, longitude, zone, opening_hours, phone, preparation_minutes, daily_cap, published,
          changed_at)
        select %(maison_id)s, g.id, g.code, coalesce(g.kind, k.kind, 'boutique'), g.name, g.country, g.city,
          coalesce(g.postcode, k.postcode, ''), coalesce(g.address, k.address, ''), g.latitude, g.longitude,
          g.zone,
          coalesce(g.opening_hours, k.opening_hours, ''), coalesce(g.phone, k.phone, ''),
          coalesce(g.preparation_minutes, k.preparation_minutes, 60), coalesce(g.daily_cap, k.daily_cap),
          coalesce(g.published, k.published, true), %(now)s
        from jsonb_to_recordset(%(rows)s::jsonb) as g(id uuid, code text, kind text, name text,
          country text, city text,
          postcode text, address text, latitude double precision, longitude double precision, zone text,
          opening_hours text, phone text, preparation_minutes integer, daily_cap integer, published boolean)
        left join boutiques.location k on k.maison_id = %(maison_id)s and k.code = g.code
        order by g.code
        on conflict on constraint location_code_once do update set kind = excluded.kind, name = excluded.name,
          country = excluded.country, city = excluded.city, postcode = excluded.postcode,
          address = excluded.address,
          latitude = excluded.latitude, longitude = excluded.longitude, zone = excluded.zone,
          opening_hours = excluded.opening_hours, phone = excluded.phone,
          preparation_minutes = excluded.preparation_minutes, daily_cap = excluded.daily_cap,
          published = excluded.published, changed_at = excluded.changed_at
        where (kept.kind, kept.name, kept.country, kept.city, kept.postcode, kept.address, kept.latitude,
          kept.longitude,
          kept.zone, kept.opening_hours, kept.phone, kept.preparation_minutes, kept.daily_cap, kept.published)
          is distinct from (excluded.kind, excluded.name, excluded.country, excluded.city, excluded.postcode,
          excluded.address, excluded.latitude, excluded.longitude, excluded.zone, excluded.opening_hours,
          excluded.phone,
          excluded.preparation_minutes, excluded.daily_cap, excluded.published)
        returning kept.id, kept.xmax = 0 as fresh
        """,
        maison_id=maison_id,
        rows=msgspec.json.encode(rows).decode(),
        now=now,
    )
    if changed:
        ids = [location.id for location in changed]
        await _publish(conn, maison_id, ids)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[BoutiquesPublished(maison_id, ids)])
        await renew_openings(conn, maison_id=maison_id, now=now, location_ids=ids)
    known = await ids_of(conn, maison_id=maison_id, codes=list(last))
    fresh = sum(location.fresh for location in changed)
    return Written(known, fresh, len(changed) - fresh)


async def ids_of(conn: Conn, *, maison_id: UUID, codes: list[str]) -> dict[str, UUID]:
    """The ids of the maison's locations with these codes; an unknown code is absent."""
    known = await many(
        conn,
        _Known,
        "select id, code from boutiques.location where maison_id = %(maison_id)s and code = any(%(codes)s)",
        maison_id=maison_id,
        codes=codes,
    )
    return {location.code: location.id for location in known}


async def _publish(conn: Conn, maison_id: UUID, ids: list[UUID]) -> None:
    await execute(
        conn,
        """
        delete from public_facts.boutique b using boutiques.location l
        where l.maison_id = %(maison_id)s and l.id = any(%(ids)s) and b.id = l.id and not l.published
        """,
        maison_id=maison_id,
        ids=ids,
    )
    await execute(
        conn,
        """
        insert into public_facts.boutique as shown (id, maison_id, code, kind, name, country, city,
          postcode, address,
          latitude, longitude, zone, opening_hours, phone, preparation_minutes)
        select id, maison_id, code, kind, name, country, city, postcode, address, latitude, longitude, zone,
          opening_hours, phone, preparation_minutes
        from boutiques.location where maison_id = %(maison_id)s and id = any(%(ids)s) and published
        on conflict (id) do update set code = excluded.code, kind = excluded.kind, name = excluded.name,
          country = excluded.country, city = excluded.city, postcode = excluded.postcode,
          address = excluded.address,
          latitude = excluded.latitude, longitude = excluded.longitude, zone = excluded.zone,
          opening_hours = excluded.opening_hours, phone = excluded.phone,
          preparation_minutes = excluded.preparation_minutes
        where shown is distinct from excluded
        """,
        maison_id=maison_id,
        ids=ids,
    )
