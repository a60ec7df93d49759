"""Every address of the hooks."""

from litestar.types import ControllerRouterHandler

from enfilade.web.hooks.local_provider import handlers as local_provider


def handlers(*, demo: bool, stripe: bool) -> list[ControllerRouterHandler]:
    """The local provider's page only where the demo runs, Stripe's hook only where its account is set up."""
    found: list[ControllerRouterHandler] = []
    if demo:
        found += [local_provider.second_step, local_provider.decide, local_provider.announced]
    if stripe:
        # Imported here: see run.house.
        from enfilade.web.hooks.stripe import handlers as of_stripe

        found.append(of_stripe.told)
    return found
