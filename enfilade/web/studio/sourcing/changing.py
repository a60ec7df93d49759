"""Changes the maison's rules and costs once, by somebody who saw what was in force, and leaves a trace of who did."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import audit
from enfilade.base.db import Conn, execute, maybe
from enfilade.orders.sourcing_terms import Sourcing, set_sourcing, sourcing_of


@dataclass(frozen=True, slots=True)
class Since:
    """When rules and costs were set, and by whom; '' for an import."""

    changed_at: datetime
    changed_by: str


class ChangedMeanwhile(Exception):
    """A colleague changed rules or costs after this form was opened."""

    def __init__(self, since: Since) -> None:
        who = since.changed_by or "Somebody"
        super().__init__(f"{who} changed the rules while you were writing.")


async def since(conn: Conn, *, maison_id: UUID) -> Since | None:
    """None for a maison that has said nothing yet."""
    return await maybe(
        conn,
        Since,
        """
        select t.changed_at, coalesce(s.name, '') as changed_by from orders.sourcing_terms t
        left join staff.person s on s.maison_id = t.maison_id and s.id = t.changed_by
        where t.maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )


def seen_of(found: Since | None) -> str:
    """What a form remembers of what it was opened with."""
    return found.changed_at.isoformat() if found else "nothing"


async def change(
    conn: Conn, *, maison_id: UUID, sourcing: Sourcing, seen: str, by_id: UUID, now: datetime
) -> None:
    """Raises ChangedMeanwhile. `seen` is `seen_of` what the form was opened with."""
    # The first to say something has no row to wait at: all wait at the policy, which everybody has.
    await execute(
        conn,
        "select 1 from maisons.policy where maison_id = %(maison_id)s for no key update",
        maison_id=maison_id,
    )
    found = await since(conn, maison_id=maison_id)
    if sourcing == await sourcing_of(conn, maison_id=maison_id):
        return
    if found is not None and seen_of(found) != seen:
        raise ChangedMeanwhile(found)
    await set_sourcing(conn, maison_id=maison_id, sourcing=sourcing, now=now, changed_by=by_id)
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by_id,
        act="change_sourcing",
        subject_kind="sourcing",
        subject_id=maison_id,
        now=now,
    )
