"""Every address of the hooks."""

from litestar.types import ControllerRouterHandler

from enfilade.web.hooks.local_provider import handlers as local_provider


def handlers(*, demo: bool) -> list[ControllerRouterHandler]:
    """The local provider's page only where the demo runs."""
    return [local_provider.second_step, local_provider.decide, local_provider.announced] if demo else []
