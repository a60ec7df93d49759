"""What a client is told of an order after it is placed: ready, elsewhere, on its way, cancelled, not collected.

Words are chosen in the client's language; names and addresses are read when the letter is written, never kept in a job.
"""

import io
from dataclasses import dataclass
from datetime import date, datetime
from typing import LiteralString
from uuid import UUID
from zoneinfo import ZoneInfo

import segno
from babel.dates import format_date

from enfilade.base import i18n
from enfilade.base.db import Conn, many, maybe
from enfilade.base.messages import Message, Picture
from enfilade.base.money import Money
from enfilade.base.secrets import derived
from enfilade.clients.letters import Letter, message, words
from enfilade.maisons import stores
from enfilade.orders.preparations import pickup_code

#: The host of the store that the order `o` came through, '' where it has none of its own: its letters lead there.
STORE_HOST: LiteralString = (
    "coalesce((select s.host from public_facts.store s where s.id = o.store_id), '') as host"
)


@dataclass(frozen=True, slots=True)
class _About:
    order_id: UUID
    number: str
    state: str
    method: str
    language: str
    maison_name: str
    host: str
    mail: str
    name: str
    collector_name: str
    location_name: str
    location_address: str
    zone: str
    collect_by: datetime | None
    tracking: str
    ready_about: datetime | None


@dataclass(frozen=True, slots=True)
class _Cancelled:
    name: str
    colour: str
    size: str
    total_minor: int
    currency: str
    paid: bool
    made: bool


async def of_fulfilment(conn: Conn, *, maison_id: UUID, fulfilment_id: UUID) -> _About | None:
    """Whom to tell what about a fulfilment; None when there is no mail address."""
    return await maybe(
        conn,
        _About,
        f"""
        select o.id as order_id, o.number, f.state, f.method, o.language, m.name as maison_name, {STORE_HOST}, c.mail, c.name,
          c.collector_name, l.name as location_name,
          concat_ws(', ', nullif(l.address, ''), nullif(concat_ws(' ', nullif(l.postcode, ''), l.city), ''))
            as location_address,
          l.zone, f.collect_by, f.tracking, f.ready_about
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
        where f.maison_id = %(maison_id)s and f.id = %(fulfilment_id)s and c.mail <> ''
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )


def order_page(key: bytes, base_url: str, host: str, language: i18n.Language, order_id: UUID) -> str:
    """The secret address of an order in the store of this host, made again whenever it is written."""
    return f"{stores.address(base_url, host)}/{language}/orders/{derived(key, 'order', order_id)}"


def qr(code: str) -> Picture:
    """The code as a picture to be scanned."""
    drawn = io.BytesIO()
    segno.make(code, error="m", micro=False).save(drawn, kind="png", scale=8, border=3)
    return Picture("code", drawn.getvalue(), "png")


def last_day(collect_by: datetime, zone: str, language: i18n.Language) -> str:
    """The last whole day, as the boutique's calendar names it."""
    return format_date(collect_by.astimezone(ZoneInfo(zone)), "EEEE d MMMM", locale=i18n.LOCALES[language])


def ready_letter(about: _About, *, fulfilment_id: UUID, key: bytes, base_url: str) -> Message | None:
    """Come and collect: the code, its picture, the last day, and the way to say that one is coming."""
    if about.state != "ready" or about.collect_by is None:
        return None
    language, say = words(about.language)
    code = pickup_code(key, fulfilment_id)
    collector = about.collector_name
    after = [
        say("%(boutique)s, %(address)s. We keep it for you until %(day)s.")
        % {
            "boutique": about.location_name,
            "address": about.location_address,
            "day": last_day(about.collect_by, about.zone, language),
        }
    ]
    if collector:
        after.append(say("%(name)s may collect it with this code.") % {"name": collector})
    if about.method == "reserve":
        after.append(say("You pay in the boutique, after you have seen it."))
    letter = Letter(
        sender=about.maison_name,
        subject=say("Ready for you: order %(number)s") % {"number": about.number},
        before=[say("Your order is ready. Please show this code in the boutique.")],
        code=f"{code[:4]} {code[4:]}",
        picture=qr(code),
        picture_says=say("The same code, to be scanned"),
        after=after,
        link=(say("I’m on my way"), order_page(key, base_url, about.host, language, about.order_id)),
        last=say("What you do not wish to keep, you may leave at the counter: you pay only what you take."),
    )
    return message(letter, key=f"ready-{fulfilment_id}", to=about.mail, language=language)


def moved_letter(about: _About, *, fulfilment_id: UUID, key: bytes, base_url: str) -> Message | None:
    """Another boutique prepares it, or it is brought to the same one from another place."""
    if about.state == "awaited" and about.ready_about is not None:
        return _later_letter(about, about.ready_about, fulfilment_id, key, base_url)
    if about.state not in ("asked", "accepted"):
        return None
    language, say = words(about.language)
    letter = Letter(
        sender=about.maison_name,
        subject=say("Another boutique prepares your order %(number)s") % {"number": about.number},
        before=[
            say("The boutique you chose could not give us what you ordered as it should be."),
            say("We found it at %(boutique)s, %(address)s. We write again as soon as it is ready there.")
            % {"boutique": about.location_name, "address": about.location_address},
        ],
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
    )
    return message(letter, key=f"moved-{fulfilment_id}", to=about.mail, language=language)


def _later_letter(
    about: _About, ready_about: datetime, fulfilment_id: UUID, key: bytes, base_url: str
) -> Message:
    language, say = words(about.language)
    letter = Letter(
        sender=about.maison_name,
        subject=say("Your order %(number)s comes a little later") % {"number": about.number},
        before=[
            say("What we wished to bring to your boutique did not come as it should."),
            say("We bring another to %(boutique)s, ready for you about %(day)s. We write when you can come.")
            % {"boutique": about.location_name, "day": last_day(ready_about, about.zone, language)},
        ],
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
    )
    stamp = int(ready_about.timestamp())
    return message(letter, key=f"later-{fulfilment_id}-{stamp}", to=about.mail, language=language)


def dispatched_letter(about: _About, *, fulfilment_id: UUID, key: bytes, base_url: str) -> Message | None:
    """It is on its way."""
    language, say = words(about.language)
    before = [say("Your order has left us and is on its way to you.")]
    if about.tracking:
        before.append(say("The carrier knows it as %(tracking)s.") % {"tracking": about.tracking})
    letter = Letter(
        sender=about.maison_name,
        subject=say("On its way: order %(number)s") % {"number": about.number},
        before=before,
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
    )
    return message(letter, key=f"dispatched-{fulfilment_id}", to=about.mail, language=language)


def not_collected_letter(about: _About, *, fulfilment_id: UUID, key: bytes, base_url: str) -> Message | None:
    """The last day has passed."""
    language, say = words(about.language)
    letter = Letter(
        sender=about.maison_name,
        subject=say("Order %(number)s was not collected") % {"number": about.number},
        before=[
            say("We kept your order at %(boutique)s until today and have now put it back.")
            % {"boutique": about.location_name},
            say("Nothing remains to be paid, and what was paid is given back to you."),
        ],
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
        last=say("If you still wish to have it, we are glad to look for it again."),
    )
    return message(letter, key=f"not-collected-{fulfilment_id}", to=about.mail, language=language)


@dataclass(frozen=True, slots=True)
class _MadeLater:
    order_id: UUID
    number: str
    language: str
    maison_name: str
    host: str
    mail: str
    name: str
    colour: str
    size: str
    make_by: date
    to_specification: bool


async def made_later_letter(
    conn: Conn, *, maison_id: UUID, line_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """The day on which a piece is finished has moved; of two moves, the last is told. None once it is over."""
    about = await maybe(
        conn,
        _MadeLater,
        f"""
        select o.id as order_id, o.number, o.language, m.name as maison_name, {STORE_HOST}, c.mail, l.name, l.colour, l.size,
          l.make_by, l.to_specification
        from orders.order_line l
        join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where l.maison_id = %(maison_id)s and l.id = %(line_id)s and l.make_by is not null and l.made_at is null
          and l.state = 'sourced' and c.mail <> ''
        """,
        maison_id=maison_id,
        line_id=line_id,
    )
    if about is None:
        return None
    language, say = words(about.language)
    piece = " · ".join(part for part in (about.name, about.colour, about.size) if part)
    letter = Letter(
        sender=about.maison_name,
        subject=say("Your order %(number)s takes a little longer") % {"number": about.number},
        before=[
            say("The making of %(piece)s takes longer than we said.") % {"piece": piece},
            say("It is finished about %(day)s. We write again when it is on its way, or ready for you.")
            % {"day": format_date(about.make_by, "EEEE d MMMM", locale=i18n.LOCALES[language])},
        ],
        after=[]
        if about.to_specification
        else [say("Should you not wish to wait, you may cancel it on your order’s page, and are paid back.")],
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
    )
    return message(letter, key=f"made-later-{line_id}-{about.make_by}", to=about.mail, language=language)


@dataclass(frozen=True, slots=True)
class Buyer:
    """To whom an order's letters go; `host`: of the store it came through, '' for none."""

    number: str
    language: str
    maison_name: str
    host: str
    mail: str


async def buyer_of(conn: Conn, *, maison_id: UUID, order_id: UUID) -> Buyer | None:
    """None where no mail address was given, or it was erased."""
    return await maybe(
        conn,
        Buyer,
        f"""
        select o.number, o.language, m.name as maison_name, {STORE_HOST}, c.mail
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and c.mail <> ''
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def cancelled_letter(
    conn: Conn, *, maison_id: UUID, order_id: UUID, event_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """Which pieces could not be found anywhere, or made, and what of the money.

    `event_id`: one of the lines, which says the others that ended with it; what ended before was told then.
    """
    buyer = await buyer_of(conn, maison_id=maison_id, order_id=order_id)
    if buyer is None:
        return None
    lines = await many(
        conn,
        _Cancelled,
        """
        select l.name, l.colour, l.size, l.total_minor, o.currency, o.payment_id is not null as paid,
          l.make_by is not null as made
        from orders.order_line l join orders.order o on o.maison_id = l.maison_id and o.id = l.order_id
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s and l.state = 'cancelled' and l.fulfilment_id is null
          and not exists (select 1 from orders.cancellation_line x where x.maison_id = l.maison_id
            and x.order_line_id = l.id and x.outcome = 'cancelled')
          -- A job of the release before names no line: it tells all.
          and (exists (select 1 from base.fact f join base.fact e on e.maison_id = f.maison_id and e.xid = f.xid
              and e.kind = f.kind and e.subject_id = %(event_id)s
            where f.maison_id = l.maison_id and f.subject_id = l.id and f.kind = 'LineCancelled')
            or not exists (select 1 from orders.order_line y where y.maison_id = l.maison_id and y.id = %(event_id)s))
        order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
        event_id=event_id,
    )
    if not lines:
        return None
    language, say = words(buyer.language)
    unmade = all(line.made for line in lines)
    letter = Letter(
        sender=buyer.maison_name,
        subject=(
            say("We cannot make all of your order %(number)s")
            if unmade
            else say("We could not find all of your order %(number)s")
        )
        % {"number": buyer.number},
        before=[
            say("Our workshop cannot make it, and we are sorry that we cannot give you:")
            if unmade
            else say("We looked in our other boutiques too, and are sorry that we cannot give you:"),
            *(
                " · ".join(
                    part
                    for part in (
                        line.name,
                        line.colour,
                        line.size,
                        Money(line.total_minor, line.currency).shown(i18n.LOCALES[language]),
                    )
                    if part
                )
                for line in lines
            ),
        ],
        after=[say("You pay nothing for it. What was reserved or taken for it is given back.")]
        if any(line.paid for line in lines)
        else [],
        link=(say("See your order"), order_page(key, base_url, buyer.host, language, order_id)),
    )
    return message(letter, key=f"cancelled-{event_id}", to=buyer.mail, language=language)


@dataclass(frozen=True, slots=True)
class _Late:
    location_id: UUID
    location_name: str
    number: str
    pick_by: datetime
    zone: str
    state: str


async def late_letter(
    conn: Conn, *, maison_id: UUID, fulfilment_id: UUID, base_url: str
) -> tuple[UUID, Letter] | None:
    """To the managers of the boutique, in English like their app: nobody has accepted. With the location's id."""
    late = await maybe(
        conn,
        _Late,
        """
        select f.location_id, l.name as location_name, o.number, f.pick_by, l.zone, f.state
        from orders.fulfilment f
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
        where f.maison_id = %(maison_id)s and f.id = %(fulfilment_id)s
        """,
        maison_id=maison_id,
        fulfilment_id=fulfilment_id,
    )
    if late is None or late.state != "asked":
        return None
    until = late.pick_by.astimezone(ZoneInfo(late.zone)).strftime("%H:%M")
    letter = Letter(
        sender=late.location_name,
        subject=f"Order {late.number} waits for somebody to accept it",
        before=[
            f"Half of the time to prepare order {late.number} at {late.location_name} has passed.",
            f"At {until} it goes to another boutique, and the credit with it.",
        ],
        link=("Open it", f"{base_url}/boutique/preparations/{fulfilment_id}"),
    )
    return late.location_id, letter
