"""What a client is told of a return: the receipt for what they said, and what was taken back.

The receipt holds what was said, with day and hour: a withdrawal by law is confirmed on something that lasts.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime

from enfilade.base import i18n
from enfilade.base.db import Conn, maybe
from enfilade.base.messages import Message
from enfilade.base.money import Money
from enfilade.clients.letters import Letter, message, words
from enfilade.orders import return_reading
from enfilade.orders.letters import STORE_HOST, last_day, order_page, qr
from enfilade.orders.return_reading import Shown, ShownLine
from enfilade.orders.returns import return_code


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


async def _about(
    conn: Conn, maison_id: UUID, return_id: UUID
) -> tuple[_About, Shown, list[ShownLine]] | None:
    """Whom to tell what; None when the contact was erased or gave no address."""
    about = await maybe(
        conn,
        _About,
        f"""
        select o.id as order_id, o.number, o.language, o.currency, m.name as maison_name, {STORE_HOST}, c.mail,
          o.payment_id is not null and o.method <> 'counter' as paid
        from orders.return r
        join orders.order o on o.maison_id = r.maison_id and o.id = r.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        where r.maison_id = %(maison_id)s and r.id = %(return_id)s and c.mail <> ''
        """,
        maison_id=maison_id,
        return_id=return_id,
    )
    if about is None:
        return None
    shown = await return_reading.of_order(conn, maison_id=maison_id, order_id=about.order_id)
    lines = await return_reading.lines_of_order(conn, maison_id=maison_id, order_id=about.order_id)
    (this,) = (one for one in shown if one.id == return_id)
    return about, this, [line for line in lines if line.return_id == return_id]


async def announced_letter(
    conn: Conn, *, maison_id: UUID, return_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """The receipt: what comes back, since when it is said, the code, where to bring or send it."""
    found = await _about(conn, maison_id, return_id)
    if found is None:
        return None
    about, this, lines = found
    # A receipt is owed for what was said, however late it is written.
    if this.state not in ("announced", "lapsed") or this.announced_at is None:
        return None
    language, say = words(about.language)
    code = return_code(key, return_id)
    letter = Letter(
        sender=about.maison_name,
        subject=say("Your return of order %(number)s") % {"number": about.number},
        before=[
            say("On %(moment)s you told us that you return, and withdraw from the purchase of:")
            % {"moment": moment(this.announced_at, this.zone, language)},
            *(piece(line) for line in lines),
            *_kept_for_you(lines, say),
            say(
                "This is our receipt. Please show this code in any of our boutiques, or lay it into the parcel."
            ),
        ],
        code=f"{code[:4]} {code[4:]}",
        picture=qr(code),
        picture_says=say("The same code, to be scanned"),
        after=[
            say("By post, please send it to %(place)s, %(address)s.")
            % {
                "place": f"{about.maison_name}, {this.place}",
                "address": f"{this.address}, {country(this.country, language)}",
            },
            *(
                [
                    say("We look forward to it until %(day)s.")
                    % {"day": last_day(this.lapses_at, this.zone, language)}
                ]
                if this.lapses_at
                else []
            ),
        ],
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
        last=say("You may keep it after all: your order’s page says how."),
    )
    said = f"{len(lines)}-{sum(line.quantity for line in lines)}"
    return message(letter, key=f"return-{return_id}-{said}", to=about.mail, language=language)


async def label_letter(
    conn: Conn, *, maison_id: UUID, return_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """The label to send it back with, by a link; nothing once it came, or is kept."""
    found = await _about(conn, maison_id, return_id)
    if found is None or found[1].state != "announced":
        return None
    about, this, _lines = found
    language, say = words(about.language)
    page = order_page(key, base_url, about.host, language, about.order_id)
    letter = Letter(
        sender=about.maison_name,
        subject=say("The label for your return of order %(number)s") % {"number": about.number},
        before=[
            say(
                "If you send it by post: print this label, lay our receipt or its code into the parcel, and hand it over."
            ),
            say("It goes to %(place)s, and costs you nothing.")
            % {"place": f"{about.maison_name}, {this.place}"},
        ],
        link=(say("Print the label"), f"{page}/return/label.pdf"),
        last=say("You may bring it to any of our boutiques instead: then you need no label."),
    )
    return message(letter, key=f"return-label-{return_id}", to=about.mail, language=language)


async def received_letter(
    conn: Conn, *, maison_id: UUID, return_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """What was taken back, what was not and why, and what happens to the money."""
    found = await _about(conn, maison_id, return_id)
    if found is None or found[1].state != "received":
        return None
    about, this, lines = found
    language, say = words(about.language)
    kept = [line for line in lines if line.disposition]
    refused = [line for line in lines if not line.disposition]
    before: list[str] = []
    if kept:
        before += [say("%(place)s has taken back:") % {"place": this.place}, *(piece(line) for line in kept)]
    if refused:
        why = reasons(language)
        before += [
            say("Not taken back:"),
            *(f"{piece(line)} · {why.get(line.reason or '', '')}" for line in refused),
        ]
    refund_minor = this.value_minor - sum({line.line_id: line.exchanged_minor for line in lines}.values())
    if about.paid and this.refund_minor == 0:
        # Decided: nothing of it was ever taken.
        refund_minor = 0
    worth = Money(refund_minor, about.currency).shown(i18n.LOCALES[language])
    after: list[str] = _exchanged(lines, language)
    sent = next((line for line in lines if line.placed_order_id), None)
    if kept and (refund_minor or (sent is None and this.refund_minor != 0)):
        after.append(
            say("%(amount)s goes back to where you paid from. Your bank may take a few days to show it.")
            % {"amount": worth}
            if about.paid
            else say("You paid in the boutique: %(amount)s is given back there.") % {"amount": worth}
        )
    letter = Letter(
        sender=about.maison_name,
        subject=say("Your return of order %(number)s has arrived") % {"number": about.number},
        before=before,
        after=after,
        link=(
            (say("See the order"), order_page(key, base_url, about.host, language, sent.placed_order_id))
            if sent is not None and sent.placed_order_id is not None
            else (say("See your order"), order_page(key, base_url, about.host, language, about.order_id))
        ),
    )
    return message(letter, key=f"return-received-{return_id}", to=about.mail, language=language)


def _kept_for_you(lines: list[ShownLine], say: Callable[[str], str]) -> list[str]:
    """What is held for the client until the return is there, and what is not to be had."""
    told = [
        say(
            "In its place we keep %(piece)s for you. We send it once what you return is here; there is nothing to pay."
        )
        % {"piece": f"{line.name}, {line.another}"}
        for line in lines
        if line.instead in ("wished", "held")
    ]
    gone = [
        say("You wished %(piece)s in its place: it is not there any more, so what you paid goes back.")
        % {"piece": f"{line.name}, {line.another}"}
        for line in lines
        if line.because == "gone"
    ]
    return told + gone


def _exchanged(lines: list[ShownLine], language: i18n.Language) -> list[str]:
    """What is sent in place of what came back, or why it is not; each line once."""
    say = i18n.translations(language).gettext
    why = because(language)
    told: list[str] = []
    for line in {line.line_id: line for line in lines}.values():
        words = {"piece": f"{line.name}, {line.another}", "number": line.placed_number}
        if line.instead == "placed":
            told.append(say("In its place %(piece)s comes to you, as order %(number)s.") % words)
            told.append(say("There is nothing to pay; you may return it like any other piece."))
        elif line.because in why:
            told.append(
                say("In its place you wished %(piece)s: %(reason)s.")
                % (words | {"reason": why[line.because]})
            )
    return told


def because(language: i18n.Language) -> dict[str, str]:
    """Why nothing is sent in place of what came back, said to its client."""
    say = i18n.translations(language).gettext
    return {
        "not_accepted": say("we exchange what comes back whole and as it left us"),
        "gone": say("it is not there any more"),
        "unpaid": say("it could not be charged"),
        "worth": say("it is worth something else by now"),
    }


def piece(line: ShownLine) -> str:
    """A piece in one line."""
    several = f"× {line.quantity}" if line.quantity > 1 else ""
    return " · ".join(part for part in (line.name, line.colour, line.size, several) if part)


def moment(at: datetime, zone: str, language: i18n.Language) -> str:
    """Day and hour, where it will be received."""
    return format_datetime(at.astimezone(ZoneInfo(zone)), "d MMMM y, HH:mm z", locale=i18n.LOCALES[language])


def country(code: str, language: i18n.Language) -> str:
    """Its name; the code where there is none."""
    names = cast("dict[str, str]", Locale.parse(i18n.LOCALES[language]).territories)
    return names.get(code, code)


def reasons(language: i18n.Language) -> dict[str, str]:
    """Why a piece is not taken back, said to its client."""
    say = i18n.translations(language).gettext
    return {
        "worn": say("it was worn"),
        "damaged": say("it was damaged"),
        "incomplete": say("something is missing from it"),
        "not_ours": say("it is not the piece you bought from us"),
        "missing": say("it was not in the parcel"),
        "too_late": say("its last day has passed"),
        "opened": say("it had been opened, and by law may not be sold again"),
    }
