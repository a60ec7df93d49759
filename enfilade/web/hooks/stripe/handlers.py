"""Stripe's events."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, post

from enfilade.base.db import Db
from enfilade.base.settings import Settings
from enfilade.payments import stripe_messages
from enfilade.web.hooks.heard import ask_about


@post(stripe_messages.HOOK, include_in_schema=False, status_code=204)
async def told(request: Request[Any, Any, Any], db: Db, settings: Settings) -> None:
    """Signed and new, it makes us ask Stripe: once, however often it comes. Raises NotSigned."""
    said = stripe_messages.heard(
        settings.stripe_webhook_secret, request.headers.get("stripe-signature", ""), await request.body()
    )
    if said is not None:
        await ask_about(db, said, now=datetime.now(UTC))
