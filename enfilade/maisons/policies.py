"""What a maison decides for itself: holds, preparation, collection, delivery, capture, returns, ship to store."""

from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, one


@dataclass(frozen=True, slots=True)
class Policy:
    """One row a maison; units stand last in each name.

    `goodwill_percent`: so much of an order client service gives back at its own word. `offer_percent`: so much lower than its
    price an advisor offers a piece without a manager; `offer_euros`: and so much off all of it, None: without such a limit.
    `ship_to_store_days`: working days a parcel takes to a boutique of the same country; None: nothing is brought to another one.
    `reserve_brought`: a client may reserve what has to be brought first, without paying.
    """

    hold_minutes: int = 15
    as_of_limit_minutes: int = 1440
    pick_sla_minutes: int = 120
    collect_days: int = 7
    sourcing_attempts_max: int = 3
    capture_delay_minutes: int = 10
    delivery_days_min: int = 2
    delivery_days_max: int = 4
    pieces_per_line_max: int = 5
    return_days: int = 30
    return_abroad: bool = True
    ship_to_store_days: int | None = None
    reserve_brought: bool = False
    goodwill_percent: int = 10
    offer_percent: int = 0
    offer_euros: int | None = None


async def policy_of(conn: Conn, *, maison_id: UUID) -> Policy:
    """The maison's policy in force."""
    return await one(
        conn,
        Policy,
        """
        select hold_minutes, as_of_limit_minutes, pick_sla_minutes, collect_days, sourcing_attempts_max,
          capture_delay_minutes, delivery_days_min, delivery_days_max, pieces_per_line_max,
          return_days, return_abroad, ship_to_store_days, goodwill_percent, offer_percent, offer_euros,
          reserve_brought
        from maisons.policy where maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )


async def set_policy(
    conn: Conn, *, maison_id: UUID, policy: Policy, now: datetime, changed_by: UUID | None = None
) -> None:
    """Puts the policy in force and publishes what clients may know. The table's checks bound each number."""
    touched = await execute(
        conn,
        """
        insert into maisons.policy as kept (maison_id, hold_minutes, as_of_limit_minutes, pick_sla_minutes,
          collect_days,
          sourcing_attempts_max, capture_delay_minutes, delivery_days_min, delivery_days_max,
          pieces_per_line_max, return_days, return_abroad, ship_to_store_days, goodwill_percent,
          offer_percent, offer_euros, reserve_brought, changed_at, changed_by)
        values (%(maison_id)s, %(hold_minutes)s, %(as_of_limit_minutes)s, %(pick_sla_minutes)s,
          %(collect_days)s,
          %(sourcing_attempts_max)s, %(capture_delay_minutes)s, %(delivery_days_min)s, %(delivery_days_max)s,
          %(pieces_per_line_max)s, %(return_days)s, %(return_abroad)s, %(ship_to_store_days)s,
          %(goodwill_percent)s, %(offer_percent)s, %(offer_euros)s, %(reserve_brought)s, %(now)s, %(changed_by)s)
        on conflict (maison_id) do update set hold_minutes = excluded.hold_minutes,
          as_of_limit_minutes = excluded.as_of_limit_minutes, pick_sla_minutes = excluded.pick_sla_minutes,
          collect_days = excluded.collect_days, sourcing_attempts_max = excluded.sourcing_attempts_max,
          capture_delay_minutes = excluded.capture_delay_minutes,
          delivery_days_min = excluded.delivery_days_min,
          delivery_days_max = excluded.delivery_days_max, pieces_per_line_max = excluded.pieces_per_line_max,
          return_days = excluded.return_days, return_abroad = excluded.return_abroad,
          ship_to_store_days = excluded.ship_to_store_days, goodwill_percent = excluded.goodwill_percent,
          offer_percent = excluded.offer_percent, offer_euros = excluded.offer_euros, reserve_brought = excluded.reserve_brought,
          changed_at = excluded.changed_at, changed_by = excluded.changed_by
        where (kept.hold_minutes, kept.as_of_limit_minutes, kept.pick_sla_minutes, kept.collect_days,
          kept.sourcing_attempts_max, kept.capture_delay_minutes, kept.delivery_days_min,
          kept.delivery_days_max,
          kept.pieces_per_line_max, kept.return_days, kept.return_abroad, kept.ship_to_store_days,
          kept.goodwill_percent, kept.offer_percent, kept.offer_euros, kept.reserve_brought)
          is distinct from (excluded.hold_minutes, excluded.as_of_limit_minutes,
          excluded.pick_sla_minutes, excluded.collect_days, excluded.sourcing_attempts_max,
          excluded.capture_delay_minutes, excluded.delivery_days_min, excluded.delivery_days_max,
          excluded.pieces_per_line_max, excluded.return_days, excluded.return_abroad, excluded.ship_to_store_days,
          excluded.goodwill_percent, excluded.offer_percent, excluded.offer_euros, excluded.reserve_brought)
        """,
        maison_id=maison_id,
        now=now,
        changed_by=changed_by,
        **asdict(policy),
    )
    if not touched:
        return
    await execute(
        conn,
        """
        insert into public_facts.promise_terms (maison_id, hold_minutes, as_of_limit_minutes, collect_days,
          delivery_days_min, delivery_days_max, pieces_per_line_max, ship_to_store_days, reserve_brought)
        select maison_id, hold_minutes, as_of_limit_minutes, collect_days, delivery_days_min,
          delivery_days_max,
          pieces_per_line_max, ship_to_store_days, reserve_brought
        from maisons.policy where maison_id = %(maison_id)s
        on conflict (maison_id) do update set hold_minutes = excluded.hold_minutes,
          as_of_limit_minutes = excluded.as_of_limit_minutes, collect_days = excluded.collect_days,
          delivery_days_min = excluded.delivery_days_min, delivery_days_max = excluded.delivery_days_max,
          pieces_per_line_max = excluded.pieces_per_line_max, ship_to_store_days = excluded.ship_to_store_days,
          reserve_brought = excluded.reserve_brought
        """,
        maison_id=maison_id,
    )
