"""A maison with payments at the local provider, asked and answered as a checkout does it."""

import asyncio
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID, uuid4

import psycopg

from enfilade.base.actors import Actor
from enfilade.base.database import Addresses
from enfilade.base.db import Conn, Db
from enfilade.base.money import Money
from enfilade.payments import captures, intents
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.payment import Payment

NOW = datetime.now(UTC)
LATE_SECONDS = 0.8


@dataclass(slots=True)
class Till:
    """One maison's payments."""

    db: Db
    maison_id: UUID
    provider: LocalProvider

    @property
    def providers(self) -> dict[str, LocalProvider]:
        return {"local": self.provider}

    async def intended(self, method: str = "card", amount_minor: int = 100_00) -> Payment:
        checkout_id = uuid4()

        async def verb(conn: Conn) -> Payment:
            return await intents.intend(
                conn,
                maison_id=self.maison_id,
                checkout_id=checkout_id,
                provider="local",
                method=method,
                separate_capture=self.provider.methods[method].separate_capture,
                amount=Money(amount_minor, "EUR"),
                market="fr",
                attempt=1,
                now=NOW,
            )

        return await self.db.run(Actor.checkout(checkout_id), self.maison_id, verb)

    async def authorise(self, payment: Payment, token: str = "tok_ok") -> None:
        """Asks the provider, waits for half a second, records what it says."""
        with suppress(TimeoutError):
            async with asyncio.timeout(0.5):
                charge = await self.provider.authorise(
                    key=payment.operation_id,
                    reference=payment.id,
                    amount=payment.amount,
                    method=payment.method,
                    token=token,
                    return_url="http://store.example/back",
                    metadata={},
                )
            async with self.db.acting(Actor.job(), self.maison_id) as conn:
                await intents.record_answer(
                    conn, maison_id=self.maison_id, payment=payment, charge=charge, now=NOW
                )

    async def authorised(self, amount_minor: int = 100_00) -> Payment:
        payment = await self.intended(amount_minor=amount_minor)
        await self.authorise(payment)
        return payment

    async def abandon(self, payment: Payment) -> None:
        async with self.db.acting(Actor.job(), self.maison_id) as conn:
            await intents.abandon(conn, maison_id=self.maison_id, payment=payment, now=NOW)

    async def ask_capture(
        self, payment: Payment, minor: int, cause: UUID | None = None, now: datetime = NOW
    ) -> None:
        async with self.db.acting(Actor.job(), self.maison_id) as conn:
            await captures.ask_capture(
                conn,
                maison_id=self.maison_id,
                payment_id=payment.id,
                cause_id=cause or uuid4(),
                amount_minor=minor,
                now=now,
            )

    async def carry_out(self, operation_id: UUID, timeout_seconds: float = 3) -> None:
        await captures.carry_out(
            self.db,
            self.providers,
            maison_id=self.maison_id,
            operation_id=operation_id,
            timeout_seconds=timeout_seconds,
            now=NOW,
        )


@contextmanager
def provider_silent_about(addresses: Addresses, payment: Payment):
    """Its books are locked meanwhile: the provider is asked, and does not answer."""
    with psycopg.connect(addresses.admin) as conn:
        conn.execute("select 1 from local_provider.charge where reference = %s for update", [str(payment.id)])
        yield
        conn.rollback()
