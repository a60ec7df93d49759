"""Refusals: the one place where a domain exception becomes a status and wording, as RFC 9457 problem details or a page."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, cast

import msgspec
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from psycopg import OperationalError
from psycopg_pool import PoolTimeout, TooManyRequests

from enfilade.base import i18n
from enfilade.base.idempotency import KeyReused
from enfilade.base.limits import TooManyAttempts
from enfilade.base.webhooks import NotSigned
from enfilade.web.shared.asking import FirstPassword
from enfilade.web.shared.pages import page

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Refusal:
    """`title` names the kind of problem and is stable; what happened this once is the exception's own words."""

    status: int
    title: str


#: Every refusal of the domain. A test fails on an exception of a package that does not stand here.
REFUSALS: dict[type[Exception], Refusal] = {
    KeyReused: Refusal(422, "This idempotency key came before with another request"),
    TooManyAttempts: Refusal(429, "Too many attempts"),
    NotSigned: Refusal(401, "This message is not signed by who may send it, or is old"),
    FirstPassword: Refusal(403, "This password was given by somebody else"),
    PoolTimeout: Refusal(503, "Busy: try again in a moment"),
    TooManyRequests: Refusal(503, "Busy: try again in a moment"),
    OperationalError: Refusal(503, "Busy: try again in a moment"),
}


#: Who says it in the look of a surface, if the address is of theirs: (request, status, detail) to a page or None.
DRESSES: list[Callable[[Request[Any, Any, Any], int, str], Response[str] | None]] = []


def refuse(exception: type[Exception], status: int, title: str) -> None:
    """Names the answer to a refusal of the domain; called by each surface's `refusals` at import."""
    REFUSALS[exception] = Refusal(status, title)


def _refusal(error: Exception) -> Refusal | None:
    for kind in type(error).__mro__:
        if kind in REFUSALS:
            return REFUSALS[kind]
    return None


def problem(status: int, title: str, detail: str, instance: str, **more: object) -> Response[bytes]:
    """An RFC 9457 answer."""
    body = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "instance": instance,
        **more,
    }
    return Response(msgspec.json.encode(body), media_type="application/problem+json", status_code=status)


def _dressed(request: Request[Any, Any, Any], status: int, detail: str) -> Response[str] | None:
    # What is broken may be the look itself: then it is said plainly.
    with suppress(Exception):
        return next((said for dress in DRESSES if (said := dress(request, status, detail))), None)
    return None


def answer(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """What the client is told. Unknown errors are logged with their trace and shown without it."""
    more: dict[str, object] = {}
    if isinstance(error, ValidationException):
        status, title, detail = (
            400,
            "The request does not have the shape this address expects",
            str(error.detail),
        )
        more = {"errors": error.extra or []}
    elif isinstance(error, HTTPException):
        status, title, detail = error.status_code, error.detail, ""
    elif (found := _refusal(error)) is not None:
        status, title, detail = found.status, found.title, str(error) if found.status < 500 else ""
        more = {"refusal": type(error).__name__}
    else:
        # The route, not the address: an order's address holds its secret.
        log.exception(
            "unexpected",
            route=cast("dict[str, Any]", request.scope).get("path_template", "-"),
            exc_info=error,
        )
        status, title, detail = 500, "Something broke on our side", ""
    headers = dict(getattr(error, "headers", None) or {})
    if isinstance(error, TooManyAttempts):
        headers["retry-after"] = str(error.seconds)
    path = request.url.path
    if path.startswith(("/api/", "/hooks/", "/health")) or "application/json" in request.headers.get(
        "accept", ""
    ):
        response = problem(status, title, detail, path, **more)
    else:
        language = i18n.known(path.split("/")[1] if "/" in path else "") or "en"
        response = _dressed(request, status, detail) or page(
            request,
            "shared/refusal.html",
            language=language,
            status=status,
            code=status,
            title=title,
            detail=detail,
        )
    response.headers.update(headers)
    return response
