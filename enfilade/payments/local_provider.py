"""The local twin of a payment provider: keeps books of its own, succeeds, refuses, asks for a second step, falls silent.

It behaves as card providers document: idempotent by key, captures never beyond the authorisation, late answers. What a card
does is written in its token.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, Db, execute, many, maybe, tally
from enfilade.base.money import Money
from enfilade.base.secrets import new_secret
from enfilade.payments.announcements import announce
from enfilade.payments.provider import Booked, Charge, MethodTerms, ProviderRefused

#: What a test card does, shown in the demo's checkout; what follows a colon tells two cards apart (tok_ok:4242).
TOKENS = (
    "tok_ok",
    "tok_refused",
    "tok_second_step",
    "tok_second_step_then_late",
    "tok_timeout_then_ok",
    "tok_timeout_then_refused",
)
METHODS: Mapping[str, MethodTerms] = {
    "card": MethodTerms(separate_capture=True, authorised_days=7),
    "ideal": MethodTerms(separate_capture=False, authorised_days=0),
    "bancontact": MethodTerms(separate_capture=False, authorised_days=0),
    "alipay": MethodTerms(separate_capture=False, authorised_days=0),
    "wechat_pay": MethodTerms(separate_capture=False, authorised_days=0),
}
SILENT_SECONDS = 30.0
LATE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class _Row:
    state: str
    known_from: datetime
    authorised_until: datetime
    second_step_token: str | None
    fingerprint: str


class LocalProvider:
    """`known_after_seconds`: how long a late answer takes until `look_up` tells it."""

    def __init__(self, db: Db, base_url: str, *, known_after_seconds: float = LATE_SECONDS) -> None:
        self.name = "local"
        self.methods: Mapping[str, MethodTerms] = METHODS
        self._db = db
        self._base_url = base_url
        self._late = timedelta(seconds=known_after_seconds)

    @asynccontextmanager
    async def _books(self) -> AsyncIterator[Conn]:
        # Another company's database: its statements are not ours to count.
        token = tally.set(None)
        try:
            async with self._db.door() as conn:
                yield conn
        finally:
            tally.reset(token)

    async def authorise(
        self,
        *,
        key: UUID,
        reference: UUID,
        amount: Money,
        method: str,
        token: str,
        return_url: str,
        metadata: dict[str, str],
        payer: str = "",
        shared: bool = False,
        at_once: bool = False,
    ) -> Charge:
        terms = self.methods.get(method)
        if terms is None:
            raise ProviderRefused(f"no method {method}")
        immediate = at_once or not terms.separate_capture
        now = datetime.now(UTC)
        token, _, card = token.partition(":")
        late = token.startswith("tok_timeout")
        if token in ("tok_refused", "tok_timeout_then_refused") or token not in TOKENS:
            state = "refused"
        elif token.startswith("tok_second_step") or (method != "card" and not late):
            state = "second_step"
        else:
            state = "authorised"
        async with self._books() as conn:
            fresh = await maybe(
                conn,
                _Row,
                """
                with asked as (
                  insert into local_provider.request (key, reference, kind, amount_minor, done)
                  values (%(key)s, %(reference)s, 'authorise', %(amount)s, true) on conflict (key) do nothing returning reference
                )
                insert into local_provider.charge (reference, amount_minor, currency, captured_minor, state, known_from,
                  authorised_until, second_step_token, return_url, metadata, fingerprint)
                select a.reference, %(amount)s, %(currency)s, %(captured)s, %(state)s, %(known_from)s, %(until)s,
                  %(second_step)s, %(return_url)s, %(metadata)s::jsonb, %(fingerprint)s
                from asked a on conflict (reference) do nothing
                returning state, known_from, authorised_until, second_step_token, fingerprint
                """,
                key=str(key),
                reference=str(reference),
                amount=amount.minor,
                currency=amount.currency,
                captured=amount.minor if state == "authorised" and immediate else 0,
                state=state,
                known_from=now + self._late if late else now,
                until=now + timedelta(days=terms.authorised_days or 365),
                second_step=new_secret() if state == "second_step" else None,
                return_url=return_url,
                fingerprint=hashlib.sha256(card.encode()).hexdigest()[:32] if card else "",
                metadata=msgspec.json.encode(
                    {
                        **metadata,
                        "immediate": immediate,
                        "confirmed_late": token.endswith("_then_late"),
                    }
                ).decode(),
            )
            if fresh and late:
                # Told when it is known. Whoever went away in this very moment is found by the round for unfinished checkouts.
                await announce(conn, reference=str(reference), metadata=metadata, at=now + self._late)
        if fresh is None:
            return await self.look_up(reference=reference)
        if late:
            await asyncio.sleep(SILENT_SECONDS)
        return self._told(fresh)

    async def look_up(self, *, reference: UUID) -> Charge:
        async with self._books() as conn:
            row = await maybe(
                conn,
                _Row,
                """
                select state, known_from, authorised_until, second_step_token, fingerprint from local_provider.charge
                where reference = %(reference)s
                """,
                reference=str(reference),
            )
        return Charge("unknown") if row is None else self._told(row)

    def _told(self, row: _Row) -> Charge:
        if row.known_from > datetime.now(UTC):
            return Charge("pending")
        if row.state == "second_step":
            return Charge("second_step", None, f"{self._base_url}/local-provider/{row.second_step_token}")
        if row.state == "authorised":
            return Charge("authorised", row.authorised_until, fingerprint=row.fingerprint)
        return Charge("voided" if row.state == "voided" else "refused")

    async def capture(self, *, key: UUID, reference: UUID, amount: Money) -> None:
        async with self._books() as conn:
            await self._once(conn, key, reference, "capture", amount.minor)

    async def refund(self, *, key: UUID, reference: UUID, amount: Money) -> None:
        async with self._books() as conn:
            await self._once(conn, key, reference, "refund", amount.minor)

    async def void(self, *, key: UUID, reference: UUID) -> None:
        async with self._books() as conn:
            await self._once(conn, key, reference, "void", 0)

    async def booked(self, *, since: datetime) -> list[Booked]:
        async with self._books() as conn:
            return await many(
                conn,
                Booked,
                """
                select reference::uuid as reference, state, amount_minor, captured_minor, refunded_minor, currency
                from local_provider.charge where known_from >= %(since)s order by known_from
                """,
                since=since,
            )

    async def _once(self, conn: Conn, key: UUID, reference: UUID, kind: str, amount: int) -> None:
        changed = await execute(
            conn,
            """
            with asked as (
              insert into local_provider.request (key, reference, kind, amount_minor, done)
              select %(key)s, c.reference, %(kind)s, %(amount)s, true
              from local_provider.charge c where c.reference = %(reference)s and case %(kind)s::text
                when 'capture' then c.state = 'authorised' and c.captured_minor + %(amount)s <= c.amount_minor
                  and c.authorised_until > now()
                when 'refund' then c.refunded_minor + %(amount)s <= c.captured_minor
                else c.state in ('second_step', 'voided', 'refused')
                  or c.state = 'authorised' and not (c.metadata ->> 'immediate')::boolean end
              for update of c
              on conflict (key) do nothing returning reference, kind, amount_minor
            )
            update local_provider.charge c set
              captured_minor = c.captured_minor + case when a.kind = 'capture' then a.amount_minor else 0 end,
              refunded_minor = c.refunded_minor + case when a.kind = 'refund' then a.amount_minor else 0 end,
              state = case when a.kind = 'void' and c.state <> 'refused' then 'voided' else c.state end
            from asked a where c.reference = a.reference
            """,
            key=str(key),
            reference=str(reference),
            kind=kind,
            amount=amount,
        )
        if not changed and not await maybe(
            conn, _Known, "select kind from local_provider.request where key = %(key)s and done", key=str(key)
        ):
            raise ProviderRefused(f"{kind} of {reference} is not possible")

    async def answer_second_step(self, *, token: str, approved: bool) -> str | None:
        """The card holder's decision on the provider's own page; returns where to send them, None for an unknown token.

        Some banks confirm it only later: the client is back before anybody knows.
        """
        late_at = datetime.now(UTC) + self._late
        async with self._books() as conn, conn.transaction():
            row = await maybe(
                conn,
                _Decided,
                """
                update local_provider.charge set
                  state = case when state <> 'second_step' then state when %(approved)s then 'authorised' else 'refused' end,
                  captured_minor = case when state = 'second_step' and %(approved)s and (metadata ->> 'immediate')::boolean
                    then amount_minor else captured_minor end,
                  known_from = case when state = 'second_step' and (metadata ->> 'confirmed_late')::boolean
                    then %(late_at)s else known_from end
                where second_step_token = %(token)s
                returning return_url, reference, metadata
                """,
                token=token,
                approved=approved,
                late_at=late_at,
            )
            if row:
                at = late_at if row.metadata.get("confirmed_late") else None
                await announce(conn, reference=row.reference, metadata=row.metadata, at=at)
        return row.return_url if row else None


@dataclass(frozen=True, slots=True)
class _Known:
    kind: str


@dataclass(frozen=True, slots=True)
class _Decided:
    return_url: str
    reference: str
    metadata: dict[str, object]
