"""The letter that carries a proposal's link to a client who agreed to receive it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.messages import Message, Messages
from enfilade.clients import letters
from enfilade.maisons import stores
from enfilade.orders.letters import last_day
from enfilade.orders.proposals import MAIL_PROPOSAL, UNAPPROVED, link_secret


@dataclass(frozen=True, slots=True)
class _About:
    id: UUID
    language: str
    expires_at: datetime
    advisor: str
    words: str
    mail: str
    maison_name: str
    host: str
    place: str
    by_desk: bool
    zone: str
    pieces: list[str]


async def read(conn: Conn, *, maison_id: UUID, proposal_id: UUID, now: datetime) -> _About | None:
    """What the letter needs; None when it was withdrawn, has ended, waits for a manager, or its address was erased."""
    return await maybe(
        conn,
        _About,
        f"""
        select p.id, p.language, p.expires_at, n.advisor, n.words, n.mail, m.name as maison_name, l.name as place,
          coalesce((select s.host from public_facts.store s where s.id = p.store_id), '') as host,
          p.by_desk, l.zone,
          array(select t.name from orders.proposal_line x
            join public_facts.variant v on v.id = x.variant_id
            cross join lateral (select y.name from public_facts.product_text y where y.product_id = v.product_id
              order by y.language = p.language desc, y.language = m.default_language desc, y.language limit 1) t
            where x.maison_id = p.maison_id and x.proposal_id = p.id order by x.place) as pieces
        from orders.proposal p
        join orders.proposal_note n on n.maison_id = p.maison_id and n.proposal_id = p.id and n.mail <> ''
        join public_facts.maison m on m.maison_id = p.maison_id
        join boutiques.location l on l.maison_id = p.maison_id and l.id = p.location_id
        where p.maison_id = %(maison_id)s and p.id = %(proposal_id)s and p.withdrawn_at is null and p.expires_at > %(now)s
          and not {UNAPPROVED}
        """,
        maison_id=maison_id,
        proposal_id=proposal_id,
        now=now,
    )


def address(key: bytes, base_url: str, language: str, proposal_id: UUID) -> str:
    """The secret address of a proposal, made again whenever it is shown."""
    return f"{base_url}/{language}/proposals/{link_secret(key, proposal_id)}"


def letter(about: _About, *, key: bytes, base_url: str) -> Message:
    """Who put what together, the advisor's line, the link, and until when."""
    language, _ = letters.words(about.language)
    until = about.expires_at.astimezone(ZoneInfo(about.zone))
    if about.by_desk:
        put = _("%(advisor)s of our client service has put this together for you.")
        asked = _("You receive this because you asked our client service for it. Its link opens the offer.")
    else:
        put = _("%(advisor)s at %(boutique)s has put this together for you.")
        asked = _("You receive this because you asked for it in the boutique. Its link opens the offer.")
    before = [put % {"advisor": about.advisor, "boutique": about.place}]
    if about.words:
        before.append(about.words)
    return letters.message(
        letters.Letter(
            sender=about.maison_name,
            subject=_("For you, from %(maison)s") % {"maison": about.maison_name},
            before=[*before, *about.pieces],
            after=[
                _("Open until %(day)s, %(time)s.")
                % {"day": last_day(about.expires_at, about.zone, language), "time": f"{until:%H:%M}"}
            ],
            link=(
                _("See it and pay"),
                address(key, stores.address(base_url, about.host), language, about.id),
            ),
            last=asked,
        ),
        key=f"proposal-{about.id}",
        to=about.mail,
        language=language,
    )


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work `orders.mail_proposal`."""

    async def mail_proposal(maison_id: UUID, ids: dict[str, UUID]) -> None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await read(
                conn, maison_id=maison_id, proposal_id=ids["proposal_id"], now=datetime.now(UTC)
            )
        if found is not None:
            await messages.send(letter(found, key=key, base_url=base_url))

    known.add(MAIL_PROPOSAL, mail_proposal)
