"""An act closes places: what it touches is done once, however often it is asked; reopening takes back what it can."""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, scalar
from enfilade.base.ids import new_id
from enfilade.base.messages import Mailbox
from enfilade.boutiques.openings import renew_openings
from enfilade.closures import acts, counting, letters, schedule, working
from enfilade.closures.acts import EndIsPast, NothingToClose, NotYoursToClose, Scope, Wanted
from enfilade.closures.figures import Figures, figures
from enfilade.closures.simulate import simulate
from enfilade.orders import closing, pickup, preparations
from enfilade.orders.verify import verify as promises
from enfilade.stock import departures, transfers
from enfilade.stock.transfers import Pieces
from tests.orders.counter import KEY, Counter, counter

EVERYTHING = acts.stopped(True, ["collect", "reserve", "ship"])


@dataclass(frozen=True, slots=True)
class _Id:
    id: UUID


class Effect:
    def __init__(self, kind: str, state: str, why: str) -> None:
        self.as_told = (kind, state, why)


async def shop_now(db: Db) -> Counter:
    """The shop of the counter, at a Monday noon of this real week: closures are judged by the database's clock."""
    shop = await counter(db)
    shop.now = datetime.now(UTC)
    await shop.job(renew_openings)
    return shop


async def close(
    shop: Counter,
    *places: str,
    starts: datetime | None = None,
    ends: datetime | None = None,
    stops: tuple[str, ...] = EVERYTHING,
    act_id: UUID | None = None,
    carry_out: bool = True,
) -> UUID:
    act_id = act_id or new_id(shop.now)
    wanted = Wanted(
        Scope("boutiques", location_ids=tuple(shop.at[place] for place in places)), stops, starts, ends
    )

    async def verb(conn: Conn) -> None:
        await acts.confirm(
            conn, maison_id=shop.maison_id, act_id=act_id, by=None, wanted=wanted, previewed={}, now=shop.now
        )

    await shop.db.run(Actor.job(), shop.maison_id, verb)
    if carry_out:
        await working.carry_out(shop.db, maison_id=shop.maison_id, act_id=act_id, now=shop.now)
    return act_id


async def effects(shop: Counter) -> list[tuple[str, str, str]]:
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        rows = await many(
            conn, Effect, "select kind, state, why from closures.effect order by kind, state, why"
        )
    return [row.as_told for row in rows]


async def reopen(shop: Counter, act_id: UUID) -> int:
    return await shop.job(acts.reopen, act_id=act_id, by=None)


async def sound(shop: Counter) -> None:
    await shop.sound()
    assert await promises(shop.db, maison_id=shop.maison_id) == []


async def ready(shop: Counter, *skus: str, **how: object) -> tuple[UUID, UUID]:
    """An order that waits in the rivoli, and its work."""
    order = await shop.order(*skus, **how)  # type: ignore[arg-type]
    work = await shop.fulfilment(order)
    await shop.run(preparations.accept, fulfilment_id=work)
    for sku in skus:
        await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(order, sku))
    await shop.run(preparations.ready, fulfilment_id=work, key=KEY)
    return order, work


async def test_a_parcel_goes_elsewhere_in_one_step_and_uses_up_no_attempt(db: Db) -> None:
    shop = await shop_now(db)
    parcels = [await shop.order("BAG-S", method="ship", address={"city": "Lyon"}) for _ in range(2)]
    picked = await shop.order("BAG-M", method="ship", address={"city": "Lyon"})
    work = await shop.fulfilment(picked)
    await shop.run(preparations.accept, fulfilment_id=work)
    await shop.run(preparations.pick, fulfilment_id=work, line_id=await shop.line(picked, "BAG-M"))

    act = await close(shop, "rivoli")
    assert await effects(shop) == [
        ("resource", "done", ""),
        ("resource", "done", ""),
        ("resource", "impossible", "picked"),
    ]
    for order in parcels:
        at, attempts = await shop.look(
            """
            select array[l.name, x.attempts::text] from orders.order_line x
            join orders.fulfilment f on f.id = x.fulfilment_id join boutiques.location l on l.id = f.location_id
            where x.order_id = %(id)s
            """,
            id=order,
        )
        assert at != "Auber Rivoli"
        assert attempts == "1"
    assert await shop.state(work) == "accepted"
    await sound(shop)

    # A second act over the same place, a second worker, a second click: nothing more.
    before = await effects(shop)
    await close(shop, "rivoli", act_id=act)
    assert await effects(shop) == before
    again = await close(shop, "rivoli")
    assert await effects(shop) == [*before, ("resource", "impossible", "picked")]
    # One of the two reopens: the place stays closed by the other.
    assert await reopen(shop, act) == 1
    assert await reopen(shop, act) == 0
    assert await _offered(shop, "rivoli") == (0, 0, 0)
    assert await reopen(shop, again) == 1
    collect, reserve, ship = await _offered(shop, "rivoli")
    assert min(collect, reserve, ship) > 0
    await sound(shop)


async def _offered(shop: Counter, place: str) -> tuple[int, int, int]:
    async with shop.db.public() as conn:
        row = await scalar(
            conn,
            """
            select array[sum(collect), sum(reserve), sum(ship)]::integer[] from public_facts.availability
            where location_id = %(place)s
            """,
            place=shop.at[place],
        )
    return tuple(row)


async def test_what_nobody_else_has_stays_where_it_is(db: Db) -> None:
    shop = await shop_now(db)
    order = await shop.order("BAG-S", method="ship", address={"city": "Lyon"})
    await close(shop, "rivoli", "marais", "passy", "tokyo", ends=_in(shop, days=2))
    assert await effects(shop) == [("resource", "impossible", "nowhere")]
    assert await shop.lines(order) == {"BAG-S": "sourced"}
    # Its time to prepare begins with the day it reopens.
    by = await shop.look("select pick_by from orders.fulfilment where order_id = %(id)s", id=order)
    assert by > shop.now + timedelta(days=2)
    assert (await shop.jobs()).count("closures.mail_closed") == 1
    await sound(shop)


def _in(shop: Counter, **later: float) -> datetime:
    """Wall time in Paris, roughly."""
    return (shop.now + timedelta(hours=1, **later)).replace(tzinfo=None)


async def test_a_collection_is_kept_past_the_reopening_but_never_past_the_bank(db: Db) -> None:
    shop = await shop_now(db)
    _, by_card = await ready(shop, "BAG-S")
    _, by_ideal = await ready(shop, "BAG-M", payment="ideal")
    asked = await shop.order("SCARF-U")
    was = await shop.look("select collect_by from orders.fulfilment where id = %(id)s", id=by_card)
    await close(shop, "rivoli", ends=_in(shop, days=10))
    assert await effects(shop) == [
        ("extend", "done", ""),
        ("extend", "impossible", "bank"),
        ("postpone", "done", ""),
    ]
    last = "select collect_by from orders.fulfilment where id = %(id)s"
    assert await shop.look(last, id=by_card) == was
    assert await shop.look(last, id=by_ideal) > shop.now + timedelta(days=16)
    assert (await shop.jobs()).count("closures.mail_closed") == 3
    assert await shop.lines(asked) == {"SCARF-U": "sourced"}
    await sound(shop)


async def test_reopening_undoes_what_is_to_do_and_welcomes_whom_it_told(db: Db) -> None:
    shop = await shop_now(db)
    _, told = await ready(shop, "BAG-S", payment="ideal")
    act = await close(shop, "rivoli")
    kept = await shop.look("select collect_by from orders.fulfilment where id = %(id)s", id=told)
    assert await reopen(shop, act) == 1
    await working.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert await effects(shop) == [("extend", "done", ""), ("welcome", "done", "")]
    assert await shop.look("select collect_by from orders.fulfilment where id = %(id)s", id=told) == kept
    assert (await shop.jobs()).count("closures.mail_welcome") == 1

    # Found, and not done yet, when somebody reopens.
    order = await shop.order("SCARF-U", method="ship", address={"city": "Lyon"})
    act = await close(shop, "rivoli", carry_out=False)
    assert ("resource", "to_do", "") in await effects(shop)
    await reopen(shop, act)
    await working.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert ("resource", "undone", "reopened") in await effects(shop)
    assert await shop.state(await shop.fulfilment(order)) == "asked"
    await sound(shop)


async def test_an_order_that_comes_after_the_confirmation_is_found_by_the_round(db: Db) -> None:
    shop = await shop_now(db)
    starts = (shop.now + timedelta(hours=3)).replace(tzinfo=None)
    act = await close(shop, "rivoli", starts=starts, ends=_in(shop, days=2))
    order = await shop.order("BAG-S", method="ship", address={"city": "Lyon"})
    assert await effects(shop) == []
    shop.now += timedelta(hours=5)
    await working.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert await effects(shop) == [("resource", "done", "")]
    assert await shop.state(await shop.fulfilment(order)) == "rejected"
    later = shop.now + timedelta(days=3)
    assert await working.go_round(shop.db, maison_id=shop.maison_id, now=later) == 0
    assert await shop.look("select over_at from closures.place where act_id = %(id)s", id=act) == later
    await sound(shop)


async def test_who_may_close_what(db: Db) -> None:
    shop = await shop_now(db)
    claire = shop.people["claire"]

    async def confirm(wanted: Wanted, by: object) -> object:
        return await shop.job(acts.confirm, act_id=new_id(shop.now), by=by, wanted=wanted, previewed={})

    with pytest.raises(NotYoursToClose):
        await confirm(Wanted(Scope("all"), EVERYTHING, None, None), claire)
    with pytest.raises(NothingToClose):
        await confirm(Wanted(Scope("city", "Oslo"), EVERYTHING, None, None), None)
    with pytest.raises(NothingToClose):
        await confirm(Wanted(Scope("boutiques", "", (new_id(shop.now),)), EVERYTHING, None, None), None)
    with pytest.raises(EndIsPast):
        past = shop.now.replace(tzinfo=None) - timedelta(days=1)
        await confirm(Wanted(Scope("country", "FR"), EVERYTHING, None, past), None)
    assert await confirm(Wanted(Scope("country", "FR"), EVERYTHING, None, None), None)
    assert await shop.look("select count(*)::integer from closures.place") == 3


async def test_the_preview_counts_what_the_act_then_finds(db: Db) -> None:
    shop = await shop_now(db)
    await ready(shop, "BAG-S", language="fr")
    await shop.order("BAG-M")
    await shop.order("SCARF-U", method="ship", address={"city": "Lyon"})
    wanted = Wanted(Scope("city", "Paris"), EVERYTHING, None, None)
    seen = await shop.job(acts.preview, by=None, wanted=wanted)
    assert counting.summed(seen.rows) == {
        "appointments": 0,
        "parcels": 1,
        "parcels_picked": 0,
        "ready": 1,
        "preparing": 1,
        "transfers": 0,
        "checkouts": 0,
    }
    assert counting.by_language(seen.rows) == {"en": 1, "fr": 1}
    assert await shop.look("select count(*)::integer from closures.act") == 0


async def test_a_transfer_on_its_way_goes_to_a_place_that_is_open(db: Db) -> None:
    shop = await shop_now(db)
    on_its_way, waiting = new_id(shop.now), new_id(shop.now)
    for transfer_id in (on_its_way, waiting):
        await shop.job(
            transfers.ask,
            transfer_id=transfer_id,
            by=None,
            from_location_id=shop.at["marais"],
            to_location_id=shop.at["rivoli"],
            wanted=[Pieces(shop.variants["BAG-S"], 1)],
            reason="replenishment",
        )
    await shop.job(
        departures.pack, transfer_id=on_its_way, by=None, packed=[Pieces(shop.variants["BAG-S"], 1)]
    )
    await shop.job(departures.send, transfer_id=on_its_way, by=None)
    await close(shop, "rivoli")
    assert await effects(shop) == [("divert", "done", ""), ("divert", "impossible", "waits")]
    to = "select to_location_id from stock.transfer where id = %(id)s"
    assert await shop.look(to, id=on_its_way) == shop.at["passy"]
    assert await shop.look(to, id=waiting) == shop.at["rivoli"]
    assert "TransferDiverted" in await shop.told()
    await sound(shop)


async def test_workers_advisors_and_a_manager_who_reopens_all_at_once(db: Db) -> None:
    """Whoever is first at an order decides it; each effect ends once, and stock agrees."""
    shop = await shop_now(db)
    parcels = [await shop.order("BAG-S", method="ship", address={"city": "Lyon"}) for _ in range(3)]
    _, waiting = await ready(shop, "BAG-M")
    act = await close(shop, "rivoli", carry_out=False)
    works = [await shop.fulfilment(order) for order in parcels]

    async def carry_out() -> object:
        return await working.carry_out(shop.db, maison_id=shop.maison_id, act_id=act, now=shop.now)

    await asyncio.gather(
        carry_out(),
        carry_out(),
        shop.run(preparations.accept, fulfilment_id=works[0]),
        shop.run(
            pickup.hand_over,
            fulfilment_id=waiting,
            code=preparations.pickup_code(KEY, waiting),
            refused_line_ids=[],
        ),
        carry_out(),
        return_exceptions=True,
    )
    await asyncio.gather(carry_out(), reopen(shop, act), carry_out(), return_exceptions=True)
    await working.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert await shop.state(waiting) == "handed_over"
    assert await shop.look("select count(*)::integer from closures.effect where state = 'to_do'") == 0
    for order in parcels:
        assert await shop.lines(order) == {"BAG-S": "sourced"}
        open_work = """
            select count(*)::integer from orders.fulfilment
            where order_id = %(id)s and state in ('asked', 'accepted')
        """
        assert await shop.look(open_work, id=order) == 1
    assert (await shop.jobs()).count("closures.mail_closed") <= 1
    await sound(shop)


async def test_the_last_piece_elsewhere_taken_meanwhile_leaves_the_parcel_as_it_was(db: Db) -> None:
    """Decided on what was there, saved on what is: rolled back whole, and weighed again in the next round."""
    shop = await shop_now(db)
    order = await shop.order("BAG-S", method="ship", address={"city": "Lyon"})
    work, line = await shop.fulfilment(order), await shop.line(order, "BAG-S")
    for _ in range(3):
        await shop.order("BAG-S", place="passy", method="ship", address={"city": "Lyon"})
    left = await shop.job(closing.leave, fulfilment_ids=[work], decided_at={line: shop.at["passy"]})
    assert left == {work: "taken"}
    assert await shop.state(work) == "asked"
    assert await shop.lines(order) == {"BAG-S": "sourced"}
    assert "FulfilmentLeftClosed" not in await shop.told()
    await sound(shop)


async def test_each_client_is_written_to_in_their_language_once(db: Db, tmp_path: Path) -> None:
    shop = await shop_now(db)
    mailbox = Mailbox(tmp_path, "shop@auber.example")
    _, work = await ready(shop, "BAG-S", payment="ideal", language="fr")
    act = await close(shop, "rivoli", ends=_in(shop, days=4))
    await close(shop, "rivoli", ends=_in(shop, days=4))

    async def written(letter: Any, kind: str) -> int:
        async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
            ids = await many(conn, _Id, "select id from closures.effect where kind = %(kind)s", kind=kind)
            for one in ids:
                message = await letter(
                    conn,
                    maison_id=shop.maison_id,
                    effect_id=one.id,
                    key=KEY,
                    base_url="http://shop.example",
                    now=shop.now,
                )
                if message is not None:
                    await mailbox.send(message)
        return len(list(tmp_path.glob("*.eml")))

    assert await written(letters.closed_letter, "extend") == 1, "two acts until the same day: one letter"
    (letter,) = mailbox.letters()
    assert "la boutique est ferm\u00e9e" in str(letter["Subject"])
    text = letter.get_body(("plain",))
    assert text is not None
    assert "Elle rouvre le" in text.get_content() and "pour vous jusqu" in text.get_content()
    await reopen(shop, act)
    await working.go_round(shop.db, maison_id=shop.maison_id, now=shop.now)
    assert await written(letters.welcome_letter, "welcome") == 2
    assert await shop.state(work) == "ready"


async def test_a_schedule_is_taken_row_by_row_and_only_once(db: Db, tmp_path: Path) -> None:
    shop = await shop_now(db)
    day = (shop.now + timedelta(days=5)).date()
    file = tmp_path / "schedule.csv"
    file.write_text(
        "code,from,until,stops,reason\n"
        f"rivoli,{day},{day + timedelta(days=2)},,Stocktaking\n"
        f"passy,{day} 16:00,,collect+ship,\n"
        f"nowhere,{day},,,\n"
        f"marais,{day},{day - timedelta(days=1)},,\n"
        f"marais,soon,,,\n"
        f"marais,{day},,doors,\n"
        "marais,2020-01-01,2020-01-02,,\n"
    )
    refused: list[Any] = []
    report = await schedule.import_schedule(
        shop.db, maison_id=shop.maison_id, path=file, now=shop.now, on_refusal=refused.append
    )
    assert report.figures == {"closures": 2, "known already": 0}
    assert sorted((one.line, one.column) for one in refused) == [
        (4, "code"),
        (5, "until"),
        (6, "from"),
        (7, "stops"),
        (8, "until"),
    ]
    again = await schedule.import_schedule(shop.db, maison_id=shop.maison_id, path=file, now=shop.now)
    assert again.figures == {"closures": 0, "known already": 2}
    assert await shop.look("select count(*)::integer from closures.act") == 2
    assert await shop.look(
        "select stops from closures.act a join closures.place p on p.act_id = a.id where location_id = %(id)s",
        id=shop.at["passy"],
    ) == ["collect", "ship"]


def test_half_a_country_closes_and_a_worker_is_killed_in_the_middle() -> None:
    came = simulate(boutiques=10, orders=40, seed=3, kills=1, days=None, appointments=60)
    assert came.wrong == []
    assert came.killed == 1
    assert sum(number for (_, state, _), number in came.effects.items() if state == "to_do") == 0


async def test_what_a_closure_cost_adds_up_and_is_not_said_of_a_few_sales(db: Db, admin: Any) -> None:
    shop = await shop_now(db)
    act = await close(shop, "rivoli", ends=_in(shop, days=2))
    later = shop.now + timedelta(hours=10)
    sku = "BAG-S"

    def sold(weeks: int, place: str, channel: str, lines: int) -> None:
        """At an hour of the closure, so many weeks before: lines of 100 € each."""
        for number in range(lines):
            at = shop.now + timedelta(hours=5) - timedelta(weeks=weeks)
            reference = f"{weeks}-{place}-{channel}-{number}-{len(told)}"
            told.append(reference)
            admin(
                "insert into orders.external_sale (maison_id, reference, sold_at, channel, location_id, sku, quantity, "
                "net_minor, tax_minor, currency, promised_online, collected) "
                "values (%s, %s, %s, %s, %s, %s, 1, 10000, 2000, 'EUR', %s, false)",
                [shop.maison_id, reference, at, channel, shop.at[place], sku, channel == "web"],
            )

    told: list[str] = []

    async def reckoned() -> list[Figures]:
        async with db.acting(Actor.job(), shop.maison_id) as conn:
            return await figures(
                conn, maison_id=shop.maison_id, act_id=act, location_ids=[shop.at["rivoli"]], now=later
            )

    sold(1, "rivoli", "boutique", 19)
    assert await reckoned() == []
    for weeks in (2, 3, 4):
        sold(weeks, "rivoli", "boutique", 7)
    # 40 lines of four weeks: ten expected. Online two more than usual, the Marais one more; Tokyo is another country.
    sold(0, "rivoli", "pay_by_link", 1)
    sold(0, "marais", "web", 3)
    for weeks in (1, 2, 3, 4):
        sold(weeks, "marais", "web", 1)
        sold(weeks, "marais", "boutique", 2)
    sold(0, "marais", "boutique", 3)
    sold(0, "tokyo", "boutique", 9)
    assert await reckoned() == [Figures("EUR", 100_000, 10_000, 20_000, 10_000, 60_000)]
