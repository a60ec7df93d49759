"""Deliveries: facts read forward into messages that wait, tests, what became of each, sent again, forgotten."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many, maybe, scalar
from enfilade.base.ids import new_id
from enfilade.base.jobs import Jobs
from enfilade.channels.webhooks.endpoints import NoSuchEndpoint, ask_at_once
from enfilade.channels.webhooks.messages import message_of, message_of_test, told
from enfilade.channels.webhooks.types import BY_NAME, TEST

READ_AT_ONCE = 200
#: More are not written while so many wait: the facts are kept anyway.
WAITING_MAX = 10_000
KEPT_DAYS = 30
SHOWN_MAX = 50


class NoSuchDelivery(Exception):
    """This endpoint has none of this id."""


class TestWaiting(Exception):
    """A test is under way already."""


class Paused(Exception):
    """Nothing is sent to an endpoint that is off."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """`why` says what stood in the way, `answer` how the receiver's answer begins; '' after a 2xx."""

    id: UUID
    fact_id: UUID | None
    type: str
    state: Literal["waiting", "delivered", "dead"]
    tries: int
    written_at: datetime
    due_at: datetime
    tried_at: datetime | None
    status: int | None
    why: str
    answer: str
    body: str

    @property
    def message_id(self) -> str:
        return message_id(self.id, self.fact_id)


def message_id(delivery_id: UUID, fact_id: UUID | None) -> str:
    """The fact's, so that what was heard once is known again."""
    return f"msg_{(fact_id or delivery_id).hex}"


@dataclass(frozen=True, slots=True)
class _Place:
    since: str
    until: str
    types: list[str]
    full: bool


async def read_forward(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> int:
    """Writes what the endpoint has not read as deliveries, 200 at a time, and moves on; returns how many were written.

    What is committed while it reads is read the next time. Whoever reads at the same moment waits, and finds it read.
    """
    place = await maybe(
        conn,
        _Place,
        """
        select p.seen::text as since, pg_snapshot_xmin(pg_current_snapshot())::text as until, e.types,
          exists (select 1 from channels.webhook_delivery d where d.maison_id = p.maison_id and d.endpoint_id = p.endpoint_id
            and d.region = p.region and d.state = 'waiting' offset %(most)s) as full
        from channels.webhook_progress p
        join channels.webhook_endpoint e on e.maison_id = p.maison_id and e.id = p.endpoint_id and e.off = ''
        where p.maison_id = %(maison_id)s and p.endpoint_id = %(endpoint_id)s and p.region = base.region()
        for update of p
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        most=WAITING_MAX,
    )
    if place is None or place.full or int(place.since) >= int(place.until):
        return 0
    kinds = [BY_NAME[name].fact.__name__ for name in place.types if name in BY_NAME]
    facts = await told(
        conn, maison_id=maison_id, first_xid=place.since, end_xid=place.until, kinds=kinds, most=READ_AT_ONCE
    )
    # Where there are more, on from the transaction after the last one read.
    seen = str(int(facts[-1].xid) + 1) if len(facts) >= READ_AT_ONCE else place.until
    rows: list[dict[str, object]] = []
    for fact in facts:
        kind, body = message_of(fact)
        rows.append({"id": str(new_id(now)), "fact_id": str(fact.id), "type": kind.name, "body": body})
    return await _write(conn, maison_id, endpoint_id, rows, seen, now)


async def _write(
    conn: Conn, maison_id: UUID, endpoint_id: UUID, rows: list[dict[str, object]], seen: str, now: datetime
) -> int:
    written: int = await scalar(
        conn,
        """
        with moved as (
          update channels.webhook_progress set seen = %(seen)s::text::xid8
          where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and region = base.region()
        ), written as (
          insert into channels.webhook_delivery (maison_id, id, endpoint_id, fact_id, type, body, due_at, written_at)
          select %(maison_id)s, r.id, %(endpoint_id)s, r.fact_id, r.type, r.body, %(now)s, %(now)s
          from jsonb_to_recordset(%(rows)s::jsonb) as r(id uuid, fact_id uuid, type text, body text)
          on conflict on constraint one_delivery_a_fact do nothing returning 1
        )
        select count(*)::integer from written
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        seen=seen,
        rows=msgspec.json.encode(rows).decode(),
        now=now,
    )
    return written


async def ask_for_test(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> UUID:
    """A message that tells nothing, sent once. Raises NoSuchEndpoint, Paused, TestWaiting."""
    off = await scalar(
        conn,
        "select off from channels.webhook_endpoint where maison_id = %(maison_id)s and id = %(endpoint_id)s for update",
        maison_id=maison_id,
        endpoint_id=endpoint_id,
    )
    if off is None:
        raise NoSuchEndpoint
    if off:
        raise Paused
    delivery_id = new_id(now)
    made = await execute(
        conn,
        """
        insert into channels.webhook_delivery (maison_id, id, endpoint_id, type, body, due_at, written_at)
        select %(maison_id)s, %(id)s, %(endpoint_id)s, %(type)s, %(body)s, %(now)s, %(now)s
        where not exists (select 1 from channels.webhook_delivery d where d.maison_id = %(maison_id)s
          and d.endpoint_id = %(endpoint_id)s and d.state = 'waiting' and d.fact_id is null)
        """,
        maison_id=maison_id,
        id=delivery_id,
        endpoint_id=endpoint_id,
        type=TEST,
        body=message_of_test(endpoint_id, now),
        now=now,
    )
    if not made:
        raise TestWaiting
    await ask_at_once(conn, maison_id=maison_id, endpoint_id=endpoint_id)
    return delivery_id


async def deliveries_of(
    conn: Conn, *, maison_id: UUID, endpoint_id: UUID, only: str = "", before: UUID | None = None
) -> list[Delivery]:
    """The newest fifty, or those before one of them; of one state, or ('') of all."""
    return await many(
        conn,
        Delivery,
        """
        select id, fact_id, type, state, tries, written_at, due_at, tried_at, status, why, answer, body
        from channels.webhook_delivery
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and region = base.region()
          and (%(only)s::text = '' or state = %(only)s::text)
          and (%(before)s::uuid is null or id < %(before)s::uuid)
        order by id desc limit %(most)s
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        only=only,
        before=before,
        most=SHOWN_MAX,
    )


async def send_again(
    conn: Conn, *, maison_id: UUID, endpoint_id: UUID, delivery_id: UUID, now: datetime
) -> None:
    """Due now with ten tries before it, as the same message. Pressed twice, it is due once. Raises NoSuchDelivery."""
    if not await execute(
        conn,
        """
        update channels.webhook_delivery set state = 'waiting', due_at = %(now)s,
          tries = case when state = 'waiting' then tries else 0 end
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and id = %(delivery_id)s and region = base.region()
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        delivery_id=delivery_id,
        now=now,
    ):
        raise NoSuchDelivery
    await ask_at_once(conn, maison_id=maison_id, endpoint_id=endpoint_id)


async def send_dead_again(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> int:
    """The same for all that are dead, tests left out; returns how many. Raises NoSuchEndpoint."""
    count = await execute(
        conn,
        """
        update channels.webhook_delivery set state = 'waiting', due_at = %(now)s, tries = 0
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and region = base.region() and state = 'dead'
          and fact_id is not null
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
    )
    await ask_at_once(conn, maison_id=maison_id, endpoint_id=endpoint_id)
    return count


async def forget_old(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes what was delivered or died, and was last thought of, thirty days ago; returns how many."""
    return await execute(
        conn,
        """
        delete from channels.webhook_delivery
        where maison_id = %(maison_id)s and written_at < %(before)s and state <> 'waiting'
          and coalesce(tried_at, written_at) < %(before)s
        """,
        maison_id=maison_id,
        before=now - timedelta(days=KEPT_DAYS),
    )


def register(jobs: Jobs) -> None:
    """Old deliveries are forgotten at the forty-first minute of every hour."""
    jobs.at_each("41 * * * *", "webhooks.forget", forget_old)
