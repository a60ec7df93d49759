"""The boutique app over HTTP: who may enter, every screen's statements, acts done once, and whose work it is."""

import asyncio
import re
from typing import Any
from uuid import UUID

import pytest
from httpx import Response

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.db import Tally, execute, tally
from enfilade.base.ids import new_id
from enfilade.base.live import Live
from enfilade.orders import preparations
from enfilade.orders.preparations import pickup_code
from enfilade.stock.counts import record_movement
from enfilade.web.boutique.tasks import live as live_screen
from enfilade.web.shared.acting import Member
from tests.orders.counter import Counter, counter
from tests.web.boutique.conftest import App

KEY = "a-key-for-this-form"


async def ready(app: App, *skus: str, **order: Any) -> tuple[UUID, UUID]:
    """An order ready to hand over, by the verbs."""
    shop = app.shop
    order_id = await shop.order(*(skus or ("BAG-S",)), **order)
    fulfilment_id = await shop.fulfilment(order_id)
    await shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    for sku in skus or ("BAG-S",):
        line_id = await shop.line(order_id, sku)
        await shop.run(preparations.pick, fulfilment_id=fulfilment_id, line_id=line_id)
    await shop.run(preparations.ready, fulfilment_id=fulfilment_id, key=app.key)
    return order_id, fulfilment_id


async def test_the_whole_way_over_the_counter(app: App) -> None:
    shop = app.shop
    order_id = await shop.order("BAG-S", "SCARF-U", collector="Paul Moreau")
    fulfilment_id = await shop.fulfilment(order_id)
    at = f"/preparations/{fulfilment_id}"
    assert "To prepare" in (await app.get("/")).text
    asked = await app.get(at)
    assert "You credit Auber Rivoli with £" not in asked.text
    assert "You credit Auber Rivoli with €4,900" in asked.text
    answer = await app.post(f"{at}/acceptance")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/boutique{at}")
    assert "I have it" in (await app.get(at)).text
    await app.post(f"{at}/picks", line=str(await shop.line(order_id, "BAG-S")))
    await app.post(f"{at}/picks", code="scarf-u")
    assert "Ready: tell the client" in (await app.get(at)).text
    await app.post(f"{at}/readiness")
    assert "Waits for Paul Moreau" in (await app.get(at)).text

    code = pickup_code(app.key, fulfilment_id)
    found = await app.get(f"/pickups?code={code.lower()}")
    assert "Check the name" in found.text and "Paul Moreau" in found.text
    scarf = str(await shop.line(order_id, "SCARF-U"))
    given = await app.post(f"/pickups/{fulfilment_id}/hand-over", code=code, refused=scarf)
    assert (given.status_code, given.headers["location"]) == (303, f"/boutique/pickups/{fulfilment_id}")
    left = await app.get(f"/pickups/{fulfilment_id}")
    assert "Handed over to Paul Moreau" in left.text and "€2,450 for 1 piece" in left.text
    assert await shop.lines(order_id) == {"BAG-S": "handed_over", "SCARF-U": "refused"}
    assert "Just handed over" in (await app.get("/")).text
    await app.post(f"/pickups/{fulfilment_id}/undo")
    assert await shop.lines(order_id) == {"BAG-S": "picked", "SCARF-U": "picked"}
    await shop.sound()


@pytest.mark.parametrize(
    ("screen", "most"),
    [
        ("/", 4),
        ("/preparations/{asked}", 5),
        ("/preparations/{ready}", 5),
        ("/preparations/{asked}/rejection", 4),
        ("/pickups", 1),
        ("/pickups?code={code}", 6),
        ("/pickups/{ready}", 4),
        ("/shortages", 3),
    ],
)
async def test_a_screen_asks_the_database_so_often(app: App, screen: str, most: int) -> None:
    shop = app.shop
    for _ in range(2):
        await shop.order("BAG-M", "SCARF-U", method="ship")
    asked = await shop.fulfilment(await shop.order("BAG-S", "BAG-M"))
    _, waiting = await ready(app)
    address = screen.format(asked=asked, ready=waiting, code=pickup_code(app.key, waiting))
    headers = await app.cookie("claire")
    counting = Tally()
    token = tally.set(counting)
    answer = await app.client.get(f"/boutique{address}", headers=headers)
    tally.reset(token)
    assert answer.status_code == 200
    assert counting.statements <= most, counting.texts


async def test_an_act_runs_few_statements(app: App) -> None:
    fulfilment_id = await app.shop.fulfilment(await app.shop.order("BAG-S"))
    headers = await app.cookie("claire")
    counting = Tally()
    token = tally.set(counting)
    await app.client.post(
        f"/boutique/preparations/{fulfilment_id}/acceptance", headers=headers, data={"key": KEY}
    )
    tally.reset(token)
    assert counting.statements <= 6, counting.texts


async def test_sent_twice_with_one_key_it_is_done_once(app: App) -> None:
    _, fulfilment_id = await ready(app)
    code = pickup_code(app.key, fulfilment_id)
    first = await app.post(f"/pickups/{fulfilment_id}/hand-over", code=code, key=KEY)
    await app.post(f"/pickups/{fulfilment_id}/undo")
    again = await app.post(f"/pickups/{fulfilment_id}/hand-over", code=code, key=KEY)
    assert first.status_code == again.status_code == 303
    assert await app.shop.state(fulfilment_id) == "ready", "the repeat of an undone act does nothing"
    other = await app.post(f"/pickups/{fulfilment_id}/hand-over", code="another", key=KEY)
    assert other.status_code == 422


async def test_the_second_advisor_sees_who_was_first(app: App) -> None:
    fulfilment_id = await app.shop.fulfilment(await app.shop.order("BAG-S"))
    at = f"/preparations/{fulfilment_id}/acceptance"
    answers = await asyncio.gather(app.post(at, "claire"), app.post(at, "hugo"))
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    refused = next(answer for answer in answers if answer.status_code == 409)
    winner = "Claire" if answers[0].status_code == 303 else "Hugo"
    assert f"{winner} has accepted this already" in refused.text
    assert "I have it" in refused.text, "the screen stands as it is now"


@pytest.mark.parametrize(
    ("what", "fields", "words"),
    [
        ("picks", {"code": "NONSENSE"}, "NONSENSE is not among the pieces"),
        ("readiness", {}, "1 still to pick"),
        ("dispatch", {}, "is not possible"),
        ("rejection", {"reason": "lazy", "line": "{line}"}, "Choose one of the reasons"),
    ],
)
async def test_what_cannot_be_is_said_on_the_screen(
    app: App, what: str, fields: dict[str, Any], words: str
) -> None:
    order_id = await app.shop.order("BAG-S")
    fulfilment_id = await app.shop.fulfilment(order_id)
    await app.shop.run(preparations.accept, fulfilment_id=fulfilment_id)
    line = str(await app.shop.line(order_id, "BAG-S"))
    fields = {name: value.format(line=line) for name, value in fields.items()}
    answer = await app.post(f"/preparations/{fulfilment_id}/{what}", **fields)
    assert answer.status_code == 409 and words in answer.text and 'role="alert"' in answer.text


async def test_rejecting_over_http_sends_it_elsewhere(app: App) -> None:
    order_id = await app.shop.order("BAG-S")
    fulfilment_id = await app.shop.fulfilment(order_id)
    line = str(await app.shop.line(order_id, "BAG-S"))
    unsaid = await app.post(f"/preparations/{fulfilment_id}/rejection", line=line)
    assert unsaid.status_code == 400 and "Choose a reason first" in unsaid.text
    await app.post(f"/preparations/{fulfilment_id}/rejection", line=line, reason="damaged")
    assert "Given to another boutique" in (await app.get(f"/preparations/{fulfilment_id}")).text
    assert "orders.resource" in await app.shop.jobs()


async def test_sending_a_parcel(app: App) -> None:
    order_id = await app.shop.order("BAG-S", method="ship")
    fulfilment_id = await app.shop.fulfilment(order_id)
    at = f"/preparations/{fulfilment_id}"
    await app.post(f"{at}/acceptance")
    await app.post(f"{at}/picks", code="BAG-S")
    assert "It has left" in (await app.get(at)).text
    await app.post(f"{at}/dispatch", tracking="6A12345")
    assert "6A12345" in (await app.get(at)).text
    assert await app.shop.lines(order_id) == {"BAG-S": "dispatched"}
    for late in ("acceptance", "giving-back"):
        refused = await app.post(f"{at}/{late}")
        assert refused.status_code == 409 and "Possible now: nothing." in refused.text
    line = str(await app.shop.line(order_id, "BAG-S"))
    refused = await app.post(f"{at}/cancellation", line=line, reason="client_wish")
    assert refused.status_code == 409 and "This is dispatched: “cancel” is not possible." in refused.text
    assert "Possible now: return." in refused.text


GETS = ["/preparations/{id}", "/preparations/{id}/rejection", "/pickups/{id}"]
POSTS = [
    *(
        f"/preparations/{{id}}/{act}"
        for act in (
            "acceptance",
            "giving-back",
            "picks",
            "putting-back",
            "rejection",
            "readiness",
            "dispatch",
        )
    ),
    "/pickups/{id}/hand-over",
    "/pickups/{id}/undo",
    "/shortages/{shortage}/resolution",
    "/shortages/{shortage}/reopening",
]


async def shortage(shop: Counter) -> UUID:
    """One at Rivoli."""
    await shop.job(
        record_movement,
        location_id=shop.at["rivoli"],
        variant_id=shop.variants["BAG-M"],
        kind="sold",
        on_hand=-5,
        source="till",
        reference="1",
    )
    return await shop.look("select id from stock.shortage")


async def test_what_belongs_to_others_is_not_there(app: App) -> None:
    shop = app.shop
    missing = await shortage(shop)
    order_id, fulfilment_id = await ready(app)
    line = str(await shop.line(order_id, "BAG-S"))
    other = await counter(shop.db, slug="belrose")
    told = await shop.told()
    fields = {"line": line, "code": pickup_code(app.key, fulfilment_id), "reason": "damaged"}
    for who, house in (("noor", shop), ("claire", other), ("max", other)):
        for path in GETS:
            assert (await app.get(path.format(id=fulfilment_id), who, house)).status_code == 404
        for path in POSTS:
            answer = await app.post(path.format(id=fulfilment_id, shortage=missing), who, house, **fields)
            assert answer.status_code == 404, path
        assert (await app.get(f"/pickups?code={fields['code']}", who, house)).status_code == 404
        assert "2 × Arcade bag" not in (await app.get("/shortages", who, house)).text
        assert str(fulfilment_id) not in (await app.get("/", who, house)).text
    assert await shop.told() == told and await shop.state(fulfilment_id) == "ready"


async def test_an_id_of_nothing_and_no_id_at_all(app: App) -> None:
    for path in ("/preparations/x", f"/preparations/{new_id(app.shop.now)}", "/nowhere"):
        assert (await app.get(path)).status_code == 404


async def test_nobody_enters_unasked(app: App) -> None:
    for path in ("/", "/pickups", "/shortages", "/live", f"/preparations/{new_id(app.shop.now)}"):
        answer = await app.client.get(f"/boutique{path}")
        assert answer.status_code == 303 and answer.headers["location"].startswith("/boutique/sign-in")
    answer = await app.client.post(
        f"/boutique/preparations/{new_id(app.shop.now)}/acceptance", data={"key": KEY}
    )
    assert answer.headers["location"] == "/boutique/sign-in"


@pytest.mark.parametrize(
    ("role", "status"), [("group_analyst", 403), ("group_administrator", 403), ("boutique_manager", 200)]
)
async def test_only_the_people_of_a_maison_work_here(app: App, role: str, status: int) -> None:
    person = app.shop.people["claire"]
    async with app.shop.db.acting(Actor.importer(), app.shop.maison_id) as conn:
        await execute(
            conn,
            "update staff.person set role = %(role)s where id = %(id)s",
            role=role,
            id=person.staff_id,
        )
    assert (await app.get("/")).status_code == status
    assert (await app.get("/live")).status_code == status if status == 403 else True


async def enter(app: App, email: str, password: str, **more: str) -> Response:
    return await app.client.post("/boutique/sign-in", data={"email": email, "password": password, **more})


async def test_in_and_out(app: App, password: str) -> None:
    answer = await enter(app, "claire@auber.example", password, next="/boutique/shortages")
    assert (answer.status_code, answer.headers["location"]) == (303, "/boutique/shortages")
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=lax" in cookie
    assert (await app.client.get("/boutique/")).status_code == 200
    left = await app.client.post("/boutique/sign-out")
    assert left.headers["clear-site-data"] == '"cache", "storage"'
    app.client.cookies.set("staff", re.findall("staff=([^;]+)", answer.headers["set-cookie"])[0])
    assert (await app.client.get("/boutique/")).status_code == 303, "the old token opens nothing"


@pytest.mark.parametrize(
    "next_", ["//evil.example/", "https://evil.example", "/fr/", "/boutique//evil.example"]
)
async def test_the_sign_in_leads_nowhere_else(app: App, password: str, next_: str) -> None:
    answer = await enter(app, "claire@auber.example", password, next=next_)
    assert answer.headers["location"] == "/boutique/"


async def test_unknown_and_wrong_look_the_same(app: App, password: str) -> None:
    unknown = await enter(app, "nobody@auber.example", password)
    wrong = await enter(app, "claire@auber.example", "wrong wrong wrong")
    assert unknown.status_code == wrong.status_code == 403
    assert unknown.text.replace("nobody", "claire") == wrong.text


async def test_too_many_attempts(app: App, password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enfilade.staff.sign_in.ATTEMPTS_PER_ADDRESS_MAX", 1)
    await enter(app, "claire@auber.example", "wrong wrong wrong")
    answer = await enter(app, "claire@auber.example", password)
    assert answer.status_code == 429 and int(answer.headers["retry-after"]) > 0
    assert "Too many attempts" in answer.text


async def test_a_shortage_is_seen_to_and_opened_again(app: App) -> None:
    missing = await shortage(app.shop)
    assert "2 × Arcade bag" in (await app.get("/shortages")).text
    answer = await app.post(f"/shortages/{missing}/resolution")
    after = await app.client.get(answer.headers["location"], headers=await app.cookie("claire"))
    assert "Nothing is missing" in after.text and f"{missing}/reopening" in after.text
    await app.post(f"/shortages/{missing}/reopening")
    assert "2 × Arcade bag" in (await app.get("/shortages")).text


async def test_guessing_codes_ends(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enfilade.web.boutique.acting.LOOK_UPS_MAX", 2)
    codes = [(await app.get("/pickups?code=ABCD2345")).status_code for _ in range(3)]
    assert codes == [404, 404, 429]


@pytest.mark.parametrize(("who", "hears"), [("claire", True), ("max", True), ("noor", False)])
async def test_news_reach_open_screens_of_the_boutique_within_two_seconds(
    shop: Counter, addresses: database.Addresses, who: str, hears: bool
) -> None:
    live = Live(shop.db)
    following = asyncio.create_task(live.follow())
    by = shop.people[who]
    places = frozenset(shop.at.values()) if who == "max" else by.location_ids
    stream = live_screen._stream(  # pyright: ignore[reportPrivateUsage]
        live, Member(shop.maison_id, by.staff_id, by.name, by.role), places
    )
    try:
        assert b"listening" in (await anext(stream)).encode()
        assert (await anext(stream)).data == "listening"
        await shop.order("BAG-S")
        if hears:
            kinds = [(await asyncio.wait_for(anext(stream), 2)).data for _ in range(2)]
            assert "FulfilmentAsked" in kinds
        else:
            # OrderPlaced names no boutique: it is news of the whole maison, and the last.
            assert (await asyncio.wait_for(anext(stream), 2)).data == "OrderPlaced"
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(anext(stream), 1)
    finally:
        await stream.aclose()
        following.cancel()
