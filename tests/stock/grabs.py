"""Grabs: adversarial tries at last pieces, straight at the verbs of stock, many at once, by the ten thousand.

Every piece is the only one at its place. Each try keeps a note of what it was told; after a round the notes are held
against the books, and a next buyer must get every piece that is free, and no other.
"""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from psycopg.errors import LockNotAvailable, QueryCanceled, UniqueViolation
from psycopg_pool import PoolTimeout

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, constraint, many
from enfilade.base.ids import new_id
from enfilade.catalogue.entries import ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.stock import allocations, corrections, holds
from enfilade.stock.allocations import LineDemand, NoLongerHeld
from enfilade.stock.counts import Count, record_counts, record_movement
from enfilade.stock.holds import Demand, NotEnoughStock
from enfilade.stock.verify import verify
from tests.shop import House

T = TypeVar("T")
#: How long a hold lasts, in milliseconds: most lapse while somebody else decides about the piece.
LASTS = (0, 1, 3, 10, 60_000, 900_000)


@dataclass(frozen=True, slots=True)
class _Book:
    location_id: UUID
    variant_id: UUID
    on_hand: int
    unavailable: int
    free: int
    lines: list[UUID]


@dataclass(slots=True)
class Grabs:
    """One house's pieces under many hands. `impatient` is a pool whose statements are cut off by the server.

    `sold` are lines somebody was told they have; `perhaps` those whose answer never came.
    """

    db: Db
    impatient: Db
    house: House
    now: datetime
    chance: random.Random
    pieces: list[Demand] = field(default_factory=list[Demand])
    sold: dict[UUID, Demand] = field(default_factory=dict[UUID, Demand])
    perhaps: set[UUID] = field(default_factory=set[UUID])
    over: set[UUID] = field(default_factory=set[UUID])
    answers: Counter[str] = field(default_factory=Counter[str])
    wrong: list[str] = field(default_factory=list[str])

    async def stock(self, pieces: int) -> None:
        """So many pieces, each alone at the first boutique."""

        async def verb(conn: Conn) -> None:
            house = self.house
            variants = [VariantEntry(n, {"size": str(n)}, f"{house.slug}-last-{n}") for n in range(pieces)]
            entry = ProductEntry(
                3, "last", family="ring", texts=[TextEntry("fr", "La dernière")], variants=variants
            )
            await upsert_products(
                conn, maison_id=house.maison_id, source="main", products=[entry], now=self.now
            )
            known = await many(
                conn,
                _Variant,
                "select id from catalogue.variant where maison_id = %(maison_id)s and sku like %(sku)s",
                maison_id=house.maison_id,
                sku=f"{house.slug}-last-%",
            )
            place = house.places[f"{house.slug}-1"]
            self.pieces = [Demand(place, variant.id, 1) for variant in known]
            found = [Count(piece.location_id, piece.variant_id, 1, self.now) for piece in self.pieces]
            await record_counts(conn, maison_id=house.maison_id, counts=found, source="opening", now=self.now)

        await self.run(verb, Actor.importer())
        assert len(self.pieces) == pieces

    async def run(
        self, verb: Callable[[Conn], Awaitable[T]], actor: Actor | None = None, db: Db | None = None
    ) -> T:
        return await (db or self.db).run(actor or Actor.job(), self.house.maison_id, verb)

    async def round(self, tries: int, at_once: int) -> None:
        """So many tries, so many at once; then quiet, and the books."""
        left = iter(range(tries))

        async def hand() -> None:
            for _ in left:
                await self._try()

        await asyncio.gather(*(hand() for _ in range(at_once)))
        await self._reckon()

    async def _try(self) -> None:
        self.now += timedelta(milliseconds=1)
        kind = self.chance.choice(DEALT)
        piece = self.chance.choice(self.pieces)
        try:
            answer = await KINDS[kind](self, piece, self._moment())
        except NotEnoughStock:
            answer = "nothing left"
        except NoLongerHeld:
            answer = "no longer held"
        except QueryCanceled:
            answer = "cut off by the server"
        except (LockNotAvailable, PoolTimeout):
            answer = "waited too long"
        except Exception as error:
            self.wrong.append(f"{kind} raised {type(error).__name__}: {error}")
            answer = "wrong"
        self.answers[answer] += 1

    def _moment(self) -> datetime:
        """Clocks of several servers differ by a little."""
        return self.now + timedelta(milliseconds=self.chance.choice((-2, -1, 0, 0, 1, 2)))

    async def claim(self, holder: UUID, demands: list[Demand], now: datetime, db: Db | None = None) -> None:
        async def verb(conn: Conn) -> None:
            await holds.claim(
                conn,
                maison_id=self.house.maison_id,
                purpose="checkout",
                holder_id=holder,
                demands=demands,
                method="collect",
                expires_at=now + timedelta(milliseconds=self.chance.choice(LASTS)),
                now=now,
            )

        for again in (False, True):
            try:
                await self.run(verb, Actor.checkout(holder), db)
            except UniqueViolation as error:  # as the checkout does it
                if again or constraint(error) != "one_hold_per_holder":
                    raise
            else:
                return

    async def convert(self, holder: UUID, piece: Demand, now: datetime, db: Db | None = None) -> str:
        line = new_id(now)
        self.perhaps.add(line)

        async def verb(conn: Conn, again: bool) -> None:
            await allocations.convert(
                conn,
                maison_id=self.house.maison_id,
                holder_id=holder,
                lines=[LineDemand(line, piece.location_id, piece.variant_id, 1)],
                now=now,
                again=again,
            )

        for again in (False, True):
            with contextlib.suppress(NoLongerHeld):
                await self.run(lambda conn, again=again: verb(conn, again), Actor.checkout(holder), db)
                self.perhaps.discard(line)
                if line not in self.over:  # a count may have taken it before we were told
                    self.sold[line] = piece
                return "sold"
        self.perhaps.discard(line)
        raise NoLongerHeld

    def lost(self, lines: list[UUID]) -> None:
        """A fact took these lines' pieces."""
        self.over.update(lines)
        for line in lines:
            self.sold.pop(line, None)

    async def _reckon(self) -> None:
        """An hour later: what was told is what the books say, and the next buyer gets every free piece, and no other."""
        self.now += timedelta(hours=1)
        async with self.db.acting(Actor.job(), self.house.maison_id) as conn:
            books = await many(
                conn,
                _Book,
                """
                select p.location_id, p.variant_id, p.on_hand, p.unavailable, p.on_hand - p.unavailable - p.allocated as free,
                  array(select a.order_line_id from stock.allocation a where a.maison_id = p.maison_id
                    and a.location_id = p.location_id and a.variant_id = p.variant_id) as lines
                from stock.position p where p.maison_id = %(maison_id)s and p.variant_id = any(%(variants)s::uuid[])
                """,
                maison_id=self.house.maison_id,
                variants=[piece.variant_id for piece in self.pieces],
            )
        told: dict[UUID, set[UUID]] = {}
        for line, piece in self.sold.items():
            told.setdefault(piece.variant_id, set()).add(line)
        for book in books:
            piece, known = Demand(book.location_id, book.variant_id, 1), told.get(book.variant_id, set())
            if len(book.lines) > book.on_hand - book.unavailable:
                self.wrong.append(f"oversold: {book}")
            if missing := known - set(book.lines):
                self.wrong.append(f"told sold, not in the books: {missing} {book}")
            if extra := set(book.lines) - known - self.perhaps:
                self.wrong.append(f"in the books, told otherwise: {extra} {book}")
            await self._next_buyer(piece, book)
        for drift in await verify(self.db, maison_id=self.house.maison_id):
            self.wrong.append(f"verify: {drift}")
        if not self.wrong:
            await self._replenish(books)

    async def _next_buyer(self, piece: Demand, book: _Book) -> None:
        got = 0
        for _ in range(book.free + 1):
            with contextlib.suppress(NotEnoughStock):
                await self.convert_now(uuid4(), piece)
                got += 1
        if got != book.free:
            self.wrong.append(
                f"{'oversold' if got > book.free else 'undersold'}: next buyers got {got} of {book}"
            )
        self.answers["next buyer served"] += got

    async def convert_now(self, holder: UUID, piece: Demand) -> None:
        line = new_id(self.now)

        async def verb(conn: Conn) -> None:
            await holds.claim(
                conn,
                maison_id=self.house.maison_id,
                purpose="checkout",
                holder_id=holder,
                demands=[piece],
                method="collect",
                expires_at=self.now + timedelta(minutes=15),
                now=self.now,
            )
            await allocations.convert(
                conn,
                maison_id=self.house.maison_id,
                holder_id=holder,
                lines=[LineDemand(line, piece.location_id, piece.variant_id, 1)],
                now=self.now,
            )

        await self.run(verb, Actor.checkout(holder))

    async def _replenish(self, books: list[_Book]) -> None:
        """Everything sold leaves, and a new last piece comes, counted."""
        self.sold.clear()
        self.perhaps.clear()
        self.over.clear()
        self.now += timedelta(hours=1)

        async def verb(conn: Conn) -> None:
            given = await many(
                conn,
                _Line,
                "select order_line_id from stock.allocation where maison_id = %(maison_id)s and variant_id = any(%(v)s::uuid[])",
                maison_id=self.house.maison_id,
                v=[book.variant_id for book in books],
            )
            await allocations.leave(
                conn,
                maison_id=self.house.maison_id,
                order_line_ids=[row.order_line_id for row in given],
                kind="collected",
                now=self.now,
            )
            found = [Count(piece.location_id, piece.variant_id, 1, self.now) for piece in self.pieces]
            await record_counts(
                conn, maison_id=self.house.maison_id, counts=found, source="delivery", now=self.now
            )

        await self.run(verb)


@dataclass(frozen=True, slots=True)
class _Variant:
    id: UUID


@dataclass(frozen=True, slots=True)
class _Line:
    order_line_id: UUID


async def buy(at: Grabs, piece: Demand, now: datetime) -> str:
    holder = uuid4()
    await at.claim(holder, [piece], now)
    return await at.convert(holder, piece, at._moment())


async def several_orders_of_one_client(at: Grabs, piece: Demand, now: datetime) -> str:
    answers = await asyncio.gather(*(buy(at, piece, now) for _ in range(2)), return_exceptions=True)
    return _first(answers)


async def two_lines_of_one_piece(at: Grabs, piece: Demand, now: datetime) -> str:
    await at.claim(uuid4(), [piece, piece], now)
    at.wrong.append(f"two lines were promised one piece: {piece}")
    return "wrong"


async def two_pieces_in_any_order(at: Grabs, piece: Demand, now: datetime) -> str:
    demands = [piece, at.chance.choice([other for other in at.pieces if other != piece])]
    at.chance.shuffle(demands)
    await at.claim(uuid4(), demands, now)
    return "held and abandoned"


async def repeat(at: Grabs, piece: Demand, now: datetime) -> str:
    holder = uuid4()
    answers = await asyncio.gather(
        *(at.claim(holder, [piece], now) for _ in range(2)), return_exceptions=True
    )
    if any(answers):
        _first(answers)
    return await at.convert(holder, piece, at._moment())


async def abandon(at: Grabs, piece: Demand, now: datetime) -> str:
    await at.claim(uuid4(), [piece], now)
    return "held and abandoned"


async def cancel_while_placing(at: Grabs, piece: Demand, now: datetime) -> str:
    holder = uuid4()
    await at.claim(holder, [piece], now)

    async def release() -> str:
        await at.run(
            lambda conn: holds.release(conn, maison_id=at.house.maison_id, holder_id=holder),
            Actor.checkout(holder),
        )
        return "released"

    answers = await asyncio.gather(at.convert(holder, piece, now), release(), return_exceptions=True)
    return _first(answers)


async def extend_at_the_edge(at: Grabs, piece: Demand, now: datetime) -> str:
    holder = uuid4()
    await at.claim(holder, [piece], now)
    later = now + timedelta(milliseconds=at.chance.choice(LASTS))
    await at.run(
        lambda conn: holds.extend(conn, maison_id=at.house.maison_id, holder_id=holder, expires_at=later),
        Actor.checkout(holder),
    )
    return await at.convert(holder, piece, later)


async def go_away(at: Grabs, piece: Demand, now: datetime) -> str:
    """The client's connection is cut in the middle of whatever it was."""
    try:
        async with asyncio.timeout(at.chance.uniform(0.0005, 0.02)):
            return await buy(at, piece, now)
    except TimeoutError:
        return "went away"


async def be_cut_off(at: Grabs, piece: Demand, now: datetime) -> str:
    """The server cuts the statement off."""
    holder = uuid4()
    await at.claim(holder, [piece], now, at.impatient)
    return await at.convert(holder, piece, now, at.impatient)


async def count_down(at: Grabs, piece: Demand, now: datetime) -> str:
    found = Count(piece.location_id, piece.variant_id, at.chance.randrange(2), now)

    async def verb(conn: Conn) -> list[UUID]:
        short = await record_counts(
            conn, maison_id=at.house.maison_id, counts=[found], source="count", now=now
        )
        return [line for one in short for line in one.order_line_ids]

    at.lost(await at.run(verb, Actor.importer()))
    return "counted"


async def sell_at_the_till(at: Grabs, piece: Demand, now: datetime) -> str:
    """Somebody in the boutique was faster; the till tells it in the middle of everything."""

    async def verb(conn: Conn) -> list[UUID]:
        short = await record_movement(
            conn,
            maison_id=at.house.maison_id,
            location_id=piece.location_id,
            variant_id=piece.variant_id,
            kind="sold",
            on_hand=-1,
            source="till",
            reference=uuid4().hex,
            now=now,
        )
        return short.order_line_ids if short else []

    at.lost(await at.run(verb, Actor.importer()))
    return "sold at the till"


async def reject(at: Grabs, piece: Demand, now: datetime) -> str:
    """A boutique cannot give what was just sold."""
    if not at.sold:
        return "nothing to reject"
    line = at.chance.choice(list(at.sold))
    at.lost([line])
    reason = at.chance.choice(("not_in_stock", "mismatch", "damaged", "worn_display"))
    more = await at.run(
        lambda conn: corrections.reject(
            conn, maison_id=at.house.maison_id, order_line_id=line, reason=reason, now=now
        )
    )
    at.lost(more)
    return "rejected"


def _first(answers: Sequence[str | BaseException | None]) -> str:
    """The answer that was one, else its refusal; a fault before both."""
    failed = [answer for answer in answers if isinstance(answer, BaseException)]
    for error in failed:
        if not isinstance(error, (NotEnoughStock, NoLongerHeld)):
            raise error
    for answer in answers:
        if isinstance(answer, str):
            return answer
    raise failed[0]


#: How often each is tried.
WEIGHTS: dict[Callable[[Grabs, Demand, datetime], Awaitable[str]], int] = {
    buy: 8,
    several_orders_of_one_client: 4,
    two_lines_of_one_piece: 2,
    two_pieces_in_any_order: 3,
    repeat: 3,
    abandon: 3,
    cancel_while_placing: 3,
    extend_at_the_edge: 3,
    go_away: 3,
    be_cut_off: 2,
    count_down: 2,
    reject: 2,
    sell_at_the_till: 1,
}
KINDS = {kind.__name__: kind for kind in WEIGHTS}
DEALT = [kind.__name__ for kind, weight in WEIGHTS.items() for _ in range(weight)]
