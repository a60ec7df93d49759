"""The mailbox of the demo: what was sent, newest first, each letter shown as the client's mail program would.

A letter's page comes from its own address with a policy that allows inline style and its own pictures and nothing
else, and is shown in a frame without scripts, forms or an origin.
"""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.enums import MediaType
from litestar.exceptions import NotFoundException
from litestar.params import Dependency

from enfilade.base.messages import Mailbox, Messages
from enfilade.web.demo import mail_read
from enfilade.web.demo.mailbox import reading
from enfilade.web.demo.mailbox.reading import Letter
from enfilade.web.shared.guards import FRAMING_POLICY
from enfilade.web.shared.pages import page

#: Not checked when given: a protocol has no instances of its own.
Outbox = Annotated[Messages, Dependency(skip_validation=True)]
#: What a click in a letter may do: open its link in the whole window.
SANDBOX = "allow-top-navigation-by-user-activation"
LETTER_POLICY = (
    f"default-src 'none'; style-src 'unsafe-inline'; img-src 'self'; form-action 'none'; base-uri 'none'; "
    f"frame-ancestors 'self'; sandbox {SANDBOX}"
)


@get("/demo/mailbox", include_in_schema=False)
async def mailbox(request: Request[Any, Any, Any], messages: Outbox) -> Response[str]:
    """Every letter; the page looks for new ones by itself."""
    found = await reading.letters(messages) if isinstance(messages, Mailbox) else None
    return page(
        request, "demo/mailbox/mailbox.html", letters=found, today=datetime.now(UTC).astimezone().date()
    )


@get("/demo/mailbox/{key:str}", include_in_schema=False)
async def letter(request: Request[Any, Any, Any], messages: Outbox, key: str) -> Response[str]:
    """One letter in its frame."""
    found = await _found(messages, key)
    response = page(
        request,
        "demo/mailbox/letter.html",
        headers={"content-security-policy": FRAMING_POLICY},
        letter=found,
        sandbox=SANDBOX,
    )
    mail_read.remember(request, response, key)
    return response


@get("/demo/mailbox/{key:str}/page", include_in_schema=False)
async def letter_html(messages: Outbox, key: str) -> Response[str]:
    """The letter itself, without a bar and without rights."""
    found = await _found(messages, key)
    return Response(
        found.page,
        media_type=MediaType.HTML,
        headers={"content-security-policy": LETTER_POLICY, "referrer-policy": "no-referrer"},
    )


@get("/demo/mailbox/{key:str}/pictures/{name:str}", include_in_schema=False)
async def letter_picture(messages: Outbox, key: str, name: str) -> Response[bytes]:
    """A picture of the letter; its frame has no origin, so it must be allowed across origins."""
    found = (await _found(messages, key)).picture(name)
    if found is None:
        raise NotFoundException
    content, media_type = found
    headers = {
        "cross-origin-resource-policy": "cross-origin",
        "content-security-policy": "default-src 'none'; sandbox",
    }
    return Response(content, media_type=media_type, headers=headers)


async def _found(messages: Outbox, key: str) -> Letter:
    found = await reading.letter(messages, key) if isinstance(messages, Mailbox) else None
    if found is None:
        raise NotFoundException
    return found
