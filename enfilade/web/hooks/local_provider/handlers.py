"""The page a bank would show: the card holder approves or refuses, and goes back to the store."""

from typing import Annotated, Any

from litestar import Request, Response, get, post
from litestar.enums import RequestEncodingType
from litestar.exceptions import NotFoundException
from litestar.params import Body
from litestar.response import Redirect

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
