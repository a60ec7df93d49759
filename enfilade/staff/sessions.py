"""The open sessions of oneself and of those one leads: seen, and ended by whoever finds one that should not be."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute, many
from enfilade.base.secrets import hashed
from enfilade.staff.people import Colleague


@dataclass(frozen=True, slots=True)
class Session:
    """`id` names it without opening anything: half of what is stored of its secret."""

    id: UUID
    staff_id: UUID
    name: str
    role: str
    created_at: datetime
    expires_at: datetime


class NoSuchSession(Exception):
    """No open session of this id is one's own or of somebody one leads."""


def session_id(token: str) -> UUID:
    """The id of the session this secret opens."""
    return UUID(bytes=hashed(token)[:16])


async def sessions_of(conn: Conn, *, maison_id: UUID, by: Colleague, now: datetime) -> list[Session]:
    """Open ones, newest first: one's own; for a boutique manager those of the advisors of their boutiques, for a maison
    manager or the group's administrator everybody's of the tenant.
    """
    return await many(
        conn,
        Session,
        """
        select encode(substring(s.token_hash from 1 for 16), 'hex')::uuid as id, s.staff_id, p.name, p.role, s.created_at,
          s.expires_at
        from staff.session s join staff.person p on p.maison_id = s.maison_id and p.id = s.staff_id
        where s.maison_id = %(maison_id)s and s.revoked_at is null and s.expires_at > %(now)s
          and coalesce(s.idle_until, s.expires_at) > %(now)s
          and (s.staff_id = %(by_id)s or %(role)s in ('maison_manager', 'group_administrator')
            or %(role)s = 'boutique_manager' and p.role = 'advisor' and exists (select from staff.post t
              where t.maison_id = s.maison_id and t.staff_id = s.staff_id and t.location_id = any(%(places)s::uuid[])))
        order by s.created_at desc, id limit 500
        """,
        maison_id=maison_id,
        by_id=by.staff_id,
        role=by.role,
        places=sorted(by.location_ids),
        now=now,
    )


async def end_session(conn: Conn, *, maison_id: UUID, by: Colleague, session_id: UUID, now: datetime) -> None:
    """Ends one of those `sessions_of` shows. Raises NoSuchSession."""
    if session_id not in {one.id for one in await sessions_of(conn, maison_id=maison_id, by=by, now=now)}:
        raise NoSuchSession
    await execute(
        conn,
        """
        update staff.session set revoked_at = %(now)s
        where maison_id = %(maison_id)s and revoked_at is null
          and substring(token_hash from 1 for 16) = decode(replace(%(session_id)s::text, '-', ''), 'hex')
        """,
        maison_id=maison_id,
        session_id=str(session_id),
        now=now,
    )


async def end_others(conn: Conn, *, maison_id: UUID, staff_id: UUID, token: str, now: datetime) -> int:
    """Ends all of somebody's sessions but the one whose `token` this is ('' spares none); returns how many."""
    return await execute(
        conn,
        """
        update staff.session set revoked_at = %(now)s
        where maison_id = %(maison_id)s and staff_id = %(staff_id)s and revoked_at is null and token_hash <> %(spared)s
        """,
        maison_id=maison_id,
        staff_id=staff_id,
        spared=hashed(token),
        now=now,
    )
