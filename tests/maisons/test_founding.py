"""A maison is founded once, however often it is written, and what is published follows in the same transaction."""

from dataclasses import replace
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, scalar
from enfilade.base.ids import new_id
from enfilade.maisons.capabilities import adopt, adoptions
from enfilade.maisons.founding import MaisonText, SlugTaken, found, id_of
from enfilade.maisons.markets import Market, NoSuchLegalEntity, markets_of, open_markets
from enfilade.maisons.policies import Policy, policy_of, set_policy
from enfilade.maisons.stores import Store, StoreAddressTaken, open_store, show_in, withdraw_from
from tests.maisons.house import MAISON, NOW, founded, furnish


async def test_founding_again_changes_what_is_said_and_makes_no_second_maison(db: Db, admin):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        renamed = replace(MAISON, name="Brisseval Paris")
        await found(
            conn, maison_id=maison_id, maison=renamed, texts=[MaisonText("en", "Line", "Story")], now=NOW
        )
    async with db.public() as conn:
        assert await scalar(conn, "select array_agg(name) from public_facts.maison") == ["Brisseval Paris"]
        languages = await scalar(
            conn, "select array_agg(language order by language) from public_facts.maison_text"
        )
        assert languages == ["en", "fr"], "a language not told again stays"
        assert await id_of(conn, slug="brisseval") == maison_id
    assert admin("select count(*) from maisons.policy") == [(1,)]


async def test_the_same_again_writes_no_row(db: Db, admin):
    tables = "maison", "maison_text", "legal_entity", "market", "store", "policy"
    versions = " union all ".join(f"select '{t}', xmin::text from maisons.{t}" for t in tables)
    public = " union all ".join(
        f"select '{t}', xmin::text from public_facts.{t}"
        for t in ("maison", "maison_text", "market", "store", "promise_terms", "boutique", "opening")
    )
    maison_id = await founded(db)
    before = sorted(admin(f"{versions} union all {public}"))
    async with db.acting(Actor.importer(), maison_id) as conn:
        await furnish(conn, maison_id, "brisseval", "Brisseval")
    assert sorted(admin(f"{versions} union all {public}")) == before


async def test_a_slug_and_a_store_address_belong_to_one(db: Db):
    await founded(db)
    other = await founded(db, "odelaine", "Odelaine")
    with pytest.raises(SlugTaken):
        async with db.acting(Actor.importer(), other) as conn:
            await found(conn, maison_id=other, maison=MAISON, texts=[], now=NOW)
    with pytest.raises(StoreAddressTaken):
        async with db.acting(Actor.importer(), other) as conn:
            await open_store(conn, maison_id=other, store=Store("brisseval", "Brisseval"), now=NOW)


async def test_nobody_writes_for_another_maison(db: Db):
    maison_id = await founded(db)
    with pytest.raises(errors.InsufficientPrivilege):
        async with db.acting(Actor.importer(), new_id(NOW)) as conn:
            await found(conn, maison_id=maison_id, maison=MAISON, texts=[], now=NOW)


async def test_a_market_needs_its_legal_entity(db: Db):
    maison_id = await founded(db)
    market = Market("us", "US", ["US"], "USD", ["en"], 0, False)
    async with db.acting(Actor.importer(), maison_id) as conn:
        with pytest.raises(NoSuchLegalEntity, match="“US”"):
            await open_markets(conn, maison_id=maison_id, markets=[market])
        assert [m.code for m in await markets_of(conn, maison_id=maison_id)] == ["fr", "gb"]


async def test_a_policy_publishes_what_clients_may_know_and_its_bounds_hold(db: Db):
    maison_id = await founded(db)
    async with db.acting(Actor.importer(), maison_id) as conn:
        assert await policy_of(conn, maison_id=maison_id) == Policy()
        await set_policy(conn, maison_id=maison_id, policy=Policy(collect_days=12), now=NOW)
        assert (await policy_of(conn, maison_id=maison_id)).collect_days == 12
    async with db.public() as conn:
        assert await scalar(conn, "select collect_days from public_facts.promise_terms") == 12
    with pytest.raises(errors.CheckViolation):
        async with db.acting(Actor.importer(), maison_id) as conn:
            await set_policy(conn, maison_id=maison_id, policy=Policy(hold_minutes=600), now=NOW)


async def shown_in(conn: Conn, store_id: UUID) -> int:
    return await scalar(
        conn,
        "select count(*) from public_facts.store_maison where store_id = %(store_id)s",
        store_id=store_id,
    )


async def test_a_maison_shows_in_a_store_and_leaves_it_by_its_own_decision(db: Db):
    maison_id, retailer = await founded(db), await founded(db, "claire-voie", "Claire-Voie")
    async with db.acting(Actor.importer(), retailer) as conn:
        store_id = await open_store(
            conn, maison_id=retailer, store=Store("all", "All", multi_brand=True), now=NOW
        )
    with pytest.raises(errors.InsufficientPrivilege):
        async with db.acting(Actor.importer(), retailer) as conn:
            await show_in(conn, maison_id=maison_id, store_id=store_id)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await show_in(conn, maison_id=maison_id, store_id=store_id)
        await show_in(conn, maison_id=maison_id, store_id=store_id)
    async with db.public() as conn:
        assert await shown_in(conn, store_id) == 1
    async with db.acting(Actor.importer(), maison_id) as conn:
        await withdraw_from(conn, maison_id=maison_id, store_id=store_id)
    async with db.public() as conn:
        assert await shown_in(conn, store_id) == 0


async def test_adoption_dates_from_when_the_state_changed(db: Db):
    maison_id = await founded(db)
    later = NOW.replace(month=12)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await adopt(
            conn, maison_id=maison_id, capabilities={"availability": "shadow", "drops": "live"}, now=NOW
        )
        await adopt(
            conn, maison_id=maison_id, capabilities={"availability": "live", "drops": "live"}, now=later
        )
        found_ = {a.name: (a.state, a.since) for a in await adoptions(conn, maison_id=maison_id)}
    assert found_ == {"availability": ("live", later), "drops": ("live", NOW)}
