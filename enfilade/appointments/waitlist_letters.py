"""What somebody who waits for a full day is told: that they are on the list, and that a time is kept for them."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from babel.dates import format_date, format_time

from enfilade.appointments.keeping import link_secret
from enfilade.appointments.waitlist import MAIL
from enfilade.base import i18n, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.messages import Message, Messages
from enfilade.boutiques.zones import zone_of
from enfilade.clients import letters
from enfilade.maisons import stores


@dataclass(frozen=True, slots=True)
class _About:
    id: UUID
    language: str
    mail: str
    on: date
    maison_name: str
    host: str
    service: str
    location_name: str
    location_address: str
    zone: str
    alternative_id: UUID | None
    starts_at: datetime | None
    answer_by: datetime | None


async def letter(
    conn: Conn, *, maison_id: UUID, waiting_id: UUID, key: bytes, base_url: str
) -> Message | None:
    """How it stands: waiting, or with a time to answer for. None: it is over, or nobody is known any more."""
    about = await maybe(
        conn,
        _About,
        """
        select w.id, w.language, w.mail, w.on_day as on, m.name as maison_name,
          coalesce((select s.host from public_facts.store s where s.id = w.store_id), '') as host, t.name as service,
          b.name as location_name,
          concat_ws(', ', nullif(b.address, ''), nullif(concat_ws(' ', nullif(b.postcode, ''), b.city), ''))
            as location_address, b.zone, p.id as alternative_id, p.starts_at, p.answer_by
        from appointments.waiting w
        join public_facts.maison m on m.maison_id = w.maison_id
        join public_facts.boutique b on b.id = w.location_id
        cross join lateral (select x.name from appointments.service_text x
          where x.maison_id = w.maison_id and x.service_id = w.service_id
          order by x.language = w.language desc, x.language = 'en' desc, x.language limit 1) t
        left join appointments.alternative p on p.maison_id = w.maison_id and p.waiting_id = w.id and p.state = 'open'
        where w.maison_id = %(maison_id)s and w.id = %(waiting_id)s and w.ended_at is null
        """,
        maison_id=maison_id,
        waiting_id=waiting_id,
    )
    if about is None:
        return None
    language, say = letters.words(about.language)
    link = (
        f"{stores.address(base_url, about.host)}/{language}/appointments/waiting/{link_secret(key, about.id)}"
    )
    at = ", ".join(part for part in (about.location_name, about.location_address) if part)
    said = {"service": about.service, "boutique": about.location_name, "day": _day(about.on, language)}
    if about.starts_at is None or about.answer_by is None:
        written = letters.Letter(
            sender=about.maison_name,
            subject=say("On the waitlist: %(service)s, %(day)s") % said,
            before=[
                say("%(boutique)s has no time left on %(day)s. You are on the waitlist.") % said,
                say("As soon as a time is free that day it is kept for you, and we write to you."),
                about.service,
                at,
            ],
            link=(say("See how it stands, or leave the waitlist"), link),
        )
    else:
        then = _when(about.starts_at, about.zone, language)
        written = letters.Letter(
            sender=about.maison_name,
            subject=say("A time is free: %(day)s, %(time)s") % then,
            before=[
                say("You wished to come on this day. A time has become free, and we keep it for you:"),
                about.service,
                say("%(day)s at %(time)s") % then,
                at,
            ],
            link=(say("Take it, or leave it to others"), link),
            last=say("It is kept for you until %(day)s, %(time)s. After that it is the next one’s.")
            % _when(about.answer_by, about.zone, language),
        )
    return letters.message(
        written,
        key=f"waitlist-{about.id}-{about.alternative_id or 'waits'}",
        to=about.mail,
        language=language,
    )


def _day(on: date, language: i18n.Language) -> str:
    return format_date(on, "M月d日EEEE" if language == "zh" else "EEEE d MMMM", locale=i18n.LOCALES[language])


def _when(at: datetime, zone: str, language: i18n.Language) -> dict[str, str]:
    there = at.astimezone(zone_of(zone))
    return {
        "day": _day(there.date(), language),
        "time": format_time(there, "HH:mm", locale=i18n.LOCALES[language]),
    }


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the letter."""

    async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letter(
                conn, maison_id=maison_id, waiting_id=ids["waiting_id"], key=key, base_url=base_url
            )
        if written is not None:
            await messages.send(written)

    known.add(MAIL, mail)
