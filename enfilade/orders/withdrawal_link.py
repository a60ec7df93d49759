"""Who has no link at hand gives the order's number and their mail address: where they belong together, the link goes there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import jobs, limits
from enfilade.base.actors import Actor
from enfilade.base.db import Db, many
from enfilade.clients.contact_points import NotAContactPoint, contact_point

WINDOW_SECONDS = 900
ASKED_PER_NETWORK_MAX = 20
ASKED_PER_ADDRESS_MAX = 5
NUMBER_CHARACTERS_MAX = 20


@dataclass(frozen=True, slots=True)
class _Found:
    maison_id: UUID
    region: str
    order_id: UUID


async def ask(db: Db, *, number: str, mail: str, network: str, now: datetime) -> None:
    """Has the letter written, or not; whoever asks is told the same. Raises NotAContactPoint, TooManyAttempts."""
    to = contact_point(mail, "")
    if to.kind != "mail":
        raise NotAContactPoint
    written = "".join(number.upper().split())[:NUMBER_CHARACTERS_MAX]
    async with db.door() as conn:
        buckets = {
            f"withdrawal asked from {network}": ASKED_PER_NETWORK_MAX,
            f"withdrawal asked for {to.value}": ASKED_PER_ADDRESS_MAX,
        }
        await limits.spend_each(conn, buckets=buckets, window_seconds=WINDOW_SECONDS, now=now)
        found = await many(
            conn,
            _Found,
            "select maison_id, region, order_id from door.orders_of_number(%(number)s, %(mail)s)",
            number=_as_numbered(written),
            mail=to.value,
        )
    for order in found:
        async with db.acting(Actor.link(order.order_id), order.maison_id, order.region) as conn:
            work = jobs.Job("orders.mail_withdrawal_link", {"order_id": order.order_id})
            await jobs.defer(conn, maison_id=order.maison_id, jobs=[work])


def _as_numbered(written: str) -> str:
    """With its hyphen, however it was typed."""
    letters = written.replace("-", "")
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 else written
