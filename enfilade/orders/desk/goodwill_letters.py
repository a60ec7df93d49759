"""What a client is told when a part of what they paid is given back, and the work behind it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from enfilade.base import i18n
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Message, Messages
from enfilade.base.money import Money
from enfilade.clients.letters import Letter, message, words
from enfilade.orders import invoices
from enfilade.orders.letters import STORE_HOST, order_page


@dataclass(frozen=True, slots=True)
class _About:
    order_id: UUID
    number: str
    language: str
    maison_name: str
    host: str
    mail: str
    piece: str
    amount_minor: int
    currency: str


async def letter(
    conn: Conn, *, maison_id: UUID, goodwill_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """None when it was not given, or the contact was erased or gave no mail address."""
    about = await maybe(
        conn,
        _About,
        f"""
        select o.id as order_id, o.number, o.language, m.name as maison_name, {STORE_HOST}, c.mail,
          concat_ws(', ', l.name, nullif(l.size, '')) as piece, g.amount_minor, g.currency
        from orders.goodwill g
        join orders.order o on o.maison_id = g.maison_id and o.id = g.order_id
        join orders.order_line l on l.maison_id = g.maison_id and l.id = g.order_line_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where g.maison_id = %(maison_id)s and g.id = %(goodwill_id)s and g.state = 'given' and c.mail <> ''
          and c.erased_at is null
        """,
        maison_id=maison_id,
        goodwill_id=goodwill_id,
    )
    if about is None:
        return None
    language, say = words(about.language)
    amount = Money(about.amount_minor, about.currency).shown(i18n.LOCALES[language])
    return message(
        Letter(
            sender=about.maison_name,
            subject=say("Order %(number)s: we give a part back") % {"number": about.number},
            before=[
                say("For %(piece)s we give you back %(amount)s. You keep the piece.")
                % {"piece": about.piece, "amount": amount}
            ],
            after=[say("It goes to where you paid from, and may take some days to arrive.")],
            link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
        ),
        key=f"goodwill-{goodwill_id}",
        to=about.mail,
        language=language,
    )


def register(known: Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the works `orders.credit_goodwill` and `orders.mail_goodwill`."""

    async def credit(maison_id: UUID, ids: Mapping[str, UUID]) -> None:
        async def verb(conn: Conn) -> object:
            return await invoices.credit_goodwill(
                conn, maison_id=maison_id, goodwill_id=ids["goodwill_id"], now=datetime.now(UTC)
            )

        await db.run(Actor.job(), maison_id, verb)

    async def mail(maison_id: UUID, ids: Mapping[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letter(
                conn, maison_id=maison_id, goodwill_id=ids["goodwill_id"], key=key, base_url=base_url
            )
        if written is not None:
            await messages.send(written)

    known.add("orders.credit_goodwill", credit)
    known.add("orders.mail_goodwill", mail)
