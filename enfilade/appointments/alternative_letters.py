"""What a client is told whose appointment cannot be: another time to answer for, that somebody calls, or that it stands."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from babel.dates import format_date, format_time

from enfilade.appointments.alternatives import MAIL
from enfilade.appointments.letters import about, address, when, with_pieces
from enfilade.base import i18n, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.messages import Message, Messages
from enfilade.boutiques.zones import zone_of
from enfilade.clients import letters


@dataclass(frozen=True, slots=True)
class _Alternative:
    appointment_id: UUID
    state: str
    location_name: str
    location_address: str
    zone: str | None
    starts_at: datetime | None
    answer_by: datetime | None


async def letter(
    conn: Conn, *, maison_id: UUID, alternative_id: UUID, key: bytes, base_url: str, now: datetime
) -> Message | None:
    """What is to be told of the alternative as it stands. None: nothing any more, or nobody to tell."""
    alternative = await maybe(
        conn,
        _Alternative,
        """
        select p.appointment_id, p.state, coalesce(b.name, '') as location_name,
          concat_ws(', ', nullif(b.address, ''), nullif(concat_ws(' ', nullif(b.postcode, ''), b.city), ''))
            as location_address, p.zone, p.starts_at, p.answer_by
        from appointments.alternative p left join public_facts.boutique b on b.id = p.location_id
        where p.maison_id = %(maison_id)s and p.id = %(alternative_id)s
        """,
        maison_id=maison_id,
        alternative_id=alternative_id,
    )
    if alternative is None:
        return None
    found = await about(conn, maison_id=maison_id, appointment_id=alternative.appointment_id)
    if found is None or not found.mail or found.state != "booked":
        return None
    language, say = letters.words(found.language)
    day, hour = when(found, language)
    told = {"service": found.service, "day": day, "time": hour, "boutique": found.location_name}
    link = address(key, base_url, language, found)
    closed = say(
        "%(boutique)s is closed at the time of your appointment, on %(day)s at %(time)s. We are sorry."
    )
    if alternative.state == "open":
        assert alternative.zone and alternative.starts_at and alternative.answer_by
        then = _when(alternative.starts_at, alternative.zone, language)
        until = _when(alternative.answer_by, alternative.zone, language)
        written = letters.Letter(
            sender=found.maison_name,
            subject=say("Another time for your appointment: %(day)s, %(time)s") % then,
            before=[
                closed % told,
                say("We keep another time for you:"),
                say("%(day)s at %(time)s") % then,
                ", ".join(part for part in (alternative.location_name, alternative.location_address) if part),
            ],
            after=with_pieces(found, language),
            link=(say("Take it, change it or decline"), link),
            last=say(
                "It is kept for you until %(day)s, %(time)s. If we hear nothing, one of us calls you: nothing is cancelled."
            )
            % until,
        )
    elif alternative.state == "nowhere":
        written = letters.Letter(
            sender=found.maison_name,
            subject=say("About your appointment on %(day)s") % told,
            before=[closed % told, say("One of us calls you to find another time.")],
            link=(say("Find another time"), link),
        )
    elif alternative.state == "withdrawn" and found.starts_at > now:
        written = letters.Letter(
            sender=found.maison_name,
            subject=say("As it was: your appointment on %(day)s, %(time)s") % told,
            before=[
                say("%(boutique)s is open again: your appointment stands as it was.") % told,
                say("%(day)s at %(time)s") % told,
            ],
            link=(say("See, move or cancel it"), link),
        )
    else:
        return None
    return letters.message(
        written, key=f"alternative-{alternative_id}-{alternative.state}", to=found.mail, language=language
    )


def _when(at: datetime, zone: str, language: i18n.Language) -> dict[str, str]:
    there = at.astimezone(zone_of(zone))
    pattern = "M月d日EEEE" if language == "zh" else "EEEE d MMMM"
    return {
        "day": format_date(there, pattern, locale=i18n.LOCALES[language]),
        "time": format_time(there, "HH:mm", locale=i18n.LOCALES[language]),
    }


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the letter."""

    async def mail(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            written = await letter(
                conn,
                maison_id=maison_id,
                alternative_id=ids["alternative_id"],
                key=key,
                base_url=base_url,
                now=datetime.now(UTC),
            )
        if written is not None:
            await messages.send(written)

    known.add(MAIL, mail)
