"""The desk: who sits at it, what it finds and writes down, what it does to an order under one's own name."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.ids import new_id
from enfilade.orders import withdrawal, withdrawal_letters
from enfilade.orders.desk import finding
from tests.shop import PASSWORD
from tests.web.desk.conftest import Desk

Look = Callable[..., list[tuple[Any, ...]]]
NOTED = {"way": "phone", "why": "She called this morning", "key": "k" * 22}


def again(**more: object) -> dict[str, object]:
    """A form with a note and a key of its own."""
    return {**NOTED, "key": str(new_id(datetime.now(UTC))), **more}


async def test_who_sits_at_the_desk_and_who_does_not(desk: Desk) -> None:
    order_id = await desk.studio.order()
    nobody = await desk.studio.visit.get(f"/desk/orders/{order_id}")
    assert nobody.response.headers["location"] == f"/boutique/sign-in?next=/desk/orders/{order_id}"
    for role in ("advisor", "boutique_manager"):
        for path in ("/", f"/orders/{order_id}", "/selling"):
            page = await desk.get(path, role)
            assert page.response.status_code == 403 and 'href="/boutique/"' in page.text
        assert (await desk.post(f"/orders/{order_id}/notes", again(), role)).status_code == 403
    for role in ("client_service", "maison_manager"):
        assert (await desk.get(f"/orders/{order_id}", role)).response.status_code == 200
        for path in (f"/orders/{order_id}", "/?q=Martin"):
            other = await desk.get(path, role, desk.shop.b)
            assert "Ada" not in other.text
    assert (await desk.get(f"/orders/{order_id}", house=desk.shop.b)).response.status_code == 404
    for surface in ("/boutique/", "/studio/", "/cockpit/"):
        cookie = await desk.studio.as_("client_service")
        refused = await desk.studio.visit.get(surface, cookie=cookie)
        assert refused.response.status_code == 403 and (surface == "/cockpit/" or "/desk/" in refused.text)


async def test_signing_in_leads_to_the_desk(desk: Desk) -> None:
    sent = {"email": "client_service.alba@enfilade.example", "password": PASSWORD, "next": ""}
    answer = await desk.studio.visit.client.post("/boutique/sign-in", data=sent)
    assert answer.headers["location"] == "/desk/"


async def test_one_box_finds_an_order_by_all_a_client_says(desk: Desk, admin: Look) -> None:
    order_id, other = await desk.studio.order(method="ship"), await desk.studio.order(desk.shop.b)
    [(number,)] = admin("select number from orders.order where id = %s", [order_id])
    name = "update orders.contact set name = 'Zoë Łukasz-Dupré' where id = (select contact_id from orders.order where id = %s)"
    admin(name, [order_id])
    admin("update orders.fulfilment set tracking = 'LX 77 1234 FR' where order_id = %s", [order_id])
    for words in (
        number,
        number.lower().replace("-", " "),
        "zoe",
        "Zo",
        "Dupre",
        "dupr lukasz",
        "Lukaz Dupre",  # misspelt
        "ada@example.com",
        "ADA@",
        "5678",
        "06 12 34 56 78",
        "+33 6 12 34 56 78",
        "LX 77 1234 FR",
    ):
        assert await desk.found(words) == [number], words
        assert number not in await desk.found(words, house=desk.shop.b), words
    for words in ("z", "%%%", "___", "678 1", "nobody", "123", "ada@example.org", "'--", "\\"):
        assert await desk.found(words) == [], words
    assert len(await desk.found("martin", house=desk.shop.b)) == 1
    found = admin(
        "select subject_id, staff_id from base.audit where act = 'find_order' and maison_id = %s",
        [desk.shop.a.maison_id],
    )
    assert set(found) == {(order_id, desk.shop.a.staff["client_service"])}
    await desk.get(f"/orders/{order_id}")
    [looked] = admin("select subject_id, staff_id from base.audit where act = 'look_at_order'")
    assert looked == (order_id, desk.shop.a.staff["client_service"])
    assert other not in {subject for subject, _ in found}
    admin("update orders.contact set erased_at = now()")
    assert await desk.found("dupre") == []


async def test_the_door_opens_to_nobody_else(desk: Desk) -> None:
    """Whoever can say SQL as an advisor, a job or a client finds nobody by name."""
    await desk.studio.order()
    house, ask = (
        desk.shop.a,
        "select order_id from door.orders_sought('name', '{%%mart%%}', now() + interval '1 day', uuidv7(), 9)",
    )

    async def names(actor: Actor, maison_id: UUID) -> int:
        async with desk.db.acting(actor, maison_id) as conn:
            cursor = await conn.execute(ask)
            return len(await cursor.fetchall())

    assert await names(Actor.staff(house.staff["client_service"]), house.maison_id) == 1
    assert await names(Actor.staff(house.staff["client_service"]), desk.shop.b.maison_id) == 0
    for actor in (
        Actor.staff(house.staff["advisor"]),
        Actor.staff(house.staff["boutique_manager"]),
        Actor.job(),
        Actor.visitor(new_id(datetime.now(UTC))),
        Actor.staff(desk.shop.b.staff["client_service"]),
    ):
        assert await names(actor, house.maison_id) == 0


@pytest.mark.parametrize(
    "words", ["Zoë Łukasz", "ÅNGSTRÖM", "Đặng", "Straße", "Ørsted", "李明", "O’Neill", "Ñandú", "ﬁ"]
)
async def test_names_are_folded_alike_here_and_there(desk: Desk, words: str, admin: Look) -> None:
    assert admin("select base.folded(%s)", [words]) == [(finding.folded(words),)]


async def test_pages_of_many_and_few_statements(desk: Desk, admin: Look) -> None:
    first = await desk.studio.order()
    columns = "maison_id, region, checkout_id, name, mail, phone, address, collector_name"
    for number in range(45):
        admin(
            f"""
            with c as (insert into orders.contact (id, {columns})
              select uuidv7(), maison_id, region, uuidv7(), 'Ada Martin ' || %(n)s::int, mail, phone, address, collector_name
              from orders.contact where id = (select contact_id from orders.order where id = %(id)s) returning id)
            insert into orders.order select o.maison_id, o.region, uuidv7(), 'AAAA-' || lpad(%(n)s::text, 4, '0'), o.store_id,
              o.store_maison_id, uuidv7(), null, o.legal_entity_id, o.client_id, c.id, o.channel, o.method, 'completed',
              o.language, o.market, o.currency, o.total_minor, o.tax_minor, sha256((%(n)s::text)::bytea),
              o.placed_at - make_interval(mins => %(n)s), o.changed_at
            from orders.order o, c where o.id = %(id)s
            """,
            {"n": number, "id": first},
        )
    seen: list[str] = []
    path = "/?q=martin"
    for _ in range(3):
        page = await desk.get(path)
        # Sign-in, limit, colleague, number, name, list, audit, maison, calls, goodwill, and the transactions' own.
        assert page.statements <= 11, page.statements
        seen += re.findall(r'found-number">([\w-]+)<', page.text)
        more = re.search(r'rel="next" href="/desk([^"]+)"', page.text)
        path = more.group(1).replace("&amp;", "&") if more else ""
    assert path == "" and len(seen) == len(set(seen)) == 46


async def test_an_order_at_the_desk_under_ones_own_name(desk: Desk, admin: Look) -> None:
    order_id = await desk.studio.order(method="ship")
    page = await desk.get(f"/orders/{order_id}")
    assert page.statements <= 18, page.statements
    assert "Ada Martin" in page.text and "What the client reads" in page.text
    new = {"line1": "7 quai Neuf", "line2": "", "postcode": "69002", "city": "Lyon", "country": "FR"}
    assert (await desk.post(f"/orders/{order_id}/address", again(**new))).status_code == 303
    assert (await desk.post(f"/orders/{order_id}/letters", again())).status_code == 303
    assert (
        await desk.post(f"/orders/{order_id}/notes", again(way="chat", why="She <likes> it"))
    ).status_code == 303
    [(line_id,)] = admin("select id from orders.order_line where order_id = %s", [order_id])
    unsaid = await desk.post(
        f"/orders/{order_id}/cancellation", again(line=line_id, reason="client_wish", why="")
    )
    assert unsaid.status_code == 409 and "by which way" in unsaid.text
    cancelling = again(line=str(line_id), reason="client_wish")
    for _ in range(2):
        assert (await desk.post(f"/orders/{order_id}/cancellation", cancelling)).status_code == 303
    left = await desk.post(f"/orders/{order_id}/address", again(**new | {"line1": "8 quai Neuf"}))
    assert left.status_code in (303, 409)
    noted = admin(
        "select act, way, words, staff_id from orders.desk_note where order_id = %s order by id", [order_id]
    )
    who = desk.shop.a.staff["client_service"]
    assert [(act, way, by) for act, way, _, by in noted] == [
        ("address", "phone", who),
        ("letter", "phone", who),
        ("note", "chat", who),
        ("cancellation", "phone", who),
    ]
    assert admin("select state from orders.order where id = %s", [order_id]) == [("cancelled",)]
    assert admin("select asked_by, staff_id from orders.cancellation") == [("maison", who)]
    again_jobs = admin(
        "select count(*) from procrastinate.procrastinate_jobs where args ->> 'name' = 'orders.mail_again'"
    )
    assert again_jobs == [(1,)]
    page = await desk.get(f"/orders/{order_id}")
    assert (
        "She &lt;likes&gt; it" in page.text and "client_service.alba cancelled pieces, by phone" in page.text
    )
    # The maison's people alone read notes.
    for actor in (Actor.link(order_id), Actor.visitor(order_id), Actor.checkout(order_id)):
        async with desk.db.acting(actor, desk.shop.a.maison_id) as conn:
            cursor = await conn.execute("select count(*) from orders.desk_note")
            assert await cursor.fetchone() == (0,)


async def test_goodwill_and_a_return_by_forms(desk: Desk, admin: Look) -> None:
    order_id = await desk.studio.order(method="ship")
    [(line_id, total)] = admin(
        "select id, total_minor from orders.order_line where order_id = %s", [order_id]
    )
    early = await desk.post(
        f"/orders/{order_id}/goodwill", again(line=str(line_id), amount="5", reason="late")
    )
    assert early.status_code == 409 and "not left us for good" in early.text
    admin("update orders.order_line set state = 'dispatched' where id = %s", [line_id])
    admin(
        "update orders.fulfilment set state = 'dispatched', ended_at = now() where order_id = %s", [order_id]
    )
    admin("update orders.order set state = 'completed' where id = %s", [order_id])
    admin(
        """with p as (update payments.payment set capture_asked_minor = amount_minor, captured_minor = amount_minor,
            state = 'captured' returning *)
        insert into payments.operation (maison_id, id, payment_id, kind, amount_minor, state, cause_id, asked_at, ended_at)
        select p.maison_id, uuidv7(), p.id, 'capture', p.amount_minor, 'done', f.id, now(), now()
        from p, orders.fulfilment f where f.order_id = %s""",
        [order_id],
    )
    assert (
        await desk.post(f"/orders/{order_id}/goodwill", again(line=str(line_id), amount="x", reason="late"))
    ).status_code == 409
    form = again(line=str(line_id), amount=f"{total / 100:.2f}", reason="damaged")
    for _ in range(2):
        assert (await desk.post(f"/orders/{order_id}/goodwill", form)).status_code == 303
    [(goodwill_id, state)] = admin("select id, state from orders.goodwill")
    assert state == "asked"
    assert "Waiting for a manager" in (await desk.get("/")).text
    decide = f"/orders/{order_id}/goodwill/{goodwill_id}/approval"
    assert "A manager of the maison decides this" in (await desk.post(decide, again())).text
    assert (await desk.post(decide, again(), "maison_manager", desk.shop.b)).status_code == 404
    assert (await desk.post(decide, again(), "maison_manager")).status_code == 303
    assert admin("select state, amount_minor from orders.goodwill") == [("given", total)]
    page = await desk.get(f"/orders/{order_id}")
    assert "back as goodwill: it has a flaw" in page.text
    back = again(line=str(line_id), **{f"pieces-{line_id}": "1"})
    assert (await desk.post(f"/orders/{order_id}/return", back)).status_code == 303
    assert admin("select state from orders.return") == [("announced",)]


async def test_a_client_who_phones_withdraws_under_the_colleagues_name(desk: Desk, admin: Look) -> None:
    order_id = await desk.studio.order()
    [(line_id,)] = admin("select id from orders.order_line where order_id = %s", [order_id])
    page = await desk.get(f"/orders/{order_id}")
    assert "The client withdraws from the purchase" in page.text
    said: dict[str, object] = {
        "line": str(line_id),
        "name": " Ada  Martin ",
        "mail": "Ada@Elsewhere.example",
    }
    path = f"/orders/{order_id}/withdrawal"
    assert (await desk.post(path, again(**said | {"mail": "nowhere"}))).status_code == 409
    assert (await desk.post(path, again(**said | {"why": ""}))).status_code == 409
    assert (await desk.post(path, again(**said), role="advisor")).status_code in (403, 404)
    assert (await desk.post(path, again(**said), house=desk.shop.b)).status_code == 404
    assert admin("select count(*) from orders.withdrawal") == [(0,)], "refused, nothing is written"
    for _ in range(2):
        assert (await desk.post(path, NOTED | said)).status_code == 303
    who = desk.shop.a.staff["client_service"]
    assert admin("select name, mail, by_id from orders.withdrawal") == [
        ("Ada Martin", "ada@elsewhere.example", who)
    ]
    assert admin("select act, staff_id from orders.desk_note") == [("withdrawal", who)]
    [(withdrawal_id,)] = admin("select id from orders.withdrawal")
    async with desk.db.acting(Actor.job(), desk.shop.a.maison_id) as conn:
        of = {"maison_id": desk.shop.a.maison_id, "withdrawal_id": withdrawal_id}
        await withdrawal.tell(conn, **of, now=datetime.now(UTC))
        letter = await withdrawal_letters.receipt(conn, **of, key=b"k" * 48, base_url="http://shop.example")
    assert letter is not None and letter.to == "ada@elsewhere.example"
    assert "notre service client" in letter.text, "and the same receipt"
    assert "wrote it down" in (await desk.get(f"/orders/{order_id}")).text


async def test_calls_are_promised_and_made_once(desk: Desk, admin: Look) -> None:
    order_id = await desk.studio.order()
    soon = (datetime.now(UTC).astimezone() + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M")
    zone = re.search(r"clock of ([^.]+)\.", (await desk.get("/")).text)
    assert zone and zone.group(1) == "Europe/Paris"
    admin("update boutiques.location set zone = 'UTC'")
    soon = (datetime.now(UTC) + timedelta(minutes=1)).strftime("%Y-%m-%dT%H:%M")
    form = again(due=soon, words="About the strap")
    for _ in range(2):
        assert (await desk.post(f"/orders/{order_id}/calls", form)).status_code == 303
    assert (await desk.post("/calls", again(due=soon, whom="Mr Ito, +81 3 1234 5678"))).status_code == 303
    for wrong in ({"due": "then"}, {"due": "2020-01-01T10:00"}, {"due": ""}):
        assert (await desk.post(f"/orders/{order_id}/calls", again(**wrong))).status_code == 400
    page = await desk.get("/")
    assert "Ada Martin" in page.text and "Mr Ito" in page.text and "About the strap" in page.text
    [(call_id,)] = admin("select id from orders.call_back where order_id = %s", [order_id])
    done = again(outcome="reached")
    assert (await desk.post(f"/calls/{call_id}/end", done, house=desk.shop.b)).status_code == 404
    for _ in range(2):
        assert (await desk.post(f"/calls/{call_id}/end", again(outcome="reached"))).status_code == 303
    assert admin("select count(*) from orders.desk_note where act = 'call'") == [(1,)]
    assert "About the strap" not in (await desk.get("/")).text
    assert "The client was reached" in (await desk.get(f"/orders/{order_id}")).text


async def test_the_desk_puts_pieces_together_and_nobody_else_sees_them(desk: Desk, admin: Look) -> None:
    house = desk.shop.a
    bag, place = house.variants["alba-bag"], house.places["alba-1"]
    page = await desk.get(f"/selling/new?at={place}&q=alba-bag")
    assert page.response.status_code == 200 and f'value="{bag}"' in page.text
    page = await desk.get(f"/selling/new?at={place}&piece={bag}")
    assert "never ask for the number of a card" in page.text
    form = again(at=str(place), piece=str(bag), way=str(place), language="fr", hours="48", words="", mail="")
    answers = [await desk.post("/selling", form) for _ in range(2)]
    [to] = {answer.headers["location"] for answer in answers}
    shown = await desk.get(to.removeprefix("/desk"))
    link = re.search(r'value="([^"]+/proposals/[^"]+)"', shown.text)
    assert link and "at the desk" in shown.text
    [(by_desk,)] = admin("select by_desk from orders.proposal")
    assert by_desk
    assert (await desk.get(to.removeprefix("/desk"), house=desk.shop.b)).response.status_code == 404
    advisor = await desk.studio.as_("advisor")
    elsewhere = await desk.studio.visit.get(to.replace("/desk", "/boutique"), cookie=advisor)
    assert elsewhere.response.status_code == 404
    assert (
        "alba"
        not in (await desk.studio.visit.get("/boutique/selling", cookie=advisor))
        .text.lower()
        .split("<main")[1]
    )
    phone = desk.studio.visit.client
    at = link.group(1).removeprefix(desk.settings.base_url)
    client = await phone.get(at)
    assert client.status_code == 200 and "client_service.alba" in client.text
    held = await phone.post(f"{at}/checkout", data={"key": "one key of this form"})
    for name, value in held.cookies.items():
        phone.cookies.set(name, value)
    paying = {
        "name": "Camille Aubry",
        "mail": "camille@client.example",
        "payment_method": "card",
        "card_token": "tok_ok",
    }
    paid = await phone.post(held.headers["location"], data={**paying, "key": "another key of a form"})
    assert paid.status_code == 303, paid.text
    assert admin("select channel, sold_by_location_id, sold_by_staff_id from orders.order") == [
        ("phone", None, house.staff["client_service"])
    ]
    assert {channel for (channel,) in admin("select credited_channel from orders.order_line")} == {"phone"}
    assert "Paid" in (await desk.get(to.removeprefix("/desk"))).text
    assert (await desk.post(f"{to.removeprefix('/desk')}/withdrawal", again())).status_code == 409
    [(order_id,)] = admin("select id from orders.order")
    assert "at the desk" in (await desk.get(f"/orders/{order_id}")).text
    other = again(at=str(place), piece=str(bag), way="ship", language="fr", hours="48", words="", mail="")
    to = (await desk.post("/selling", other)).headers["location"].removeprefix("/desk")
    assert (await desk.post(f"{to}/withdrawal", again())).status_code == 303
    assert "Withdrawn" in (await desk.get(to)).text
