"""Whether the visitor has read the letter with the code: a cookie that names the work it was about."""

from typing import Any

from litestar import Request, Response

from enfilade.web.demo.last_order import LastOrder
from enfilade.web.shared import asking

COOKIE = "demo_read"
READY = "ready-"


def has_read(request: Request[Any, Any, Any], order: LastOrder | None) -> bool:
    """Whether it was the letter of this order."""
    return order is not None and asking.kept(request, COOKIE) == str(order.fulfilment_id)


def remember(request: Request[Any, Any, Any], response: Response[Any], letter_key: str) -> None:
    """Sets the cookie where this letter is the one with the code."""
    if letter_key.startswith(READY):
        response.set_cookie(asking.cookie(request, COOKIE, letter_key.removeprefix(READY)[:40], 30))
