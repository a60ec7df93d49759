"""Which carriers and services a maison offers in its markets, and how its parcels are reckoned."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many, maybe


@dataclass(frozen=True, slots=True)
class Terms:
    """A piece and the wrapping of a parcel weigh so much; `insured`: each for what it is worth; labels for what is sent back."""

    piece_grams: int = 800
    wrapping_grams: int = 400
    insured: bool = True
    return_labels: bool = True

    def grams(self, pieces: int) -> int:
        """What a parcel with so many pieces weighs."""
        return self.wrapping_grams + pieces * self.piece_grams


@dataclass(frozen=True, slots=True)
class Offered:
    """A service of a carrier, in a market; `delivery`: for which of the maison's services to its clients (`services`)."""

    market: str
    carrier: str
    service: str
    delivery: str = "standard"


async def terms_of(conn: Conn, *, maison_id: UUID) -> Terms | None:
    """None where the maison asks no carrier."""
    return await maybe(
        conn,
        Terms,
        "select piece_grams, wrapping_grams, insured, return_labels from carriers.terms where maison_id = %(maison_id)s",
        maison_id=maison_id,
    )


async def offered(
    conn: Conn, *, maison_id: UUID, market: str | None = None, delivery: str | None = None
) -> list[Offered]:
    """In one market, or in all. `delivery`: what its client was promised; express may carry what was sold as standard."""
    return await many(
        conn,
        Offered,
        """
        select market, carrier, service, delivery from carriers.offered
        where maison_id = %(maison_id)s and (%(market)s::text is null or market = %(market)s)
          and (%(delivery)s::text is null or delivery = %(delivery)s or %(delivery)s = 'standard' and delivery = 'express')
        order by market, carrier, service
        """,
        maison_id=maison_id,
        market=market,
        delivery=delivery,
    )


async def set_terms(
    conn: Conn, *, maison_id: UUID, terms: Terms, offered: list[Offered], by_id: UUID | None, now: datetime
) -> None:
    """In force for labels asked from now on; `offered` takes the place of what was."""
    await execute(
        conn,
        """
        insert into carriers.terms (maison_id, piece_grams, wrapping_grams, insured, return_labels, changed_at, changed_by)
        values (%(maison_id)s, %(piece)s, %(wrapping)s, %(insured)s, %(return_labels)s, %(now)s, %(by_id)s)
        on conflict (maison_id) do update set piece_grams = excluded.piece_grams, wrapping_grams = excluded.wrapping_grams,
          insured = excluded.insured, return_labels = excluded.return_labels, changed_at = excluded.changed_at,
          changed_by = excluded.changed_by
        """,
        maison_id=maison_id,
        piece=terms.piece_grams,
        wrapping=terms.wrapping_grams,
        insured=terms.insured,
        return_labels=terms.return_labels,
        now=now,
        by_id=by_id,
    )
    chosen = {
        "maison_id": maison_id,
        "markets": [one.market for one in offered],
        "carriers": [one.carrier for one in offered],
        "services": [one.service for one in offered],
        "deliveries": [one.delivery for one in offered],
    }
    await execute(
        conn,
        """
        delete from carriers.offered o where o.maison_id = %(maison_id)s and not exists (
          select 1 from unnest(%(markets)s::text[], %(carriers)s::text[], %(services)s::text[], %(deliveries)s::text[])
            as n(market, carrier, service, delivery)
          where (n.market, n.carrier, n.service, n.delivery) = (o.market, o.carrier, o.service, o.delivery))
        """,
        **chosen,
    )
    await execute(
        conn,
        """
        insert into carriers.offered (maison_id, market, carrier, service, delivery)
        select %(maison_id)s, n.market, n.carrier, n.service, n.delivery
        from unnest(%(markets)s::text[], %(carriers)s::text[], %(services)s::text[], %(deliveries)s::text[])
          as n(market, carrier, service, delivery)
        on conflict do nothing
        """,
        **chosen,
    )
