"""What the worker does for clients: sends sign-in codes, and forgets what has ended."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db, maybe
from enfilade.base.jobs import Jobs
from enfilade.base.messages import Messages
from enfilade.clients import erasing, letters, sign_in, wishes
from enfilade.maisons import stores


@dataclass(frozen=True, slots=True)
class _Asked:
    value: str
    language: str
    maison_name: str
    host: str
    expires_at: datetime


def register(jobs: Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names `clients.mail_sign_in` and the daily round that forgets old codes and visitors' wishes."""

    async def mail_sign_in(maison_id: UUID, ids: dict[str, UUID]) -> None:
        sign_in_id = ids["sign_in_id"]
        async with db.acting(Actor.job(), maison_id) as conn:
            asked = await maybe(
                conn,
                _Asked,
                """
                select c.value, c.language, m.name as maison_name, c.expires_at,
                  coalesce((select s.host from public_facts.store s where s.maison_id = c.maison_id and s.host is not null
                    order by s.slug limit 1), '') as host
                from clients.sign_in_code c join public_facts.maison m on m.maison_id = c.maison_id
                where c.maison_id = %(maison_id)s and c.id = %(id)s and c.used_at is null
                """,
                maison_id=maison_id,
                id=sign_in_id,
            )
        if asked is None or asked.expires_at <= datetime.now(UTC):
            return  # used or too old: nothing to send any more
        language, _ = letters.words(asked.language)
        await messages.send(
            letters.message(
                sign_in_letter(
                    asked.maison_name,
                    asked.language,
                    code=sign_in.code_of(key, sign_in_id),
                    link=f"{stores.address(base_url, asked.host)}/{language}/sign-in/{sign_in.link_of(key, sign_in_id)}",
                ),
                key=f"sign-in-{sign_in_id}",
                to=asked.value,
                language=language,
            )
        )

    async def forget(conn: Conn, *, maison_id: UUID, now: datetime) -> None:
        await sign_in.forget_old(conn, maison_id=maison_id, now=now)
        await wishes.forget_old(conn, maison_id=maison_id, now=now)

    jobs.add("clients.mail_sign_in", mail_sign_in)
    jobs.at_each("17 3 * * *", "clients.forget_codes", forget)
    jobs.at_each("27 * * * *", erasing.FORGET, erasing.forget)


def sign_in_letter(maison_name: str, language: str, *, code: str, link: str) -> letters.Letter:
    """The letter that carries the code and the link."""
    _, say = letters.words(language)
    return letters.Letter(
        sender=maison_name,
        subject=say("%(code)s is your sign-in code for %(maison)s") % {"code": code, "maison": maison_name},
        before=[say("Use this code to sign in. It is good for fifteen minutes.")],
        code=code,
        link=(say("Sign in without the code"), link),
        last=say(
            "If you did not ask for this, you need do nothing: nobody can sign in without this message."
        ),
    )
