"""What the counter reads: codes and serials, so many in a quarter of an hour."""

import re

from enfilade.base.db import Db
from enfilade.web.shared import acting
from enfilade.web.shared.acting import Member

#: A busy counter looks up a code a minute; nobody guesses one among a million million, or reads all orders, with these.
LOOK_UPS_MAX = 120


async def spend_look_up(db: Db, member: Member, what: str) -> None:
    """Counts one look-up by a code or number; `what` names the kind. Raises limits.TooManyAttempts."""
    await acting.spend_look_up(db, member, what, most=LOOK_UPS_MAX)


def serials_in(text: str) -> tuple[str, ...]:
    """The serials written in a field, apart by blanks, commas or semicolons."""
    return tuple(re.split(r"[\s,;]+", text.strip())) if text.strip() else ()
