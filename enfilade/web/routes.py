"""Every address of the house, surface by surface."""

from litestar.types import ControllerRouterHandler

from enfilade.base.settings import Settings
from enfilade.web.hooks import routes as hooks
from enfilade.web.shared import assets, health
from enfilade.web.storefront import routes as storefront


def handlers(settings: Settings) -> list[ControllerRouterHandler]:
    """The route handlers of all surfaces; those of the demo only where settings say so."""
    return [assets.static, health.live, health.ready, *storefront.handlers(), *hooks.handlers(settings)]
