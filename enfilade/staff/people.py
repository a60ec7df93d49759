"""People and their posts: hired by mail address, placed at boutiques, known by name to their colleagues."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from psycopg import errors

from enfilade.base.db import Conn, constraint, execute, many, maybe, one, scalar
from enfilade.base.ids import new_id
from enfilade.staff.surfaces import SERVES_CLIENTS, Role

FIRST_PASSWORD_DAYS = 3


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody at work: verbs take it as `by`. A maison manager is at home at every location."""

    staff_id: UUID
    name: str
    role: str
    location_ids: frozenset[UUID]

    def works_at(self, location_id: UUID) -> bool:
        """Whether acts at this location are theirs to do."""
        return self.role == "maison_manager" or location_id in self.location_ids

    @property
    def serves_clients(self) -> bool:
        """Whether any order of the maison is theirs to change at its client's word."""
        return self.role in SERVES_CLIENTS


@dataclass(frozen=True, slots=True)
class Place:
    """A place somebody works at."""

    id: UUID
    name: str


async def places(conn: Conn, *, maison_id: UUID, by: Colleague) -> list[Place]:
    """`by`'s places by name; a maison's manager and its client service see all of them."""
    return await many(
        conn,
        Place,
        """
        select id, name from boutiques.location
        where maison_id = %(maison_id)s and (%(everywhere)s or id = any(%(locations)s::uuid[])) order by name, id
        """,
        maison_id=maison_id,
        everywhere=by.serves_clients,
        locations=sorted(by.location_ids),
    )


@dataclass(frozen=True, slots=True)
class _Posted:
    staff_id: UUID
    name: str
    role: str
    location_ids: list[UUID]


class WorksElsewhere(Exception):
    """This mail address belongs to somebody at another maison; one address is one person."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} works for another maison; give another address")


async def hire(
    conn: Conn,
    *,
    maison_id: UUID,
    email: str,
    name: str,
    role: Role,
    password_hash: str,
    location_ids: list[UUID],
    now: datetime,
    chosen: bool = False,
) -> UUID:
    """Writes the person and their posts; hired again at the same address, they keep their id.

    The password ends after FIRST_PASSWORD_DAYS and lets them in to change it alone, unless they have `chosen` it themselves.
    Raises WorksElsewhere.
    """
    email = email.strip().lower()
    try:
        async with conn.transaction():
            staff_id: UUID = await scalar(
                conn,
                """
                insert into staff.person as kept
                  (maison_id, id, email, name, role, password_hash, first_password_ends_at, created_at)
                values (%(maison_id)s, %(id)s, %(email)s, %(name)s, %(role)s, %(password_hash)s, %(ends_at)s, %(now)s)
                on conflict on constraint staff_email_once do update set name = excluded.name, role = excluded.role,
                  password_hash = excluded.password_hash, first_password_ends_at = excluded.first_password_ends_at,
                  active = true
                returning id
                """,
                maison_id=maison_id,
                id=new_id(now),
                email=email,
                name=name,
                role=role,
                password_hash=password_hash,
                ends_at=None if chosen else now + timedelta(days=FIRST_PASSWORD_DAYS),
                now=now,
            )
    except (errors.InsufficientPrivilege, errors.UniqueViolation) as error:
        # The address's row is another maison's: its policy refuses to show or change it.
        if isinstance(error, errors.InsufficientPrivilege) or constraint(error) == "staff_email_once":
            raise WorksElsewhere(email) from None
        raise
    await execute(
        conn,
        """
        delete from staff.post
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s
          and location_id <> all(%(locations)s::uuid[])
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        locations=location_ids,
    )
    await execute(
        conn,
        """
        insert into staff.post (maison_id, staff_id, location_id)
        select %(maison_id)s, %(staff_id)s, location_id from unnest(%(locations)s::uuid[]) as l(location_id)
        on conflict do nothing
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        locations=location_ids,
    )
    return staff_id


async def leave(conn: Conn, *, maison_id: UUID, staff_id: UUID, now: datetime) -> None:
    """The person no longer works here: no sign-in, and every open session ends at once."""
    await execute(
        conn,
        "update staff.person set active = false where maison_id = %(maison_id)s and id = %(staff_id)s",
        maison_id=maison_id,
        staff_id=staff_id,
    )
    await execute(
        conn,
        """
        update staff.session set revoked_at = %(now)s
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and revoked_at is null
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        now=now,
    )


async def colleague(conn: Conn, *, maison_id: UUID, staff_id: UUID) -> Colleague:
    """The person and where they work now; somebody signed in is always there."""
    found = await one(
        conn,
        _Posted,
        """
        select p.id as staff_id, p.name, p.role, array(select t.location_id from staff.post t
          where t.maison_id = p.maison_id and t.staff_id = p.id order by t.location_id) as location_ids
        from staff.person p where p.maison_id = %(maison_id)s and p.id = %(staff_id)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
    )
    return Colleague(found.staff_id, found.name, found.role, frozenset(found.location_ids))


@dataclass(frozen=True, slots=True)
class _Name:
    name: str


async def name_of(conn: Conn, *, maison_id: UUID, staff_id: UUID) -> str:
    """How colleagues call them; '' for somebody who is not there."""
    found = await maybe(
        conn,
        _Name,
        "select name from staff.person where maison_id = %(maison_id)s and id = %(staff_id)s",
        maison_id=maison_id,
        staff_id=staff_id,
    )
    return found.name if found else ""


async def managers_of(conn: Conn, *, maison_id: UUID, location_id: UUID) -> list[str]:
    """The mail addresses of a boutique's managers; where it has none, of the maison's."""
    found: list[str] = await scalar(
        conn,
        """
        with manager as (
          select p.email, p.role from staff.person p
          where p.maison_id = %(maison_id)s and p.active and (p.role = 'maison_manager'
            or p.role = 'boutique_manager' and exists (select 1 from staff.post t
              where t.maison_id = p.maison_id and t.staff_id = p.id and t.location_id = %(location_id)s))
        )
        select coalesce(array_agg(email order by email), '{}') from manager
        where role = case when exists (select 1 from manager where role = 'boutique_manager')
          then 'boutique_manager' else 'maison_manager' end
        """,
        maison_id=maison_id,
        location_id=location_id,
    )
    return found
