"""What the law asks of a checkout once it is known where its parcel goes, and who has to see a client's age."""

from dataclasses import dataclass, replace
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.orders.frozen import Head
from enfilade.orders.placing import PlacingLine, age_of
from enfilade.orders.sources import NotByLaw


class AgeNotConfirmed(Exception):
    """The client has not said to be at least `age` years old."""

    def __init__(self, age: int) -> None:
        super().__init__(f"The client has to be at least {age} years old")
        self.age = age


class AgeNotChecked(Exception):
    """Whoever hands it over has not checked that the client is at least `age` years old."""

    def __init__(self, age: int) -> None:
        super().__init__(f"Check first that the client is at least {age} years old")
        self.age = age


@dataclass(frozen=True, slots=True)
class _There:
    selling_maison_id: UUID
    variant_id: UUID
    age_min: int | None
    lawful: bool


async def at_destination(
    conn: Conn, *, maison_id: UUID, head: Head, country: str, lines: list[PlacingLine]
) -> list[PlacingLine]:
    """The lines with the age that the law of the address asks for; written down where it is higher than the market's.

    Part of the transaction that begins to pay. Raises NotByLaw, AgeNotConfirmed.
    """
    there = {
        (row.selling_maison_id, row.variant_id): row
        for row in await many(
            conn,
            _There,
            """
            with asked as (
              select l.selling_maison_id, l.variant_id, l.kinds,
                greatest(l.age_min, public_facts.law_of(l.selling_maison_id, l.kinds, 'age', %(country)s)) as age_min,
                public_facts.may_go(l.selling_maison_id, l.kinds, b.country, %(country)s) as lawful
              from orders.checkout_line l left join public_facts.boutique b on b.id = l.location_id
              join orders.checkout_seller s on s.maison_id = l.maison_id and s.checkout_id = l.checkout_id
                and s.selling_maison_id = l.selling_maison_id and coalesce(s.method, 'ship') = 'ship'
              where l.maison_id = %(maison_id)s and l.checkout_id = %(checkout_id)s and l.kinds <> '{}'
            ), raised as (
              update orders.checkout_line l set age_min = a.age_min from asked a
              where l.maison_id = %(maison_id)s and l.checkout_id = %(checkout_id)s and l.variant_id = a.variant_id
                and l.selling_maison_id = a.selling_maison_id and l.age_min is distinct from a.age_min
            )
            select selling_maison_id, variant_id, age_min, coalesce(lawful, true) as lawful from asked
            """,
            maison_id=maison_id,
            checkout_id=head.id,
            country=country,
        )
    }
    known = [
        replace(line, age_min=found.age_min)
        if (found := there.get((line.selling_maison_id, line.variant_id)))
        else line
        for line in lines
    ]
    forbidden = [
        line.name
        for line in known
        if (found := there.get((line.selling_maison_id, line.variant_id))) and not found.lawful
    ]
    if forbidden:
        raise NotByLaw(forbidden)
    age = age_of(known)
    if age is not None and (head.age_confirmed or 0) < age:
        raise AgeNotConfirmed(age)
    if age != head.age_min:
        await execute(
            conn,
            "update orders.checkout set age_min = %(age)s where maison_id = %(maison_id)s and id = %(id)s",
            maison_id=maison_id,
            id=head.id,
            age=age,
        )
    return known
