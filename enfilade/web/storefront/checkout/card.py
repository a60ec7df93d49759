"""The card's field where Stripe takes the payments: Stripe's own, from its host, on this page alone.

No integrity hash can be given for its script: Stripe changes it under one address, and asks that it is never a copy of ours.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from enfilade.base.settings import Settings
from enfilade.web.shared import permitted

STRIPE_HOST = "js.stripe.com"
#: As Stripe documents for pages with its field ("Integration security guide", Content Security Policy).
SCRIPTS = "https://js.stripe.com https://*.js.stripe.com"
CONNECTIONS = "https://api.stripe.com"
FRAMES = f"{SCRIPTS} https://hooks.stripe.com"


@dataclass(frozen=True, slots=True)
class CardField:
    """Where its script comes from, and the key by which it knows the account; both are public."""

    script: str
    key: str


def card_field(settings: Settings) -> CardField | None:
    """None where Stripe is not set up."""
    return (
        CardField(f"{settings.stripe_script}/", settings.stripe_publishable_key) if settings.stripe else None
    )


def permissions(field: CardField) -> dict[str, str]:
    """What the page with the field may load beyond what every page may."""
    parts = urlsplit(field.script)
    if parts.hostname == STRIPE_HOST:
        return permitted.sources(script_src=SCRIPTS, connect_src=CONNECTIONS, frame_src=FRAMES)
    theirs = f"{parts.scheme}://{parts.netloc}"
    return permitted.sources(script_src=theirs, connect_src=theirs, frame_src=theirs)
