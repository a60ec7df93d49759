"""Lists in pages by key: a page ends with where it ended, the next one begins after it. Nothing is counted off."""

import base64
import binascii
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

import msgspec
from litestar import Request
from litestar.exceptions import ValidationException
from litestar.params import QueryParameter

T = TypeVar("T")

After = Annotated[
    str, QueryParameter(max_length=300, description="`next` of the page before; blank for the first page.")
]
Limit = Annotated[int, QueryParameter(ge=1, le=200, description="How many at most.")]


def cursor(key: object) -> str:
    """The last row's key, in letters that survive an address. It grants nothing: every page is checked anew."""
    return base64.urlsafe_b64encode(msgspec.json.encode(key)).rstrip(b"=").decode()


def key_of(after: str, kind: type[T], first: T) -> T:
    """The key a cursor holds, `first` where there is none. Raises ValidationException naming `after`."""
    if not after:
        return first
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(after + "=" * (-len(after) % 4)), type=kind)
    except (binascii.Error, ValueError):
        raise ValidationException(
            extra=[{"key": "after", "message": "is not a cursor of this list; begin again without it"}]
        ) from None


def next_link(request: Request[Any, Any, Any], after: str | None) -> str:
    """The value of Link (RFC 8288) for the next page; '' at the end."""
    if not after:
        return ""
    asked = [(name, value) for name, value in request.query_params.multi_items() if name != "after"]
    base_url: str = request.app.state.settings.base_url
    return f'<{base_url}{request.url.path}?{urlencode([*asked, ("after", after)])}>; rel="next"'
