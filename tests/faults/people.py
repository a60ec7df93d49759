"""Clients who buy and staff who prepare, over HTTP, whatever breaks; each writes down what it was told."""

import asyncio
import random
import re
import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

import httpx

from enfilade.orders.preparations import pickup_code
from tests.faults.installation import KEY
from tests.shop import PASSWORD, House, Shop

#: How long somebody goes on asking the same thing with the same key.
PATIENCE_SECONDS = 40
#: What a card does, and how often it comes.
CARDS = {
    "tok_ok": 12,
    "tok_refused": 2,
    "tok_second_step": 4,
    "tok_timeout_then_ok": 2,
    "tok_timeout_then_refused": 1,
}
OVER = ("placed", "released")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')
FORM = re.compile(r'<form[^>]* action="(/boutique/[^"]+)">(.*?)</form>', re.DOTALL)
TASK = re.compile(r'href="(/boutique/(?:preparations|pickups)/[0-9a-f-]+)"')


@dataclass(frozen=True, slots=True)
class Told:
    """One answer as somebody got it. `status` 0: the connection broke before it came."""

    who: str
    what: str
    subject: str
    key: str
    status: int
    body: Any


@dataclass(slots=True)
class Journal:
    """What everybody was told, in the order in which they were."""

    told: list[Told] = field(default_factory=list[Told])

    def of(self, *whats: str) -> list[Told]:
        """Those of these kinds that brought an answer."""
        return [one for one in self.told if one.what in whats and one.status]

    @property
    def broken(self) -> int:
        """How often no answer came, or that the shop was busy."""
        return sum(one.status == 0 or one.status >= 500 for one in self.told)


@dataclass(slots=True)
class Asker:
    """Asks, writes down, and asks the same again with the same key where no answer came."""

    http: httpx.AsyncClient
    journal: Journal
    who: str

    async def ask(
        self, what: str, subject: str, method: str, path: str, *, key: str = "", **request: Any
    ) -> Told | None:
        """The first answer that is one; None when patience ended."""
        key = key or uuid4().hex
        headers = {**request.pop("headers", {}), "idempotency-key": key}
        deadline = asyncio.get_running_loop().time() + PATIENCE_SECONDS
        while asyncio.get_running_loop().time() < deadline:
            try:
                answer = await self.http.request(method, path, headers=headers, **request)
            except httpx.HTTPError as broken:
                told = Told(self.who, what, subject, key, 0, type(broken).__name__)
            else:
                kind = answer.headers.get("content-type", "")
                body = answer.json() if "json" in kind else answer.text
                told = Told(self.who, what, subject, key, answer.status_code, body)
            self.journal.told.append(told)
            if 0 < told.status < 500:
                return told
            await asyncio.sleep(0.3)
        return None


@dataclass(slots=True)
class Client:
    """One visitor after the other, each with a basket of their own. `enough` ends it between two."""

    asker: Asker
    shop: Shop
    chance: random.Random
    visits: int = 0

    async def until(self, enough: asyncio.Event) -> None:
        """Buys until it is enough, always finishing what was begun."""
        while not enough.is_set():
            self.visits += 1
            await self.visit({"enfilade-visitor": secrets.token_urlsafe(16)})
            await asyncio.sleep(self.chance.uniform(0, 0.3))

    async def visit(self, visitor: dict[str, str]) -> None:
        """From basket to what becomes of it."""
        chance, houses = self.chance, [self.shop.a, self.shop.b]
        wanted = houses if chance.random() < 0.3 else [chance.choice(houses)]
        for house in wanted:
            sku = chance.choice(sorted(house.variants))
            line = f"/api/v1/baskets/arcade/lines/{house.variants[sku]}"
            put = await self.asker.ask("basket", sku, "PUT", line, json={"quantity": 1}, headers=visitor)
            if put is None or put.status >= 400:
                return
        method = chance.choices(["collect", "reserve", "ship"], [6, 2, 2])[0]
        opening: dict[str, Any] = {"store": "arcade", "method": method, "market": "fr"}
        if method != "ship":
            opening["boutiques"] = [
                {
                    "maison_id": str(house.maison_id),
                    "boutique_id": str(house.places[f"{house.slug}-{chance.choice([1, 1, 1, 2])}"]),
                }
                for house in wanted
            ]
        opened = await self.asker.ask("open", "", "POST", "/api/v1/checkouts", json=opening, headers=visitor)
        if opened is None or opened.status >= 400 or chance.random() < 0.05:
            return  # nothing left, or walked away
        await self.pay(visitor, opened.body["id"], method)

    async def pay(self, visitor: dict[str, str], checkout: str, method: str) -> None:
        """Tries up to three cards; what the provider asks in between is answered, late, twice or never."""
        for _ in range(3):
            card = self.chance.choices(list(CARDS), list(CARDS.values()))[0]
            paying: dict[str, Any] = {
                "contact": {
                    "name": "Camille Aubry",
                    "mail": "camille@client.example",
                    "address": {"line1": "1 rue", "postcode": "75001", "city": "Paris", "country": "FR"},
                }
            }
            if method != "reserve":
                way = "card" if self.chance.random() < 0.8 else "ideal"
                paying |= {"payment_method": way, "card_token": card}
            path, key = f"/api/v1/checkouts/{checkout}/completion?store=arcade", uuid4().hex
            told = await self.asker.ask("pay", checkout, "POST", path, key=key, json=paying, headers=visitor)
            if told is None or told.status >= 400:
                return
            if self.chance.random() < 0.2:  # a nervous client presses again
                await self.asker.ask("pay", checkout, "POST", path, key=key, json=paying, headers=visitor)
            outcome = await self.follow(visitor, checkout, told)
            if outcome != "refused":
                return

    async def follow(self, visitor: dict[str, str], checkout: str, told: Told) -> str:
        """Looks until it is over, or refused, or patience ends."""
        outcome, answered = str(told.body["outcome"]), set[str]()
        for _ in range(20):
            if outcome in (*OVER, "refused", "open"):
                return outcome
            if outcome == "second_step":
                url = str(told.body["url"])
                if url not in answered:
                    answered.add(url)
                    if not await self.decide(url):
                        return outcome
            elif outcome == "choosing":
                choosing = f"/api/v1/checkouts/{checkout}/choice?store=arcade"
                body = {"keep": self.chance.random() < 0.5}
                chosen = await self.asker.ask(
                    "choose", checkout, "POST", choosing, json=body, headers=visitor
                )
                if chosen is None or chosen.status >= 400:
                    return outcome
                told, outcome = chosen, str(chosen.body["outcome"])
                continue
            else:
                await asyncio.sleep(0.5)
            path = f"/api/v1/checkouts/{checkout}?store=arcade"
            looked = await self.asker.ask("look", checkout, "GET", path, headers=visitor)
            if looked is None or looked.status >= 400:
                return outcome
            told, outcome = looked, str(looked.body["outcome"])
        return outcome

    async def decide(self, url: str) -> bool:
        """At the bank's page: yes, no, twice, or never; False for never."""
        way = self.chance.choices(["approve", "refuse", "twice", "never"], [8, 2, 3, 1])[0]
        if way == "never":
            return False
        path = "/" + url.split("/", 3)[3]
        for decision in {"twice": ["approve", "refuse"]}.get(way, [way]):
            await self.asker.ask("decide", path, "POST", path, data={"decision": decision})
        return True


@dataclass(slots=True)
class Advisor:
    """A maison's manager, who works at all its places: accepts, picks, sends, hands over, and sometimes says no."""

    asker: Asker
    house: House
    chance: random.Random
    acts: int = 0

    async def until(self, enough: asyncio.Event) -> None:
        """Works until it is enough."""
        mail = f"maison_manager.{self.house.slug}@enfilade.example"
        form = {"email": mail, "password": PASSWORD}
        entered = await self.asker.ask("sign in", mail, "POST", "/boutique/sign-in", data=form)
        assert entered is not None and entered.status == 303, entered
        while not enough.is_set():
            day = await self.asker.ask("day", "", "GET", "/boutique/")
            tasks = TASK.findall(day.body) if day is not None and day.status == 200 else []
            for task in self.chance.sample(tasks, min(3, len(tasks))):
                await self.step(task)
            await asyncio.sleep(0.2)

    async def step(self, task: str) -> None:
        """One act on one order, as its screen offers it."""
        fulfilment_id = task.rpartition("/")[2]
        if "/pickups/" in task:
            form = {"key": uuid4().hex, "code": pickup_code(KEY.encode(), UUID(fulfilment_id))}
            self.acts += 1
            await self.asker.ask(
                "hand-over", fulfilment_id, "POST", f"{task}/hand-over", key=form["key"], data=form
            )
            return
        if self.chance.random() < 0.08:
            task += "/rejection"
        screen = await self.asker.ask("screen", task, "GET", task)
        if screen is None or screen.status != 200:
            return
        forms = [
            (action, dict(HIDDEN.findall(body)), body)
            for action, body in FORM.findall(screen.body)
            if "putting-back" not in action and "giving-back" not in action and "sign-out" not in action
        ]
        if not forms:
            return
        action, fields, body = forms[0]
        if action.endswith("/rejection"):
            lines = re.findall(r'name="line" value="([0-9a-f-]+)"', body)
            fields |= {"line": self.chance.choice(lines), "reason": "mismatch"}
        self.acts += 1
        await self.asker.ask(
            action.rpartition("/")[2], fulfilment_id, "POST", action, key=fields.get("key", ""), data=fields
        )
