"""The checkout of a proposal: its pieces as a basket of this visitor's own, then the same checkout as everybody's."""

from datetime import datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn
from enfilade.orders import proposals
from enfilade.orders.checkout import Checkouts, Store
from enfilade.orders.placing import Contact
from enfilade.orders.proposals import Head


async def open_checkout(
    checkouts: Checkouts,
    *,
    maison_id: UUID,
    proposal_id: UUID,
    visitor_id: UUID,
    language: str,
    key: str,
    now: datetime,
    latitude: float | None = None,
    longitude: float | None = None,
    client_id: UUID | None = None,
    contact: Contact | None = None,
) -> UUID:
    """Holds the pieces for this visitor, at today's prices, by the proposal's way; for whom opened its link.

    Raises NoSuchProposal, ProposalOver, and what Checkouts.open does.
    """

    async def take_up(conn: Conn) -> Head:
        return await proposals.take_up(
            conn, maison_id=maison_id, proposal_id=proposal_id, visitor_id=visitor_id, now=now
        )

    found = await checkouts.db.run(Actor.job(), maison_id, take_up)
    return await checkouts.open(
        Store(found.store_id, maison_id),
        visitor_id,
        method=found.method,
        boutiques={maison_id: found.collect_at} if found.collect_at else {},
        market=found.market,
        language=language,
        key=key,
        now=now,
        latitude=latitude,
        longitude=longitude,
        client_id=client_id,
        contact=contact,
        proposal_id=proposal_id,
        brought=[maison_id] if found.brought else [],
    )
