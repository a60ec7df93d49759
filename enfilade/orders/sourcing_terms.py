"""What a maison has decided about sourcing: its rules in their order, and what things cost it. Without a row, the usual ones."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, maybe
from enfilade.orders.sourcing.costs import Terms
from enfilade.orders.sourcing.rules import USUAL

#: What a place sold in so many days stands for what it sells a day.
PACE_DAYS = 90


@dataclass(frozen=True, slots=True)
class Sourcing:
    """`rules` by name, the first to decide first; `terms` in minor units of `currency`, whatever a market's prices are in."""

    rules: tuple[str, ...] = USUAL
    terms: Terms = field(default_factory=Terms)
    currency: str = "EUR"


@dataclass(frozen=True, slots=True)
class _Row:
    rules: list[str]
    currency: str
    parcel_minor: int
    per_100_km_minor: int
    border_minor: int
    boutique_piece_minor: int
    warehouse_piece_minor: int
    lost_sale_percent: int
    resupply_days: int
    let_down_minor: int


async def sourcing_of(conn: Conn, *, maison_id: UUID) -> Sourcing:
    """What is in force at the maison."""
    row = await maybe(
        conn,
        _Row,
        """
        select rules, currency, parcel_minor, per_100_km_minor, border_minor, boutique_piece_minor, warehouse_piece_minor,
          lost_sale_percent, resupply_days, let_down_minor
        from orders.sourcing_terms where maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )
    if row is None:
        return Sourcing()
    said = asdict(row)
    return Sourcing(tuple(said.pop("rules")), currency=said.pop("currency"), terms=Terms(**said))


async def set_sourcing(
    conn: Conn, *, maison_id: UUID, sourcing: Sourcing, now: datetime, changed_by: UUID | None = None
) -> None:
    """Puts it in force for what is sourced from now on. The table's checks bound each number and know each rule."""
    await execute(
        conn,
        """
        insert into orders.sourcing_terms as kept (maison_id, rules, currency, parcel_minor, per_100_km_minor, border_minor,
          boutique_piece_minor, warehouse_piece_minor, lost_sale_percent, resupply_days, let_down_minor, changed_at, changed_by)
        values (%(maison_id)s, %(rules)s::text[], %(currency)s, %(parcel_minor)s, %(per_100_km_minor)s, %(border_minor)s,
          %(boutique_piece_minor)s, %(warehouse_piece_minor)s, %(lost_sale_percent)s, %(resupply_days)s, %(let_down_minor)s,
          %(now)s, %(changed_by)s)
        on conflict (maison_id) do update set rules = excluded.rules, currency = excluded.currency,
          parcel_minor = excluded.parcel_minor, per_100_km_minor = excluded.per_100_km_minor,
          border_minor = excluded.border_minor, boutique_piece_minor = excluded.boutique_piece_minor,
          warehouse_piece_minor = excluded.warehouse_piece_minor, lost_sale_percent = excluded.lost_sale_percent,
          resupply_days = excluded.resupply_days, let_down_minor = excluded.let_down_minor,
          changed_at = excluded.changed_at, changed_by = excluded.changed_by
        """,
        maison_id=maison_id,
        rules=list(sourcing.rules),
        currency=sourcing.currency,
        now=now,
        changed_by=changed_by,
        **asdict(sourcing.terms),
    )
