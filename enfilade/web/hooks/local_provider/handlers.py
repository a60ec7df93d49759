"""The page a bank would show, and where the local provider tells us what became of a charge."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base import idempotency, jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.settings import Settings
from enfilade.orders.unfinished import SETTLE
from enfilade.payments import announcements
from enfilade.payments.local_provider import LocalProvider
from enfilade.web.shared.pages import page


@get("/local-provider/{token:str}", include_in_schema=False)
async def second_step(request: Request[Any, Any, Any], token: str) -> Response[str]:
    """Asks for the decision."""
    return page(request, "hooks/local_provider/second_step.html", token=token)


@post("/local-provider/{token:str}", include_in_schema=False)
async def decide(
    token: str,
    local_provider: LocalProvider,
    data: Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Redirect:
    """Keeps the decision; decided once, a second answer changes nothing."""
    back = await local_provider.answer_second_step(token=token, approved=data.get("decision") == "approve")
    if back is None:
        raise NotFoundException
    return Redirect(back, status_code=303)


@post(announcements.HOOK, include_in_schema=False, status_code=204)
async def announced(request: Request[Any, Any, Any], db: Db, settings: Settings) -> None:
    """Signed and new, it makes us ask the provider: once, however often it comes. Raises NotSigned."""
    now = datetime.now(UTC)
    said = announcements.heard(settings.key, request.headers, await request.body(), now=now)

    async def verb(conn: Conn) -> None:
        before = await idempotency.claim(
            conn,
            actor=Actor.provider(),
            key=said.message_id,
            request=said.checkout_id,
            now=now,
            answer="heard",
        )
        if before is None:
            job = jobs.Job(SETTLE, {"checkout_id": said.checkout_id})
            await jobs.defer(conn, maison_id=said.store_maison_id, jobs=[job])

    await db.run(Actor.provider(), said.store_maison_id, verb)
