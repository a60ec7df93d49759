"""Locations are known by their code; openings are published with them and give way to closures."""

from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.ids import new_id
from enfilade.boutiques.closures import (
    AlreadyClosed,
    EmptyInterval,
    NoSuchLocation,
    close,
    closures_of,
    reopen,
)
from enfilade.boutiques.locations import Location, ids_of, upsert_locations
from enfilade.boutiques.openings import renew_openings
from tests.maisons.house import NOW, founded, located


async def openings(conn: Conn, location_id: UUID) -> int:
    return await scalar(
        conn, "select count(*)::integer from public_facts.opening where location_id = %(id)s", id=location_id
    )


async def test_what_is_not_said_again_stays(db: Db):
    maison_id = await founded(db)
    bare = Location("PAR1", "Paris, Vendôme", "FR", "Paris", 48.87, 2.33, "Europe/Paris")
    async with db.acting(Actor.importer(), maison_id) as conn:
        written = await upsert_locations(conn, maison_id=maison_id, locations=[bare], now=NOW)
        assert (written.new, written.changed) == (0, 1)
        again = await upsert_locations(conn, maison_id=maison_id, locations=[bare], now=NOW)
        assert (again.new, again.changed) == (0, 0)
    async with db.public() as conn:
        row = await scalar(
            conn, "select name || '|' || opening_hours from public_facts.boutique where code = 'PAR1'"
        )
        assert row == "Paris, Vendôme|Mo-Sa 10:00-19:00; PH off"


async def test_a_location_no_longer_published_has_no_public_fact(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        ids = await ids_of(conn, maison_id=maison_id, codes=["PAR1"])
        assert await openings(conn, ids["PAR1"]) == 24, "four weeks of six days, no holiday among them"
        hidden = Location("PAR1", "Paris", "FR", "Paris", 48.87, 2.33, "Europe/Paris", published=False)
        await upsert_locations(conn, maison_id=maison_id, locations=[hidden], now=NOW)
        assert await openings(conn, ids["PAR1"]) == 0
        assert await scalar(conn, "select count(*) from public_facts.boutique where code = 'PAR1'") == 0


async def test_openings_move_on_with_the_days(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.job(), maison_id) as conn:
        assert await renew_openings(conn, maison_id=maison_id, now=NOW) == 0
        week = timedelta(days=7)
        assert await renew_openings(conn, maison_id=maison_id, now=NOW + week) > 0
        first = await scalar(conn, "select min(opens_at) from public_facts.opening")
        assert first > NOW + week - timedelta(days=1)
        # Christmas has come into view, and goes: 24 opening days but one.
        ids = await ids_of(conn, maison_id=maison_id, codes=["PAR1"])
        assert await openings(conn, ids["PAR1"]) == 23


async def test_closed_days_vanish_and_come_back(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        paris = (await ids_of(conn, maison_id=maison_id, codes=["PAR1"]))["PAR1"]
        args = {"maison_id": maison_id, "location_id": paris, "now": NOW}
        monday = NOW.replace(day=23, hour=0)
        await close(conn, **args, starts_at=monday, ends_at=monday + timedelta(days=3), reason="water")
        assert await openings(conn, paris) == 21
        with pytest.raises(AlreadyClosed):
            await close(conn, **args, starts_at=monday, ends_at=None, reason="again")
        await reopen(conn, **args, starts_at=monday + timedelta(days=1), ends_at=monday + timedelta(days=2))
        assert await openings(conn, paris) == 22
        left = await closures_of(conn, maison_id=maison_id, location_id=paris, now=NOW)
        assert [(c.starts_at.day, c.reason) for c in left] == [(23, "water"), (25, "water")]
        assert await reopen(conn, **args, starts_at=monday, ends_at=None) == 2
        assert await openings(conn, paris) == 24
        kinds = await scalar(
            conn, "select array_agg(kind order by kind) from base.fact where left(kind, 8) = 'Location'"
        )
        assert kinds == ["LocationClosed", "LocationReopened", "LocationReopened"]


async def test_an_endless_closure_leaves_nothing_until_somebody_reopens(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        paris = (await ids_of(conn, maison_id=maison_id, codes=["PAR1"]))["PAR1"]
        args = {"maison_id": maison_id, "location_id": paris}
        await close(conn, **args, starts_at=NOW, ends_at=None, reason="", now=NOW)
        assert await openings(conn, paris) == 0
        later = NOW + timedelta(days=60)
        assert await renew_openings(conn, maison_id=maison_id, now=later, location_ids=[paris]) == 0
        await reopen(conn, **args, starts_at=later, ends_at=None, now=later)
        assert await openings(conn, paris) > 20


async def test_an_impossible_closure_is_refused(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        paris = (await ids_of(conn, maison_id=maison_id, codes=["PAR1"]))["PAR1"]
        with pytest.raises(EmptyInterval):
            await close(
                conn, maison_id=maison_id, location_id=paris, starts_at=NOW, ends_at=NOW, reason="", now=NOW
            )
        with pytest.raises(NoSuchLocation):
            await close(
                conn,
                maison_id=maison_id,
                location_id=new_id(NOW),
                starts_at=NOW,
                ends_at=None,
                reason="",
                now=NOW,
            )


async def test_a_code_given_twice_counts_as_its_last_row(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        twice = [located("NCE1", "Nice"), located("NCE1", "Nizza")]
        written = await upsert_locations(conn, maison_id=maison_id, locations=twice, now=NOW)
        assert written.new == 1
        assert await scalar(conn, "select city from public_facts.boutique where code = 'NCE1'") == "Nizza"
