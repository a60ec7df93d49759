"""Staff sign in with mail address and password; a session is a secret, stored hashed, for twelve hours.

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

SESSION_HOURS = 12
WINDOW_SECONDS = 15 * 60
ATTEMPTS_PER_ADDRESS_MAX = 20
ATTEMPTS_PER_NETWORK_MAX = 200


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`token` goes into the cookie and is not kept anywhere else."""

    maison_id: UUID
    staff_id: UUID
    role: str
    token: str


@dataclass(frozen=True, slots=True)
class _Known:
    maison_id: UUID
    staff_id: UUID
    password_hash: str


async def sign_in(db: Db, *, email: str, password: str, network: str, now: datetime) -> SignedIn | None:
    """A session, or None: address or password is wrong, and nobody is told which. Raises TooManyAttempts.

    `network` is where the attempt comes from (an address of the internet protocol).
    """
    email = email.strip().lower()[:320]
    async with db.door() as conn:
        await attempt(conn, email=email, network=network, now=now)
        known = await maybe(
            conn,
            _Known,
            "select maison_id, staff_id, password_hash from door.staff_of_mail(%(email)s)",
            email=email,
        )
    # No connection is held while the password is checked.
    if not await passwords.right(known.password_hash if known else None, password) or known is None:
        return None
    async with db.acting(Actor.staff(known.staff_id), known.maison_id) as conn:
        token = await open_session(conn, maison_id=known.maison_id, staff_id=known.staff_id, now=now)
        person = await people.colleague(conn, maison_id=known.maison_id, staff_id=known.staff_id)
    return SignedIn(known.maison_id, known.staff_id, person.role, token)


async def attempt(conn: Conn, *, email: str, network: str, now: datetime) -> None:
    """Counts one try at the password of `email`, wherever it is asked for. Raises TooManyAttempts."""
    await limits.spend(
        conn,
        bucket=f"staff sign-in from {network}",
        most=ATTEMPTS_PER_NETWORK_MAX,
        window_seconds=WINDOW_SECONDS,
        now=now,
    )
    await limits.spend(
        conn,
        bucket=f"staff sign-in as {email}",
        most=ATTEMPTS_PER_ADDRESS_MAX,
        window_seconds=WINDOW_SECONDS,
        now=now,
    )


async def open_session(conn: Conn, *, maison_id: UUID, staff_id: UUID, now: datetime) -> str:
    """A session for somebody whose identity was proven; returns its token."""
    token = new_secret()
    await execute(
        conn,
        """
        insert into staff.session (maison_id, token_hash, staff_id, created_at, expires_at)
        values (%(maison_id)s, %(token_hash)s, %(staff_id)s, %(now)s, %(expires_at)s)
        """,
        maison_id=maison_id,
        token_hash=hashed(token),
        staff_id=staff_id,
        now=now,
        expires_at=now + timedelta(hours=SESSION_HOURS),
    )
    return token


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
