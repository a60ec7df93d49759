"""What cannot be shown, said in the store's own look with the ways on: an address that is not there, a fault of ours.

It asks the database nothing, since that may be what is broken: the store of the host is the one last seen.
"""

from typing import Any

from litestar import Request, Response

from enfilade.base import i18n
from enfilade.web.storefront.asked import Asked, address, last_seen, market, shown


def refused(request: Request[Any, Any, Any], code: int, detail: str) -> Response[str] | None:
    """The page, or None where this is no address of the store or the store has not been seen yet."""
    language = i18n.known(request.url.path.split("/")[1])
    front = last_seen(request)
    if language is None or front is None:
        return None
    frame = Asked(language, market(request, language), front, address(request, front))
    # What an exception says of itself is English; other readers are told what they can do.
    said = detail if language == "en" else ""
    return shown(request, frame, "storefront/refused.html", status=code, code=code, detail=said)
