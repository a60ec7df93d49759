"""The page a bank would show, and where the local provider tells us what became of a charge."""

from datetime import UTC, datetime
from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.payments import announcements
from enfilade.payments.local_provider import LocalProvider
from enfilade.web.hooks.heard import ask_about
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
    await ask_about(db, said, now=now)
