"""The letters an order's life owes its client, held against those that were sent: none missing, none twice, none about nothing.

A letter is named by its key: a job that is done again sends the same letter again, which mail programs show once.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import LiteralString
from uuid import UUID

from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Message
from enfilade.orders import confirmation, preparing, proposal_letters
from enfilade.orders.desk import goodwill_letters


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter by its key, or by the beginning of it. Not `must`: it may have been too late to say so."""

    key: str
    must: bool
    begins: bool


#: Of one maison, or of all to who sees all.
OWED: LiteralString = """
    with told as (
      select o.maison_id, o.id, o.method, exists (select 1 from orders.exchange e
        where e.maison_id = o.maison_id and e.placed_order_id = o.id) as exchanged
      from orders.order o
      join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id and c.mail <> ''
    ), said as (
      select r.id, r.state, count(w.order_line_id) || '-' || sum(w.quantity) as what
      from orders.return r join told t on t.maison_id = r.maison_id and t.id = r.order_id
      join orders.return_wish w on w.maison_id = r.maison_id and w.return_id = r.id
      where r.announced_at is not null group by 1, 2
    ), work as (
      select f.id, f.state, exists (select 1 from base.fact x where x.kind = 'FulfilmentReady' and x.subject_id = f.id) as ready
      from orders.fulfilment f join told t on t.maison_id = f.maison_id and t.id = f.order_id where t.method <> 'counter'
    )
    select 'placed-' || id as key, true as must, false as begins from told where method <> 'counter' and not exchanged
    union all select 'ready-' || id, state = 'ready', false from work where ready
    union all select 'dispatched-' || id, true, false from work where state = 'dispatched'
    union all select 'not-collected-' || id, true, false from work where state = 'no_show'
    union all select 'moved-' || id, false, false from work
    union all select 'later-' || id || '-', false, true from work
    union all select 'return-' || id || '-' || what, state in ('announced', 'lapsed'), false from said
    -- What was said before more was added to it.
    union all select 'return-' || id || '-', false, true from said
    union all select 'return-label-' || id, false, false from said
    union all select 'return-received-' || r.id, true, false
      from orders.return r join told t on t.maison_id = r.maison_id and t.id = r.order_id where r.state = 'received'
    union all select 'cancellation-' || x.id, true, false
      from orders.cancellation x join told t on t.maison_id = x.maison_id and t.id = x.order_id
      where x.state <> 'asked' and exists (select 1 from orders.cancellation_line l
        where l.maison_id = x.maison_id and l.cancellation_id = x.id and l.outcome in ('cancelled', 'left'))
    union all select 'withdrawal-' || w.id, w.mail <> '', false from orders.withdrawal w
    union all select 'goodwill-' || g.id, true, false
      from orders.goodwill g join told t on t.maison_id = g.maison_id and t.id = g.order_id where g.state = 'given'
    -- What could be given nowhere: one letter for all that ended in one transaction.
    union all (select distinct on (f.xid, t.id) 'cancelled-', true, true
      from base.fact f join told t on t.maison_id = f.maison_id and t.id = (f.body ->> 'order_id')::uuid
      where f.kind = 'LineCancelled' and f.body ->> 'cause' in ('unsourced', 'late'))
"""
KINDS = re.compile(
    "(placed|ready|dispatched|not-collected|moved|later|return|return-label|return-received|cancellation|withdrawal|goodwill|"
    "cancelled)-"
    "[0-9a-z]"
)
#: Named by what happened, not by whom it is about: they are counted.
COUNTED = "cancelled-"


def wrong(owed: Iterable[Owed], sent: Iterable[str]) -> list[str]:
    """What was owed and not sent, and what was sent about nothing; sorted."""
    owed, there = list(owed), {key for key in sent if KINDS.match(key)}
    named = {one.key for one in owed if not one.begins}
    begun = tuple(one.key for one in owed if one.begins)
    counted = sum(one.key == COUNTED for one in owed)
    told = sum(key.startswith(COUNTED) for key in there)
    return [
        *sorted(
            f"letter {one.key} was not sent"
            for one in owed
            if one.must and not one.begins and one.key not in there
        ),
        *sorted(
            f"letter {key} is about nothing"
            for key in there
            if key not in named and not key.startswith((*begun, COUNTED))
        ),
        *([f"{told} letters of pieces nobody could give, {counted} are owed"] if told != counted else []),
    ]


@dataclass(slots=True)
class Post:
    """Writes the letters of orders as the worker does, and keeps their keys in the order they were sent."""

    db: Db
    key: bytes
    base_url: str
    sent: list[str] = field(default_factory=list[str])
    _known: Jobs = field(init=False)

    def __post_init__(self) -> None:
        self._known = Jobs(self.db)
        confirmation.register(self._known, self.db, key=self.key, messages=self, base_url=self.base_url)
        preparing.register_mails(self._known, self.db, self.key, self, self.base_url)
        proposal_letters.register(self._known, self.db, key=self.key, messages=self, base_url=self.base_url)
        goodwill_letters.register(self._known, self.db, key=self.key, messages=self, base_url=self.base_url)

    async def send(self, message: Message) -> None:
        self.sent.append(message.key)

    async def carry(self, name: str, maison_id: UUID, ids: dict[str, UUID]) -> None:
        """Does one job that writes a letter."""
        await self._known.do(name, maison_id, ids)
