"""What providers did that a restored shop does not know: it was restored to a moment, and they went on.

Shown to a person, and changed by nobody but that person: money taken for an order that is no longer known is given back or
the order entered again, and which of the two only the maison can say.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from enfilade.base.actors import Actor
from enfilade.base.db import Db, many
from enfilade.base.tenants import tenants
from enfilade.payments.provider import Booked, Provider


@dataclass(frozen=True, slots=True)
class Difference:
    """One payment that provider and shop tell differently. `maison` is empty where no maison knows it."""

    what: str
    maison: str
    provider: str
    booked: Booked


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    state: str
    captured_minor: int
    refunded_minor: int


async def differences(db: Db, providers: Mapping[str, Provider], *, since: datetime) -> list[Difference]:
    """All charges that providers have booked since, against our payments. Give it more than the life of an authorisation."""
    found: list[Difference] = []
    for name, provider in providers.items():
        booked = {charge.reference: charge for charge in await provider.booked(since=since)}
        for tenant in await tenants(db):
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                known = await many(
                    conn,
                    _Known,
                    """
                    select id, state, captured_minor, refunded_minor from payments.payment
                    where maison_id = %(maison_id)s and provider = %(provider)s and id = any(%(ids)s)
                    """,
                    maison_id=tenant.maison_id,
                    provider=name,
                    ids=list(booked),
                )
            for payment in known:
                charge = booked.pop(payment.id)
                if what := _difference(payment, charge):
                    found.append(Difference(what, tenant.slug, name, charge))
        found += [
            Difference("no payment of ours", "", name, charge)
            for charge in booked.values()
            if charge.state in ("authorised", "second_step") or charge.captured_minor > charge.refunded_minor
        ]
    return found


def _difference(payment: _Known, charge: Booked) -> str:
    if charge.captured_minor > payment.captured_minor:
        return f"{charge.captured_minor - payment.captured_minor} taken that we have not recorded"
    if charge.refunded_minor > payment.refunded_minor:
        return f"{charge.refunded_minor - payment.refunded_minor} given back that we have not recorded"
    if charge.state == "voided" and payment.state in ("authorised", "captured"):
        return "let go there, authorised here"
    return ""
