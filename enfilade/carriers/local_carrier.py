"""The local twin of a carrier: keeps books of its own, makes labels, scans parcels, refuses, is slow, falls silent.

What it does is written in the postcode the parcel goes to, as test systems have it: 00000 is an address it does not know; 00071
makes the label and does not answer; 00073 never reaches it the first time; 00075 is slow. Any other is carried. Nothing moves by
itself: `scan` is the depot, and the demo shows it as the carrier's own page. It keeps no address.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, Db, execute, many, maybe, tally
from enfilade.base.money import Money
from enfilade.carriers import label_print
from enfilade.carriers.announcements import announce
from enfilade.carriers.carrier import (
    Bought,
    CarrierRefused,
    Parcel,
    Rate,
    Scan,
    Service,
    Standing,
    lacks,
    standing,
)

NAME = "Local carrier"
#: What a unit of account is worth in each currency's minor units, roundly: insurance is promised in the parcel's own.
CURRENCIES: Mapping[str, int] = {
    "EUR": 100, "USD": 100, "GBP": 100, "CHF": 100, "CAD": 100, "AUD": 100, "SGD": 100, "AED": 400, "HKD": 800, "CNY": 700,
    "SEK": 1000, "DKK": 700, "NOK": 1000, "TWD": 3000, "JPY": 150, "KRW": 1500,
}  # fmt: skip


def _insured(units: int) -> Mapping[str, int]:
    return {currency: units * minor for currency, minor in CURRENCIES.items()}


SERVICES: Mapping[str, Service] = {
    "ground": Service("ground", "Ground", True, False, _insured(500), 30_000),
    "ground_signed": Service("ground_signed", "Ground, signed", True, True, _insured(25_000), 30_000),
    "express": Service("express", "Express", False, True, _insured(25_000), 10_000),
    "escort": Service("escort", "Escort", True, True, _insured(1_000_000), 50_000),
}
#: At home and abroad: what a parcel costs, in cents, what each further kilogram, and the working days it takes.
TARIFF: Mapping[str, tuple[tuple[int, int, int, int], tuple[int, int, int, int]]] = {
    "ground": ((690, 80, 2, 3), (1490, 250, 3, 6)),
    "ground_signed": ((1190, 80, 2, 3), (2190, 250, 3, 6)),
    "express": ((1890, 300, 1, 1), (4900, 1100, 1, 3)),
    "escort": ((19_000, 0, 1, 2), (69_000, 0, 1, 4)),
}
UNKNOWN_ADDRESS, MADE_AND_SILENT, LOST_ONCE, SLOW = "00000", "00071", "00073", "00075"
SILENT_SECONDS, SLOW_SECONDS = 30.0, 2.0


@dataclass(frozen=True, slots=True)
class _Parcel:
    tracking: str
    service: str
    digest: bytes
    state: str
    price_minor: int
    currency: str


class LocalCarrier:
    """`fonts`: where the letters for labels lie. `silent_seconds`: how long it does not answer where it falls silent."""

    def __init__(
        self, db: Db, base_url: str, *, fonts: Path | None = None, silent_seconds: float = SILENT_SECONDS
    ) -> None:
        self.name = "local"
        self.services: Mapping[str, Service] = SERVICES
        self._db = db
        self._base_url = base_url
        self._fonts = fonts
        self._silent = silent_seconds
        self._lost: set[UUID] = set()

    @asynccontextmanager
    async def _books(self) -> AsyncIterator[Conn]:
        # Another company's database: its statements are not ours to count.
        token = tally.set(None)
        try:
            async with self._db.door() as conn:
                yield conn
        finally:
            tally.reset(token)

    async def rates(self, *, parcel: Parcel) -> list[Rate]:
        if parcel.recipient.postcode == UNKNOWN_ADDRESS:
            raise CarrierRefused(f"no address {parcel.recipient.postcode} {parcel.recipient.city}")
        return [_rate(code, parcel) for code, one in SERVICES.items() if not lacks(one, parcel)]

    async def buy(self, *, key: UUID, service: str, parcel: Parcel, metadata: dict[str, str]) -> Bought:
        offered = self.services.get(service)
        if offered is None:
            raise CarrierRefused(f"no service {service}")
        if parcel.recipient.postcode == UNKNOWN_ADDRESS:
            raise CarrierRefused(f"no address {parcel.recipient.postcode} {parcel.recipient.city}")
        if missing := lacks(offered, parcel):
            raise CarrierRefused(f"{offered.name} {', '.join(missing)}")
        what = parcel.recipient.postcode
        if what == LOST_ONCE and key not in self._lost:
            self._lost.add(key)
            await asyncio.sleep(self._silent)
        if what == SLOW:
            await asyncio.sleep(SLOW_SECONDS)
        digest = hashlib.sha256(msgspec.json.encode([service, parcel])).digest()
        tracking = f"LC{int.from_bytes(hashlib.sha256(key.bytes).digest()[:7]) % 10**14:014d}"
        price = _rate(service, parcel).price
        async with self._books() as conn:
            fresh = await execute(
                conn,
                """
                insert into local_carrier.parcel (key, tracking, service, digest, state, price_minor, currency, metadata, made_at)
                values (%(key)s, %(tracking)s, %(service)s, %(digest)s, 'made', %(price)s, %(currency)s, %(metadata)s::jsonb,
                  now()) on conflict (key) do nothing
                """,
                key=str(key),
                tracking=tracking,
                service=service,
                digest=digest,
                price=price.minor,
                currency=price.currency,
                metadata=msgspec.json.encode(metadata).decode(),
            )
            row = await self._row(conn, tracking)
        assert row is not None, "it was written a moment ago"
        if row.digest != digest:
            raise CarrierRefused("this key stands for another parcel")
        if fresh and what == MADE_AND_SILENT:
            await asyncio.sleep(self._silent)
        made = await label_print.pdf(parcel, offered, carrier=NAME, tracking=tracking, fonts=self._fonts)
        return Bought(tracking, Money(row.price_minor, row.currency), made, self.page_of(tracking))

    def page_of(self, tracking: str) -> str:
        """The carrier's own page of a parcel."""
        return f"{self._base_url}/local-carrier/{tracking}"

    async def void(self, *, tracking: str) -> None:
        async with self._books() as conn:
            done = await execute(
                conn,
                """
                update local_carrier.parcel p set state = 'void' where p.tracking = %(tracking)s and not exists (
                  select 1 from local_carrier.scan s where s.tracking = p.tracking)
                """,
                tracking=tracking,
            )
        if not done:
            raise CarrierRefused(f"{tracking} was used already, or was never made")

    async def track(self, *, tracking: str) -> list[Scan]:
        async with self._books() as conn:
            if await self._row(conn, tracking) is None:
                raise CarrierRefused(f"no parcel {tracking}")
            rows = await many(
                conn,
                _Scan,
                "select id, standing, at, place from local_carrier.scan where tracking = %(tracking)s order by told",
                tracking=tracking,
            )
        return [Scan(row.id, row.standing, row.at, row.place) for row in rows]

    async def _row(self, conn: Conn, tracking: str) -> _Parcel | None:
        return await maybe(
            conn,
            _Parcel,
            """
            select tracking, service, digest, state, price_minor, currency from local_carrier.parcel
            where tracking = %(tracking)s
            """,
            tracking=tracking,
        )

    async def scan(
        self,
        *,
        tracking: str,
        standing: Standing,
        at: datetime | None = None,
        place: str = "",
        times: int = 1,
    ) -> bool:
        """The depot scans it, and tells us so `times` times; False for a parcel that is not there, or a label that is void.

        `at` dates it otherwise than now: depots tell late.
        """
        at = at or datetime.now(UTC)
        scan_id = hashlib.sha256(f"{tracking} {standing} {at.isoformat()}".encode()).hexdigest()[:24]
        async with self._books() as conn, conn.transaction():
            row = await maybe(
                conn,
                _Subject,
                """
                with there as (
                  select tracking, metadata from local_carrier.parcel
                  where tracking = %(tracking)s and state = 'made' for update
                ), scanned as (
                  insert into local_carrier.scan (tracking, id, standing, at, place)
                  select tracking, %(id)s, %(standing)s, %(at)s, %(place)s from there on conflict do nothing
                )
                select metadata from there
                """,
                tracking=tracking,
                id=scan_id,
                standing=standing,
                at=at,
                place=place,
            )
            if row is not None:
                for _ in range(times):
                    await announce(conn, tracking=tracking, metadata=row.metadata)
        return row is not None

    async def shown(self, tracking: str) -> tuple[str, list[Scan]] | None:
        """What the carrier's own page says: the state of the label, and the scans from first to last."""
        async with self._books() as conn:
            row = await self._row(conn, tracking)
        if row is None:
            return None
        return row.state, sorted(await self.track(tracking=tracking), key=lambda scan: scan.at)


@dataclass(frozen=True, slots=True)
class _Scan:
    id: str
    standing: Standing
    at: datetime
    place: str


@dataclass(frozen=True, slots=True)
class _Subject:
    metadata: dict[str, str]


def _rate(service: str, parcel: Parcel) -> Rate:
    home = parcel.sender.country == parcel.recipient.country
    base, kilogram, days_min, days_max = TARIFF[service][0 if home else 1]
    further = max(0, -(-parcel.grams // 1000) - 1)
    return Rate(service, Money(base + kilogram * further, "EUR"), days_min, days_max)


#: What the depot may do next, by where the parcel stands; '' before the first scan.
NEXT: Mapping[str, tuple[Standing, ...]] = {
    "": ("accepted",),
    "accepted": ("in_transit", "lost"),
    "in_transit": ("out_for_delivery", "lost"),
    "out_for_delivery": ("delivered", "failed_attempt"),
    "failed_attempt": ("out_for_delivery", "returned_to_sender"),
    "lost": ("in_transit",),
    "delivered": (),
    "returned_to_sender": (),
}


def next_of(scans: list[Scan]) -> tuple[Standing, ...]:
    """What the depot may do next."""
    last = standing(scans)
    return NEXT[last.standing if last else ""]
