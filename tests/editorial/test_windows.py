"""Windows: shown whole or not at all, market by market, by the clock; a row arranged by rule, and kept to it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, LiteralString
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.editorial import arranging, neighbours, window_row, windows
from enfilade.editorial.blocks import Picture
from enfilade.editorial.neighbours import ApartFromTooMany, NotANeighbour
from enfilade.editorial.publishing import ScheduleRefused, Showing
from enfilade.editorial.scenes import Scene, SceneRefused
from enfilade.editorial.window_row import Window
from enfilade.editorial.windows import NoSuchWindow, WindowChangedMeanwhile
from tests.editorial.telling import tell, written
from tests.shop import House, Shop, found_house

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
Look = Callable[..., list[tuple[Any, ...]]]
SCENE = Scene("fr", Picture("bag-noir", {"fr": "Un sac"}), {"fr": "Midi", "en": "Noon"}, ["alba-bag"])


@pytest.fixture
async def shop(shop: Shop, admin: Look) -> Shop:
    admin("""update public_facts.product set pictures = '[{"name": "bag-noir", "alt": ""}]'""")
    return shop


async def act(db: Db, house: House, verb: Any, **arguments: Any) -> Any:
    async def step(conn: Conn) -> Any:
        return await verb(conn, maison_id=house.maison_id, **arguments)

    return await db.run(Actor.importer(), house.maison_id, step)


async def composed(db: Db, house: House, scene: Scene = SCENE) -> UUID:
    window_id: UUID = await act(db, house, windows.begin, name="Winter", language="fr", now=NOW)
    await act(db, house, windows.write, window_id=window_id, name="Winter", draft=scene, seen=1, now=NOW)
    return window_id


async def seen(db: Db, shop: Shop, slug: str = "alba", market: str = "fr", now: datetime = NOW) -> Window:
    async with db.public() as conn:
        found = await window_row.window(
            conn, store_id=shop.store.store_id, slug=slug, language="en", market=market, now=now
        )
    assert found is not None
    return found


async def row(db: Db, shop: Shop, now: datetime = NOW, market: str = "fr") -> list[str]:
    async with db.public() as conn:
        found = await window_row.windows(
            conn, store_id=shop.store.store_id, language="en", market=market, day=now.date(), now=now
        )
    return [one.slug for one in found]


async def arrange(db: Db, shop: Shop, now: datetime = NOW, *, before: bool = False) -> int:
    async def step(conn: Conn) -> int:
        return await arranging.arrange(conn, maison_id=shop.store.maison_id, day=now.date(), seen=not before)

    return await db.run(Actor.job(), shop.store.maison_id, step)


async def test_a_window_is_lit_and_darkened(db: Db, shop: Shop) -> None:
    window_id = await composed(db, shop.a)
    first = await seen(db, shop)
    assert first.scene is None and len(first.pieces) > 1, "a draft is nobody's to see"
    for _ in range(2):
        await act(db, shop.a, windows.show, window_id=window_id, now=NOW)
    lit = await seen(db, shop)
    assert lit.scene == SCENE and [piece.slug for piece in lit.pieces] == ["alba-bag"]
    other = Scene("fr", SCENE.picture, {"fr": "Soir"})
    await act(db, shop.a, windows.write, window_id=window_id, name="Winter", draft=other, seen=2, now=NOW)
    assert (await seen(db, shop)).scene == SCENE, "what is lit stays until it is lit again"
    (listed,) = await act(db, shop.a, windows.windows)
    assert listed.differs and listed.revision == 3
    for _ in range(2):
        await act(db, shop.a, windows.take_down, window_id=window_id)
    assert (await seen(db, shop)).scene is None


async def test_it_is_seen_in_its_markets_in_its_time_the_last_begun_before_the_others(
    db: Db, shop: Shop
) -> None:
    day = timedelta(days=1)
    winter, spring = await composed(db, shop.a), await composed(db, shop.a)
    later = Scene("fr", SCENE.picture, {"fr": "Printemps"})
    await act(db, shop.a, windows.write, window_id=spring, name="Spring", draft=later, seen=2, now=NOW)
    await act(db, shop.a, windows.schedule, window_id=winter, showings=[Showing("fr", NOW)])
    soon = [Showing("fr", NOW + day, NOW + 2 * day)]
    await act(db, shop.a, windows.schedule, window_id=spring, showings=soon)
    for one in (winter, spring):
        await act(db, shop.a, windows.show, window_id=one, now=NOW)
    assert (await seen(db, shop, market="us")).scene is None
    assert (await seen(db, shop, now=NOW - day)).scene is None
    assert (await seen(db, shop)).scene == SCENE
    assert (await seen(db, shop, now=NOW + day)).scene == later
    assert (await seen(db, shop, now=NOW + 2 * day)).scene == SCENE
    for wrong in (Showing("xx", NOW), Showing("fr", NOW, NOW), Showing("fr", NOW.replace(year=9999))):
        with pytest.raises(ScheduleRefused):
            await act(db, shop.a, windows.schedule, window_id=winter, showings=[wrong])


async def test_what_it_may_not_show_is_said_and_nothing_of_it_is_lit(db: Db, shop: Shop) -> None:
    strangers = Scene("fr", Picture("unknown", {"fr": "Rien"}), {"fr": "Midi"}, ["borea-bag"], "borea-story")
    window_id = await composed(db, shop.a, strangers)
    with pytest.raises(SceneRefused) as refused:
        await act(db, shop.a, windows.show, window_id=window_id, now=NOW)
    assert [fault.field for fault in refused.value.faults] == ["pieces", "picture", "story"]
    empty: UUID = await act(db, shop.a, windows.begin, name="Empty", language="fr", now=NOW)
    with pytest.raises(SceneRefused) as refused:
        await act(db, shop.a, windows.show, window_id=empty, now=NOW)
    assert {fault.field for fault in refused.value.faults} == {"picture", "line"}
    assert (await seen(db, shop)).scene is None
    for broken in (
        Scene("de"),
        Scene("fr", line={"fr": "x" * 161}),
        Scene("fr", pieces=["a", "b", "c", "d"]),
        Scene("fr", pieces=["../a"]),
        Scene("fr", pieces=["a", "a"]),
    ):
        with pytest.raises(SceneRefused):
            await composed(db, shop.a, broken)


async def test_a_store_may_show_its_maisons_pieces_and_a_maison_its_own_alone(db: Db, shop: Shop) -> None:
    arcade = House(shop.store.maison_id, "arcade", shop.store)
    window_id = await composed(db, arcade, Scene("fr", SCENE.picture, SCENE.line, ["borea-bag", "alba-bag"]))
    await act(db, arcade, windows.show, window_id=window_id, now=NOW)
    lit = await seen(db, shop, "arcade")
    assert [piece.slug for piece in lit.pieces] == ["borea-bag", "alba-bag"], "in the order they were chosen"


async def test_a_piece_that_is_withdrawn_leaves_the_window(db: Db, shop: Shop, admin: Look) -> None:
    window_id = await composed(db, shop.a)
    await act(db, shop.a, windows.show, window_id=window_id, now=NOW)
    admin("delete from public_facts.product where slug = 'alba-bag'")
    assert [piece.slug for piece in (await seen(db, shop)).pieces] == ["alba-ring"], "its others stand in"


async def test_nobody_overwrites_a_colleague_and_strangers_find_no_window(db: Db, shop: Shop) -> None:
    window_id = await composed(db, shop.a)
    with pytest.raises(WindowChangedMeanwhile):
        await act(db, shop.a, windows.write, window_id=window_id, name="W", draft=SCENE, seen=1, now=NOW)
    for verb, more in (
        (windows.show, {"now": NOW}),
        (windows.take_down, {}),
        (windows.schedule, {"showings": []}),
        (windows.window, {}),
    ):
        with pytest.raises(NoSuchWindow):
            await act(db, shop.b, verb, window_id=window_id, **more)


async def test_a_row_is_arranged_day_by_day_and_read_when_the_worker_rests(db: Db, shop: Shop) -> None:
    assert await row(db, shop) == ["alba", "borea"], "by name before the first arrangement"
    firsts: list[str] = []
    for day in range(6):
        now = NOW + timedelta(days=day)
        assert await arrange(db, shop, now) > 0
        assert await arrange(db, shop, now) == 0, "once a day"
        firsts.append((await row(db, shop, now))[0])
    assert all(one != two for one, two in pairwise(firsts))
    late = NOW + timedelta(days=9)
    assert await row(db, shop, late) == await row(db, shop, NOW + timedelta(days=5))


async def test_two_workers_arrange_one_row(db: Db, shop: Shop, admin: Look) -> None:
    await asyncio.gather(*(arrange(db, shop) for _ in range(6)))
    rows = admin(
        "select market, array_agg(place order by place) from public_facts.arrangement group by market"
    )
    assert rows and all(places == [1, 2] for _, places in rows)


async def test_beside_whom_it_will_not_stand_is_told_to_the_store_alone(
    db: Db, shop: Shop, admin: Look
) -> None:
    for slug in ("calder", "dune", "elm"):
        await found_house(db, NOW, slug, kind="maison", shown_in=shop.store.store_id)
    for day in range(4):
        await arrange(db, shop, NOW + timedelta(days=day))
    await act(db, shop.a, neighbours.keep_apart, others=[shop.b.maison_id], now=NOW)
    for day in range(30):
        now = NOW + timedelta(days=day)
        await arrange(db, shop, now)
        standing = await row(db, shop, now)
        assert {"alba", "borea"} not in [set(two) for two in pairwise(standing)], standing
        assert len(standing) >= 4
    said = await act(db, shop.a, neighbours.neighbours)
    assert [one.slug for one in said if one.apart] == ["borea"]
    for reader, told in (
        (shop.a.maison_id, 1),
        (shop.store.maison_id, 1),
        (shop.b.maison_id, 0),
        (shop.group_id, 0),
    ):
        async with db.acting(Actor.job(), reader) as conn:
            cursor = await conn.execute("select count(*) from editorial.apart")
            assert await cursor.fetchone() == (told,), reader
    await act(db, shop.a, neighbours.keep_apart, others=[], now=NOW)
    assert admin("select count(*) from editorial.apart") == [(0,)]


async def test_it_keeps_apart_from_a_few_of_its_neighbours(db: Db, shop: Shop, admin: Look) -> None:
    many = [
        (await found_house(db, NOW, f"m{n}", kind="maison", shown_in=shop.store.store_id)).maison_id
        for n in range(6)
    ]
    with pytest.raises(ApartFromTooMany):
        await act(db, shop.a, neighbours.keep_apart, others=many, now=NOW)
    with pytest.raises(NotANeighbour):
        await act(db, shop.a, neighbours.keep_apart, others=[shop.group_id], now=NOW)
    await asyncio.gather(
        *(act(db, shop.a, neighbours.keep_apart, others=many[n : n + 5], now=NOW) for n in (0, 1, 0, 1))
    )
    ((kept,),) = admin("select count(*) from editorial.apart")
    assert kept == 5


async def test_who_leaves_the_store_leaves_the_row(db: Db, shop: Shop, admin: Look) -> None:
    await arrange(db, shop)
    admin("delete from public_facts.store_maison where maison_id = %s", [shop.b.maison_id])
    assert await row(db, shop) == ["alba"], "at once"
    await arrange(db, shop)
    assert admin("select distinct shown_maison_id from public_facts.arrangement where not gone") == [
        (shop.a.maison_id,)
    ]
    admin("delete from public_facts.store_maison where maison_id = %s", [shop.a.maison_id])
    admin("insert into public_facts.store_maison values (%s, %s)", [shop.store.store_id, shop.b.maison_id])
    assert await row(db, shop) == ["borea"], "nobody of the row is left"


async def test_who_hides_for_an_hour_has_stood_first_all_the_same(db: Db, shop: Shop, admin: Look) -> None:
    for slug in ("calder", "dune", "elm"):
        await found_house(db, NOW, slug, kind="maison", shown_in=shop.store.store_id)
    firsts: list[str] = []
    for day in range(20):
        now = NOW + timedelta(days=day)
        await arrange(db, shop, now)
        firsts.append((await row(db, shop, now))[0])
        if firsts[-1] == "alba":
            await _hide(db, shop, admin, now)
            assert "alba" in await row(db, shop, now)
    assert [firsts.count(slug) for slug in ("alba", "borea", "calder", "dune", "elm")] == [4] * 5, firsts


async def _hide(db: Db, shop: Shop, admin: Look, now: datetime) -> None:
    """Alba takes its prices away, the round comes by, and they are there again."""
    of_alba = "market = 'fr' and variant_id in (select id from public_facts.variant where maison_id = %s)"
    kept = admin(
        f"select variant_id, currency, amount_minor from public_facts.price where {of_alba}",
        [shop.a.maison_id],
    )
    admin(f"delete from public_facts.price where {of_alba}", [shop.a.maison_id])
    await arrange(db, shop, now)
    assert "alba" not in await row(db, shop, now)
    for variant, currency, amount in kept:
        admin(
            "insert into public_facts.price (variant_id, market, currency, amount_minor) values (%s, 'fr', %s, %s)",
            [variant, currency, amount],
        )
    await arrange(db, shop, now)


async def test_who_moves_up_keeps_its_own_turn(db: Db, shop: Shop, admin: Look) -> None:
    for slug in ("calder", "dune"):
        await found_house(db, NOW, slug, kind="maison", shown_in=shop.store.store_id)
    tomorrow = NOW + timedelta(days=1)
    await arrange(db, shop)
    await arrange(db, shop, tomorrow, before=True)
    first, second, *_ = await row(db, shop)
    admin(
        "delete from public_facts.store_maison where maison_id = (select maison_id from public_facts.maison where slug = %s)",
        [first],
    )
    await arrange(db, shop)
    assert (await row(db, shop))[0] == second
    ((flagged,),) = admin(
        "select array_agg(m.slug) from public_facts.arrangement a join public_facts.maison m "
        "on m.maison_id = a.shown_maison_id where a.first and a.market = 'fr' and a.day = '2026-12-01'"
    )
    assert flagged == [first], "what was, was"
    assert await arrange(db, shop, tomorrow, before=True) > 0, "nobody has seen that day: it follows at once"
    assert first not in await row(db, shop, tomorrow)
    assert await arrange(db, shop, tomorrow, before=True) == 0


async def test_a_market_where_nobody_sells_any_more_has_no_row(db: Db, shop: Shop, admin: Look) -> None:
    await arrange(db, shop)
    admin("delete from public_facts.price where market = 'us'")
    await arrange(db, shop)
    assert admin("select count(*) from public_facts.arrangement where market = 'us' and not gone") == [(0,)]


async def test_nobody_but_the_maison_stands_in_its_own_store(db: Db, shop: Shop, admin: Look) -> None:
    own = shop.a.store.store_id
    admin("insert into public_facts.store_maison values (%s, %s)", [own, shop.b.maison_id])
    async with db.public() as conn:
        found = await window_row.windows(
            conn, store_id=own, language="en", market="fr", day=NOW.date(), now=NOW
        )
    assert [one.slug for one in found] == ["alba"]


@pytest.mark.parametrize(
    "statement",
    [
        """insert into public_facts.arrangement (maison_id, store_id, market, day, place, shown_maison_id, first)
        values (%(me)s, %(store)s, 'fr', '2026-12-09', 1, %(me)s, true)""",
        """insert into public_facts.window_market (window_id, maison_id, market, shown_from)
        values (%(window)s, %(me)s, 'us', now())""",
        """insert into public_facts.story_market (story_id, maison_id, market, shown_from)
        values (%(story)s, %(me)s, 'us', now())""",
    ],
)
async def test_the_database_lets_nobody_write_anothers_row(
    db: Db, shop: Shop, admin: Look, statement: LiteralString
) -> None:
    window_id = await composed(db, shop.a)
    await act(db, shop.a, windows.schedule, window_id=window_id, showings=[Showing("fr", NOW)])
    await act(db, shop.a, windows.show, window_id=window_id, now=NOW)
    story_id = await tell(db, admin, shop.a.maison_id, written())
    admin("delete from public_facts.story_market where market = 'us'")
    named = {
        "me": shop.b.maison_id,
        "store": shop.store.store_id,
        "window": window_id,
        "story": story_id,
    }
    with pytest.raises((errors.InsufficientPrivilege, errors.ForeignKeyViolation)):
        async with db.acting(Actor.job(), shop.b.maison_id) as conn:
            await conn.execute(statement, named)
