"""What a client is told when the address of their order was changed: where what has not left yet goes now."""

from dataclasses import dataclass
from typing import cast
from uuid import UUID

from babel import Locale

from enfilade.base import i18n
from enfilade.base.db import Conn, maybe
from enfilade.base.messages import Message
from enfilade.clients.letters import Letter, message, words
from enfilade.orders.letters import STORE_HOST, order_page


@dataclass(frozen=True, slots=True)
class _About:
    number: str
    language: str
    maison_name: str
    host: str
    name: str
    mail: str
    address: dict[str, str]
    some_left: bool


async def letter(
    conn: Conn, *, maison_id: UUID, order_id: UUID, change_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """None when the contact was erased or gave no mail address. The address is the present one; no other is kept."""
    about = await maybe(
        conn,
        _About,
        f"""
        select o.number, o.language, m.name as maison_name, {STORE_HOST}, c.name, c.mail, c.address,
          exists (select 1 from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
            and l.state = 'dispatched') as some_left
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and c.mail <> '' and c.address is not null
          and c.erased_at is null
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if about is None:
        return None
    language, say = words(about.language)
    of = about.address
    countries = cast("dict[str, str]", Locale.parse(i18n.LOCALES[language]).territories)
    country = countries.get(of.get("country", ""), "")
    town = " ".join(part for part in (of.get("postcode", ""), of.get("city", "")) if part)
    lines = [about.name, of.get("line1", ""), of.get("line2", ""), town, country]
    after = [say("What has left us already goes to where it was sent.")] if about.some_left else []
    after.append(say("If you did not wish this, please change it again on your order’s page, and tell us."))
    return message(
        Letter(
            sender=about.maison_name,
            subject=say("Order %(number)s: another address") % {"number": about.number},
            before=[
                say("The address of your order was changed. What is still with us now goes to:"),
                *(line for line in lines if line),
            ],
            after=after,
            link=(say("See your order"), order_page(key, base_url, about.host, language, order_id)),
        ),
        key=f"address-{change_id}",
        to=about.mail,
        language=language,
    )
