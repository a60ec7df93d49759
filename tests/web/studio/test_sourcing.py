"""Rules and costs are read, ordered a step at a time, changed once, bounded, never lost; and the next order obeys them."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import uuid4

from enfilade.base.actors import Actor
from enfilade.base.secrets import new_secret
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing.rules import RULES, USUAL
from enfilade.orders.sourcing_terms import Sourcing, sourcing_of
from enfilade.web.studio.sourcing.written import COSTS, DECIDED, RULE_SAYS, moved
from tests.shop import DOOR, House
from tests.web.studio.conftest import Studio

Look = Callable[..., list[tuple[Any, ...]]]
FIELDS = ("key", "seen", "rules", *(cost.name for cost in COSTS))


def written(text: str) -> dict[str, str]:
    """The form as a browser would send it."""
    found = {name: re.search(rf'name="{name}"[^>]*? value="([^"]*)"', text) for name in FIELDS}
    currency = re.search(r"<option selected>(\w+)</option>", text)
    assert currency and all(found.values()), text
    return {name: one.group(1) for name, one in found.items() if one} | {"currency": currency.group(1)}


async def form(studio: Studio, cookie: str | None = None, **changed: str) -> dict[str, str]:
    return written((await studio.get("/sourcing", cookie)).text) | changed


async def in_force(studio: Studio, house: House | None = None) -> Sourcing:
    maison_id = (house or studio.shop.a).maison_id
    async with studio.db.acting(Actor.job(), maison_id) as conn:
        return await sourcing_of(conn, maison_id=maison_id)


async def ordered(studio: Studio, *houses: House) -> None:
    """Somebody has one bag of each house sent home, over the API of the multi-brand store."""

    async def ask(method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        headers = {"enfilade-visitor": visitor, "idempotency-key": uuid4().hex}
        answer = await studio.visit.client.request(method, f"/api/v1{path}", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    visitor = new_secret()
    for house in houses:
        variant = house.variants[f"{house.slug}-bag"]
        await ask("PUT", f"/baskets/arcade/lines/{variant}", {"quantity": 1})
    opened = await ask("POST", "/checkouts", {"store": "arcade", "method": "ship", "market": "fr"})
    contact = {"name": "Ada Martin", "mail": "ada@client.example", "address": DOOR}
    paid = {"contact": contact, "payment_method": "card", "card_token": "tok_ok"}
    done = await ask("POST", f"/checkouts/{opened['id']}/completion?store=arcade", paid)
    assert done["outcome"] == "placed"


def decided(text: str) -> list[tuple[str, str]]:
    """Place and what decided, of each line in the table, the newest first."""
    rows = re.findall(r"<tr><th scope=\"row\">.*?</tr>", text, re.DOTALL)
    cells = [re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL) for row in rows]
    return [(re.sub(r"<[^>]+>", "", one[4]).strip(), one[5]) for one in cells]


async def test_a_maison_sets_rules_and_the_next_order_obeys_them(studio: Studio, admin: Look) -> None:
    a, b = studio.shop.a, studio.shop.b
    theirs = await studio.as_("maison_manager", b)
    answer = await studio.post("/sourcing", await form(studio, rules="warehouse_first"))
    assert answer.headers["location"] == "/studio/sourcing?saved=yes"
    other = await form(studio, theirs, rules="boutique_first nearest", per_100_km_minor="5.50")
    assert (await studio.post("/sourcing", other, theirs)).status_code == 303
    await ordered(studio, a, b)
    page = await studio.get("/sourcing")
    assert page.statements <= 7
    assert decided(page.text) == [("Warehouse warehouse", "Warehouse first")]
    assert "set by maison_manager.alba" in page.text
    ((place, by),) = decided((await studio.get("/sourcing", theirs)).text)
    assert place.endswith("boutique") and by in ("Nearest", "The least cost")
    # The other way round, and each maison's next parcel leaves from elsewhere.
    await studio.post("/sourcing", await form(studio, rules="boutique_first most_stock"))
    await studio.post("/sourcing", await form(studio, theirs, rules="warehouse_first"), theirs)
    await ordered(studio, a, b)
    ours = decided((await studio.get("/sourcing")).text)
    assert ours[0][0].endswith("boutique") and ours[1] == ("Warehouse warehouse", "Warehouse first")
    assert decided((await studio.get("/sourcing", theirs)).text)[0] == (
        "Warehouse warehouse",
        "Warehouse first",
    )
    assert [row[0] for row in admin("select act from base.audit")] == ["change_sourcing"] * 4
    await studio.order(method="collect")
    assert decided((await studio.get("/sourcing")).text)[0] == ("Paris boutique", "The client chose it")


def test_the_form_asks_for_every_cost_within_the_bounds_of_the_table(admin: Look) -> None:
    assert [cost.name for cost in COSTS] == list(asdict(Terms()))
    texts = [
        text
        for (text,) in admin(
            "select pg_get_constraintdef(oid) from pg_constraint "
            "where conrelid = 'orders.sourcing_terms'::regclass and contype = 'c'"
        )
    ]
    bounds = {
        name: (int(low), int(high))
        for text in texts
        for name, low, high in re.findall(r"\((\w+) >= (\d+)\) AND \(\w+ <= (\d+)\)", text)
    }
    assert bounds == {cost.name: (cost.least, cost.most) for cost in COSTS}
    (known,) = [set(re.findall(r"'(\w+)'::text", text)) for text in texts if "<@" in text]
    assert known == set(RULES) <= set(DECIDED)
    assert all(says.endswith(".") for says in RULE_SAYS.values())


async def test_rules_move_a_step_at_a_time_and_nothing_is_saved_or_lost(studio: Studio) -> None:
    fields = await form(studio, parcel_minor="12.345", resupply_days="21")
    assert fields["rules"] == " ".join(USUAL)
    for move, rules in (
        ("with_time earlier", "chosen_boutique one_parcel with_time same_country"),
        ("nearest in", "chosen_boutique one_parcel with_time same_country nearest"),
        ("chosen_boutique out", "one_parcel with_time same_country nearest"),
        ("one_parcel later", "with_time one_parcel same_country nearest"),
    ):
        answer = await studio.post("/sourcing/order", fields | {"move": move})
        assert answer.status_code == 200
        fields = written(answer.text)
        assert (fields["rules"], fields["parcel_minor"], fields["resupply_days"]) == (rules, "12.345", "21")
        assert "Not saved yet." in answer.text or 'id="parcel_minor-wrong"' in answer.text
    assert await in_force(studio) == Sourcing()
    refused = await studio.post("/sourcing", fields)
    assert refused.status_code == 400 and 'id="parcel_minor-wrong">Give an amount' in refused.text
    fields = written(refused.text) | {"parcel_minor": "12.34"}
    assert (await studio.post("/sourcing", fields)).status_code == 303
    said = await in_force(studio)
    assert said.rules == ("with_time", "one_parcel", "same_country", "nearest")
    assert (said.terms.parcel_minor, said.terms.resupply_days) == (1_234, 21)


def test_a_step_that_cannot_be_taken_changes_nothing() -> None:
    rules = ("nearest", "slowest")
    for move in ("nearest earlier", "slowest later", "nearest in", "most_stock out", "cheapest in", "x", ""):
        assert moved(rules, move) == rules


async def test_bad_input_names_the_field_and_loses_nothing(studio: Studio) -> None:
    cookie = await studio.as_("maison_manager")
    fields = await form(studio, cookie, rules="slowest", warehouse_piece_minor="7.5")
    for changed, said in (
        ({"parcel_minor": "100000.01"}, "Between €0 and €100,000."),
        ({"parcel_minor": "-1"}, "Give an amount such as 2500.00."),
        ({"border_minor": "1e3"}, "Give an amount such as 2500.00."),
        ({"let_down_minor": "١٢"}, "Give an amount such as 25000.00."),
        ({"lost_sale_percent": "101"}, "Between 0 and 100 per cent."),
        ({"resupply_days": "soon"}, "Give a whole number of days."),
        ({"currency": "JPY"}, "Choose one of the currencies your markets sell in."),
    ):
        answer = await studio.post("/sourcing", fields | changed, cookie)
        assert answer.status_code == 400 and said in answer.text
        kept = written(answer.text)
        assert (kept["rules"], kept["warehouse_piece_minor"]) == ("slowest", "7.5")
        assert all(name == "currency" or kept[name] == value for name, value in changed.items())
    assert await in_force(studio) == Sourcing()


async def test_a_form_sent_twice_or_unchanged_leaves_one_trace(studio: Studio, admin: Look) -> None:
    cookie = await studio.as_("maison_manager")
    assert (await studio.post("/sourcing", await form(studio), cookie)).status_code == 303
    assert admin("select count(*) from base.audit") == [(0,)]
    fields = await form(studio, rules="nearest")
    answers = await asyncio.gather(*(studio.post("/sourcing", fields, cookie) for _ in range(3)))
    assert {answer.status_code for answer in answers} == {303}
    assert admin("select count(*) from base.audit") == [(1,)]
    assert (await studio.post("/sourcing", fields | {"key": ""}, cookie)).status_code == 400


async def test_a_colleagues_change_is_not_overwritten_unseen(studio: Studio) -> None:
    old = await form(studio, rules="slowest")
    assert (await studio.post("/sourcing", await form(studio, rules="nearest"))).status_code == 303
    answer = await studio.post("/sourcing", old)
    assert answer.status_code == 409
    assert "maison_manager.alba changed the rules while you were writing." in answer.text
    again = written(answer.text)
    assert again["rules"] == "slowest" and (await in_force(studio)).rules == ("nearest",)
    assert (await studio.post("/sourcing", again)).status_code == 303
    assert (await in_force(studio)).rules == ("slowest",)


async def test_an_advisor_and_another_maison_change_nothing(studio: Studio) -> None:
    fields = await form(studio, rules="slowest")
    for path in ("/sourcing", "/sourcing/order"):
        answer = await studio.post(path, fields, await studio.as_("advisor"))
        assert answer.status_code == 403
    theirs = await studio.as_("maison_manager", studio.shop.b)
    assert (await studio.post("/sourcing", fields, theirs)).status_code == 303
    assert await in_force(studio) == Sourcing()
    assert (await in_force(studio, studio.shop.b)).rules == ("slowest",)
