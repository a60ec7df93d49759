"""Somebody at work changes their own password: the present one is asked for, and every session of theirs ends."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import audit
from enfilade.base.actors import Actor
from enfilade.base.db import Db, execute, one
from enfilade.staff import passwords, sessions, sign_in


@dataclass(frozen=True, slots=True)
class _Present:
    email: str
    password_hash: str


async def change_password(
    db: Db, *, maison_id: UUID, staff_id: UUID, current: str, new: str, network: str, now: datetime
) -> str | None:
    """The token of a new session, the only one of theirs that is open now; None when `current` is wrong.

    Counted with the sign-ins: whoever finds an open screen guesses no more here than there.
    Raises PasswordRefused, TooManyAttempts.
    """
    passwords.accept(new)
    if new == current:
        raise passwords.PasswordRefused("This is the present password. Please take another.")
    actor = Actor.staff(staff_id)
    async with db.acting(actor, maison_id) as conn:
        present = await one(
            conn,
            _Present,
            "select email, password_hash from staff.person where maison_id = %(maison_id)s and id = %(staff_id)s",
            maison_id=maison_id,
            staff_id=staff_id,
        )
    async with db.door() as conn:
        await sign_in.attempt(conn, email=present.email, network=network, now=now)
    # No connection is held while passwords are checked and hashed.
    if not await passwords.right(present.password_hash, current):
        return None
    password_hash = await passwords.hashed_aside(new)
    async with db.acting(actor, maison_id) as conn:
        # Of two changes at once the second finds that what it was given is the present password no more.
        changed = await execute(
            conn,
            """
            update staff.person set password_hash = %(password_hash)s, first_password_ends_at = null
            where maison_id = %(maison_id)s and id = %(staff_id)s and password_hash = %(present)s
            """,
            maison_id=maison_id,
            staff_id=staff_id,
            password_hash=password_hash,
            present=present.password_hash,
        )
        if not changed:
            return None
        await sessions.end_others(conn, maison_id=maison_id, staff_id=staff_id, token="", now=now)
        await audit.record(
            conn,
            maison_id=maison_id,
            staff_id=staff_id,
            act="change_password",
            subject_kind="person",
            subject_id=staff_id,
            now=now,
        )
        return await sign_in.open_session(conn, maison_id=maison_id, staff_id=staff_id, now=now)
