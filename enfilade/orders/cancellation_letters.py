"""What a client is told of a cancellation: what is cancelled, by whose wish, what had left already, and what of the money."""

from dataclasses import dataclass
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.db import Conn, many, maybe
from enfilade.base.messages import Message
from enfilade.base.money import Money
from enfilade.clients.letters import Letter, message, words
from enfilade.orders.letters import STORE_HOST, order_page


@dataclass(frozen=True, slots=True)
class _About:
    order_id: UUID
    number: str
    language: str
    currency: str
    maison_name: str
    host: str
    mail: str
    paid: bool
    wished: bool
    #: It was stated as a withdrawal: what had left is awaited back.
    withdrawn: bool


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    colour: str
    size: str
    quantity: int
    total_minor: int
    outcome: str


async def letter(
    conn: Conn, *, maison_id: UUID, cancellation_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """None while it waits, and when the contact was erased or gave no address. Why the maison cancelled is not said."""
    about = await maybe(
        conn,
        _About,
        f"""
        select o.id as order_id, o.number, o.language, o.currency, m.name as maison_name, {STORE_HOST}, c.mail,
          o.payment_id is not null as paid, coalesce(x.reason, 'client_wish') = 'client_wish' as wished,
          exists (select 1 from orders.withdrawal_line w
            where w.maison_id = x.maison_id and w.cancellation_id = x.id) as withdrawn
        from orders.cancellation x
        join orders.order o on o.maison_id = x.maison_id and o.id = x.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where x.maison_id = %(maison_id)s and x.id = %(cancellation_id)s and x.state <> 'asked' and c.mail <> ''
        """,
        maison_id=maison_id,
        cancellation_id=cancellation_id,
    )
    if about is None:
        return None
    lines = await many(
        conn,
        _Line,
        """
        select l.name, l.colour, l.size, l.quantity, l.total_minor, x.outcome
        from orders.cancellation_line x
        join orders.order_line l on l.maison_id = x.maison_id and l.id = x.order_line_id
        where x.maison_id = %(maison_id)s and x.cancellation_id = %(cancellation_id)s and x.outcome in ('cancelled', 'left')
        order by l.id
        """,
        maison_id=maison_id,
        cancellation_id=cancellation_id,
    )
    language, say = words(about.language)

    def shown(line: _Line) -> str:
        price = Money(line.total_minor, about.currency).shown(i18n.LOCALES[language])
        several = f"× {line.quantity}" if line.quantity > 1 else ""
        return " · ".join(part for part in (line.name, line.colour, line.size, several, price) if part)

    gone = [shown(line) for line in lines if line.outcome == "cancelled"]
    left = [shown(line) for line in lines if line.outcome == "left"]
    before: list[str] = []
    after: list[str] = []
    if gone and about.wished:
        before += [say("As you wished, we have cancelled:"), *gone]
    elif gone:
        before += [say("We are sorry: we had to cancel"), *gone]
    if gone and about.paid:
        after.append(say("You pay nothing for it. What was reserved or taken for it is given back."))
    if left and about.withdrawn:
        before += [
            say("When you withdrew, this had just left us. It is awaited back, and nothing is lost to you:"),
            *left,
        ]
        after.append(say("How to bring or send it back, we tell you in a letter of its own."))
    elif left:
        before += [say("When your wish reached us, this had left us already, and is yours:"), *left]
        after.append(say("If you do not wish to keep it, you may return it: your order’s page says how."))
    subject = say("Order %(number)s: cancelled") if gone else say("Order %(number)s had left already")
    return message(
        Letter(
            sender=about.maison_name,
            subject=subject % {"number": about.number},
            before=before,
            after=after,
            link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
        ),
        key=f"cancellation-{cancellation_id}",
        to=about.mail,
        language=language,
    )
