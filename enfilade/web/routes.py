"""Every address of the house, surface by surface."""

from litestar.types import ControllerRouterHandler

from enfilade.web.api import routes as api
from enfilade.web.boutique import routes as boutique
from enfilade.web.cockpit import routes as cockpit
from enfilade.web.demo import routes as demo_routes
from enfilade.web.desk import routes as desk
from enfilade.web.hooks import routes as hooks
from enfilade.web.shared import assets, health
from enfilade.web.storefront import routes as storefront
from enfilade.web.studio import routes as studio


def handlers(*, demo: bool, stripe: bool = False) -> list[ControllerRouterHandler]:
    """The route handlers of all surfaces; those of the demo only where it runs, and Stripe's hook where it is set up."""
    return [
        assets.static,
        health.live,
        health.ready,
        *storefront.handlers(),
        *boutique.handlers(),
        *desk.handlers(),
        *studio.handlers(),
        *cockpit.handlers(),
        *hooks.handlers(demo=demo, stripe=stripe),
        *demo_routes.handlers(demo=demo),
        *api.handlers(),
    ]
