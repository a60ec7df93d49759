"""Every address of the hooks."""

from litestar.types import ControllerRouterHandler

from enfilade.web.hooks.local_carrier import handlers as local_carrier
from enfilade.web.hooks.local_provider import handlers as local_provider


def handlers(*, demo: bool, stripe: bool) -> list[ControllerRouterHandler]:
    """The pages of the local twins only where the demo runs, Stripe's hook only where its account is set up."""
    found: list[ControllerRouterHandler] = []
    if demo:
        found += [local_provider.second_step, local_provider.decide, local_provider.announced]
        found += [local_carrier.parcel, local_carrier.scan, local_carrier.announced]
    if stripe:
        # Imported here: see run.house.
        from enfilade.web.hooks.stripe import handlers as of_stripe

        found.append(of_stripe.told)
    return found
