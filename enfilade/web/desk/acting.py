"""What goes with every act at the desk: a note of it, and a count of the clients somebody looks at."""

from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, Db
from enfilade.orders.desk import notes
from enfilade.staff.people import Colleague
from enfilade.web.shared import acting
from enfilade.web.shared.acting import Member
from enfilade.web.shared.forms import Form

#: A desk answers a call in a minute or two; nobody reads a maison's clients one by one with these.
LOOK_UPS_MAX = 300


async def spend_look_up(db: Db, attendant: Member) -> None:
    """Counts one look at clients by name. Raises limits.TooManyAttempts."""
    await acting.spend_look_up(db, attendant, "desk", most=LOOK_UPS_MAX)


async def noted(
    conn: Conn, by: Colleague, maison_id: UUID, order_id: UUID, form: Form, act: str, now: datetime
) -> None:
    """The note beside an act: by which way the client spoke, and what it was about, as the form says. Raises SayWhich."""
    await notes.add(
        conn,
        maison_id=maison_id,
        by=by,
        order_id=order_id,
        way=form.text("way", ""),
        act=act,
        words=form.text("why", "", most=notes.WORDS_MAX),
        now=now,
    )
