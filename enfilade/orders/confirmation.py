"""The confirmation: what was ordered or reserved, where it will be, and the link that opens the order."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date

from enfilade.base import facts, i18n, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, many, maybe, scalar
from enfilade.base.messages import Message, Messages
from enfilade.base.money import Money
from enfilade.clients import letters
from enfilade.orders import delivery_words
from enfilade.orders.letters import STORE_HOST, order_page
from enfilade.orders.sellers import sold_by

MAIL_PLACED = "orders.mail_placed"


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The order as its confirmation tells it."""

    id: UUID
    number: str
    method: str
    language: str
    currency: str
    total_minor: int
    maison_name: str
    host: str
    mail: str
    name: str
    gift_words: str | None
    placed_at: datetime
    delivery: str | None
    delivery_minor: int
    promised_on: date | None
    duty_minor: int
    at_door: bool
    #: It comes in place of what was returned.
    exchanged: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmedLine:
    """A line and the place that prepares it; while it looks for another one, the place that was asked first."""

    name: str
    colour: str
    size: str
    quantity: int
    total_minor: int
    location_name: str
    address: str
    city: str
    zone: str
    ready_about: datetime | None
    seller: dict[str, str] | None
    engraving: str = ""
    lettering: str = ""
    engrave_by: date | None = None
    #: Made to order, and finished by then; to the client's specification.
    make_by: date | None = None
    to_specification: bool = False

    def said(self, currency: str, language: i18n.Language) -> str:
        """In one line, with its words, and with who sold it where that was another company."""
        piece = f"{self.quantity} × {self.name}{', ' + self.size if self.size else ''}"
        _ = i18n.translations(language).gettext
        cut = _("Engraved: %(words)s") % {"words": self.engraving} if self.engraving else ""
        parts = (
            piece,
            cut,
            Money(self.total_minor, currency).shown(language),
            sold_by(self.seller, language),
        )
        return " — ".join(part for part in parts if part)


async def mail_when_placed(conn: Conn, heard: facts.Heard) -> None:
    """Listener of OrderPlaced: the letter is a job of its own, since sending is not part of any transaction.

    What was sold at a counter has left already: its receipt is `orders.till.receipts`. What is sent in place of a return is told
    by that return's letter.
    """
    if heard.body["method"] == "counter" or await _exchanged(conn, heard.maison_id, heard.subject_id):
        return
    await jobs.defer(
        conn, maison_id=heard.maison_id, jobs=[jobs.Job(MAIL_PLACED, {"order_id": heard.subject_id})]
    )


async def _exchanged(conn: Conn, maison_id: UUID, order_id: UUID) -> bool:
    return await scalar(
        conn,
        """
        select exists (select 1 from orders.exchange where maison_id = %(maison_id)s and placed_order_id = %(order_id)s)
        """,
        maison_id=maison_id,
        order_id=order_id,
    )


async def read(
    conn: Conn, *, maison_id: UUID, order_id: UUID
) -> tuple[Confirmed, list[ConfirmedLine]] | None:
    """What the letter needs; None when the contact was erased or gave no address."""
    order = await maybe(
        conn,
        Confirmed,
        f"""
        select o.id, o.number, o.method, o.language, o.currency, o.total_minor, m.name as maison_name, {STORE_HOST}, c.mail,
          c.name, c.gift_words, o.placed_at, d.service as delivery, coalesce(d.total_minor, 0) as delivery_minor, d.promised_on,
          coalesce((select sum(l.duty_minor) from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id), 0)
            ::bigint as duty_minor,
          exists (select 1 from orders.order_line l where l.maison_id = o.maison_id and l.order_id = o.id
            and l.duties = 'at_door') as at_door,
          exists (select 1 from orders.exchange e where e.maison_id = o.maison_id and e.placed_order_id = o.id) as exchanged
        from orders.order o
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        left join orders.delivery d on d.maison_id = o.maison_id and d.order_id = o.id
        join public_facts.maison m on m.maison_id = o.maison_id
        where o.maison_id = %(maison_id)s and o.id = %(order_id)s and c.erased_at is null and c.mail <> ''
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    if order is None:
        return None
    lines = await many(
        conn,
        ConfirmedLine,
        """
        select l.name, l.colour, l.size, l.quantity, l.total_minor, b.name as location_name, b.address, b.city, b.zone,
          (select f.ready_about from orders.fulfilment f where f.maison_id = l.maison_id and f.id = l.fulfilment_id
            and f.state = 'awaited') as ready_about, l.seller, l.engraving, l.lettering, l.engrave_by,
          l.make_by, l.to_specification
        from orders.order_line l
        join boutiques.location b on b.maison_id = l.maison_id and b.id = (
          select f.location_id from orders.fulfilment f
          where f.maison_id = l.maison_id and f.order_id = l.order_id
          order by f.id is distinct from l.fulfilment_id, f.attempt, f.asked_at, f.id limit 1)
        where l.maison_id = %(maison_id)s and l.order_id = %(order_id)s order by l.id
        """,
        maison_id=maison_id,
        order_id=order_id,
    )
    return order, lines


def letter(order: Confirmed, lines: list[ConfirmedLine], *, key: bytes, base_url: str) -> Message:
    """The confirmation in the order's language."""
    language, _ = letters.words(order.language)  # `_` so that the catalogues find the sentences
    said = [line.said(order.currency, language) for line in lines]
    where = f"{lines[0].location_name}, {lines[0].address}, {lines[0].city}"
    about = (
        format_date(
            lines[0].ready_about.astimezone(ZoneInfo(lines[0].zone)),
            "EEEE d MMMM",
            locale=i18n.LOCALES[language],
        )
        if lines[0].ready_about
        else ""
    )
    if order.method == "reserve":
        subject = _("Your reservation {number}")
        opening = (
            _("Thank you. We are bringing these pieces to {place} for you, from about {day}.")
            if about
            else _("Thank you. We are putting these pieces aside for you at {place}.")
        )
        closing = _("We write again as soon as they are ready. You decide, and pay, in the boutique.")
    elif any(line.make_by for line in lines):
        subject = _("Your order {number}")
        opening = _("Thank you. We are making your order.")
        closing = (
            _("We write again when it leaves. What is made for you is paid now.")
            if order.method == "ship"
            else _(
                "We write again as soon as it is ready, with a code for collecting it. What is made for you is paid now."
            )
        )
    elif lines[0].ready_about is not None:
        subject = _("Your order {number}")
        opening = _("Thank you. We are bringing your order to {place}, for you from about {day}.")
        closing = _(
            "We write again as soon as it is ready, with a code for collecting it. Nothing is charged before."
        )
    elif order.method == "collect":
        subject = _("Your order {number}")
        opening = _("Thank you. We are preparing your order at {place}.")
        closing = _(
            "We write again as soon as it is ready, with a code for collecting it. Nothing is charged before."
        )
    else:
        subject = _("Your order {number}")
        opening = _("Thank you. We are preparing your order.")
        closing = _("We write again when it leaves. Nothing is charged before.")
    if order.exchanged:
        closing = _("It comes in place of what you returned: there is nothing to pay.")
    return letters.message(
        letters.Letter(
            sender=order.maison_name,
            subject=subject.format(number=order.number),
            before=[
                _("Dear {name},").format(name=order.name),
                opening.format(place=where, day=about),
                *said,
                *_delivered(order, language),
                *_duties(order, language),
                _("Total: {total}").format(total=Money(order.total_minor, order.currency).shown(language)),
            ],
            after=[
                closing,
                *_made(lines, language),
                *_engraved(lines, language),
                *_gift(order.gift_words, _),
            ],
            link=(_("Your order"), order_page(key, base_url, order.host, language, order.id)),
            last=_("Keep this message to yourself: its link opens your order."),
        ),
        key=f"placed-{order.id}",
        to=order.mail,
        language=language,
    )


def _made(lines: list[ConfirmedLine], language: i18n.Language) -> list[str]:
    """By when it is finished, and whether it may be cancelled and comes back."""
    made = [line for line in lines if line.make_by]
    if not made:
        return []
    _ = i18n.translations(language).gettext
    promised = max(line.make_by for line in made if line.make_by)
    return [
        _("What is made to order is finished about %(day)s.")
        % {"day": format_date(promised, "EEEE d MMMM", locale=i18n.LOCALES[language])},
        _(
            "Made to your specification, it is not cancelled once begun, and comes back only where it is faulty."
        )
        if any(line.to_specification for line in made)
        else _("You may cancel it until it leaves us, and return it like any other piece."),
    ]


def _engraved(lines: list[ConfirmedLine], language: i18n.Language) -> list[str]:
    if not any(line.lettering for line in lines):
        return []
    _ = i18n.translations(language).gettext
    promised = max((line.engrave_by for line in lines if line.engrave_by), default=None)
    about = (
        [
            _("The engraving is done by %(day)s.")
            % {"day": format_date(promised, "EEEE d MMMM", locale=i18n.LOCALES[language])}
        ]
        if promised
        else []
    )
    return [*about, _("An engraved piece is yours: it comes back only where it is faulty.")]


def _delivered(order: Confirmed, language: i18n.Language) -> list[str]:
    """What delivery costs, and when it comes at the latest."""
    if order.delivery is None:
        return []
    _ = i18n.translations(language).gettext
    price = Money(order.delivery_minor, order.currency).shown(language)
    said = " — ".join((delivery_words.named(order.delivery, order.language), price))
    if order.promised_on is None:
        return [said]
    day = format_date(order.promised_on, "EEEE d MMMM", locale=i18n.LOCALES[language])
    return [said, _("With you by {day}.").format(day=day)]


def _duties(order: Confirmed, language: i18n.Language) -> list[str]:
    """What customs collect, and from whom."""
    _ = i18n.translations(language).gettext
    if order.duty_minor:
        price = Money(order.duty_minor, order.currency).shown(language)
        return [" — ".join((delivery_words.duties(order.language), price))]
    return [_("Duties and import tax are paid at the door, by whoever receives it.")] if order.at_door else []


def _gift(words: str | None, _: Callable[[str], str]) -> list[str]:
    if words is None:
        return []
    if not words:
        return [_("It will be wrapped as a gift, without any price in it.")]
    return [
        _("It will be wrapped as a gift, without any price in it. The card says: {words}").format(words=words)
    ]


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work `orders.mail_placed`."""

    async def mail_placed(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await read(conn, maison_id=maison_id, order_id=ids["order_id"])
        if found is not None:
            await messages.send(letter(*found, key=key, base_url=base_url))

    known.add(MAIL_PLACED, mail_placed)
