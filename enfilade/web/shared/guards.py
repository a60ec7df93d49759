"""Around every request: a request id, the tally, the same-origin check against forged requests, headers, compression."""

import re
import time
from typing import cast
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec
import structlog
from litestar.types import ASGIApp, HTTPResponseStartEvent, Message, Receive, Scope, Send

from enfilade.base.db import Tally, tally
from enfilade.web.shared import permitted
from enfilade.web.shared.compression import accepts, compress
from enfilade.web.shared.telemetry import Ended, Telemetry

log = structlog.get_logger()

#: What a proxy may call a request; anything else is not taken over into log and answer.
REQUEST_ID = re.compile(r"[A-Za-z0-9._:/+=-]{1,128}")
SAFE = {"GET", "HEAD", "OPTIONS"}
HEADERS = {
    **permitted.sources(),
    **permitted.asked_for(),
    "referrer-policy": "strict-origin-when-cross-origin",
    "x-content-type-options": "nosniff",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "no-store",
    # The server would name its own program here.
    "server": "enfilade",
}
#: The policy of a page that shows another of ours in a frame, and of the one that is shown.
FRAMING_POLICY = HEADERS["content-security-policy"] + "; frame-src 'self'"
FRAMED_POLICY = HEADERS["content-security-policy"].replace("frame-ancestors 'none'", "frame-ancestors 'self'")
TLS_HEADERS = {"strict-transport-security": "max-age=31536000"}


def forged(method: str, headers: dict[str, str]) -> bool:
    """Whether a browser sends this command from somebody else's page (by Sec-Fetch-Site, else by Origin).

    Programs send neither header and carry no cookie jar of a client, so they pass; see `docs/security.md`.
    """
    if method in SAFE:
        return False
    site = headers.get("sec-fetch-site", "")
    if site:
        return site not in ("same-origin", "none")
    origin = headers.get("origin", "")
    return bool(origin) and urlsplit(origin).netloc != headers.get("host", "")


def around(app: ASGIApp, *, tls: bool, telling: Telemetry | None = None) -> ASGIApp:
    """The application with all of it around, refusals of unknown addresses included. `tls`: served by https.

    `telling` is told of every request, where metrics or traces are switched on.
    """

    headers_of_ours = HEADERS | TLS_HEADERS if tls else HEADERS
    added = [(name.encode(), value.encode()) for name, value in headers_of_ours.items()]

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        headers = {key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]}
        counting = Tally()
        token = tally.set(counting)
        given = headers.get("x-request-id", "")
        request_id = given if REQUEST_ID.fullmatch(given) else uuid4().hex
        started = time.perf_counter()
        squeezing = accepts(headers.get("accept-encoding", ""))
        status: int = 0
        held: HTTPResponseStartEvent | None = None

        async def tell(message: Message) -> None:
            nonlocal status, held
            if message["type"] == "http.response.start":
                status = message["status"]
                said = {name for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in added if pair[0] not in said),
                    (b"x-request-id", request_id.encode()),
                ]
                if squeezing and b"content-length" in said:
                    # Waits for its body, which may become shorter. What has no length yet is a stream: it goes at once.
                    held = message
                    return
            elif held is not None and message["type"] == "http.response.body":
                if not message.get("more_body"):
                    compress(held, message)
                start, held = held, None
                await send(start)
            await send(message)

        try:
            with structlog.contextvars.bound_contextvars(request_id=request_id):
                if forged(scope["method"], headers) and not scope["path"].startswith("/hooks/"):
                    await _refuse(tell, 403, "This command came from another site")
                    return
                if b"%00" in scope["raw_path"] + scope["query_string"] and not scope["path"].startswith(
                    "/api/"
                ):
                    # No name of ours holds one, and the database refuses to compare with one; the API names the field.
                    await _refuse(tell, 400, "This address holds a character that no address has")
                    return
                await app(scope, receive, tell)
                if not scope["path"].startswith("/static/"):
                    log.info(
                        "request",
                        method=scope["method"],
                        path=_pathless_of_secrets(scope),
                        status=status,
                        ms=round((time.perf_counter() - started) * 1000, 1),
                        statements=counting.statements,
                    )
        finally:
            tally.reset(token)
            if telling is not None:
                seconds = time.perf_counter() - started
                route = _pathless_of_secrets(scope)
                telling.ended(
                    Ended(scope["method"], route, status, seconds, counting.statements, request_id, headers)
                )

    return guarded


def _pathless_of_secrets(scope: Scope) -> str:
    # An order's address holds its secret: the log shows the route, not the address.
    return str(cast("dict[str, object]", scope).get("path_template") or "-")


async def _refuse(send: Send, status: int, title: str) -> None:
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(b"content-type", b"application/problem+json")],
        }  # pyright: ignore[reportArgumentType]
    )
    body = msgspec.json.encode({"type": "about:blank", "title": title, "status": status})
    await send({"type": "http.response.body", "body": body, "more_body": False})
