"""The two letters of the waitlist: is it you who asked; and, once, that the piece can be had again."""

from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from babel.dates import format_date

from enfilade.base import i18n, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.messages import Message, Messages
from enfilade.clients import letters
from enfilade.maisons import stores
from enfilade.orders import waitlist
from enfilade.orders.waitlist import MAIL_ASKED, MAIL_TOLD, Wait


def address(key: bytes, base_url: str, language: str, wait_id: UUID) -> str:
    """The secret address of a wait, made again whenever it is written."""
    return f"{base_url}/{language}/waitlist/{waitlist.link_secret(key, wait_id)}"


def asked_letter(wait: Wait, *, key: bytes, base_url: str) -> Message:
    """Asks whether the mailbox wants to be told."""
    language, _ = letters.words(wait.language)
    return letters.message(
        letters.Letter(
            sender=wait.maison_name,
            subject=_("Shall we write when it is back? %(piece)s") % {"piece": wait.name},
            before=[
                _("Somebody, we hope you, asked to be told when this piece can be had again:"),
                wait.name,
                _("Please confirm it. Until then we write nothing more."),
            ],
            link=(
                _("Yes, write to me"),
                address(key, stores.address(base_url, wait.host), language, wait.id),
            ),
            last=_("If it was not you, you need do nothing: your address is forgotten in a week."),
        ),
        key=f"wait-asked-{wait.id}",
        to=wait.mail,
        language=language,
    )


def told_letter(wait: Wait, *, base_url: str) -> Message:
    """Says that it is back, that nothing is set apart, and that this was all."""
    language, _ = letters.words(wait.language)
    day = format_date(wait.asked_at.date(), "long", locale=i18n.LOCALES[language])
    query = urlencode({"colour": wait.colour, "size": wait.size})
    return letters.message(
        letters.Letter(
            sender=wait.maison_name,
            subject=_("It is back: %(piece)s") % {"piece": wait.name},
            before=[
                _("You asked us on %(day)s to tell you. This piece can be had again:") % {"day": day},
                wait.name,
            ],
            after=[
                _(
                    "We write in the order of asking, to a few for each piece. It is not set apart for anybody."
                )
            ],
            link=(
                _("See the piece"),
                f"{stores.address(base_url, wait.host)}/{language}/products/{wait.slug}?{query}",
            ),
            last=_(
                "You are no longer on its list: nothing more will come. Your address is forgotten in a month."
            ),
        ),
        key=f"wait-told-{wait.id}",
        to=wait.mail,
        language=language,
    )


def register(known: jobs.Jobs, db: Db, *, key: bytes, messages: Messages, base_url: str) -> None:
    """Names the work `orders.mail_wait_asked` and `orders.mail_wait_told`."""

    async def about(maison_id: UUID, ids: dict[str, UUID]) -> Wait | None:
        async with db.acting(Actor.job(), maison_id) as conn:
            found = await waitlist.read(conn, maison_id=maison_id, wait_id=ids["wait_id"])
        return found if found and found.slug else None

    async def mail_asked(maison_id: UUID, ids: dict[str, UUID]) -> None:
        wait = await about(maison_id, ids)
        if (
            wait is not None
            and wait.state == "asked"
            and wait.asked_at > datetime.now(UTC) - waitlist.UNCONFIRMED_FOR
        ):
            await messages.send(asked_letter(wait, key=key, base_url=base_url))

    async def mail_told(maison_id: UUID, ids: dict[str, UUID]) -> None:
        wait = await about(maison_id, ids)
        if wait is not None and wait.state == "told":
            await messages.send(told_letter(wait, base_url=base_url))

    known.add(MAIL_ASKED, mail_asked)
    known.add(MAIL_TOLD, mail_told)
