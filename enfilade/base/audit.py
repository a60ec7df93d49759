"""The audit: which member of staff did what to what, appended and never changed. It names ids, never people or texts."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, execute
from enfilade.base.ids import new_id


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
