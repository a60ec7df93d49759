"""A boutique's till as tests work it: opened, sales rung up and paid by the verbs the screens call, everything proven after."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import many
from enfilade.base.ids import new_id
from enfilade.orders import books, receiving
from enfilade.orders import verify as promises
from enfilade.orders.receiving import Brought
from enfilade.orders.till import drawers, paying, ringing_up, sales, settling
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.stock.allocations import NoLongerHeld
from tests.orders.counter import KEY, Counter

FLOAT = 20_000


@dataclass(slots=True)
class Till:
    """One boutique's. `terminal` is the local twin; `who` stands at it unless a test says otherwise."""

    shop: Counter
    terminal: LocalTerminal
    place: str = "rivoli"
    who: str = "claire"
    drawer_id: UUID = field(default_factory=lambda: UUID(int=0))

    @property
    def at(self) -> UUID:
        return self.shop.at[self.place]

    def id(self) -> UUID:
        return new_id(self.shop.now)

    async def open(self, float_minor: int = FLOAT) -> UUID:
        self.drawer_id = self.id()
        await self.shop.run(
            drawers.open_drawer,
            self.who,
            drawer_id=self.drawer_id,
            location_id=self.at,
            float_minor=float_minor,
        )
        return self.drawer_id

    async def sale(self, *skus: str) -> UUID:
        sale_id = self.id()
        await self.shop.run(sales.open_sale, self.who, sale_id=sale_id, location_id=self.at)
        for sku in skus:
            await self.add(sale_id, sku)
        return sale_id

    async def add(self, sale_id: UUID, sku: str) -> None:
        await self.shop.run(
            ringing_up.add, self.who, sale_id=sale_id, variant_id=self.shop.variants[sku], key=KEY
        )

    async def cash(self, sale_id: UUID, given_minor: int, tender_id: UUID | None = None) -> int:
        return await self.shop.run(
            paying.pay_cash,
            self.who,
            sale_id=sale_id,
            tender_id=tender_id or self.id(),
            given_minor=given_minor,
        )

    async def card(self, sale_id: UUID, amount_minor: int) -> tuple[UUID, str]:
        tender_id = self.id()
        await self.shop.run(
            paying.pay_card, self.who, sale_id=sale_id, tender_id=tender_id, amount_minor=amount_minor
        )
        return tender_id, await self.ask(tender_id)

    async def ask(self, tender_id: UUID) -> str:
        return await paying.ask_terminal(
            self.shop.db,
            self.terminal,
            maison_id=self.shop.maison_id,
            tender_id=tender_id,
            timeout_seconds=0.2,
            now=self.shop.now,
        )

    async def name(self, sale_id: UUID) -> None:
        """The pieces the books chose are the ones in the hand."""
        async with self.shop.db.acting(Actor.job(), self.shop.maison_id) as conn:
            held = await many(
                conn,
                _Held,
                """
                select p.variant_id, p.serial from stock.hold h
                join stock.piece p on p.maison_id = h.maison_id and p.hold_id = h.id where h.holder_id = %(id)s
                """,
                id=sale_id,
            )
        for one in held:
            await self.shop.run(
                ringing_up.name_serial,
                self.who,
                sale_id=sale_id,
                variant_id=one.variant_id,
                serial=one.serial,
            )

    async def settle(self, sale_id: UUID, mail: str = "") -> UUID:
        asked: dict[str, Any] = {"sale_id": sale_id, "language": "en", "mail": mail, "key": KEY}
        try:
            return await self.shop.run(settling.settle, self.who, **asked)
        except NoLongerHeld:
            return await self.shop.run(settling.settle, self.who, **asked, again=True)

    async def sold(self, *skus: str, cash: int = 0) -> UUID:
        """The order of a sale, paid by `cash` and the rest by card."""
        sale_id = await self.sale(*skus)
        if cash:
            await self.cash(sale_id, cash)
        due = await self.shop.look("select total_minor from orders.sale where id = %(id)s", id=sale_id) - cash
        if due > 0:
            _tender, state = await self.card(sale_id, due)
            assert state == "done"
        await self.name(sale_id)
        return await self.settle(sale_id)

    async def back(self, order_id: UUID, sku: str, place: str = "rivoli", who: str = "claire") -> UUID:
        line_id = await self.shop.line(order_id, sku)
        return await self.shop.run(
            receiving.receive,
            who,
            order_id=order_id,
            location_id=self.shop.at[place],
            brought=[Brought(line_id, 1, "sellable")],
        )

    async def give_back(self, return_id: UUID) -> list[str]:
        asked = await self.shop.run(paying.give_back, self.who, location_id=self.at, return_id=return_id)
        return [await self.ask(tender_id) for tender_id in asked]

    async def exchange(self, sale_id: UUID, return_id: UUID) -> int:
        return await self.shop.run(paying.exchange, self.who, sale_id=sale_id, return_id=return_id)

    async def count(self, counted_minor: int, words: str = "") -> None:
        await self.shop.run(
            drawers.close, self.who, drawer_id=self.drawer_id, counted_minor=counted_minor, words=words
        )

    async def in_drawer(self) -> int:
        return await self.shop.look(
            "select cash_minor from orders.drawer where id = %(id)s", id=self.drawer_id
        )

    async def entries(self) -> list[tuple[str, str, str, int]]:
        """kind, debit, credit, amount, sorted."""
        async with self.shop.db.acting(Actor.job(), self.shop.maison_id) as conn:
            rows = await many(
                conn,
                _Entry,
                "select kind, debit, credit, amount_minor from payments.ledger_entry order by kind, debit, amount_minor",
            )
        return [(row.kind, row.debit, row.credit, row.amount_minor) for row in rows]

    async def sound(self, *, unfinished: bool = False) -> None:
        """Stock, promises and money agree; money in an `unfinished` sale is due, and said to be."""
        await self.shop.sound()
        assert await promises.verify(self.shop.db, maison_id=self.shop.maison_id) == []
        found = await books.verify(self.shop.db, maison_id=self.shop.maison_id)
        assert [str(one) for one in found if one.what != "due of payment"] == []
        assert any(one.what == "due of payment" for one in found) == unfinished


@dataclass(frozen=True, slots=True)
class _Held:
    variant_id: UUID
    serial: str


@dataclass(frozen=True, slots=True)
class _Entry:
    kind: str
    debit: str
    credit: str
    amount_minor: int
