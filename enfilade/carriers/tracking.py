"""Where a parcel is: what its carrier tells is written once, in whatever order and however often it comes.

A message of a carrier is only a reason to ask it; a round asks about what nobody told of.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, many, maybe
from enfilade.carriers.carrier import Carrier, CarrierRefused, CarrierSilent, Scan, Standing, named, standing
from enfilade.carriers.events import ParcelMoved

FOLLOW = "carriers.follow"
#: Nobody told of it for so long: it is asked about.
ASKED_AFTER = timedelta(minutes=30)
#: A parcel of which nothing ended by then is not asked about any more; a person was told long before.
FOLLOWED_FOR = timedelta(days=60)
PLACE_MAX = 80


@dataclass(frozen=True, slots=True)
class _Followed:
    id: UUID
    carrier: str
    tracking: str


async def follow(
    db: Db,
    carriers: Mapping[str, Carrier],
    *,
    maison_id: UUID,
    label_id: UUID,
    timeout_seconds: float,
    now: datetime,
) -> None:
    """Asks the carrier and writes down what is new. Raises CarrierSilent, CarrierUnknown."""
    async with db.acting(Actor.job(), maison_id) as conn:
        label = await maybe(
            conn,
            _Followed,
            """
            select id, carrier, tracking from carriers.label
            where maison_id = %(maison_id)s and id = %(label_id)s and tracking <> '' and state <> 'void'
            """,
            maison_id=maison_id,
            label_id=label_id,
        )
    if label is None:
        return
    try:
        async with asyncio.timeout(timeout_seconds):
            scans = await named(carriers, label.carrier).track(tracking=label.tracking)
    except TimeoutError:
        raise CarrierSilent(label.tracking) from None
    except CarrierRefused:
        scans = []  # it does not know the number yet, or not any more

    async def verb(conn: Conn) -> None:
        await record(conn, maison_id=maison_id, label_id=label_id, scans=scans, now=now)

    await db.run(Actor.job(), maison_id, verb)


@dataclass(frozen=True, slots=True)
class _Standing:
    purpose: str
    cause_id: UUID
    location_id: UUID
    standing: str | None


@dataclass(frozen=True, slots=True)
class _Told:
    scan_id: str
    standing: str
    at: datetime
    place: str


async def record(
    conn: Conn, *, maison_id: UUID, label_id: UUID, scans: list[Scan], now: datetime
) -> Standing | None:
    """Writes what is new, and where the parcel stands by all that is known; tells of it where that changed."""
    of = {"maison_id": maison_id, "label_id": label_id}
    before = await maybe(
        conn,
        _Standing,
        """
        select purpose, cause_id, location_id, standing from carriers.label
        where maison_id = %(maison_id)s and id = %(label_id)s for no key update
        """,
        **of,
    )
    if before is None:
        return None
    await execute(
        conn,
        """
        insert into carriers.scan (maison_id, label_id, scan_id, standing, at, place, heard_at)
        select %(maison_id)s, %(label_id)s, s.id, s.standing, s.at, s.place, %(now)s
        from unnest(%(ids)s::text[], %(standings)s::text[], %(ats)s::timestamptz[], %(places)s::text[])
          as s(id, standing, at, place)
        on conflict on constraint scanned_once do nothing
        """,
        **of,
        now=now,
        ids=[scan.id for scan in scans],
        standings=[scan.standing for scan in scans],
        ats=[scan.at for scan in scans],
        places=[scan.place[:PLACE_MAX] for scan in scans],
    )
    told = await many(
        conn,
        _Told,
        "select scan_id, standing, at, place from carriers.scan where maison_id = %(maison_id)s and label_id = %(label_id)s",
        **of,
    )
    last = standing(Scan(one.scan_id, cast("Standing", one.standing), one.at, one.place) for one in told)
    await execute(
        conn,
        """
        update carriers.label set followed_at = %(now)s, standing = %(standing)s, standing_at = %(at)s
        where maison_id = %(maison_id)s and id = %(label_id)s
        """,
        **of,
        now=now,
        standing=last.standing if last else None,
        at=last.at if last else None,
    )
    if last is not None and last.standing != before.standing:
        fact = ParcelMoved(label_id, before.purpose, before.cause_id, before.location_id, last.standing)
        await facts.record(conn, maison_id=maison_id, now=now, facts=[fact])
    return last.standing if last else None


@dataclass(frozen=True, slots=True)
class _Due:
    id: UUID


async def due(conn: Conn, *, maison_id: UUID, now: datetime) -> list[UUID]:
    """Parcels on their way of which nobody has told for a while."""
    rows = await many(
        conn,
        _Due,
        """
        select id from carriers.label where maison_id = %(maison_id)s and state in ('made', 'kept')
          and coalesce(standing, '') not in ('delivered', 'returned_to_sender') and made_at > %(since)s
          and coalesce(followed_at, made_at) < %(before)s order by coalesce(followed_at, made_at) limit 100
        """,
        maison_id=maison_id,
        since=now - FOLLOWED_FOR,
        before=now - ASKED_AFTER,
    )
    return [row.id for row in rows]
