"""Pieces brought for a visit: asked with the booking, there before the client, and looked for again where they are not."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.appointments import bringing, brought, changing, diary, erasing, free, services, visits
from enfilade.appointments.keeping import Booked, PiecesLater
from enfilade.appointments.slots import Slot
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, tuples
from enfilade.base.ids import new_id
from enfilade.maisons import policies
from enfilade.stock import arrivals, departures, diverting, holds, transfers
from enfilade.stock import verify as positions
from enfilade.stock.arrivals import Arrived
from enfilade.stock.holds import Demand, NotEnoughStock
from enfilade.stock.transfers import Pieces
from tests.appointments.diary import KEY, Diary, opened
from tests.closures.test_visits import accept, alternative, carry_out, close, second
from tests.serialised import by_serials
from tests.shop import Shop, count

LYON, STORE = "alba-2", "alba-wh"


async def bringing_shop(db: Db, shop: Shop, **terms: Any) -> Diary:
    """A bag lies in Lyon alone; the maison brings within a day."""
    made = await opened(db, shop, datetime.now(UTC), brought_max=2, **terms)

    async def terms_(conn: Conn) -> None:
        policy = replace(policies.Policy(), ship_to_store_days=1)
        await policies.set_policy(conn, maison_id=made.maison_id, policy=policy, now=made.now)

    await made.inside(terms_)
    await lie(made, {LYON: 1})
    return made


async def lie(diary_: Diary, bags: dict[str, int]) -> None:
    at = datetime.now(UTC) + timedelta(seconds=1)
    for place in ("alba-1", LYON, STORE):
        await count(diary_.db, diary_.house, place, "alba-bag", bags.get(place, 0), at)


def bag(made: Diary) -> UUID:
    return made.house.variants["alba-bag"]


async def offered(made: Diary) -> list[Slot]:
    """The times at which the bag can be there, as the page asks for them."""
    async with made.db.acting(Actor.visitor(new_id(made.now)), made.maison_id) as conn:
        service = await services.read(conn, maison_id=made.maison_id, service_id=made.service_id)
        assert service is not None
        plans = await bringing.plans(
            conn, maison_id=made.maison_id, location_ids=[made.place], variant_ids=[bag(made)],
            brought_max=service.brought_max, since=made.now,
        )  # fmt: skip
        plan = plans[made.place]
        assert plan.not_before is not None and not plan.here
        found = await free.week(
            conn, maison_id=made.maison_id, service=service, location_ids=[made.place],
            first_day=made.at(0, 12).date(), days=12, now=made.now, not_before=plan.not_before,
        )  # fmt: skip
    assert all(slot.starts_at >= plan.not_before for slot in found[made.place])
    return found[made.place]


async def booked(made: Diary, nth: int = 0, name: str = "Camille") -> Booked:
    slots = await offered(made)
    return await made.book(slots[nth].starts_at, name, variant_ids=(bag(made),))


async def as_client(made: Diary, kept: Booked, verb: Callable[[Conn], Awaitable[Any]]) -> Any:
    return await made.db.run(Actor.booking(kept.id), made.maison_id, verb)


def moved(made: Diary, kept: Booked, to: datetime, place: UUID | None = None, **more: Any) -> Any:
    return lambda conn: changing.move(
        conn, maison_id=made.maison_id, appointment_id=kept.id, by=more.get("by"), location_id=place or made.place,
        starts_at=to, sequence=more.get("sequence", 0), now=more.get("now", made.now),
    )  # fmt: skip


async def step(made: Diary, verb: Any, transfer_id: UUID, **more: Any) -> None:
    await made.inside(
        lambda conn: verb(
            conn, maison_id=made.maison_id, transfer_id=transfer_id, by=made.manager, now=made.now, **more
        )
    )


async def hear(made: Diary, transfer_id: UUID, now: datetime | None = None) -> int:
    return await made.db.run(
        Actor.job(),
        made.maison_id,
        lambda conn: brought.hear(
            conn, maison_id=made.maison_id, transfer_id=transfer_id, now=now or made.now
        ),
    )


async def sent(made: Diary, transfer_id: UUID) -> None:
    await step(made, departures.pack, transfer_id, packed=[Pieces(bag(made), 1)])
    await step(made, departures.send, transfer_id)


async def whole(made: Diary) -> None:
    assert await positions.verify(made.db, maison_id=made.maison_id) == []


@pytest.fixture
def read(admin: Any) -> Callable[[], list[tuple[object, ...]]]:
    """Each bag's transfer, its state and whether somebody waits for it, by state."""

    def look() -> list[tuple[object, ...]]:
        return admin(
            "select t.id, t.state, t.keeps_until is not null from stock.transfer t order by t.state, t.id"
        )

    return look


def held(admin: Any) -> list[tuple[object, ...]]:
    return admin(
        "select l.code, h.purpose, h.quantity from stock.hold h join boutiques.location l on l.maison_id = h.maison_id "
        "and l.id = h.location_id order by 1, 2"
    )


async def test_it_is_asked_with_the_booking_and_kept_until_the_visit_is_over(
    db: Db, shop: Shop, admin, read
) -> None:
    made = await bringing_shop(db, shop)
    slots = await offered(made)
    early = made.at(1, 11)
    assert early < slots[0].starts_at
    with pytest.raises(PiecesLater) as refused:
        await made.book(early, variant_ids=(bag(made),))
    assert refused.value.free == slots[:3]
    kept = await made.book(slots[0].starts_at, variant_ids=(bag(made),))
    ((transfer_id, state, waited),) = read()
    assert (state, waited, held(admin)) == ("asked", True, [("alba-2", "transfer", 1)])
    assert await made.book(slots[0].starts_at, variant_ids=(bag(made),)) == kept, "the same form again"
    assert len(read()) == 1
    with pytest.raises(NotEnoughStock):
        await made.book(slots[1].starts_at, "Noa", variant_ids=(bag(made),))
    # A booking sees its own transfer alone, and none of the places' others.
    other = new_id(made.now)
    for who, seen in ((kept.id, 1), (other, 0)):
        async with db.acting(Actor.booking(who), made.maison_id) as conn:
            assert len(await tuples(conn, "select id from stock.transfer")) == seen
            assert len(await tuples(conn, "select variant_id from stock.transfer_line")) == seen
    # Moved later it goes on; moved to before it is there it does not move.
    with pytest.raises(PiecesLater):
        await as_client(made, kept, moved(made, kept, early))
    kept = await as_client(made, kept, moved(made, kept, slots[2].starts_at))
    assert read() == [(transfer_id, "asked", True)]
    await whole(made)
    await sent(made, transfer_id)
    assert held(admin) == []
    assert await hear(made, transfer_id) == 0, "it is in time"
    await step(
        made, arrivals.receive, transfer_id, receipt_id=new_id(made.now), arrived=[Arrived(bag(made), 1)]
    )
    assert held(admin) == [("alba-1", "appointment", 1)]
    assert await hear(made, transfer_id) == 0
    await whole(made)
    entry = await made.inside(
        lambda conn: diary.pieces(conn, maison_id=made.maison_id, appointment_ids=[kept.id])
    )
    assert [(piece.held, piece.brought_from, piece.lacking) for piece in entry] == [(True, "Lyon", False)]
    await made.inside(
        lambda conn: visits.serve(
            conn, maison_id=made.maison_id, appointment_id=kept.id, by=made.manager, results={}, noted="",
            now=kept.starts_at,
        )
    )  # fmt: skip
    assert held(admin) == []
    await whole(made)


async def test_what_is_not_given_comes_from_elsewhere_or_its_client_is_told(
    db: Db, shop: Shop, admin, read
) -> None:
    made = await bringing_shop(db, shop)
    kept = await booked(made)
    (first,) = [row[0] for row in read()]
    await lie(made, {LYON: 1, STORE: 1})
    await step(made, transfers.decline, first, reason="needed_here")
    assert await hear(made, first) == 1
    assert await hear(made, first) == 0, "told twice"
    (again, asked, waited), (_, state, _) = read()
    assert (state, asked, waited) == ("declined", "asked", True)
    assert held(admin) == [("alba-wh", "transfer", 1)]
    # It is lost on its way, and no other place has one that was not asked.
    await sent(made, again)
    await step(
        made, arrivals.write_off, again, receipt_id=new_id(made.now), lost=[Pieces(bag(made), 1)],
        reason="never_arrived",
    )  # fmt: skip
    assert await hear(made, again) == 1
    assert await brought.look_after(db, maison_id=made.maison_id, now=made.now) == 0, "told once"
    async with db.acting(Actor.job(), made.maison_id) as conn:
        written = await brought.letter(
            conn, maison_id=made.maison_id, appointment_id=kept.id, variant_id=bag(made), key=KEY,
            base_url="https://shop.example",
        )  # fmt: skip
    assert written is not None and "Le sac" in written.text and "Paris" in written.text

    async def unkept() -> list[UUID]:
        return await made.inside(lambda conn: _unkept(conn, made))

    assert await unkept() == [kept.id]
    assert await as_client(
        made, kept, lambda conn: bringing.settle(conn, maison_id=made.maison_id, appointment_id=kept.id)
    )
    assert await unkept() == []
    # Moved to when one can be there, it is brought after all.
    await lie(made, {"alba-1": 1})
    slots = [slot for slot in await all_slots(made) if slot.starts_at > kept.starts_at]
    await as_client(made, kept, moved(made, kept, slots[3].starts_at))
    assert held(admin) == [("alba-1", "appointment", 1)]
    assert admin("select lacking, transfer_id from appointments.piece") == [(None, None)]
    await whole(made)


async def test_what_is_late_is_followed_again_once_the_visit_is_late_enough(
    db: Db, shop: Shop, admin, read
) -> None:
    made = await bringing_shop(db, shop)
    kept = await booked(made)
    ((transfer_id, _, _),) = read()
    late = kept.starts_at - timedelta(hours=1)
    assert await hear(made, transfer_id, late) == 1
    assert admin("select lacking from appointments.piece") == [("open",)], (
        "nobody packed it, and no other place has it"
    )
    later = next(
        slot for slot in await all_slots(made) if slot.starts_at > kept.starts_at + timedelta(days=4)
    )
    await made.inside(moved(made, kept, later.starts_at, by=made.manager, now=late))
    assert read() == [(transfer_id, "asked", True)]
    assert admin("select lacking, transfer_id from appointments.piece") == [(None, transfer_id)]
    # It is not given after all: its client is told again.
    await step(made, transfers.decline, transfer_id, reason="needed_here")
    assert await hear(made, transfer_id, late) == 1
    await whole(made)


async def test_nothing_is_brought_to_who_was_erased(db: Db, shop: Shop, admin, read) -> None:
    made = await bringing_shop(db, shop)
    kept = await booked(made)
    for _ in range(2):
        await db.run(
            Actor.job(),
            made.maison_id,
            lambda conn: erasing.lose_the_person(
                conn, maison_id=made.maison_id, appointment_id=kept.id, now=made.now
            ),
        )
    assert admin("select state from appointments.appointment") == [("cancelled",)]
    assert [waited for _, _, waited in read()] == [False]
    assert held(admin) == []
    await whole(made)


async def _unkept(conn: Conn, made: Diary) -> list[UUID]:
    found = await diary.unkept(conn, maison_id=made.maison_id, location_id=made.place, now=made.now)
    return [entry.id for entry in found if entry.lacking]


async def all_slots(made: Diary) -> list[Slot]:
    async with made.db.acting(Actor.visitor(new_id(made.now)), made.maison_id) as conn:
        service = await services.read(conn, maison_id=made.maison_id, service_id=made.service_id)
        assert service is not None
        found = await free.week(
            conn, maison_id=made.maison_id, service=service, location_ids=[made.place],
            first_day=made.at(0, 12).date(), days=12, now=made.now,
        )  # fmt: skip
    return found[made.place]


async def test_late_it_is_looked_for_elsewhere_and_cancelled_it_is_let_go(
    db: Db, shop: Shop, admin, read
) -> None:
    made = await bringing_shop(db, shop)
    kept = await booked(made)
    # Nobody has packed it the evening before; the boutique has one itself by now.
    late = kept.starts_at - timedelta(hours=2)
    await lie(made, {"alba-1": 1, LYON: 1})
    assert await brought.look_after(db, maison_id=made.maison_id, now=made.now) == 0, "in time still"
    assert await brought.look_after(db, maison_id=made.maison_id, now=late) == 1
    assert [(state, waited) for _, state, waited in read()] == [("cancelled", False)]
    assert held(admin) == [("alba-1", "appointment", 1)]
    await whole(made)
    # Another's: cancelled on its way it arrives as stock; cancelled before, it is free where it is.
    other = await booked_elsewhere(made)
    (transfer_id,) = [row[0] for row in read() if row[1] == "asked"]
    await sent(made, transfer_id)
    await as_client(made, other, cancelled(made, other))
    await as_client(made, other, cancelled(made, other))
    assert [row[1:] for row in read() if row[0] == transfer_id] == [("sent", False)]
    await step(
        made, arrivals.receive, transfer_id, receipt_id=new_id(made.now), arrived=[Arrived(bag(made), 1)]
    )
    assert held(admin) == [("alba-1", "appointment", 1)]
    await as_client(made, kept, cancelled(made, kept))
    assert held(admin) == []
    await lie(made, {LYON: 1})
    third = await booked(made, 2, "Robin")
    await as_client(made, third, cancelled(made, third))
    assert [row[1] for row in read()] == ["cancelled", "cancelled", "received"]
    assert held(admin) == []
    await whole(made)


async def booked_elsewhere(made: Diary) -> Booked:
    """Another client's, while the boutique's own bag is held."""
    return await booked(made, 1, "Noa")


def cancelled(made: Diary, kept: Booked) -> Any:
    return lambda conn: changing.cancel(
        conn, maison_id=made.maison_id, appointment_id=kept.id, by=None, now=made.now
    )


async def test_of_two_bookings_and_a_checkout_one_has_the_last(db: Db, shop: Shop, admin) -> None:
    made = await bringing_shop(db, shop, advisors=3)
    slots = await offered(made)
    checkout_id = new_id(made.now)

    async def checkout() -> None:
        await made.inside(
            lambda conn: holds.claim(
                conn, maison_id=made.maison_id, purpose="checkout", holder_id=checkout_id,
                demands=[Demand(made.house.places[LYON], bag(made), 1)], method="ship",
                expires_at=made.now + timedelta(days=1), now=made.now,
            )
        )  # fmt: skip

    came = await asyncio.gather(
        made.book(slots[0].starts_at, "Noa", variant_ids=(bag(made),)),
        made.book(slots[0].starts_at, "Robin", variant_ids=(bag(made),)),
        checkout(),
        return_exceptions=True,
    )
    assert sum(isinstance(one, NotEnoughStock) for one in came) == 2, came
    assert admin("select sum(quantity) from stock.hold") == [(1,)]
    assert admin(
        "select (select count(*) from appointments.appointment), (select count(*) from stock.transfer)"
    ) in ([(1, 1)], [(0, 0)])
    await whole(made)


async def test_of_pieces_with_a_serial_too(db: Db, shop: Shop, admin, read) -> None:
    made = await bringing_shop(db, shop)
    await by_serials(db, made.house, "alba-bag", {LYON: ["L1"]}, datetime.now(UTC) + timedelta(seconds=2))
    kept = await booked(made)
    (transfer_id,) = [row[0] for row in read()]
    await sent(made, transfer_id)
    await step(
        made, arrivals.receive, transfer_id, receipt_id=new_id(made.now), arrived=[Arrived(bag(made), 1)]
    )
    assert held(admin) == [("alba-1", "appointment", 1)]
    await whole(made)
    await as_client(made, kept, cancelled(made, kept))
    assert held(admin) == []
    await whole(made)


async def test_a_closure_proposes_a_boutique_to_which_it_can_be_brought(
    db: Db, shop: Shop, admin, read
) -> None:
    made = await bringing_shop(db, shop)
    lyon = await second(made)
    await lie(made, {STORE: 1})
    kept = await booked(made)
    act = await close(made, days=25)
    await carry_out(made, act)
    found = await alternative(made, kept)
    # The one bag is kept for it in the warehouse already, and goes to the other boutique once its client has answered.
    assert found is not None and (found.state, found.location_id) == ("open", lyon)
    assert (held(admin), [row[1:] for row in read()]) == ([("alba-wh", "transfer", 1)], [("asked", True)])
    taken = await accept(made, kept, found.id)
    assert (taken.location_id, taken.starts_at) == (lyon, found.starts_at)
    assert admin(
        "select t.state, l.code from stock.transfer t join boutiques.location l on l.maison_id = t.maison_id "
        "and l.id = t.to_location_id order by 1"
    ) == [("asked", LYON), ("cancelled", "alba-1")]
    assert held(admin) == [("alba-wh", "transfer", 1)]
    await whole(made)


async def test_diverted_it_is_no_longer_for_the_visit(db: Db, shop: Shop, admin, read) -> None:
    made = await bringing_shop(db, shop)
    kept = await booked(made, 8)
    (transfer_id,) = [row[0] for row in read()]
    await sent(made, transfer_id)
    assert await made.inside(
        lambda conn: diverting.divert(conn, maison_id=made.maison_id, transfer_id=transfer_id, now=made.now)
    ) == "diverted"  # fmt: skip
    await lie(made, {STORE: 1})
    assert await hear(made, transfer_id) == 1
    assert [row[1:] for row in read()] == [("asked", True), ("sent", False)]
    await as_client(made, kept, cancelled(made, kept))
    await whole(made)
