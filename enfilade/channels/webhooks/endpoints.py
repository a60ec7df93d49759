"""Where a maison wants to be told, of what, and with which secrets: made, changed, paused, resumed, removed."""

import base64
import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base.db import Conn, execute, many, scalar
from enfilade.base.ids import new_id
from enfilade.base.outgoing import URL_LETTERS_MAX
from enfilade.channels.webhooks.types import BY_NAME

ENDPOINTS_MAX = 10
#: How long an exchanged secret goes on signing beside the new one.
EXCHANGED_HOURS = 24


class TooManyEndpoints(Exception):
    """A maison has ten at most."""

    def __init__(self) -> None:
        super().__init__(f"There are {ENDPOINTS_MAX} endpoints already; remove one first.")


class NoSuchEndpoint(Exception):
    """This maison has none of this id."""


class TypesRefused(Exception):
    """No type was chosen, or one that does not exist."""


class BeingExchanged(Exception):
    """The secret before the last one signs still: with a third, a receiver that has not changed would be lost."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`off` is '' or why: person, gone, away. `waiting` and `dead` are deliveries, counted up to a thousand."""

    id: UUID
    number: int
    url: str
    types: list[str]
    off: str
    made_at: datetime
    away_since: datetime | None
    rests_until: datetime | None
    delivered_at: datetime | None
    waiting: int
    dead: int
    exchanged_until: datetime | None


def secret_of(key: bytes, secret_id: UUID) -> bytes:
    """256 bits, made again whenever they are needed, never stored."""
    return hmac.new(key, f"webhook secret:{secret_id}".encode(), hashlib.sha256).digest()


def shown(secret: bytes) -> str:
    """As Standard Webhooks write a secret."""
    return "whsec_" + base64.b64encode(secret).decode()


def chosen(types: Sequence[str]) -> list[str]:
    """The types, each once, in the order of the manual. Raises TypesRefused."""
    if not types or not set(types) <= BY_NAME.keys():
        raise TypesRefused
    return [name for name in BY_NAME if name in types]


async def add_endpoint(
    conn: Conn, *, maison_id: UUID, url: str, types: Sequence[str], now: datetime, changed_by: UUID | None
) -> tuple[UUID, UUID]:
    """The ids of endpoint and secret; it hears what is committed from now on. The address has been judged.

    Raises TooManyEndpoints, TypesRefused.
    """
    assert len(url) <= URL_LETTERS_MAX
    # Two who add at the same time: the second waits here, and then sees the first one's number.
    await execute(
        conn,
        "select 1 from maisons.policy where maison_id = %(maison_id)s for no key update",
        maison_id=maison_id,
    )
    endpoint_id, secret_id = new_id(now), new_id(now)
    made = await execute(
        conn,
        """
        insert into channels.webhook_endpoint (maison_id, id, number, url, types, made_at, changed_at, changed_by)
        select %(maison_id)s, %(id)s, n, %(url)s, %(types)s::text[], %(now)s, %(now)s, %(changed_by)s
        from generate_series(1, %(most)s) n
        where not exists (select 1 from channels.webhook_endpoint e where e.maison_id = %(maison_id)s and e.number = n)
        order by n limit 1
        """,
        maison_id=maison_id,
        id=endpoint_id,
        url=url,
        types=chosen(types),
        now=now,
        changed_by=changed_by,
        most=ENDPOINTS_MAX,
    )
    if not made:
        raise TooManyEndpoints
    await execute(
        conn,
        """
        with kept as (
          insert into channels.webhook_secret (maison_id, endpoint_id, id, made_at)
          values (%(maison_id)s, %(endpoint_id)s, %(secret_id)s, %(now)s))
        insert into channels.webhook_progress (maison_id, endpoint_id) values (%(maison_id)s, %(endpoint_id)s)
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        secret_id=secret_id,
        now=now,
    )
    return endpoint_id, secret_id


async def change_endpoint(
    conn: Conn,
    *,
    maison_id: UUID,
    endpoint_id: UUID,
    url: str,
    types: Sequence[str],
    now: datetime,
    changed_by: UUID | None,
) -> None:
    """What waits goes to the new address; a new type is heard from now on. Raises NoSuchEndpoint, TypesRefused."""
    found = await execute(
        conn,
        """
        update channels.webhook_endpoint set url = %(url)s, types = %(types)s::text[], changed_at = %(now)s,
          changed_by = %(changed_by)s
        where maison_id = %(maison_id)s and id = %(endpoint_id)s
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        url=url,
        types=chosen(types),
        now=now,
        changed_by=changed_by,
    )
    if not found:
        raise NoSuchEndpoint
    await ask_at_once(conn, maison_id=maison_id, endpoint_id=endpoint_id)


async def pause(
    conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime, changed_by: UUID | None
) -> None:
    """Nothing is sent until it is resumed; what waits stays. Raises NoSuchEndpoint."""
    found = await execute(
        conn,
        """
        update channels.webhook_endpoint set off = 'person', changed_at = %(now)s, changed_by = %(changed_by)s
        where maison_id = %(maison_id)s and id = %(endpoint_id)s
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
        changed_by=changed_by,
    )
    if not found:
        raise NoSuchEndpoint


async def resume(
    conn: Conn,
    *,
    maison_id: UUID,
    endpoint_id: UUID,
    with_missed: bool,
    now: datetime,
    changed_by: UUID | None,
) -> None:
    """On again, with what it missed or from now; what waited is sent either way. On already, nothing changes.

    Raises NoSuchEndpoint.
    """
    was = await scalar(
        conn,
        """
        update channels.webhook_endpoint e set off = '', changed_at = %(now)s, changed_by = %(changed_by)s
        where e.maison_id = %(maison_id)s and e.id = %(endpoint_id)s returning old.off
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
        changed_by=changed_by,
    )
    if was is None:
        raise NoSuchEndpoint
    if was == "":
        return
    await execute(
        conn,
        """
        update channels.webhook_progress set failures = 0, away_since = null, rests_until = '-infinity',
          seen = case when %(with_missed)s then seen else greatest(seen, pg_snapshot_xmin(pg_current_snapshot())) end
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        with_missed=with_missed,
    )


async def remove_endpoint(conn: Conn, *, maison_id: UUID, endpoint_id: UUID) -> None:
    """With its secrets and deliveries. Raises NoSuchEndpoint."""
    if not await execute(
        conn,
        "delete from channels.webhook_endpoint where maison_id = %(maison_id)s and id = %(endpoint_id)s",
        maison_id=maison_id,
        endpoint_id=endpoint_id,
    ):
        raise NoSuchEndpoint


async def exchange_secret(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> UUID:
    """A new secret's id; for a day messages are signed with both. Raises NoSuchEndpoint, BeingExchanged."""
    state = await scalar(
        conn,
        """
        select exists (select 1 from channels.webhook_secret s where s.maison_id = e.maison_id and s.endpoint_id = e.id
          and s.ends_at > %(now)s)
        from channels.webhook_endpoint e where e.maison_id = %(maison_id)s and e.id = %(endpoint_id)s for update of e
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        now=now,
    )
    if state is None:
        raise NoSuchEndpoint
    if state:
        raise BeingExchanged
    await execute(
        conn,
        """
        update channels.webhook_secret set ends_at = %(ends_at)s
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s and ends_at is null
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        ends_at=now + timedelta(hours=EXCHANGED_HOURS),
    )
    secret_id = new_id(now)
    await execute(
        conn,
        """
        insert into channels.webhook_secret (maison_id, endpoint_id, id, made_at)
        values (%(maison_id)s, %(endpoint_id)s, %(secret_id)s, %(now)s)
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
        secret_id=secret_id,
        now=now,
    )
    return secret_id


async def ask_at_once(conn: Conn, *, maison_id: UUID, endpoint_id: UUID) -> None:
    """A person wants to know now: an endpoint that rests is asked again. Raises NoSuchEndpoint."""
    if not await execute(
        conn,
        """
        update channels.webhook_progress set rests_until = '-infinity'
        where maison_id = %(maison_id)s and endpoint_id = %(endpoint_id)s
        """,
        maison_id=maison_id,
        endpoint_id=endpoint_id,
    ):
        raise NoSuchEndpoint


async def endpoints_of(conn: Conn, *, maison_id: UUID, now: datetime) -> list[Endpoint]:
    """All of them, the oldest number first."""
    return await many(
        conn,
        Endpoint,
        """
        select e.id, e.number, e.url, e.types, e.off, e.made_at, p.away_since, nullif(p.rests_until, '-infinity')
          as rests_until, (select d.tried_at from channels.webhook_delivery d where d.maison_id = e.maison_id
            and d.endpoint_id = e.id and d.region = p.region and d.state = 'delivered' order by d.id desc limit 1)
            as delivered_at,
          (select count(*)::integer from (select 1 from channels.webhook_delivery d where d.maison_id = e.maison_id
            and d.endpoint_id = e.id and d.state = 'waiting' limit 1000) w) as waiting,
          (select count(*)::integer from (select 1 from channels.webhook_delivery d where d.maison_id = e.maison_id
            and d.endpoint_id = e.id and d.state = 'dead' limit 1000) w) as dead,
          (select max(s.ends_at) from channels.webhook_secret s where s.maison_id = e.maison_id and s.endpoint_id = e.id
            and s.ends_at > %(now)s) as exchanged_until
        from channels.webhook_endpoint e
        join channels.webhook_progress p on p.maison_id = e.maison_id and p.endpoint_id = e.id and p.region = base.region()
        where e.maison_id = %(maison_id)s order by e.number
        """,
        maison_id=maison_id,
        now=now,
    )


async def endpoint_of(conn: Conn, *, maison_id: UUID, endpoint_id: UUID, now: datetime) -> Endpoint:
    """One of them. Raises NoSuchEndpoint."""
    for one in await endpoints_of(conn, maison_id=maison_id, now=now):
        if one.id == endpoint_id:
            return one
    raise NoSuchEndpoint
