"""Every address of the hooks."""

from litestar.types import ControllerRouterHandler

from enfilade.base.settings import Settings
from enfilade.web.hooks.local_provider import handlers as local_provider


def handlers(settings: Settings) -> list[ControllerRouterHandler]:
    """The local provider's page only where the demo runs."""
    return [local_provider.second_step, local_provider.decide] if settings.demo else []
