"""Requirements: what the law and the maison's own terms ask of a fulfilment's parcel, for who packs it and who carries it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many
from enfilade.base.money import Money
from enfilade.orders.reference_rates import in_currency

#: The currency in which laws say from what value a parcel is insured.
INSURED_IN = "EUR"


@dataclass(frozen=True, slots=True)
class Requirements:
    """`ground_only`: by road, rail or ferry, never by air. `insured`: the value to insure, None where nothing asks for it.

    `adult_signature`: handed over against a signature, to nobody younger than so many years; None: to anybody.
    """

    ground_only: bool = False
    insured: Money | None = None
    adult_signature: int | None = None


@dataclass(frozen=True, slots=True)
class Bound:
    """A line of the parcel and what binds it. `insured_from`: whole euros, as `maisons.laws.Law`."""

    total_minor: int
    currency: str
    ground: bool
    insured_from: int | None
    age_min: int | None


def required(lines: Sequence[Bound]) -> Requirements:
    """Of the parcel as a whole. It is insured for all it holds, once what must be insured reaches the least value said."""
    valued = [line for line in lines if line.insured_from is not None]
    insured: Money | None = None
    if valued:
        currency = valued[0].currency
        worth = in_currency(Money(sum(line.total_minor for line in valued), currency), INSURED_IN)
        if worth.minor >= 100 * min(line.insured_from for line in valued if line.insured_from is not None):
            insured = Money(sum(line.total_minor for line in lines), currency)
    return Requirements(
        any(line.ground for line in lines),
        insured,
        max((line.age_min for line in lines if line.age_min is not None), default=None),
    )


async def of_fulfilment(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> Requirements:
    """Of what is to leave with it, by the laws in force now; nothing is required of a fulfilment that is not the maison's."""
    return required(
        await many(
            conn,
            Bound,
            """
            select l.total_minor, o.currency,
              public_facts.law_of(l.maison_id, l.kinds, 'ground', t.country) is not null as ground,
              public_facts.law_of(l.maison_id, l.kinds, 'insured_from', t.country) as insured_from, l.age_min
            from orders.order_line l
            join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
            join orders.fulfilment f on f.maison_id = l.maison_id and f.id = l.fulfilment_id
            join boutiques.location b on b.maison_id = f.maison_id and b.id = f.location_id
            left join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
            cross join lateral (select case when f.method = 'ship' then coalesce(c.address ->> 'country', b.country)
              else b.country end as country) t
            where l.maison_id = %(maison_id)s and l.fulfilment_id = %(fulfilment_id)s and l.state not in ('cancelled', 'refused')
            """,
            maison_id=maison_id,
            fulfilment_id=fulfilment_id,
        )
    )
