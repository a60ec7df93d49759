"""What a client is told when the boutique of their order closes, and when it opens again; in their language, once.

A letter's key is made of the work and of what is said: two acts that close a place until the same day write one letter.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.db import Conn, maybe
from enfilade.base.messages import Message
from enfilade.clients.letters import Letter, message, words
from enfilade.closures.collections import reopens_at
from enfilade.orders.letters import STORE_HOST, last_day, order_page


@dataclass(frozen=True, slots=True)
class _About:
    fulfilment_id: UUID
    order_id: UUID
    location_id: UUID
    number: str
    state: str
    method: str
    language: str
    maison_name: str
    host: str
    mail: str
    location_name: str
    zone: str
    collect_by: datetime | None
    why: str
    starts_at: datetime
    ends_at: datetime | None
    over_at: datetime | None


async def _about(conn: Conn, maison_id: UUID, effect_id: UUID) -> _About | None:
    return await maybe(
        conn,
        _About,
        f"""
        select f.id as fulfilment_id, o.id as order_id, f.location_id, o.number, f.state, f.method, o.language,
          m.name as maison_name, {STORE_HOST}, c.mail, l.name as location_name, l.zone,
          f.collect_by, e.why, p.starts_at, p.ends_at, p.over_at
        from closures.effect e
        join closures.place p on p.maison_id = e.maison_id and p.act_id = e.act_id and p.location_id = e.location_id
        join orders.fulfilment f on f.maison_id = e.maison_id and f.id = e.subject_id and f.location_id = e.location_id
        join orders.order o on o.maison_id = f.maison_id and o.id = f.order_id
        join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id
        join maisons.maison m on m.maison_id = o.maison_id
        join boutiques.location l on l.maison_id = f.maison_id and l.id = f.location_id
        where e.maison_id = %(maison_id)s and e.id = %(effect_id)s and c.mail <> ''
          and f.state in ('awaited', 'asked', 'accepted', 'ready')
        """,
        maison_id=maison_id,
        effect_id=effect_id,
    )


async def closed_letter(
    conn: Conn, *, maison_id: UUID, effect_id: UUID, key: bytes, base_url: str, now: datetime
) -> Message | None:
    """Closed from when, until when, and what becomes of the order. None where that is no news any more."""
    about = await _about(conn, maison_id, effect_id)
    if about is None or about.over_at is not None:
        return None
    language, say = words(about.language)
    opens = await reopens_at(conn, location_id=about.location_id, ends_at=about.ends_at)
    told = {"boutique": about.location_name, "number": about.number}
    if opens is not None:
        told["day"] = last_day(opens, about.zone, language)
    if about.starts_at > now:
        told["from"] = last_day(about.starts_at, about.zone, language)
        before = (
            say("%(boutique)s closes on %(from)s. It opens again on %(day)s.")
            if opens is not None
            else say("%(boutique)s closes on %(from)s. We write to you as soon as it opens again.")
        )
    elif opens is not None:
        before = say("%(boutique)s is closed for the moment. It opens again on %(day)s.")
    else:
        before = say("%(boutique)s is closed for the moment. We write to you as soon as it opens again.")
    after: list[str] = []
    if about.state == "ready" and about.collect_by is not None:
        until = last_day(about.collect_by, about.zone, language)
        if about.why == "bank":
            after.append(
                say(
                    "Your bank reserves the amount only until %(until)s: what is not collected by then is not charged."
                )
                % {"until": until}
            )
        else:
            after.append(say("Your order stays there for you until %(until)s.") % {"until": until})
    elif about.method == "ship":
        after.append(say("What you ordered leaves as soon as it is open; no other boutique has it now."))
    else:
        after.append(say("Your order is prepared there as soon as it is open. We write when it is ready."))
    stamp = int(about.ends_at.timestamp()) if about.ends_at is not None else "open"
    letter = Letter(
        sender=about.maison_name,
        subject=say("About your order %(number)s: the boutique is closed") % told,
        before=[before % told],
        after=after,
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
        last=say("If you would rather not wait, you can cancel it there and pay nothing for it."),
    )
    return message(letter, key=f"closed-{about.fulfilment_id}-{stamp}", to=about.mail, language=language)


async def welcome_letter(
    conn: Conn, *, maison_id: UUID, effect_id: UUID, key: bytes, base_url: str, now: datetime
) -> Message | None:
    """The boutique is open again, earlier than was said."""
    about = await _about(conn, maison_id, effect_id)
    if about is None:
        return None
    language, say = words(about.language)
    before = [say("%(boutique)s is open again.") % {"boutique": about.location_name}]
    if about.state == "ready" and about.collect_by is not None:
        until = last_day(about.collect_by, about.zone, language)
        before.append(say("Your order waits for you there until %(until)s.") % {"until": until})
    else:
        before.append(say("Your order is being prepared. We write when it is ready."))
    letter = Letter(
        sender=about.maison_name,
        subject=say("Open again: your order %(number)s") % {"number": about.number},
        before=before,
        link=(say("See your order"), order_page(key, base_url, about.host, language, about.order_id)),
    )
    return message(letter, key=f"welcome-{effect_id}", to=about.mail, language=language)
