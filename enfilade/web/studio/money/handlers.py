"""The maison's money: what each day took and gave back by our ledger and by the provider, what differs, a day as a file."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from litestar import Request, Response, get

from enfilade.base.db import Db
from enfilade.base.money import Money
from enfilade.web.shared import spreadsheets
from enfilade.web.studio.entering import Manager, maison_of
from enfilade.web.studio.money import reading
from enfilade.web.studio.showing import screen

DAYS = 31
DIFFERENCES_SHOWN = 200
HEADER = (
    *("posted_at", "legal_entity", "kind", "debit", "credit", "currency", "amount", "order"),
    *("payment_id", "cause_id"),
)


@dataclass(slots=True)
class Sum:
    """What the days shown come to for one legal entity in one currency."""

    captured_minor: int = 0
    refunded_minor: int = 0


def day_said(asked: str, otherwise: date) -> date:
    """The day asked for; what is no day, or too far from now to be reckoned with, is `otherwise`."""
    try:
        said = date.fromisoformat(asked)
    except ValueError:
        return otherwise
    return said if 2000 <= said.year <= otherwise.year else otherwise


@get("/money", include_in_schema=False)
async def money(request: Request[Any, Any, Any], db: Db, manager: Manager, until: str = "") -> Response[str]:
    """A month of days that are over, the newest first."""
    yesterday = datetime.now(UTC).date() - timedelta(days=1)
    last = min(day_said(until, yesterday), yesterday)
    maison_id = manager.maison_id
    async with db.acting(manager.actor, maison_id, snapshot=True) as conn:
        maison = await maison_of(conn, manager)
        found = await reading.statements(conn, maison_id=maison_id, until=last, days=DAYS)
        differing = await reading.differences(
            conn, maison_id=maison_id, until=last, days=DAYS, most=DIFFERENCES_SHOWN
        )
    sums: dict[tuple[str, str], Sum] = defaultdict(Sum)
    for one in found:
        of = sums[one.entity, one.currency]
        of.captured_minor += one.captured_minor
        of.refunded_minor += one.refunded_minor
    return screen(
        request,
        "studio/money/money.html",
        member=manager,
        maison=maison,
        tab="money",
        statements=found,
        sums=sorted(sums.items()),
        differences=differing,
        differences_shown=DIFFERENCES_SHOWN,
        first=last - timedelta(days=DAYS - 1),
        last=last,
        earlier=last - timedelta(days=DAYS),
        begun=last < yesterday,
    )


@get("/money/{day:date}/entries.csv", include_in_schema=False)
async def entries(db: Db, manager: Manager, day: date) -> Response[bytes]:
    """Every move of the day."""
    async with db.acting(manager.actor, manager.maison_id, snapshot=True) as conn:
        found = await reading.entries(conn, maison_id=manager.maison_id, day=day)
    return spreadsheets.file(f"money-{day}.csv", HEADER, (_cells(one) for one in found))


def _cells(one: reading.Entry) -> list[object]:
    return [
        one.posted_at.astimezone(UTC).isoformat(timespec="seconds"),
        one.entity,
        one.kind,
        one.debit,
        one.credit,
        one.currency,
        Money(one.amount_minor, one.currency).major,
        one.number,
        one.payment_id,
        one.cause_id,
    ]
