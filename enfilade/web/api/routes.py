"""Every address of the API, below /api/v1. Its description in OpenAPI 3.1 is at /api/v1/schema."""

from litestar import Router
from litestar.di import Provide

from enfilade.web.api import refusals
from enfilade.web.api.asking import json_alone, visitor
from enfilade.web.api.baskets import handlers as baskets
from enfilade.web.api.boutiques import handlers as boutiques
from enfilade.web.api.checkouts import handlers as checkouts
from enfilade.web.api.maisons import handlers as maisons
from enfilade.web.api.orders import handlers as orders
from enfilade.web.api.products import handlers as products
from enfilade.web.api.search import handlers as search
from enfilade.web.api.sessions import handlers as sessions
from enfilade.web.api.stock import handlers as stock


def handlers() -> list[Router]:
    """One router, so that all of them say no in the same words."""
    return [
        Router(
            "/api/v1",
            dependencies={"asker": Provide(visitor, sync_to_thread=False)},
            before_request=json_alone,
            exception_handlers={Exception: refusals.answer},
            route_handlers=[
                maisons.maisons,
                products.products,
                products.product,
                products.availability,
                boutiques.boutiques,
                search.search,
                baskets.basket,
                baskets.put_line,
                baskets.delete_line,
                checkouts.open_checkout,
                checkouts.checkout,
                checkouts.complete,
                checkouts.choose,
                checkouts.choose_delivery,
                stock.movements,
                stock.counts,
                orders.orders,
                orders.order,
                sessions.open_session,
                sessions.open_sessions,
                sessions.end_session,
                sessions.end_others,
                sessions.end_one,
            ],
        )
    ]
