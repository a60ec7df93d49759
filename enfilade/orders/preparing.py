"""What the worker does for preparing and collecting: mails, re-sourcing, captures, and the round that finds what is due."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import structlog

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many
from enfilade.base.facts import Heard
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Message, Messages
from enfilade.base.tenants import each
from enfilade.clients import letters as writing
from enfilade.orders import (
    address_letters,
    addresses,
    bringing,
    cancellation,
    cancellation_letters,
    exchange_wishes,
    exchanges,
    invoices,
    letters,
    pickup,
    rejections,
    return_letters,
    returns,
    settlement,
    waiting,
    withdrawal,
    withdrawal_letters,
)
from enfilade.orders.fulfilment import IllegalStep
from enfilade.orders.partners import issuing
from enfilade.payments.events import PaymentCaptured, PaymentOperationRefused
from enfilade.staff import people
from enfilade.stock.brought import COLLECT_AT_LEAST
from enfilade.stock.events import (
    AllocationLost,
    TransferCancelled,
    TransferDeclined,
    TransferReceived,
    TransferSent,
    TransferWrittenOff,
)

log = structlog.get_logger()

ROUND = "* * * * *"
DUE_MAX = 200
#: A job that has not come by then is forgotten, and the round does its work.
FORGOTTEN_AFTER = timedelta(minutes=2)
#: What ends a transfer, and under which name orders hear of it.
FOLLOWED: dict[type, str] = {
    TransferReceived: "orders.follow_received",
    TransferWrittenOff: "orders.follow_loss",
    TransferDeclined: "orders.follow_declined",
    TransferCancelled: "orders.follow_cancelled",
}


@dataclass(frozen=True, slots=True)
class Due:
    """A fulfilment whose moment has come, and which: late, expired, no_show or capture; unsent or overdue where it is awaited;

    a transfer to follow; an order to resource or refund; a return to lapse, or a cancellation the client has wished.
    """

    id: UUID
    what: str
    sla_minutes: int


def register_preparing(jobs: Jobs, *, db: Db, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work, listeners and the round of this room's half that follows the placed order."""
    _register_verbs(jobs, db, key)
    register_mails(jobs, db, key, messages, base_url)

    async def lost(conn: Conn, heard: Heard) -> None:
        await rejections.lose(
            conn, maison_id=heard.maison_id, line_id=heard.subject_id, now=datetime.now(UTC)
        )

    async def money_moved(conn: Conn, heard: Heard) -> None:
        await settlement.captured(
            conn, maison_id=heard.maison_id, payment_id=heard.subject_id, now=datetime.now(UTC)
        )

    async def moved(conn: Conn, heard: Heard) -> None:
        await bringing.follow(
            conn, maison_id=heard.maison_id, transfer_id=heard.subject_id, now=datetime.now(UTC)
        )

    async def left(conn: Conn, heard: Heard) -> None:
        await bringing.underway(
            conn, maison_id=heard.maison_id, transfer_id=heard.subject_id, now=datetime.now(UTC)
        )

    jobs.listen(AllocationLost, "orders.lose", lost)
    jobs.listen(TransferSent, "orders.underway", left)
    for ended, name in FOLLOWED.items():
        jobs.listen(ended, name, moved)
    jobs.listen(PaymentCaptured, "orders.captured", money_moved)
    jobs.listen(PaymentOperationRefused, "orders.capture_refused", money_moved)

    async def round_(now: datetime) -> None:
        await each(db, lambda maison_id: go_round(db, maison_id=maison_id, now=now))

    async def invoice(now: datetime) -> None:
        await each(db, lambda maison_id: invoices.issue_missed(db, maison_id=maison_id, now=now))

    async def state(now: datetime) -> None:
        await each(db, lambda maison_id: issuing.issue_due(db, maison_id=maison_id, now=now))

    jobs.every(ROUND, "orders.preparing", round_)
    # Every hour: a month is over at another moment in each zone, and what failed is tried again.
    jobs.every("23 * * * *", "orders.partner_statements", state)
    jobs.every("11 * * * *", "orders.invoices", invoice)


async def due(conn: Conn, *, maison_id: UUID, now: datetime) -> list[Due]:
    """What is late, expired or not collected at this moment; each verb looks again under its lock.

    Also what a job should have done and has not: money to take, lines to find another place for.
    """
    return await many(
        conn,
        Due,
        """
        select f.id, case when f.state = 'ready' then 'no_show' when f.pick_by <= %(now)s then 'expired' else 'late' end
          as what, t.pick_sla_minutes as sla_minutes
        from orders.fulfilment f join maisons.policy t on t.maison_id = f.maison_id
        where f.maison_id = %(maison_id)s and (
          f.state in ('asked', 'accepted') and f.pick_by <= %(now)s and not exists (select 1 from orders.order_line l
            where l.maison_id = f.maison_id and l.fulfilment_id = f.id and l.make_by is not null)
          or f.state = 'asked' and f.warned_at is null
            and f.pick_by - make_interval(mins => t.pick_sla_minutes) / 2 <= %(now)s
          or f.state = 'ready' and f.collect_by <= %(now)s)
        union all
        select f.id, 'unsent', 0 from orders.fulfilment f
        where f.maison_id = %(maison_id)s and f.state = 'awaited' and f.pick_by <= %(now)s and exists (
          select 1 from orders.order_line l join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
          where l.maison_id = f.maison_id and l.fulfilment_id = f.id and l.state = 'sourced' and t.state = 'asked')
        union all
        select f.id, 'overdue', 0 from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join payments.payment p on p.maison_id = o.maison_id and p.id = o.payment_id
        where f.maison_id = %(maison_id)s and f.state = 'awaited' and p.separate_capture
          and p.authorised_until - %(collect_at_least)s::interval <= %(now)s
        union all
        select l.transfer_id, 'follow', 0 from orders.fulfilment f
        join orders.order_line l on l.maison_id = f.maison_id and l.fulfilment_id = f.id and l.state = 'sourced'
        join stock.transfer t on t.maison_id = l.maison_id and t.id = l.transfer_id
        where f.maison_id = %(maison_id)s and f.state = 'awaited' and t.ended_at <= %(forgotten)s
          and not (t.state = 'received' and exists (select 1 from stock.allocation a where a.maison_id = l.maison_id
            and a.order_line_id = l.id and a.location_id = f.location_id and a.quantity = l.quantity)
            and exists (select 1 from orders.order_line x join stock.transfer y on y.maison_id = x.maison_id
              and y.id = x.transfer_id where x.maison_id = f.maison_id and x.fulfilment_id = f.id and x.state = 'sourced'
              and y.ended_at is null))
        union all
        select f.id, 'capture' as what, 0 as sla_minutes from orders.fulfilment f
        where f.maison_id = %(maison_id)s and f.capture_after <= %(forgotten)s
        union all
        select distinct l.order_id as id, 'resource' as what, 0 as sla_minutes from orders.order_line l
        where l.maison_id = %(maison_id)s and l.state = 'unsourced' and not exists (select 1 from orders.rejection r
          where r.maison_id = l.maison_id and r.order_line_id = l.id and r.rejected_at > %(forgotten)s)
        union all
        select c.id, 'cancel' as what, 0 as sla_minutes from orders.cancellation c
        where c.maison_id = %(maison_id)s and c.state = 'asked' and c.asked_at <= %(forgotten)s
        union all
        select r.id, 'lapse' as what, 0 as sla_minutes from orders.return r
        where r.maison_id = %(maison_id)s and r.state = 'announced' and r.lapses_at <= %(now)s
        union all
        select distinct r.order_id as id, 'refund' as what, 0 as sla_minutes from orders.return r
        where r.maison_id = %(maison_id)s and r.state = 'received' and r.refund_minor is null and r.received_at <= %(forgotten)s
          and not exists (select 1 from orders.order o join payments.operation a on a.maison_id = o.maison_id
            and a.payment_id = o.payment_id and a.kind = 'capture' and a.state = 'asked'
            where o.maison_id = r.maison_id and o.id = r.order_id)
        order by what, id limit %(most)s
        """,
        maison_id=maison_id,
        now=now,
        forgotten=now - FORGOTTEN_AFTER,
        collect_at_least=COLLECT_AT_LEAST,
        most=DUE_MAX,
    )


async def go_round(db: Db, *, maison_id: UUID, now: datetime) -> int:
    """Does what is due at one maison, each in a transaction of its own; returns how much was done.

    One that fails does not keep the others waiting; `stuck` shows it.
    """
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await due(conn, maison_id=maison_id, now=now)
    done = 0
    lost = [one.id for one in found if one.what == "resource"]
    if lost:
        try:
            await waiting.source(db, maison_id=maison_id, order_ids=lost, now=now)
            done += len(lost)
        except Exception as error:
            log.exception("not done", what="resource", subject=str(maison_id), exc_info=error)
    for one in found:
        if one.what == "resource":
            continue

        async def verb(conn: Conn, one: Due = one) -> bool:
            if one.what == "capture":
                return await pickup.finish_hand_over(conn, maison_id=maison_id, fulfilment_id=one.id, now=now)
            if one.what == "refund":
                await settlement.decide_exchanges(conn, maison_id=maison_id, order_id=one.id)
                return bool(
                    await settlement.refund_returned(conn, maison_id=maison_id, order_id=one.id, now=now)
                )
            if one.what == "cancel":
                return await cancellation.carry_out(
                    conn, maison_id=maison_id, cancellation_id=one.id, now=now
                )
            if one.what == "unsent":
                return await bringing.expire(conn, maison_id=maison_id, fulfilment_id=one.id, now=now)
            if one.what == "overdue":
                return await bringing.give_up(conn, maison_id=maison_id, fulfilment_id=one.id, now=now)
            if one.what == "follow":
                return await bringing.follow(conn, maison_id=maison_id, transfer_id=one.id, now=now)
            if one.what == "lapse":
                return await returns.lapse(conn, maison_id=maison_id, return_id=one.id, now=now)
            if one.what == "no_show":
                return await pickup.no_show(conn, maison_id=maison_id, fulfilment_id=one.id, now=now)
            if one.what == "expired":
                return await rejections.expire(conn, maison_id=maison_id, fulfilment_id=one.id, now=now)
            return await rejections.warn(
                conn, maison_id=maison_id, fulfilment_id=one.id, sla_minutes=one.sla_minutes, now=now
            )

        try:
            done += await db.run(Actor.job(), maison_id, verb)
        except Exception as error:
            log.exception("not done", what=one.what, subject=str(one.id), exc_info=error)
    return done


def _register_verbs(jobs: Jobs, db: Db, key: bytes) -> None:
    def work(verb: Callable[..., Awaitable[object]]) -> Callable[[UUID, dict[str, UUID]], Awaitable[None]]:
        async def done(maison_id: UUID, ids: dict[str, UUID]) -> None:
            now = datetime.now(UTC)
            await db.run(Actor.job(), maison_id, lambda conn: verb(conn, maison_id=maison_id, now=now, **ids))

        return done

    async def on_my_way(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, now: datetime) -> None:
        # Collected, or given back, since the client pressed: then it says nothing any more.
        with suppress(IllegalStep):
            await pickup.on_my_way(conn, maison_id=maison_id, fulfilment_id=fulfilment_id, now=now)

    jobs.add("orders.cancel", work(cancellation.carry_out))
    jobs.add("orders.address_changed", work(addresses.tell_changed))

    async def resource(maison_id: UUID, ids: dict[str, UUID]) -> None:
        await waiting.source(db, maison_id=maison_id, order_ids=[ids["order_id"]], now=datetime.now(UTC))

    jobs.add("orders.resource", resource)
    jobs.add("orders.finish_hand_over", work(pickup.finish_hand_over))
    jobs.add("orders.on_my_way", work(on_my_way))
    jobs.add("orders.invoice", work(invoices.issue))
    jobs.add("orders.credit_note", work(invoices.credit))
    jobs.add("orders.withdrawal_stated", work(withdrawal.tell))
    jobs.add("orders.follow_withdrawal", work(partial(withdrawal.follow, key=key)))
    jobs.add(exchange_wishes.EXCHANGE, work(partial(exchanges.carry_out, key=key)))
    jobs.add("orders.return_announced", work(partial(exchanges.tell_announced, key=key)))
    jobs.add("orders.return_ended", work(returns.tell_ended))


def register_mails(jobs: Jobs, db: Db, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the works that write to clients about what follows the placed order."""

    def about_fulfilment(
        write: Callable[..., Message | None],
    ) -> Callable[[UUID, dict[str, UUID]], Awaitable[None]]:
        async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
            fulfilment_id = ids["fulfilment_id"]
            async with db.acting(Actor.job(), maison_id) as conn:
                about = await letters.of_fulfilment(conn, maison_id=maison_id, fulfilment_id=fulfilment_id)
            if about is None:
                return
            written = write(about, fulfilment_id=fulfilment_id, key=key, base_url=base_url)
            if written is not None:
                await messages.send(written)

        return mail

    async def cancelled(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letters.cancelled_letter(
                conn,
                maison_id=maison_id,
                order_id=ids["order_id"],
                event_id=ids["event_id"],
                key=key,
                base_url=base_url,
            )
        if written is not None:
            await messages.send(written)

    async def cancellation_told(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await cancellation_letters.letter(
                conn, maison_id=maison_id, cancellation_id=ids["cancellation_id"], key=key, base_url=base_url
            )
        if written is not None:
            await messages.send(written)

    def withdrawn(
        write: Callable[..., Awaitable[Message | None]],
    ) -> Callable[[UUID, dict[str, UUID]], Awaitable[None]]:
        async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
            async with db.acting(Actor.job(), maison_id) as conn:
                written = await write(conn, maison_id=maison_id, key=key, base_url=base_url, **ids)
            if written is not None:
                await messages.send(written)

        return mail

    async def address_changed(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await address_letters.letter(
                conn, maison_id=maison_id, key=key, base_url=base_url, **ids
            )
        if written is not None:
            await messages.send(written)

    def about_return(
        write: Callable[..., Awaitable[Message | None]],
    ) -> Callable[[UUID, dict[str, UUID]], Awaitable[None]]:
        async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
            async with db.acting(Actor.job(), maison_id) as conn:
                written = await write(
                    conn, maison_id=maison_id, return_id=ids["return_id"], key=key, base_url=base_url
                )
            if written is not None:
                await messages.send(written)

        return mail

    async def late(maison_id: UUID, ids: dict[str, UUID]) -> None:
        fulfilment_id = ids["fulfilment_id"]
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await letters.late_letter(
                conn, maison_id=maison_id, fulfilment_id=fulfilment_id, base_url=base_url
            )
            if found is None:
                return
            location_id, letter = found
            managers = await people.managers_of(conn, maison_id=maison_id, location_id=location_id)
        for number, to in enumerate(managers):
            await messages.send(
                writing.message(letter, key=f"late-{fulfilment_id}-{number}", to=to, language="en")
            )

    async def made_later(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letters.made_later_letter(
                conn, maison_id=maison_id, line_id=ids["line_id"], key=key, base_url=base_url
            )
        if written is not None:
            await messages.send(written)

    jobs.add("orders.mail_made_later", made_later)
    jobs.add("orders.mail_ready", about_fulfilment(letters.ready_letter))
    jobs.add("orders.mail_moved", about_fulfilment(letters.moved_letter))
    jobs.add("orders.mail_dispatched", about_fulfilment(letters.dispatched_letter))
    jobs.add("orders.mail_not_collected", about_fulfilment(letters.not_collected_letter))
    jobs.add("orders.mail_withdrawal", withdrawn(withdrawal_letters.receipt))
    jobs.add("orders.mail_withdrawal_link", withdrawn(withdrawal_letters.link))
    jobs.add("orders.mail_return_announced", about_return(return_letters.announced_letter))
    jobs.add("orders.mail_return_label", about_return(return_letters.label_letter))
    jobs.add("orders.mail_return_received", about_return(return_letters.received_letter))
    jobs.add("orders.mail_cancellation", cancellation_told)
    jobs.add("orders.mail_address_changed", address_changed)
    jobs.add("orders.mail_cancelled", cancelled)
    jobs.add("orders.mail_late", late)
