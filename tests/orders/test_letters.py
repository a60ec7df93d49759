"""What the worker sends: to the client in their language, to the manager, and nothing that is no longer true."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from uuid import UUID

import pytest

from enfilade.base import facts
from enfilade.base.actors import Actor
from enfilade.base.db import Db, execute
from enfilade.base.i18n import LANGUAGES
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Mailbox
from enfilade.base.secrets import derived
from enfilade.orders import confirmation, pickup, preparations, rejections
from enfilade.orders.preparations import pickup_code
from enfilade.orders.preparing import register_preparing
from tests.orders import counter as counters
from tests.orders.counter import KEY, PRICE, Counter, counter
from tests.orders.test_fulfilment import accepted, ready


@pytest.fixture
async def shop(db: Db, monkeypatch: pytest.MonkeyPatch) -> Counter:
    """The counter of today: the worker reads the clock itself."""
    now = datetime.now(UTC)
    monkeypatch.setattr(counters, "NOW", now)
    made = await counter(db)
    made.now = now
    return made


@pytest.fixture
def post(shop: Counter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Jobs, Mailbox]:
    """The worker's knowledge and its mailbox."""
    monkeypatch.setattr(facts, "LISTENERS", {})
    mailbox = Mailbox(tmp_path, "orders@enfilade.example")
    known = Jobs(shop.db)
    register_preparing(known, db=shop.db, key=KEY, messages=mailbox, base_url="https://shop.example")
    return known, mailbox


def text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return body.get_content()


async def test_a_late_confirmation_names_the_place_that_was_asked_until_there_is_another(
    shop: Counter, post: tuple[Jobs, Mailbox]
) -> None:
    known, mailbox = post
    confirmation.register(known, shop.db, key=KEY, messages=mailbox, base_url="https://shop.example")
    order_id, fulfilment_id = await accepted(shop)
    line_id = await shop.line(order_id, "BAG-S")
    await shop.run(rejections.reject, fulfilment_id=fulfilment_id, line_id=line_id, reason="damaged")
    await known.do(confirmation.MAIL_PLACED, shop.maison_id, {"order_id": order_id})
    assert "Auber Rivoli" in text(mailbox.letters()[0])
    await known.do("orders.resource", shop.maison_id, {"order_id": order_id})
    await known.do(confirmation.MAIL_PLACED, shop.maison_id, {"order_id": order_id})
    (letter,) = mailbox.letters()
    assert "Auber Rivoli" not in text(letter) and "Auber Marais" in text(letter)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_ready_says_where_until_when_and_with_which_code(
    shop: Counter, post: tuple[Jobs, Mailbox], language: str
) -> None:
    known, mailbox = post
    order_id, fulfilment_id = await ready(shop, collector="Paul Moreau", language=language)
    for _ in range(2):
        await known.do("orders.mail_ready", shop.maison_id, {"fulfilment_id": fulfilment_id})
    (letter,) = mailbox.letters()
    assert letter["To"] == "ines@client.example"
    code = pickup_code(KEY, fulfilment_id)
    said = text(letter)
    assert f"{code[:4]} {code[4:]}" in said and "Auber Rivoli" in said and "Paul Moreau" in said
    assert f"https://auber.example/{language}/orders/{derived(KEY, 'order', order_id)}" in said
    html = letter.get_body(("html",))
    assert html is not None and "cid:code" in html.get_content()
    assert any(part.get_content_type() == "image/png" for part in letter.walk())


async def test_a_letter_leads_to_the_store_the_order_came_through(
    shop: Counter, post: tuple[Jobs, Mailbox], admin
) -> None:
    known, mailbox = post
    confirmation.register(known, shop.db, key=KEY, messages=mailbox, base_url="https://shop.example")
    order_id, fulfilment_id = await ready(shop, language="fr")
    for host in ("auber.example:8443", "shop.example"):
        own = host if host != "shop.example" else None
        admin("update public_facts.store set host = %s where id = (select store_id from orders.order)", [own])
        await known.do(confirmation.MAIL_PLACED, shop.maison_id, {"order_id": order_id})
        await known.do("orders.mail_ready", shop.maison_id, {"fulfilment_id": fulfilment_id})
        told = mailbox.letters()
        assert len(told) == 2
        page = f"https://{host}/fr/orders/{derived(KEY, 'order', order_id)}"
        assert [page in text(letter) for letter in told] == [True, True], host


async def test_what_is_no_longer_true_is_not_sent(shop: Counter, post: tuple[Jobs, Mailbox]) -> None:
    known, mailbox = post
    order_id, fulfilment_id = await ready(shop)
    await shop.run(
        rejections.reject,
        fulfilment_id=fulfilment_id,
        line_id=await shop.line(order_id, "BAG-S"),
        reason="damaged",
    )
    for name in ("mail_ready", "mail_moved", "mail_late"):
        await known.do(f"orders.{name}", shop.maison_id, {"fulfilment_id": fulfilment_id})
    assert mailbox.letters() == []


async def test_who_gave_no_address_is_not_written_to(shop: Counter, post: tuple[Jobs, Mailbox]) -> None:
    known, mailbox = post
    _, fulfilment_id = await ready(shop, mail="")
    await known.do("orders.mail_ready", shop.maison_id, {"fulfilment_id": fulfilment_id})
    assert mailbox.letters() == []


async def rejected_at(shop: Counter, known: Jobs, order_id: UUID, place: str, who: str) -> None:
    await shop.run(
        rejections.reject,
        who,
        fulfilment_id=await shop.fulfilment(order_id, place),
        line_id=await shop.line(order_id, "BAG-S"),
        reason="damaged",
    )
    await known.do("orders.resource", shop.maison_id, {"order_id": order_id})


async def test_another_boutique_and_then_none(shop: Counter, post: tuple[Jobs, Mailbox]) -> None:
    known, mailbox = post
    order_id, _ = await accepted(shop)
    await rejected_at(shop, known, order_id, "rivoli", "claire")
    moved_to = await shop.fulfilment(order_id, "marais")
    await known.do("orders.mail_moved", shop.maison_id, {"fulfilment_id": moved_to})
    assert "Auber Marais" in text(mailbox.letters()[0])
    for place in ("marais", "passy"):
        await rejected_at(shop, known, order_id, place, "max")
    await known.do(
        "orders.mail_cancelled", shop.maison_id, {"order_id": order_id, "event_id": new_id(shop.now)}
    )
    said = text(next(one for one in mailbox.letters() if "could not find" in str(one["Subject"])))
    assert "Arcade bag" in said and "€2,450" in said and "You pay nothing" in said


async def test_the_boutiques_manager_hears_of_what_is_late(shop: Counter, post: tuple[Jobs, Mailbox]) -> None:
    known, mailbox = post
    fulfilment_id = await shop.fulfilment(await shop.order("BAG-S"))
    await known.do("orders.mail_late", shop.maison_id, {"fulfilment_id": fulfilment_id})
    (letter,) = mailbox.letters()
    assert letter["To"] == "mia@auber.example"
    assert f"https://shop.example/boutique/preparations/{fulfilment_id}" in text(letter)


async def test_dispatched_and_not_collected(shop: Counter, post: tuple[Jobs, Mailbox]) -> None:
    known, mailbox = post
    order_id, sent = await accepted(shop, method="ship")
    await shop.run(preparations.pick, fulfilment_id=sent, line_id=await shop.line(order_id, "BAG-S"))
    await shop.run(preparations.dispatch, fulfilment_id=sent, tracking="6A12345")
    await known.do("orders.mail_dispatched", shop.maison_id, {"fulfilment_id": sent})
    assert "6A12345" in text(mailbox.letters()[0])
    _, waited = await ready(shop)
    shop.now += timedelta(days=30)
    assert await shop.job(pickup.no_show, fulfilment_id=waited)
    await known.do("orders.mail_not_collected", shop.maison_id, {"fulfilment_id": waited})
    assert any("was not collected" in str(letter["Subject"]) for letter in mailbox.letters())


async def test_the_work_that_follows_is_done_by_the_worker(
    shop: Counter, post: tuple[Jobs, Mailbox], admin: Callable[..., list[tuple[object, ...]]]
) -> None:
    known, _ = post
    order_id, fulfilment_id = await ready(shop)
    await known.do("orders.on_my_way", shop.maison_id, {"fulfilment_id": fulfilment_id})
    assert "ClientOnTheWay" in await shop.told()
    await shop.run(
        pickup.hand_over,
        fulfilment_id=fulfilment_id,
        code=pickup_code(KEY, fulfilment_id),
        refused_line_ids=[],
    )
    await known.do("orders.on_my_way", shop.maison_id, {"fulfilment_id": fulfilment_id})
    await known.do("orders.finish_hand_over", shop.maison_id, {"fulfilment_id": fulfilment_id})
    assert await shop.operations() == [], "ten minutes have not passed"
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        await execute(
            conn,
            "update orders.fulfilment set capture_after = now() - interval '1 minute' where id = %(id)s",
            id=fulfilment_id,
        )
    await known.do("orders.finish_hand_over", shop.maison_id, {"fulfilment_id": fulfilment_id})
    assert await shop.operations() == [("capture", PRICE)]
    assert order_id


async def test_a_lost_allocation_is_heard(
    shop: Counter, post: tuple[Jobs, Mailbox], admin: Callable[..., list[tuple[object, ...]]]
) -> None:
    known, _ = post
    first, fulfilment_id = await accepted(shop)
    second = await shop.order("BAG-S")
    await shop.run(
        rejections.reject,
        fulfilment_id=fulfilment_id,
        line_id=await shop.line(first, "BAG-S"),
        reason="not_in_stock",
    )
    ((maison_id, fact_id),) = admin("select maison_id, id from base.fact where kind = 'AllocationLost'")
    assert isinstance(maison_id, UUID) and isinstance(fact_id, UUID)
    for _ in range(2):
        await known.hear(maison_id, fact_id, "orders.lose")
    assert await shop.lines(second) == {"BAG-S": "unsourced"}
    await known.do("orders.resource", shop.maison_id, {"order_id": second})
    assert await shop.lines(second) == {"BAG-S": "sourced"}
    await shop.sound()
