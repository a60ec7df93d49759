"""Changes the maison's policy once, by somebody who saw what was in force, and leaves a trace of who did."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base import audit
from enfilade.base.db import Conn, execute, maybe
from enfilade.maisons import policies
from enfilade.maisons.policies import Policy


@dataclass(frozen=True, slots=True)
class Since:
    """When the policy in force was set, and by whom; '' for an import."""

    changed_at: datetime
    changed_by: str


class ChangedMeanwhile(Exception):
    """A colleague changed the policy after this form was opened."""

    def __init__(self, since: Since) -> None:
        who = since.changed_by or "Somebody"
        super().__init__(f"{who} changed the policy while you were writing.")


async def since(conn: Conn, *, maison_id: UUID) -> Since | None:
    """None for a tenant without a policy, such as the group."""
    return await maybe(
        conn,
        Since,
        """
        select p.changed_at, coalesce(s.name, '') as changed_by from maisons.policy p
        left join staff.person s on s.maison_id = p.maison_id and s.id = p.changed_by
        where p.maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
    )


async def change(
    conn: Conn, *, maison_id: UUID, policy: Policy, seen: str, by_id: UUID, now: datetime
) -> None:
    """Raises ChangedMeanwhile. `seen` is the `changed_at` the form was opened with."""
    await execute(
        conn,
        "select 1 from maisons.policy where maison_id = %(maison_id)s for update",
        maison_id=maison_id,
    )
    found = await since(conn, maison_id=maison_id)
    before = await policies.policy_of(conn, maison_id=maison_id)
    if policy == before:
        return
    if found is None or found.changed_at.isoformat() != seen:
        assert found is not None, "a policy in force says since when"
        raise ChangedMeanwhile(found)
    await policies.set_policy(conn, maison_id=maison_id, policy=policy, now=now, changed_by=by_id)
    await audit.record(
        conn,
        maison_id=maison_id,
        staff_id=by_id,
        act="change_policy",
        subject_kind="policy",
        subject_id=maison_id,
        now=now,
    )
