"""Conditional reads: an answer carries its ETag, and whoever has it already is told so in 304 without a body."""

import hashlib
from typing import Any, TypeVar, cast

import msgspec
from litestar import Request, Response

T = TypeVar("T")


def etag(body: bytes) -> str:
    """A strong validator: the same bytes have the same, anywhere."""
    return f'"{hashlib.sha256(body).hexdigest()[:24]}"'


def known(header: str, tag: str) -> bool:
    """Whether an If-None-Match header names this tag."""
    # RFC 9110 compares weakly here: what a proxy has marked W/ still counts.
    tags = {one.strip().removeprefix("W/") for one in header.split(",")}
    return "*" in tags or tag.removeprefix("W/") in tags


def conditional(
    request: Request[Any, Any, Any], content: T, *, cache_control: str, link: str = ""
) -> Response[T]:
    """`content` as JSON with its ETag, or 304 when If-None-Match names it."""
    body = msgspec.json.encode(content)
    tag = etag(body)
    headers = {"etag": tag, "cache-control": cache_control} | ({"link": link} if link else {})
    if known(request.headers.get("if-none-match", ""), tag):
        return cast("Response[T]", Response(b"", status_code=304, headers=headers))
    return cast("Response[T]", Response(body, media_type="application/json", headers=headers))
