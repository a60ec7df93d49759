"""Selling: the visit is over, and what was bought is rung up at the boutique's till in the same transaction.

Between the hold of the visit and that of the sale nobody else can take a piece. Lock order: the till's drawer and the sale, the
appointment, positions.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.appointments import keeping, visits
from enfilade.appointments.keeping import NoSuchAppointment
from enfilade.appointments.visits import NotThatStep, Result
from enfilade.base.db import Conn, maybe
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.till import ringing_up, sales
from enfilade.orders.till.ringing_up import NoSuchClient
from enfilade.staff.people import Colleague


@dataclass(frozen=True, slots=True)
class _Reach:
    reach: str


async def sell(
    conn: Conn,
    *,
    maison_id: UUID,
    appointment_id: UUID,
    sale_id: UUID,
    by: Colleague,
    results: dict[UUID, Result],
    noted: str,
    key: bytes,
    now: datetime,
) -> None:
    """Ends the visit as `visits.serve` does, and opens a sale of what was bought, to its client if the maison knows them.

    All or nothing; the same sale again changes nothing. Who settles the sale is credited with it. Raises NoSuchAppointment,
    NotYourBoutique, NotThatStep (ended already), TillNotOpen, and what `ringing_up.add` raises.
    """
    before = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    if before is None:
        raise NoSuchAppointment
    if not by.works_at(before.location_id):
        raise NotYourBoutique
    if await sales.read(conn, maison_id=maison_id, sale_id=sale_id) is not None:
        return
    if before.state == "served":
        raise NotThatStep("sell", before.state)
    await sales.open_sale(
        conn, maison_id=maison_id, by=by, sale_id=sale_id, location_id=before.location_id, now=now
    )
    sale = await sales.untouched(conn, maison_id=maison_id, by=by, sale_id=sale_id)
    # What was committed while we waited for the till's turn, perhaps this very sale.
    fresh = await keeping.booked(conn, maison_id=maison_id, appointment_id=appointment_id)
    if fresh is not None and fresh.state == "served":
        if sale.total_minor:
            return
        raise NotThatStep("sell", fresh.state)
    client = await maybe(
        conn,
        _Reach,
        """
        select case when mail <> '' then mail else phone end as reach from appointments.contact
        where maison_id = %(maison_id)s and appointment_id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
    )
    await visits.serve(
        conn,
        maison_id=maison_id,
        appointment_id=appointment_id,
        by=by,
        results=results,
        noted=noted,
        now=now,
    )
    if client is not None and client.reach:
        # Who is not in the client book buys as somebody unknown.
        with suppress(NoSuchClient, NotAContactPoint):
            await ringing_up.name_client(
                conn, maison_id=maison_id, by=by, sale_id=sale_id, written=client.reach, key=key, now=now
            )
    for variant_id in sorted(variant for variant, result in results.items() if result == "bought"):
        await ringing_up.add(
            conn, maison_id=maison_id, by=by, sale_id=sale_id, variant_id=variant_id, key=key, now=now
        )
