"""The local twin of a card terminal: keeps books of its own, approves, refuses, falls silent, is idempotent by key.

What it does is written in the last two figures of the amount, as makers' test terminals have it: 51 is refused; 71 is approved
and 72 refused, but no answer comes; 73 never reaches it the first time.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from enfilade.base.db import Db, maybe, scalar, tally
from enfilade.base.money import Money
from enfilade.payments.terminal import Said

SILENT_SECONDS = 30.0
LATE_SECONDS = 3.0
REFUSED, LATE_APPROVED, LATE_REFUSED, LOST = 51, 71, 72, 73


@dataclass(frozen=True, slots=True)
class _Slip:
    key: str
    state: str
    known_from: datetime


class LocalTerminal:
    """`known_after_seconds`: how long a late answer takes until `look_up` tells it."""

    def __init__(self, db: Db, *, known_after_seconds: float = LATE_SECONDS) -> None:
        self._db = db
        self._late = timedelta(seconds=known_after_seconds)
        self._lost: set[UUID] = set()

    async def charge(self, *, key: UUID, amount: Money) -> Said:
        what = amount.minor % 100
        if what == LOST and key not in self._lost:
            self._lost.add(key)
            await asyncio.sleep(SILENT_SECONDS)
        late = what in (LATE_APPROVED, LATE_REFUSED)
        state = "refused" if what in (REFUSED, LATE_REFUSED) else "approved"
        fresh = await self._write(key, None, amount, state, late)
        if fresh and late:
            await asyncio.sleep(SILENT_SECONDS)
        return await self.look_up(key=key)

    async def give_back(self, *, key: UUID, of: UUID, amount: Money) -> Said:
        await self._write(key, of, amount, "approved", False)
        return await self.look_up(key=key)

    async def look_up(self, *, key: UUID) -> Said:
        # Another company's books: their statements are not ours to count.
        token = tally.set(None)
        try:
            async with self._db.door() as conn:
                slip = await maybe(
                    conn,
                    _Slip,
                    "select key, state, known_from from local_provider.slip where key = %(key)s",
                    key=str(key),
                )
        finally:
            tally.reset(token)
        if slip is None:
            return Said("unknown")
        if slip.known_from > datetime.now(UTC):
            return Said("pending")
        return Said("approved" if slip.state == "approved" else "refused", slip.key[-6:].upper())

    async def _write(self, key: UUID, of: UUID | None, amount: Money, state: str, late: bool) -> bool:
        token, now = tally.set(None), datetime.now(UTC)
        try:
            async with self._db.door() as conn:
                return bool(
                    await scalar(
                        conn,
                        """
                        with charged as (
                          select key, state = 'approved' and currency = %(currency)s
                            and back_minor + %(amount)s <= amount_minor as enough
                          from local_provider.slip where key = %(of)s::text for update
                        ), asked as (
                          insert into local_provider.slip (key, of_key, amount_minor, currency, state, known_from)
                          select %(key)s, %(of)s::text, %(amount)s, %(currency)s, case when %(of)s::text is null
                            or exists (select 1 from charged where enough) then %(state)s else 'refused' end, %(known_from)s
                          on conflict (key) do nothing returning key, of_key, state
                        ), back as (
                          update local_provider.slip s set back_minor = s.back_minor + %(amount)s
                          from asked a where s.key = a.of_key and a.state = 'approved'
                        )
                        select count(*) from asked
                        """,
                        key=str(key),
                        of=str(of) if of else None,
                        amount=amount.minor,
                        currency=amount.currency,
                        state=state,
                        known_from=now + self._late if late else now,
                    )
                )
        finally:
            tally.reset(token)
