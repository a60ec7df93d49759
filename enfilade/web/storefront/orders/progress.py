"""How an order stands, said to its client: a line of steps, one sentence, and what can be done now."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import segno
from markupsafe import Markup

from enfilade.base import i18n
from enfilade.base.i18n import Language
from enfilade.base.money import Money
from enfilade.base.secrets import derived
from enfilade.boutiques.zones import zone_of
from enfilade.orders import return_letters
from enfilade.orders.preparations import pickup_code
from enfilade.orders.return_reading import Shown, ShownLine
from enfilade.orders.returns import return_code
from enfilade.orders.sellers import sold_by
from enfilade.web.storefront.orders.reading import Line, Order
from enfilade.web.storefront.times import calendar_day

#: Line states that end a piece's way without it.
LOST = {"cancelled", "refused"}


@dataclass(frozen=True, slots=True)
class Step:
    """`reached`: behind us; `now`: where we are."""

    name: str
    reached: bool
    now: bool


@dataclass(frozen=True, slots=True)
class Piece:
    """A line with its price."""

    line: Line
    total: Money
    sold_by: str


@dataclass(frozen=True, slots=True)
class Part:
    """What goes one way together. `code` is set while it waits to be collected, `tracking` once a carrier has it.

    `closed`: its boutique is, now.
    """

    fulfilment_id: UUID | None
    sentence: str
    steps: list[Step]
    place: Line | None
    pieces: list[Piece]
    code: str
    qr: Markup
    on_the_way: bool
    tracking: str = ""
    tracking_url: str = ""
    closed: bool = False


def parts(order: Order, lines: list[Line], *, key: bytes, language: Language) -> list[Part]:
    """One part a fulfilment; pieces that look for a new place stand together, as do those lost or cancelled."""
    groups: dict[object, list[Line]] = {}
    for line in lines:
        if line.state in LOST:
            group: object = "cancelled" if line.cancelled else "lost"
        else:
            group = "seeking" if line.state == "unsourced" else line.fulfilment_id
        groups.setdefault(group, []).append(line)
    # What is lost comes last.
    ordered = sorted(groups.items(), key=lambda one: one[0] in ("lost", "cancelled"))
    return [_part(order, group, of, key, language) for group, of in ordered]


def due(order: Order, lines: list[Line]) -> Money:
    """What the pieces cost that are not lost, with their delivery and duties."""
    kept = [line.total_minor for line in lines if line.state not in LOST]
    return Money(sum(kept) + (order.delivery_minor if kept else 0) + order.duty_minor, order.currency)


def _part(order: Order, group: object, of: list[Line], key: bytes, language: Language) -> Part:
    _ = i18n.translations(language).gettext
    first = of[0]
    pieces = [
        Piece(line, Money(line.total_minor, order.currency), sold_by(line.seller, language)) for line in of
    ]
    if group == "lost" and any(line.to_make for line in of):
        sentence = _("Our workshop could not make it. What was paid for it is given back.")
        return Part(None, sentence, [], None, pieces, "", Markup(""), False)
    if group == "lost":
        sentence = _("Not to be had after all, or left in the boutique. It is not charged.")
        return Part(None, sentence, [], None, pieces, "", Markup(""), False)
    if group == "cancelled" and any(line.make_by for line in of):
        sentence = _("Cancelled. What was paid for it is given back.")
        return Part(None, sentence, [], None, pieces, "", Markup(""), False)
    if group == "cancelled":
        return Part(None, _("Cancelled. It is not charged."), [], None, pieces, "", Markup(""), False)
    if group == "seeking":
        sentence = _("We are looking for it in another boutique, and write as soon as it is found.")
        return Part(None, sentence, _steps(order.method, 1, language), None, pieces, "", Markup(""), False)
    if all(line.returned == line.quantity for line in of):
        return Part(
            first.fulfilment_id, _("It has come back to us."), [], None, pieces, "", Markup(""), False
        )
    state = first.fulfilment_state or "asked"
    reached = {
        "awaited": 1,
        "asked": 0,
        "accepted": 1,
        "ready": 2,
        "handed_over": 3,
        "dispatched": (3 if first.standing == "delivered" else 2) if order.method == "ship" else 3,
    }
    ready = state == "ready" and order.method != "ship" and first.fulfilment_id is not None
    code = pickup_code(key, first.fulfilment_id) if ready and first.fulfilment_id else ""
    closed = first.closed and order.method != "ship" and state in ("awaited", "asked", "accepted", "ready")
    return Part(
        first.fulfilment_id,
        " ".join([_sentence(order, first, state, language), *([_closed(first, language)] if closed else [])]),
        _steps(order.method, reached[state], language, brought=state == "awaited", made=first.to_make)
        if state in reached
        else [],
        first if order.method != "ship" else None,
        pieces,
        f"{code[:4]} {code[4:]}" if code else "",
        _qr(code) if code else Markup(""),
        first.on_my_way_at is not None,
        (first.tracking or "") if state == "dispatched" else "",
        (first.tracking_url or "") if state == "dispatched" else "",
        closed,
    )


def _steps(
    method: str, reached: int, language: Language, *, brought: bool = False, made: bool = False
) -> list[Step]:
    _ = i18n.translations(language).gettext
    coming = _("Being made") if made else _("On its way to the boutique")
    names = {
        "collect": [_("Ordered"), coming if brought else _("Being prepared"), _("Ready"), _("Collected")],
        "reserve": [
            _("Reserved"),
            coming if brought else _("Being put aside"),
            _("Ready"),
            _("In your hands"),
        ],
        "ship": [
            _("Ordered"),
            _("Being made") if made else _("Being prepared"),
            _("On its way"),
            _("Delivered"),
        ],
        # It went with its client at once.
        "counter": [],
    }[method]
    return [Step(name, place <= reached, place == reached) for place, name in enumerate(names)]


def _sentence(order: Order, line: Line, state: str, language: Language) -> str:
    _ = i18n.translations(language).gettext
    words = {"place": line.location_name or order.maison_name, "maison": order.maison_name}
    if state == "ready" and order.method != "ship":
        by = _local(line.collect_by, line.zone)
        if by is not None:
            words["day"] = calendar_day(by.date(), language)
            return _("Ready for you at %(place)s, until %(day)s.") % words
        return _("Ready for you at %(place)s.") % words
    if state == "awaited":
        about = _local(line.ready_about, line.zone)
        words["day"] = calendar_day(about.date(), language) if about is not None else ""
        if line.to_make and line.make_by and order.method == "ship":
            words["day"] = calendar_day(line.make_by, language)
            return _("We make it for you: it is finished about %(day)s. We write when it leaves.") % words
        if line.to_make:
            return (
                _("We make it for you: ready at %(place)s about %(day)s. We write when you can come.") % words
            )
        return (
            _("It is on its way to %(place)s, ready for you about %(day)s. We write when you can come.")
            % words
        )
    if order.method == "ship":
        said = {
            "asked": _("%(maison)s has your order and prepares it."),
            "accepted": _("It is being prepared and packed."),
            "ready": _("It is packed and waits for the carrier."),
            "dispatched": _on_its_way(line, language),
        }
    elif order.method in ("reserve", "counter"):
        said = {
            "asked": _("%(place)s has your wish and puts the piece aside. We write when it is ready."),
            "accepted": _("It is being put aside at %(place)s. We write when it is ready."),
            "handed_over": _("It went with you. We hope it keeps you company for long."),
        }
    else:
        said = {
            "asked": _("%(place)s has your order. We write when it is ready."),
            "accepted": _("It is being prepared at %(place)s. We write when it is ready."),
            "handed_over": _("It went with you. We hope it keeps you company for long."),
        }
    ended = {
        "no_show": _("It was kept for you at %(place)s and has gone back to its shelf. Nothing was charged."),
        "cancelled": _("This part of the order has ended. It is not charged."),
    }
    return (said | ended).get(
        state, _("We are looking for it in another boutique, and write as soon as it is found.")
    ) % words


def _closed(line: Line, language: Language) -> str:
    """What a client should know before they set out."""
    _ = i18n.translations(language).gettext
    until = _local(line.closed_until, line.zone)
    if until is None:
        return _("Closed for the moment.")
    return _("Closed until %(day)s.") % {"day": calendar_day(until.date(), language)}


def _on_its_way(line: Line, language: Language) -> str:
    """By what its carrier tells of it."""
    _ = i18n.translations(language).gettext
    at = _local(line.standing_at, line.zone)
    day = {"day": calendar_day(at.date(), language) if at is not None else ""}
    said = {
        "accepted": _("The carrier has it; it is on its way to you."),
        "out_for_delivery": _("It is out for delivery and comes to you today."),
        "failed_attempt": _(
            "The carrier came on %(day)s and found nobody. It will come again, or leave word where to fetch it."
        ),
        "delivered": _("It was delivered on %(day)s. We hope it keeps you company for long."),
        "returned_to_sender": _(
            "It could not be delivered and is on its way back to us. We will write to you."
        ),
        "lost": _("The carrier is looking for it. We see to it and will write to you."),
    }
    return said.get(line.standing or "", _("It is on its way to you.")) % day


def _local(at: datetime | None, zone: str | None) -> datetime | None:
    return at.astimezone(zone_of(zone)) if at is not None and zone else at


@dataclass(frozen=True, slots=True)
class Returned:
    """A return as its client sees it: announced, with its code, or taken in."""

    announced: bool
    place: str
    address: str
    day: str
    pieces: list[str]
    kept: list[str]
    refused: list[tuple[str, str]]
    amount: Money
    paid: bool
    code: str
    qr: Markup
    label: str
    standing: str
    tracking: str
    tracking_url: str
    #: What is kept for the client, sent, or not to be had, in place of it: sentences.
    instead: list[str]
    #: Whether that may still be changed; the secret of the order that was placed in its place, '' for none.
    changeable: bool
    placed: str


def returned(
    order: Order, shown: list[Shown], lines: list[ShownLine], *, key: bytes, language: Language
) -> list[Returned]:
    """What was withdrawn, or not seen for a month, is not shown."""
    why = return_letters.reasons(language)
    found: list[Returned] = []
    for one in shown:
        announced = one.state == "announced"
        at = one.lapses_at if announced else one.received_at
        if at is None or one.state not in ("announced", "received"):
            continue
        own = [line for line in lines if line.return_id == one.id]
        code = return_code(key, one.id) if announced else ""
        found.append(
            Returned(
                announced,
                one.place,
                f"{one.address}, {return_letters.country(one.country, language)}",
                calendar_day(at.astimezone(zone_of(one.zone)).date(), language),
                [_named(line) for line in own],
                [_named(line) for line in own if line.disposition],
                [(line.name, why.get(line.reason or "", "")) for line in own if not line.disposition],
                Money(
                    one.value_minor - sum({line.line_id: line.exchanged_minor for line in own}.values()),
                    order.currency,
                ),
                order.paid,
                f"{code[:4]} {code[4:]}" if announced else "",
                _qr(code) if announced else Markup(""),
                one.label_state if announced else "",
                one.standing,
                one.tracking,
                one.tracking_url,
                _instead(own, language),
                any(line.instead == "due" or (announced and line.instead) for line in own),
                next(
                    (derived(key, "order", line.placed_order_id) for line in own if line.placed_order_id), ""
                ),
            )
        )
    return found


def _instead(lines: list[ShownLine], language: Language) -> list[str]:
    _ = i18n.translations(language).gettext
    why = return_letters.because(language)
    told: list[str] = []
    for line in {line.line_id: line for line in lines}.values():
        words = {"piece": f"{line.name}, {line.another}", "number": line.placed_number}
        if line.instead == "placed":
            told.append(_("In its place %(piece)s comes to you, as order %(number)s.") % words)
        elif line.instead in ("wished", "held", "due"):
            told.append(_("In its place we keep %(piece)s for you.") % words)
        elif line.because in why:
            reason = {"reason": why[line.because]}
            told.append(_("In its place you wished %(piece)s: %(reason)s.") % (words | reason))
    return told


def _named(line: ShownLine) -> str:
    return f"{line.quantity} × {line.name}" if line.quantity > 1 else line.name


def _qr(code: str) -> Markup:
    drawn = segno.make(code, error="m", micro=False).svg_inline(
        scale=1, border=2, omitsize=True, dark="#111111", light="#ffffff"
    )
    return Markup(drawn)  # noqa: S704 drawn by us from our own letters
