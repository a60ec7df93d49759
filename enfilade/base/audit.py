"""The audit: which member of staff did what to what, appended and never changed. It names ids, never people or texts."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id


async def record_all(
    conn: Conn,
    *,
    maison_id: UUID,
    staff_id: UUID,
    act: str,
    subject_kind: str,
    subject_ids: list[UUID],
    now: datetime,
) -> None:
    """The same act on several, in one statement."""
    await execute(
        conn,
        """
        insert into base.audit (maison_id, id, staff_id, act, subject_kind, subject_id, recorded_at)
        select %(maison_id)s, s.id, %(staff_id)s, %(act)s, %(subject_kind)s, s.subject_id, %(now)s
        from unnest(%(ids)s::uuid[], %(subject_ids)s::uuid[]) as s(id, subject_id)
        """,
        maison_id=maison_id,
        ids=[new_id(now) for _ in subject_ids],
        staff_id=staff_id,
        act=act,
        subject_kind=subject_kind,
        subject_ids=subject_ids,
        now=now,
    )


async def record(
    conn: Conn,
    *,
    maison_id: UUID,
    staff_id: UUID,
    act: str,
    subject_kind: str,
    subject_id: UUID,
    now: datetime,
) -> None:
    """Writes it in the transaction of the act. `act` is a verb and its noun: change_policy."""
    await execute(
        conn,
        """
        insert into base.audit (maison_id, id, staff_id, act, subject_kind, subject_id, recorded_at)
        values (%(maison_id)s, %(id)s, %(staff_id)s, %(act)s, %(subject_kind)s, %(subject_id)s, %(now)s)
        """,
        maison_id=maison_id,
        id=new_id(now),
        staff_id=staff_id,
        act=act,
        subject_kind=subject_kind,
        subject_id=subject_id,
        now=now,
    )
