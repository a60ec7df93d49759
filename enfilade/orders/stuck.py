"""What waits longer than it should, for a person to look at: rounds and jobs finish nearly all of it before anybody sees it.

Every kind says since when, why, and what to do. What stands here and then goes away was finished by the house itself.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import jobs
from enfilade.base.db import Conn, many, scalar
from enfilade.orders.settling import SECOND_STEP
from enfilade.stock.transfers import ASKED_DAYS
from enfilade.stock.underway import LATE_DAYS

#: How long a round that comes every minute may be behind before anybody is told.
BEHIND = timedelta(minutes=10)
#: A provider that says nothing of a payment for so long does not say it by itself.
SILENT = timedelta(days=1)
#: An authorisation that ends so soon is shown while something can still be done.
ENDS_SOON = timedelta(days=1)
#: A parcel of which its carrier tells nothing for so long.
PARCEL_SILENT = timedelta(days=5)
SHOWN_MAX = 200


@dataclass(frozen=True, slots=True)
class Stuck:
    """`what` is a key of KINDS; `about` an order's number, a piece or a job's name.

    `job_id` is work that may be tried again, `refund_id` the cause of a refund that may be asked again, `label_id` a parcel that
    somebody may say they have seen to.
    """

    what: str
    since: datetime
    about: str
    order_id: UUID | None
    amount_minor: int | None
    currency: str | None
    job_id: int | None
    refund_id: UUID | None
    label_id: UUID | None


@dataclass(frozen=True, slots=True)
class Kind:
    """What a person reads."""

    title: str
    why: str
    do: str


KINDS: dict[str, Kind] = {
    "checkout": Kind(
        "A checkout has not ended",
        "It waits for a payment, a choice or its end longer than any client may take; a round comes by every half minute.",
        "See that the worker runs; its log says why this checkout cannot be settled. Nothing is charged twice meanwhile.",
    ),
    "asked": Kind(
        "A payment without an answer",
        "The provider was asked, and says neither yes nor no.",
        "Look the payment up at the provider. What it took for a checkout that ended is given back by itself once it says so.",
    ),
    "provider": Kind(
        "A payment of a provider that is not set up here",
        "Its adapter was switched off while payments of its were under way; nothing is asked of it any more.",
        "Set the provider up again until these have ended, or settle them at the provider by hand.",
    ),
    "operation": Kind(
        "Money not yet taken, given back or let go",
        "It was asked of the provider, which has not confirmed it; it is asked again every minute with the same key.",
        "If it stays, look at the provider's own state of the payment.",
    ),
    "refused": Kind(
        "The provider refused to take or give back money",
        "The authorisation ran out, or the account does not allow it.",
        "Ask a refund again once it can be done; for a charge, agree with the client on another way to pay.",
    ),
    "capture": Kind(
        "Handed over and not yet charged",
        "The time to undo is over; a job should have asked for the money, and a round after it.",
        "See that the worker runs; its log says why.",
    ),
    "ending": Kind(
        "An authorisation ends before its order does",
        "What is not handed over or sent by then cannot be charged.",
        "Hurry the boutique, or ask the client to come, or to pay again.",
    ),
    "late": Kind(
        "Preparation overdue, and not moved",
        "The boutique's time is over; a round should have asked another one.",
        "See that the worker runs; its log says why.",
    ),
    "unmade": Kind(
        "A piece not made by its day",
        "The day that its client was told has passed, and the workshop has not finished it.",
        "The workshop says another day, or that it cannot, under “To make” of the boutique app; the client is written to.",
    ),
    "uncollected": Kind(
        "Not collected, and not given back",
        "The last day has passed; a round should have freed the pieces.",
        "See that the worker runs; its log says why.",
    ),
    "unsourced": Kind(
        "A piece without a place",
        "The boutique could not give it, and no other has been asked yet.",
        "See that the worker runs, or find the piece yourself and tell the client.",
    ),
    "cancellation": Kind(
        "A wish to cancel that nobody has carried out",
        "The client asked for it on the page of their order; a job does it at once, and a round after two minutes.",
        "See that the worker runs; its log says why. Until then the boutique goes on preparing it.",
    ),
    "shortage": Kind(
        "More sold than there is",
        "A count or a sale at a till took a piece that was promised.",
        "The boutique sees to it on its own screen, under “Missing”.",
    ),
    "transfer": Kind(
        "Pieces on their way too long",
        "They were sent from one place of the maison to another, and two days after the expected one not all are received.",
        "Ask the carrier and both places; on the transfer’s screen what came is received, and a manager writes off the rest.",
    ),
    "unanswered": Kind(
        "Pieces asked of a place that does not answer",
        "They were asked for, or packed, and have not left; after three days what nobody packed is for sale again.",
        "Ask the place, or call it off, on the transfer’s screen of the boutique app.",
    ),
    "label": Kind(
        "A carrier that does not answer",
        "It was asked for a label, or to take one back, and is asked again every minute with the same key.",
        "Look at the carrier’s own state; meanwhile the boutique may type another carrier’s number.",
    ),
    "label_refused": Kind(
        "A label that no carrier makes",
        "The address is not known to it, or no service you offer can carry the parcel as it needs.",
        "Correct the address, offer a service that can under “Delivery”, or send it by hand; for a return, write to the client.",
    ),
    "label_kept": Kind(
        "A label that its carrier does not take back",
        "It was to be let go, and had been used; you may be charged for it.",
        "Find out whether a parcel is on its way with it.",
    ),
    "not_delivered": Kind(
        "A parcel that was not delivered",
        "Its carrier came to the door in vain, or brings it back.",
        "Write to the client. What comes back is taken in under “Returns” of the boutique app.",
    ),
    "parcel_lost": Kind(
        "A parcel that is lost",
        "Its carrier says so.",
        "Make a claim with the carrier, and agree with the client on what to do.",
    ),
    "parcel_silent": Kind(
        "A parcel of which nothing is heard",
        "It left five days ago or more, and its carrier has told nothing new since.",
        "Ask the carrier where it is.",
    ),
    "till": Kind(
        "A till left open",
        "It was opened a day ago or more, and nobody has counted it.",
        "The boutique counts and closes it on its own screen, under “Till”.",
    ),
    "job": Kind(
        "Work that failed",
        "It was tried again and again over two hours, and is not tried any more.",
        "Mend what the worker's log says, then try it again here.",
    ),
    "retrying": Kind(
        "Work that keeps failing",
        "It has failed five times or more, and is tried again by itself.",
        "The worker's log says why. Nothing else waits for it.",
    ),
    "waiting": Kind(
        "Work that is not begun, or does not end",
        "It was due ten minutes ago.",
        "See that the worker runs, and that it keeps up.",
    ),
}


class NoSuchJob(Exception):
    """No failed work of this maison has this number."""


async def stuck(conn: Conn, *, maison_id: UUID, providers: Sequence[str], now: datetime) -> list[Stuck]:
    """All of it at one maison, longest first, in one statement. `providers`: the names of those set up here."""
    return await many(
        conn,
        Stuck,
        """
        with operation as (
          select a.kind, a.cause_id, a.state, a.asked_at, a.ended_at, a.amount_minor as asked_minor, p.provider, p.amount_minor,
            p.currency, p.state as payment_state, o.id as order_id, coalesce(o.number, '') as number
          from payments.operation a
          join payments.payment p on p.maison_id = a.maison_id and p.id = a.payment_id
          left join orders.order o on o.maison_id = p.maison_id and o.payment_id = p.id
          where a.maison_id = %(maison_id)s and (a.state = 'asked' or a.state = 'refused' and a.kind in ('capture', 'refund'))
        ), work as (
          select f.id, f.state, f.pick_by, f.collect_by, f.capture_after, o.id as order_id, o.number, o.payment_id, o.currency
          from orders.fulfilment f join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
          where f.maison_id = %(maison_id)s and (f.state in ('awaited', 'asked', 'accepted', 'ready')
            or f.capture_after is not null)
        )
        select s.*, null::uuid as label_id from (
        select 'checkout' as what, greatest(c.changed_at, c.expires_at) as since, c.state as about, null::uuid as order_id,
          null::bigint as amount_minor, null::text as currency, null::bigint as job_id, null::uuid as refund_id
        from orders.checkout c
        where c.maison_id = %(maison_id)s and c.state in ('open', 'paying', 'choosing')
          and greatest(c.changed_at, c.expires_at) < %(patience_over)s
        union all
        select case when a.provider <> all(%(providers)s) then 'provider' when a.kind = 'authorise' then 'asked'
            else 'operation' end, a.asked_at, a.number, a.order_id,
          case when a.kind in ('authorise', 'void') then a.amount_minor else a.asked_minor end, a.currency, null, null
        from operation a
        where a.state = 'asked' and a.asked_at < case
          when a.kind <> 'authorise' or a.provider <> all(%(providers)s) then %(behind)s::timestamptz
          when a.payment_state = 'voided' then %(silent)s::timestamptz else %(patience_over)s::timestamptz end
        union all
        select 'refused', a.ended_at, a.number, a.order_id, a.asked_minor, a.currency, null,
          case when a.kind = 'refund' then a.cause_id end
        from operation a
        where a.state = 'refused'
        union all
        select 'capture', w.capture_after, w.number, w.order_id, null, null, null, null from work w
        where w.capture_after < %(behind)s
        union all
        select case when w.state = 'ready' then 'uncollected' else 'late' end,
          case when w.state = 'ready' then w.collect_by else w.pick_by end, w.number, w.order_id, null, null, null, null
        from work w
        where w.state in ('asked', 'accepted') and w.pick_by < %(behind)s or w.state = 'ready' and w.collect_by < %(behind)s
        union all
        -- The day on which it was to be finished has passed in every zone.
        select 'unmade', (l.make_by + 1)::timestamp at time zone 'UTC', w.number, w.order_id, null, null, null, null
        from work w join orders.order_line l on l.maison_id = %(maison_id)s and l.fulfilment_id = w.id
        where w.state = 'awaited' and l.state = 'sourced' and l.make_by is not null and l.made_at is null
          and (l.make_by + 1)::timestamp at time zone 'UTC' + interval '12 hours' < %(now)s
        union all
        select distinct 'ending', p.authorised_until, w.number, w.order_id, p.amount_minor, p.currency, null::bigint, null::uuid
        from work w join payments.payment p on p.maison_id = %(maison_id)s and p.id = w.payment_id
        where w.state in ('awaited', 'asked', 'accepted', 'ready') and p.state = 'authorised'
          and p.authorised_until < %(ends_soon)s
        union all
        select 'unsourced', u.since, u.about, u.order_id, null, null, null, null
        from (select max(r.rejected_at) as since, o.number || ', ' || l.name as about, o.id as order_id
          from orders.order_line l
          join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
          left join orders.rejection r on r.maison_id = l.maison_id and r.order_line_id = l.id
          where l.maison_id = %(maison_id)s and l.state = 'unsourced'
          group by l.id, o.id, o.number, l.name) u
        where u.since < %(behind)s
        union all
        select 'cancellation', c.asked_at, o.number, o.id, null, null, null, null
        from orders.cancellation c join orders.order o on o.maison_id = c.maison_id and o.id = c.order_id
        where c.maison_id = %(maison_id)s and c.state = 'asked' and c.asked_at < %(behind)s
        union all
        select 'shortage', s.recorded_at, s.quantity || ' × ' || v.sku, null, null, null, null, null
        from stock.shortage s join catalogue.variant v on v.maison_id = s.maison_id and v.id = s.variant_id
        where s.maison_id = %(maison_id)s and s.resolved_at is null and s.recorded_at < %(silent)s
        union all
        select case t.state when 'sent' then 'transfer' else 'unanswered' end,
          case t.state when 'sent' then t.expected_on::timestamp at time zone g.zone else coalesce(t.packed_at, t.asked_at) end,
          f.name || ' → ' || g.name, null, null, null, null, null
        from stock.transfer t
        join boutiques.location f on f.maison_id = t.maison_id and f.id = t.from_location_id
        join boutiques.location g on g.maison_id = t.maison_id and g.id = t.to_location_id
        where t.maison_id = %(maison_id)s and t.ended_at is null
          and case t.state when 'sent' then t.expected_on::timestamp at time zone g.zone < %(late)s
            else coalesce(t.packed_at, t.asked_at) < %(unanswered)s end
        union all
        select 'till', d.opened_at, l.name, null, null, null, null, null
        from orders.drawer d join boutiques.location l on l.maison_id = d.maison_id and l.id = d.location_id
        where d.maison_id = %(maison_id)s and d.closed_at is null and d.opened_at < %(silent)s
        union all
        select case when j.status = 'failed' then 'job' when j.attempts >= 5 then 'retrying' else 'waiting' end, j.since,
          coalesce(j.args ->> 'name', j.args ->> 'listener', j.task_name), null, null, null,
          case when j.status = 'failed' then j.id end, null
        from (select j.id, j.status, j.attempts, j.task_name, j.args, j.scheduled_at,
            coalesce((select max(e.at) from procrastinate.procrastinate_events e where e.job_id = j.id), now()) as since
          from procrastinate.procrastinate_jobs j where j.args ->> 'maison_id' = %(maison_id)s::text) j
        where j.status = 'failed' or j.status = 'todo' and j.attempts >= 5
          or j.status in ('todo', 'doing') and greatest(j.since, j.scheduled_at) < %(behind)s
        ) s
        union all
        select k.what, k.since, concat_ws(', ', o.number, nullif(k.said, '')), o.id, null, null, null, null,
          case when k.what <> 'label' then k.id end
        from (
          select l.id, l.order_id, case when l.state in ('asked', 'letting_go') then 'label'
              when l.state = 'refused' then 'label_refused'
              when l.state = 'kept' or f.state in ('cancelled', 'rejected', 'expired') then 'label_kept'
              when l.standing in ('failed_attempt', 'returned_to_sender') then 'not_delivered'
              when l.standing = 'lost' then 'parcel_lost' else 'parcel_silent' end as what,
            case when l.state in ('asked', 'letting_go') then l.asked_at when l.state in ('refused', 'kept') then l.ended_at
              when f.state in ('cancelled', 'rejected', 'expired') then f.ended_at
              when l.standing in ('failed_attempt', 'returned_to_sender', 'lost') then l.standing_at
              else greatest(l.standing_at, f.ended_at) + %(parcel_silent)s::interval end as since,
            case when l.state in ('refused', 'kept') then l.reason else l.tracking end as said, l.settled_at
          from carriers.label l
          left join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.cause_id and l.purpose = 'out'
          left join orders.return r on r.maison_id = l.maison_id and r.id = l.cause_id and l.purpose = 'back'
          where l.maison_id = %(maison_id)s and (l.state in ('asked', 'letting_go') and l.asked_at < %(behind)s
            or l.state = 'kept'
            or l.state = 'refused' and (f.state = 'accepted' or r.state = 'announced') and not exists (
              select 1 from carriers.label n where n.maison_id = l.maison_id and n.cause_id = l.cause_id
                and n.asked_at > l.asked_at)
            or l.state = 'made' and (l.standing in ('failed_attempt', 'returned_to_sender', 'lost')
                and coalesce(r.state, 'announced') = 'announced'
              or f.state in ('cancelled', 'rejected', 'expired') and l.standing <> 'label_made'
              or f.state = 'dispatched' and coalesce(l.standing, '') <> 'delivered'
                or l.purpose = 'back' and r.state = 'announced' and l.standing in ('accepted', 'in_transit')))) k
        join orders.order o on o.maison_id = %(maison_id)s and o.id = k.order_id
        where k.since <= %(now)s and coalesce(k.settled_at < k.since, true)
        order by since limit %(most)s
        """,
        maison_id=maison_id,
        providers=list(providers),
        now=now,
        parcel_silent=PARCEL_SILENT,
        behind=now - BEHIND,
        patience_over=now - SECOND_STEP - BEHIND,
        silent=now - SILENT,
        ends_soon=now + ENDS_SOON,
        late=now - timedelta(days=LATE_DAYS + 1),  # the whole day it was expected on has passed
        unanswered=now - timedelta(days=ASKED_DAYS),
        most=SHOWN_MAX,
    )


async def try_again(conn: Conn, *, maison_id: UUID, job_id: int) -> None:
    """Failed work of this maison is due again now; work that is no longer failed is left alone. Raises NoSuchJob."""
    state = await scalar(
        conn,
        """
        select status::text from procrastinate.procrastinate_jobs
        where id = %(job_id)s and args ->> 'maison_id' = %(maison_id)s::text
        """,
        maison_id=maison_id,
        job_id=job_id,
    )
    if state is None:
        raise NoSuchJob
    if state == "failed":
        await jobs.try_again(conn, job_id=job_id)
