"""Every address of the desk."""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from enfilade.web.desk import refusals
from enfilade.web.desk.calls import handlers as calls
from enfilade.web.desk.entering import attendant
from enfilade.web.desk.home import handlers as home
from enfilade.web.desk.orders import acts
from enfilade.web.desk.orders import handlers as orders
from enfilade.web.desk.selling import handlers as selling


def handlers() -> list[ControllerRouterHandler]:
    """Its screens, all of them for somebody signed in."""
    return [
        Router(
            path="/desk",
            dependencies={"attendant": Provide(attendant)},
            exception_handlers=refusals.HANDLERS,
            route_handlers=[
                home.desk,
                orders.order,
                orders.invoice,
                acts.cancel,
                acts.readdress,
                acts.letters,
                acts.take_back,
                acts.exchange,
                acts.give_back,
                acts.approve,
                acts.decline,
                acts.note,
                calls.about_order,
                calls.promise,
                calls.end,
                selling.listed,
                selling.composing,
                selling.make,
                selling.proposal,
                selling.withdraw,
            ],
        )
    ]
