"""The waitlist: who said yes is told once, in the order of asking, a few for each piece, while the piece is there."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.i18n import LANGUAGES
from enfilade.base.jobs import Jobs
from enfilade.base.limits import TooManyAttempts
from enfilade.base.messages import Mailbox
from enfilade.base.settings import Settings
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.orders import waitlist, waitlist_letters
from enfilade.orders.waitlist import TOLD_PER_PIECE, NotShown, Wait
from tests.orders.test_letters import text
from tests.shop import Shop, count
from tests.web.storefront.visiting import Visitor

KEY = b"a key of the tests, long enough!"
#: After the shop was founded, and counted.
NOW = datetime.now(UTC) + timedelta(hours=3)
Admin = Callable[..., list[tuple[Any, ...]]]


async def ask(db: Db, shop: Shop, mail: str, *, now: datetime = NOW, **other: Any) -> UUID:
    """Somebody asks Alba's own store for a bag of Alba's."""
    house = shop.a
    given: dict[str, Any] = {
        "maison_id": house.maison_id,
        "store_id": house.store.store_id,
        "variant_id": house.variants["alba-bag"],
        "market": "fr",
        "language": "fr",
    }
    return await waitlist.ask(db, **(given | other), mail=mail, key=KEY, network=mail, now=now)


async def say(db: Db, shop: Shop, wait_id: UUID, verb: Any, now: datetime = NOW) -> None:
    async with db.acting(Actor.link(wait_id), shop.a.maison_id) as conn:
        await verb(conn, maison_id=shop.a.maison_id, wait_id=wait_id, now=now)


async def waits(db: Db, shop: Shop, mail: str, now: datetime = NOW) -> UUID:
    """Asked and said yes."""
    wait_id = await ask(db, shop, mail, now=now)
    await say(db, shop, wait_id, waitlist.confirm, now)
    return wait_id


async def read(db: Db, shop: Shop, wait_id: UUID) -> Wait:
    async with db.acting(Actor.link(wait_id), shop.a.maison_id) as conn:
        found = await waitlist.read(conn, maison_id=shop.a.maison_id, wait_id=wait_id)
    assert found is not None
    return found


async def tell(db: Db, shop: Shop, now: datetime = NOW) -> int:
    async def verb(conn: Conn) -> int:
        return await waitlist.tell(conn, maison_id=shop.a.maison_id, now=now)

    return await db.run(Actor.job(), shop.a.maison_id, verb)


async def stock(db: Db, shop: Shop, pieces: int, now: datetime = NOW) -> None:
    for place in ("alba-1", "alba-2", "alba-wh"):
        await count(db, shop.a, place, "alba-bag", pieces if place == "alba-1" else 0, now)


def mails(admin: Admin) -> list[str]:
    """Who was told, in the order of saying yes."""
    told = admin("select mail from orders.wait where told_at is not null order by confirmed_at")
    return [str(mail).partition("@")[0] for (mail,) in told]


async def test_told_in_the_order_of_asking_a_few_for_each_piece(db: Db, shop: Shop, admin: Admin) -> None:
    await stock(db, shop, 0, NOW - timedelta(hours=2))
    people = [f"client{n}" for n in range(8)]
    for n, name in enumerate(people):
        await waits(db, shop, f"{name}@client.example", NOW - timedelta(minutes=50 - n))
    await ask(db, shop, "never-said-yes@client.example", now=NOW - timedelta(minutes=55))
    left = await waits(db, shop, "gone@client.example", NOW - timedelta(minutes=54))
    await say(db, shop, left, waitlist.leave)
    assert await tell(db, shop) == 0, "it cannot be had"
    await stock(db, shop, 1)
    assert await tell(db, shop) == TOLD_PER_PIECE
    assert mails(admin) == people[:TOLD_PER_PIECE]
    assert await tell(db, shop, NOW + timedelta(hours=1)) == 0, "the one piece has its three"
    later = NOW + timedelta(hours=25)
    assert await tell(db, shop, later) == TOLD_PER_PIECE, "it is still there a day later"
    await stock(db, shop, 9, later + timedelta(minutes=1))
    assert await tell(db, shop, later + timedelta(minutes=2)) == 2
    assert mails(admin) == people
    assert await tell(db, shop, later + timedelta(days=2)) == 0, "told once"


async def test_two_rounds_at_once_tell_each_once(db: Db, shop: Shop, admin: Admin) -> None:
    await stock(db, shop, 2)
    for n in range(6):
        await waits(db, shop, f"client{n}@client.example")
    told = await asyncio.gather(*(tell(db, shop) for _ in range(4)))
    assert sum(told) == 6
    asked = admin("select args -> 'ids' ->> 'wait_id' from procrastinate.procrastinate_jobs where args ->> 'name' = %s",
                  [waitlist.MAIL_TOLD])  # fmt: skip
    assert len(asked) == len(set(asked)) == 6


async def test_a_mailbox_waits_once_and_keeps_its_turn(db: Db, shop: Shop, admin: Admin) -> None:
    first, again = (
        await ask(db, shop, "camille@client.example"),
        await ask(db, shop, "Camille@client.example"),
    )
    await asyncio.gather(
        *(say(db, shop, wait_id, waitlist.confirm) for wait_id in (first, again, first, again))
    )
    assert admin("select count(*) from orders.wait where confirmed_at is not null") == [(1,)]
    (kept,) = admin("select id from orders.wait where confirmed_at is not null")[0]
    await say(db, shop, kept, waitlist.leave)
    other = first if kept == again else again
    await say(db, shop, other, waitlist.confirm)
    assert (await read(db, shop, other)).state == "waiting", "who has left may come back by the other link"
    await say(db, shop, kept, waitlist.confirm)
    assert (await read(db, shop, kept)).state == "left", "and the first link does not make it two"


async def test_what_was_told_stays_told(db: Db, shop: Shop) -> None:
    await stock(db, shop, 1)
    wait_id = await waits(db, shop, "camille@client.example")
    assert await tell(db, shop) == 1
    for verb in (waitlist.leave, waitlist.confirm):
        await say(db, shop, wait_id, verb)
        assert (await read(db, shop, wait_id)).state == "told"
    assert await tell(db, shop, NOW + timedelta(days=2)) == 0
    anew = await waits(db, shop, "camille@client.example", NOW + timedelta(days=3))
    assert (await read(db, shop, anew)).state == "waiting"


async def test_only_what_the_store_shows_and_the_market_sells(db: Db, shop: Shop, admin: Admin) -> None:
    await stock(db, shop, 5)
    with pytest.raises(NotShown):
        await ask(db, shop, "x@client.example", variant_id=shop.b.variants["borea-bag"])
    with pytest.raises(NotShown):
        await ask(db, shop, "x@client.example", store_id=shop.b.store.store_id)
    unpriced = await ask(db, shop, "far@client.example", market="zz")
    await say(db, shop, unpriced, waitlist.confirm)
    assert await tell(db, shop) == 0, "there, and sold in no market of theirs"
    with pytest.raises(NotAContactPoint):
        await ask(db, shop, "not an address")
    with pytest.raises(NotAContactPoint):
        await ask(db, shop, "+33 6 12 34 56 78")
    for _ in range(waitlist.ASKED_PER_ADDRESS_MAX):
        await ask(db, shop, "often@client.example")
    with pytest.raises(TooManyAttempts):
        await ask(db, shop, "often@client.example")


async def test_addresses_are_forgotten(db: Db, shop: Shop, admin: Admin) -> None:
    await stock(db, shop, 1)
    told = await waits(db, shop, "told@client.example")
    await tell(db, shop)
    left = await waits(db, shop, "left@client.example")
    await say(db, shop, left, waitlist.leave)
    await ask(db, shop, "unconfirmed@client.example")
    still = await waits(db, shop, "waits@client.example")

    async def kept_after(days: float) -> set[UUID]:
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            await waitlist.forget(conn, maison_id=shop.a.maison_id, now=NOW + timedelta(days=days))
        return {wait_id for (wait_id,) in admin("select id from orders.wait")}

    assert len(await kept_after(6.9)) == 4
    assert await kept_after(7.1) == {told, left, still}
    assert await kept_after(30.1) == {still}
    assert await kept_after(366) == set()


async def test_a_link_opens_its_own_wait_alone(db: Db, shop: Shop) -> None:
    mine, other = await waits(db, shop, "a@client.example"), await waits(db, shop, "b@client.example")
    async with db.acting(Actor.link(mine), shop.a.maison_id) as conn:
        assert await waitlist.read(conn, maison_id=shop.a.maison_id, wait_id=other) is None
        with pytest.raises(waitlist.NoSuchWait):
            await waitlist.leave(conn, maison_id=shop.a.maison_id, wait_id=other, now=NOW)
    opened = await waitlist.opened(db, waitlist.link_secret(KEY, mine))
    assert opened is not None and opened.wait_id == mine
    assert await waitlist.opened(db, "nobody's") is None


@pytest.mark.parametrize("language", LANGUAGES)
async def test_the_letters(db: Db, shop: Shop, tmp_path: Path, language: str) -> None:
    mailbox, known = Mailbox(tmp_path, "orders@enfilade.example"), Jobs(db)
    waitlist_letters.register(known, db, key=KEY, messages=mailbox, base_url="https://shop.example")
    wait_id = await ask(db, shop, "camille@client.example", language=language)
    ids = {"wait_id": wait_id}
    await known.do(waitlist.MAIL_TOLD, shop.a.maison_id, ids)
    assert not mailbox.letters(), "nobody is told who has not said yes"
    await known.do(waitlist.MAIL_ASKED, shop.a.maison_id, ids)
    (asking,) = mailbox.letters()
    assert f"https://shop.example/{language}/waitlist/{waitlist.link_secret(KEY, wait_id)}" in text(asking)
    await say(db, shop, wait_id, waitlist.confirm)
    await known.do(waitlist.MAIL_ASKED, shop.a.maison_id, ids)
    await stock(db, shop, 1)
    assert await tell(db, shop) == 1
    for _ in range(2):
        await known.do(waitlist.MAIL_TOLD, shop.a.maison_id, ids)
    assert len(mailbox.letters()) == 2, "sent again, it is the same message"
    letter = next(one for one in mailbox.letters() if one["Message-ID"] != asking["Message-ID"])
    assert letter["To"] == "camille@client.example" and "products/alba-bag?" in text(letter)


async def test_the_demand_names_nobody(db: Db, shop: Shop) -> None:
    await stock(db, shop, 0)
    for n in range(3):
        await waits(db, shop, f"client{n}@client.example", NOW + timedelta(minutes=n))
    async with db.acting(Actor.staff(shop.a.staff["maison_manager"]), shop.a.maison_id) as conn:
        (one,) = await waitlist.demand(conn, maison_id=shop.a.maison_id)
    assert (one.slug, one.waiting, one.since, one.told) == ("alba-bag", 3, NOW, 0)
    async with db.acting(Actor.staff(shop.b.staff["maison_manager"]), shop.b.maison_id) as conn:
        assert await waitlist.demand(conn, maison_id=shop.b.maison_id) == []


async def test_from_a_piece_that_is_gone_to_the_list_and_off_it(
    visitor: Visitor, shop: Shop, db: Db, settings: Settings, admin: Admin
) -> None:
    visit, at = await visitor(), "/en/products/alba-bag"
    visit.client.cookies.set("market", "fr")
    assert 'action="/en/products/alba-bag/waitlist"' not in (await visit.get(at)).text, "it can be had"
    await stock(db, shop, 0)
    gone = (await visit.get(at)).text
    assert "Not to be had today." in gone and 'action="/en/products/alba-bag/waitlist"' in gone
    variant = {"variant_id": str(shop.a.variants["alba-bag"])}
    wrong = await visit.post(f"{at}/waitlist", **variant, mail="camille at client")
    assert wrong.status_code == 400 and "camille at client" in wrong.text and "name@example.com" in wrong.text
    unknown = {"variant_id": str(UUID(int=7)), "mail": "camille@client.example"}
    assert (await visit.post(f"{at}/waitlist", **unknown)).status_code == 404
    done = await visit.post(f"{at}/waitlist", **variant, mail="Camille@client.example")
    assert done.status_code == 303 and "on its way" in (await visit.get(done.headers["location"])).text
    ((wait_id, mail),) = admin("select id, mail from orders.wait")
    assert mail == "camille@client.example"
    link = f"/en/waitlist/{waitlist.link_secret(settings.key, wait_id)}"
    page = await visit.get(link)
    assert page.response.headers["referrer-policy"] == "no-referrer" and page.statements <= 3
    assert "Shall we write to you?" in page.text and "The bag" in page.text and "noindex" in page.text
    for act, title in (
        ("confirmation", "You are on the list"),
        ("leaving", "You have left the list"),
        ("confirmation", "You are on the list"),
    ):
        assert (await visit.post(f"{link}/{act}")).headers["location"] == link
        assert title in (await visit.get(link)).text
    assert (await visit.get("/en/waitlist/nobodys-link")).response.status_code == 404
    # In a store of many maisons the client is the store's: its maison neither sees the address nor writes to it.
    assert admin("select slug from maisons.maison m join orders.wait w on w.maison_id = m.maison_id") == [
        ("arcade",)
    ]
    await stock(db, shop, 1, NOW + timedelta(minutes=1))
    assert await tell(db, shop) == 0
    async with db.acting(Actor.job(), visit.shop.store.maison_id) as conn:
        assert await waitlist.tell(conn, maison_id=visit.shop.store.maison_id, now=NOW) == 1
    assert "We have written to you" in (await visit.get(link)).text
