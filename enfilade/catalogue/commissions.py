"""What a store keeps of a third-party brand's sales: a share agreed from a day on, one at a time, never changed once it runs."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from psycopg import errors

from enfilade.base import audit
from enfilade.base.db import Conn, constraint, execute, many, scalar
from enfilade.catalogue.brands import NoSuchBrand
from enfilade.catalogue.publish import take_turns

#: A whole, in hundredths of a per cent.
WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Commission:
    """`basis_points` of the price without tax are the store's, from `begins` until the day before `ends`, None for no end."""

    brand_id: UUID
    basis_points: int
    begins: date
    ends: date | None


class CommissionRuns(Exception):
    """Another commission ran on that day or has begun since: what was sold has been reckoned by it."""


class CommissionRefused(Exception):
    """A share lies between nothing and all."""


async def agree(
    conn: Conn,
    *,
    maison_id: UUID,
    brand_id: UUID,
    basis_points: int,
    begins: date,
    now: datetime,
    agreed_by: UUID | None = None,
) -> None:
    """From `begins` on the store keeps so much of what is sold of the brand; agreed again, it stays as it is.

    What was to begin later is replaced, what runs ends the day before; a brand without any may have one from a day that is
    past. Raises NoSuchBrand, CommissionRefused, CommissionRuns.
    """
    await take_turns(conn, maison_id=maison_id)
    if not await scalar(
        conn,
        "select true from catalogue.brand where maison_id = %(maison_id)s and id = %(id)s",
        maison_id=maison_id,
        id=brand_id,
    ):
        raise NoSuchBrand
    if not 0 <= basis_points <= WHOLE:
        raise CommissionRefused
    today: date = await scalar(
        conn,
        "select (%(now)s::timestamptz at time zone public_facts.zone_of(%(maison_id)s))::date",
        maison_id=maison_id,
        now=now,
    )
    known = [one for one in await commissions_of(conn, maison_id=maison_id) if one.brand_id == brand_id]
    if any(one.begins == begins and one.ends is None and one.basis_points == basis_points for one in known):
        return
    begun = [one for one in known if one.begins <= today]
    if begun and begins <= today:
        raise CommissionRuns
    await execute(
        conn,
        """
        delete from catalogue.commission
        where maison_id = %(maison_id)s and brand_id = %(brand_id)s and lower(valid) > %(today)s and lower(valid) >= %(begins)s
        """,
        maison_id=maison_id,
        brand_id=brand_id,
        today=today,
        begins=begins,
    )
    await execute(
        conn,
        """
        update catalogue.commission set valid = daterange(lower(valid), %(begins)s)
        where maison_id = %(maison_id)s and brand_id = %(brand_id)s and valid @> %(begins)s::date
        """,
        maison_id=maison_id,
        brand_id=brand_id,
        begins=begins,
    )
    try:
        async with conn.transaction():
            await execute(
                conn,
                """
                insert into catalogue.commission (maison_id, brand_id, valid, basis_points, agreed_at, agreed_by)
                values (%(maison_id)s, %(brand_id)s, daterange(%(begins)s, null), %(basis_points)s, %(now)s, %(agreed_by)s)
                """,
                maison_id=maison_id,
                brand_id=brand_id,
                begins=begins,
                basis_points=basis_points,
                now=now,
                agreed_by=agreed_by,
            )
    except errors.ExclusionViolation as error:
        if constraint(error) == "one_commission_a_day":
            raise CommissionRuns from None
        raise
    if agreed_by is not None:
        await audit.record(
            conn,
            maison_id=maison_id,
            staff_id=agreed_by,
            act="agree_commission",
            subject_kind="brand",
            subject_id=brand_id,
            now=now,
        )


async def commissions_of(conn: Conn, *, maison_id: UUID) -> list[Commission]:
    """All of the store's brands', the first one first."""
    return await many(
        conn,
        Commission,
        """
        select brand_id, basis_points, lower(valid) as begins, upper(valid) as ends
        from catalogue.commission where maison_id = %(maison_id)s order by brand_id, lower(valid)
        """,
        maison_id=maison_id,
    )
