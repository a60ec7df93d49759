"""What is written about a withdrawal: the link to where it is stated, and the receipt, with what was stated and day and hour."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, many, maybe
from enfilade.base.messages import Message
from enfilade.clients.letters import Letter, message, words
from enfilade.orders.letters import STORE_HOST, buyer_of, order_page
from enfilade.orders.return_letters import moment


@dataclass(frozen=True, slots=True)
class _About:
    order_id: UUID
    number: str
    language: str
    maison_name: str
    host: str
    name: str
    mail: str
    stated_at: datetime
    zone: str
    #: The receipt goes where the order's letters go: it may hold the order's link.
    known: bool
    #: Told to the desk.
    told: bool


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    colour: str
    size: str
    quantity: int
    here: bool


async def receipt(
    conn: Conn, *, maison_id: UUID, withdrawal_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """To the address that was given for it; None once the statement's name and address are erased."""
    about = await maybe(
        conn,
        _About,
        f"""
        select o.id as order_id, o.number, o.language, m.name as maison_name, {STORE_HOST}, w.name, w.mail, w.stated_at,
          coalesce((select b.zone from orders.fulfilment f
            join boutiques.location b on b.maison_id = f.maison_id and b.id = f.location_id
            where f.maison_id = o.maison_id and f.order_id = o.id order by f.asked_at, f.id limit 1), 'UTC') as zone,
          lower(w.mail) = lower(c.mail) as known, w.by_id is not null as told
        from orders.withdrawal w
        join orders.order o on o.maison_id = w.maison_id and o.id = w.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where w.maison_id = %(maison_id)s and w.id = %(id)s and w.mail <> ''
        """,
        maison_id=maison_id,
        id=withdrawal_id,
    )
    if about is None:
        return None
    lines = await many(
        conn,
        _Line,
        """
        select l.name, l.colour, l.size, x.quantity, x.cancellation_id is not null as here
        from orders.withdrawal_line x
        join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
        where x.maison_id = %(maison_id)s and x.withdrawal_id = %(id)s order by here desc, l.id
        """,
        maison_id=maison_id,
        id=withdrawal_id,
    )
    language, say = words(about.language)
    here = [_piece(line) for line in lines if line.here]
    gone = [_piece(line) for line in lines if not line.here]
    before = [
        say(
            "On %(moment)s you, %(name)s, withdrew from the purchase of these pieces of order %(number)s at %(maison)s:"
        )
        % {
            "moment": moment(about.stated_at, about.zone, language),
            "name": about.name,
            "number": about.number,
            "maison": about.maison_name,
        },
        *here,
        *gone,
        *([say("You told our client service, who wrote it down for you.")] if about.told else []),
        say("This letter is our receipt. Please keep it."),
    ]
    after: list[str] = []
    if here:
        after.append(
            say("What has not left us is cancelled, and you pay nothing for it: %(pieces)s.")
            % {"pieces": say(", ").join(here)}
        )
    if gone:
        after.append(
            say(
                "What has left us please bring to any of our boutiques, or send back within fourteen days: %(pieces)s. "
                "A letter of its own tells how, and gives you a code for it."
            )
            % {"pieces": say(", ").join(gone)}
        )
        after.append(say("Once it is back with us, its price goes back to where you paid from."))
    letter = Letter(
        sender=about.maison_name,
        subject=say("Receipt: you withdrew from order %(number)s") % {"number": about.number},
        before=before,
        after=after,
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id))
        if about.known
        else None,
    )
    return message(letter, key=f"withdrawal-{withdrawal_id}", to=about.mail, language=language)


async def link(conn: Conn, *, maison_id: UUID, order_id: UUID, key: bytes, base_url: str) -> Message | None:
    """Where to withdraw from an order, to the address it was placed with; None where that was erased."""
    order = await buyer_of(conn, maison_id=maison_id, order_id=order_id)
    if order is None:
        return None
    language, say = words(order.language)
    page = order_page(key, base_url, order.host, language, order_id)
    letter = Letter(
        sender=order.maison_name,
        subject=say("Withdraw from order %(number)s") % {"number": order.number},
        before=[say("You asked for the page on which you may withdraw from the purchase.")],
        link=(say("Withdraw from contract here"), f"{page}/withdrawal"),
        last=say("If you did not ask for it, you need do nothing: nothing changes by this letter."),
    )
    return message(letter, key=f"withdrawal-link-{order_id}", to=order.mail, language=language)


def _piece(line: _Line) -> str:
    several = f"× {line.quantity}" if line.quantity > 1 else ""
    return " · ".join(part for part in (line.name, line.colour, line.size, several) if part)
