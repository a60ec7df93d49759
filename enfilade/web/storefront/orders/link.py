"""The secret link of an order: what it opens, and a page in the look of its maison that does not give it away."""

from typing import Any

from litestar import Request, Response
from litestar.exceptions import NotFoundException

from enfilade.base.db import Db
from enfilade.web.storefront.asked import Asked, asked, shown
from enfilade.web.storefront.orders import reading
from enfilade.web.storefront.orders.reading import Opened, Order


async def opened(request: Request[Any, Any, Any], db: Db, language: str, secret: str) -> tuple[Asked, Opened]:
    """The frame of the request and the order behind the link; 404 for none."""
    frame = await asked(request, db, language)
    found = await reading.opened(db, secret)
    if found is None:
        raise NotFoundException
    return frame, found


def page(
    request: Request[Any, Any, Any],
    frame: Asked,
    template: str,
    order: Order,
    *,
    status: int = 200,
    **context: Any,
) -> Response[str]:
    """The template with `order`, dressed as its maison."""
    return shown(
        request,
        frame,
        template,
        look=(order.maison_slug, order.maison_theme),
        status=status,
        order=order,
        maison_slug=order.maison_slug,
        maison_name=order.maison_name,
        maison_wordmark=order.maison_wordmark,
        by_link=True,
        **context,
    )
