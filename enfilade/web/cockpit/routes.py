"""Every address of the cockpit."""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from enfilade.web.cockpit import refusals
from enfilade.web.cockpit.entering import reader
from enfilade.web.cockpit.figures import handlers as figures
from enfilade.web.cockpit.maisons import handlers as maisons
from enfilade.web.cockpit.windows import handlers as windows


def handlers() -> list[ControllerRouterHandler]:
    """The group's screen and a maison's, each with its file."""
    return [
        Router(
            path="/cockpit",
            dependencies={"reader": Provide(reader)},
            exception_handlers=refusals.HANDLERS,
            route_handlers=[
                figures.group,
                figures.group_file,
                maisons.maison,
                maisons.maison_file,
                windows.windows,
            ],
        )
    ]
