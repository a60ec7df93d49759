"""What a client is told of an appointment: kept, moved, given back, soon; each with what a calendar makes of it.

A letter tells how the appointment stands when it is written, and which sequence it told: what happened twice before is told once.
"""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr
from uuid import UUID

from babel.dates import format_date, format_time

from enfilade.appointments.events import AppointmentBooked, AppointmentCancelled, AppointmentMoved
from enfilade.appointments.invitations import Invitation, calendar, method
from enfilade.appointments.keeping import link_secret
from enfilade.base import i18n, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, execute, maybe
from enfilade.base.facts import Heard
from enfilade.base.messages import CalendarPart, Message, Messages
from enfilade.boutiques.zones import zone_of
from enfilade.clients import letters
from enfilade.maisons import stores

MAIL = "appointments.mail"


@dataclass(frozen=True, slots=True)
class About:
    """Whom to tell what; `mail` is '' where nobody is known any more or gave a phone alone. `told`: the sequence told last."""

    id: UUID
    number: str
    state: str
    sequence: int
    told: int
    reminded_of: datetime | None
    by_maison: bool
    language: str
    maison_name: str
    host: str
    service: str
    service_words: str
    location_name: str
    location_address: str
    phone: str
    zone: str
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    cancel_until_minutes: int
    late_minutes: int
    pieces: list[str]
    brought: list[str]
    name: str
    mail: str


async def about(
    conn: Conn, *, maison_id: UUID, appointment_id: UUID, language: str | None = None
) -> About | None:
    """As it stands now, in its client's language or in `language`."""
    return await maybe(
        conn,
        About,
        """
        select a.id, a.number, a.state, a.sequence, a.told, a.reminded_of, a.ended_by is not null as by_maison, a.language,
          m.name as maison_name,
          coalesce((select s.host from public_facts.store s where s.id = a.store_id), '') as host, t.name as service,
          t.words as service_words, b.name as location_name,
          concat_ws(', ', nullif(b.address, ''), nullif(concat_ws(' ', nullif(b.postcode, ''), b.city), ''))
            as location_address, b.phone, a.zone, a.starts_at, a.ends_at, a.changed_at, s.cancel_until_minutes,
          s.late_minutes, coalesce(c.name, '') as name, coalesce(c.mail, '') as mail,
          array(select coalesce(y.name, v.sku) from appointments.piece x
            join public_facts.variant v on v.id = x.variant_id
            left join lateral (select z.name from public_facts.product_text z where z.product_id = v.product_id
              order by z.language = coalesce(%(language)s, a.language) desc, z.language = 'en' desc, z.language limit 1) y on true
            where x.maison_id = a.maison_id and x.appointment_id = a.id and x.transfer_id is null and x.lacking is null
            order by x.place) as pieces,
          array(select coalesce(y.name, v.sku) from appointments.piece x
            join public_facts.variant v on v.id = x.variant_id
            left join lateral (select z.name from public_facts.product_text z where z.product_id = v.product_id
              order by z.language = coalesce(%(language)s, a.language) desc, z.language = 'en' desc, z.language limit 1) y on true
            where x.maison_id = a.maison_id and x.appointment_id = a.id and x.transfer_id is not null and x.lacking is null
            order by x.place) as brought
        from appointments.appointment a
        join appointments.service s on s.maison_id = a.maison_id and s.id = a.service_id
        join public_facts.maison m on m.maison_id = a.maison_id
        join public_facts.boutique b on b.id = a.location_id
        left join appointments.contact c on c.maison_id = a.maison_id and c.appointment_id = a.id
        cross join lateral (select x.name, x.words from appointments.service_text x
          where x.maison_id = a.maison_id and x.service_id = a.service_id
          order by x.language = coalesce(%(language)s, a.language) desc, x.language = 'en' desc, x.language limit 1) t
        where a.maison_id = %(maison_id)s and a.id = %(appointment_id)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        language=language,
    )


def address(key: bytes, base_url: str, language: str, about: About) -> str:
    """Its private link in the store it was made in, made again whenever it is written."""
    return f"{stores.address(base_url, about.host)}/{language}/appointments/{link_secret(key, about.id)}"


def when(about: About, language: i18n.Language) -> tuple[str, str]:
    """The day and the hour by the boutique's clock, as a reader of the language writes them."""
    there = about.starts_at.astimezone(zone_of(about.zone))
    pattern = "M月d日EEEE" if language == "zh" else "EEEE d MMMM"
    return (
        format_date(there, pattern, locale=i18n.LOCALES[language]),
        format_time(there, "HH:mm", locale=i18n.LOCALES[language]),
    )


def invitation(about: About, *, key: bytes, base_url: str, sender: str, to: str) -> Invitation:
    """What a calendar is told; `to` '' for a file that is fetched."""
    language, _ = letters.words(about.language)
    link = address(key, base_url, language, about)
    said = [about.service_words, _("To see, move or cancel it:") + f" {link}"]
    return Invitation(
        appointment_id=about.id,
        sequence=about.sequence,
        cancelled=about.state == "cancelled",
        starts_at=about.starts_at,
        ends_at=about.ends_at,
        zone=about.zone,
        said_at=about.changed_at,
        summary=f"{about.maison_name} · {about.service}",
        words="\n\n".join(part for part in said if part),
        location=", ".join(part for part in (about.location_name, about.location_address) if part),
        address=link,
        organiser=about.maison_name,
        organiser_mail=parseaddr(sender)[1],
        language=i18n.TAGS[language],
        name=about.name,
        to=to,
    )


def letter(about: About, *, key: bytes, base_url: str, sender: str) -> Message | None:
    """What is to be told now: that it is kept, when it is now, or that it is off. None: nothing, or nobody to tell."""
    if not about.mail or about.told >= about.sequence or about.state not in ("booked", "cancelled"):
        return None
    language, _ = letters.words(about.language)
    day, hour = when(about, language)
    said = {"service": about.service, "day": day, "time": hour, "boutique": about.location_name}
    if about.state == "cancelled":
        opening = (
            _("We are sorry: we cannot keep your appointment on %(day)s at %(time)s.")
            if about.by_maison
            else _("Your appointment on %(day)s at %(time)s is cancelled, as you wished.")
        )
        written = letters.Letter(
            sender=about.maison_name,
            subject=_("Cancelled: %(service)s, %(day)s") % said,
            before=[opening % said, f"{about.location_name}, {about.location_address}"],
            after=[_("What was set aside for it is no longer kept.")]
            if about.pieces or about.brought
            else [],
            link=(_("Find another time"), address(key, base_url, language, about)),
        )
    elif about.told < 0:
        written = letters.Letter(
            sender=about.maison_name,
            subject=_("Your appointment: %(day)s, %(time)s") % said,
            before=[_("We look forward to seeing you."), *_facts(about, language)],
            after=_rules(about, language),
            link=(_("See, move or cancel it"), address(key, base_url, language, about)),
            last=_("Whoever has this link can do so: keep it to yourself."),
        )
    else:
        written = letters.Letter(
            sender=about.maison_name,
            subject=_("Moved: your appointment is now %(day)s, %(time)s") % said,
            before=[_("Your appointment has another time or place. It is now:"), *_facts(about, language)],
            after=_rules(about, language),
            link=(_("See, move or cancel it"), address(key, base_url, language, about)),
        )
    return letters.message(
        written,
        key=f"appointment-{about.id}-{about.sequence}",
        to=about.mail,
        language=language,
        calendar=_part(invitation(about, key=key, base_url=base_url, sender=sender, to=about.mail)),
    )


def reminder(about: About, *, key: bytes, base_url: str) -> Message | None:
    """Soon. None where it was moved, cancelled or forgotten since the reminder was asked for."""
    if not about.mail or about.state != "booked" or about.reminded_of != about.starts_at:
        return None
    language, _ = letters.words(about.language)
    day, hour = when(about, language)
    written = letters.Letter(
        sender=about.maison_name,
        subject=_("Soon: your appointment, %(day)s, %(time)s") % {"day": day, "time": hour},
        before=[_("We expect you:"), *_facts(about, language)],
        after=_rules(about, language),
        link=(_("See, move or cancel it"), address(key, base_url, language, about)),
    )
    stamp = int(about.starts_at.timestamp())
    return letters.message(
        written, key=f"appointment-soon-{about.id}-{stamp}", to=about.mail, language=language
    )


def _part(said: Invitation) -> CalendarPart:
    return CalendarPart(method(said), calendar(said))


def _facts(about: About, language: i18n.Language) -> list[str]:
    _ = i18n.translations(language).gettext
    day, hour = when(about, language)
    said = [
        about.service,
        _("%(day)s at %(time)s") % {"day": day, "time": hour},
        ", ".join(part for part in (about.location_name, about.location_address) if part),
    ]
    return said + with_pieces(about, language)


def with_pieces(about: About, language: i18n.Language) -> list[str]:
    """What lies there for the client, and what is brought there for them."""
    _ = i18n.translations(language).gettext
    said: list[str] = []
    if about.pieces:
        said.append(_("Set aside for you to try: %(pieces)s") % {"pieces": _(", ").join(about.pieces)})
    if about.brought:
        said.append(_("Brought there for you to try: %(pieces)s") % {"pieces": _(", ").join(about.brought)})
    return said


def _rules(about: About, language: i18n.Language) -> list[str]:
    """Until when it can be changed, how long it is kept, and what becomes of the pieces."""
    translations = i18n.translations(language)
    _ = translations.gettext
    said: list[str] = []
    if about.service_words:
        said.append(about.service_words)
    if about.cancel_until_minutes >= 120:
        hours = about.cancel_until_minutes // 60
        said.append(
            translations.ngettext(
                "You can move or cancel it until %(num)s hour before.",
                "You can move or cancel it until %(num)s hours before.",
                hours,
            )
            % {"num": hours}
        )
    if about.late_minutes:
        said.append(
            _("We wait for you for %(num)s minutes; after that somebody else may come first.")
            % {"num": about.late_minutes}
        )
    return said


async def tell(conn: Conn, *, maison_id: UUID, appointment_id: UUID, sequence: int) -> None:
    """A letter of this sequence has gone out."""
    await execute(
        conn,
        """
        update appointments.appointment set told = %(sequence)s
        where maison_id = %(maison_id)s and id = %(appointment_id)s and told < %(sequence)s
        """,
        maison_id=maison_id,
        appointment_id=appointment_id,
        sequence=sequence,
    )


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str, sender: str) -> None:
    """Names the letter and who asks for it: an appointment that was booked, moved or cancelled."""

    async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await about(conn, maison_id=maison_id, appointment_id=ids["appointment_id"])
        written = letter(found, key=key, base_url=base_url, sender=sender) if found else None
        if found is None or written is None:
            return
        await messages.send(written)
        async with db.acting(Actor.job(), maison_id) as conn:
            await tell(conn, maison_id=maison_id, appointment_id=found.id, sequence=found.sequence)

    async def ask(conn: Conn, heard: Heard) -> None:
        await jobs.defer(
            conn, maison_id=heard.maison_id, jobs=[jobs.Job(MAIL, {"appointment_id": heard.subject_id})]
        )

    known.add(MAIL, mail)
    known.listen(AppointmentBooked, "appointments.mail_when_booked", ask)
    known.listen(AppointmentMoved, "appointments.mail_when_moved", ask)
    known.listen(AppointmentCancelled, "appointments.mail_when_cancelled", ask)
