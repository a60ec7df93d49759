"""Staff sign in with mail address and password; a session is a secret, stored hashed, for twelve hours, or two without use.

An unknown address and a wrong password take the same time and get the same answer. Attempts are counted
in the database, in a transaction of their own: limits hold across processes and survive the refusal.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from enfilade.base import limits
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, maybe
from enfilade.base.secrets import hashed, new_secret
from enfilade.staff import passwords, people

SESSION_HOURS, IDLE_HOURS = 12, 2
NOTED_MINUTES = 5
WINDOW_SECONDS = 15 * 60
ATTEMPTS_PER_ADDRESS_MAX = 20
ATTEMPTS_PER_NETWORK_MAX = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` goes into the cookie and is not kept anywhere else. With a `first_password` it opens the way to another alone."""

    maison_id: UUID
    staff_id: UUID
    role: str
    token: str
    first_password: bool


@dataclass(frozen=True, slots=True)
class _Known:
    maison_id: UUID
    staff_id: UUID
    password_hash: str
    first_password_ends_at: datetime | None


async def sign_in(db: Db, *, email: str, password: str, network: str, now: datetime) -> SignedIn | None:
    """A session, or None: address or password is wrong or has ended, and nobody is told which. Raises TooManyAttempts.

    `network` is where the attempt comes from (an address of the internet protocol).
    """
    email = email.strip().lower()[:320]
    async with db.door() as conn:
        await attempt(conn, email=email, network=network, now=now)
        known = await maybe(
            conn,
            _Known,
            "select maison_id, staff_id, password_hash, first_password_ends_at from door.staff_of_mail(%(email)s)",
            email=email,
        )
    # No connection is held while the password is checked.
    if not await passwords.right(known.password_hash if known else None, password) or known is None:
        return None
    first_until = known.first_password_ends_at
    if first_until is not None and first_until <= now:
        return None
    async with db.acting(Actor.staff(known.staff_id), known.maison_id) as conn:
        token = await open_session(conn, maison_id=known.maison_id, staff_id=known.staff_id, now=now)
        person = await people.colleague(conn, maison_id=known.maison_id, staff_id=known.staff_id)
    return SignedIn(known.maison_id, known.staff_id, person.role, token, first_until is not None)


async def attempt(conn: Conn, *, email: str, network: str, now: datetime) -> None:
    """Counts one try at the password of `email`, wherever it is asked for. Raises TooManyAttempts."""
    buckets = {
        f"staff sign-in from {network}": ATTEMPTS_PER_NETWORK_MAX,
        f"staff sign-in as {email}": ATTEMPTS_PER_ADDRESS_MAX,
    }
    await limits.spend_each(conn, buckets=buckets, window_seconds=WINDOW_SECONDS, now=now)


async def open_session(conn: Conn, *, maison_id: UUID, staff_id: UUID, now: datetime) -> str:
    """A session for somebody whose identity was proven; returns its token."""
    token = new_secret()
    await execute(
        conn,
        """
        insert into staff.session (maison_id, token_hash, staff_id, created_at, expires_at, idle_until)
        values (%(maison_id)s, %(token_hash)s, %(staff_id)s, %(now)s, %(expires_at)s, %(idle_until)s)
        """,
        maison_id=maison_id,
        token_hash=hashed(token),
        staff_id=staff_id,
        now=now,
        expires_at=now + timedelta(hours=SESSION_HOURS),
        idle_until=now + timedelta(hours=IDLE_HOURS),
    )
    return token


def due(idle_until: datetime | None, now: datetime) -> bool:
    """Whether a session in use should be told so: every NOTED_MINUTES at most, not with each request."""
    return idle_until is not None and idle_until <= now + timedelta(hours=IDLE_HOURS, minutes=-NOTED_MINUTES)


async def note_use(conn: Conn, *, maison_id: UUID, token: str, now: datetime) -> None:
    """Somebody uses this session: its idle end moves on. One that has ended stays so."""
    await execute(
        conn,
        """
        update staff.session set idle_until = %(idle_until)s
        where maison_id = %(maison_id)s and token_hash = %(token_hash)s and revoked_at is null and idle_until > %(now)s
          and idle_until < %(idle_until)s
        """,
        maison_id=maison_id,
        token_hash=hashed(token),
        idle_until=now + timedelta(hours=IDLE_HOURS),
        now=now,
    )


async def sign_out(conn: Conn, *, maison_id: UUID, token: str, now: datetime) -> None:
    """Ends the session; signing out twice changes nothing."""
    await execute(
        conn,
        """
        update staff.session set revoked_at = %(now)s
        where maison_id = %(maison_id)s and token_hash = %(token_hash)s and revoked_at is null
        """,
        maison_id=maison_id,
        token_hash=hashed(token),
        now=now,
    )


async def forget_old(conn: Conn, *, maison_id: UUID, now: datetime) -> int:
    """Removes sessions that ended more than a week ago."""
    return await execute(
        conn,
        """
        delete from staff.session
        where maison_id = %(maison_id)s and expires_at < %(now)s::timestamptz - interval '7 days'
        """,
        maison_id=maison_id,
        now=now,
    )
