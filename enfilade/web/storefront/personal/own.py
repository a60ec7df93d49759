"""Whose list, orders and consents a request is about: the client signed in at this store, else its visitor."""

from dataclasses import dataclass
from typing import Any

from litestar import Request

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.web.shared import asking
from enfilade.web.shared.asking import Client, SignInFirst, Visitor
from enfilade.web.storefront.asked import Asked


@dataclass(frozen=True, slots=True)
class Own:
    """`client` is None for a visitor."""

    visitor: Visitor
    client: Client | None

    @property
    def actor(self) -> Actor:
        return self.client.actor if self.client else self.visitor.actor

    @property
    def region(self) -> str:
        return self.client.region if self.client else "eu"


async def own(request: Request[Any, Any, Any], db: Db, frame: Asked) -> Own:
    """Asks nothing where no cookie of a client is."""
    found = await asking.client(request, db)
    here = found if found and found.maison_id == frame.front.maison_id else None
    return Own(asking.visitor(request), here)


async def own_client(request: Request[Any, Any, Any], db: Db, frame: Asked) -> Client:
    """The client signed in at this store; raises SignInFirst."""
    found = (await own(request, db, frame)).client
    if found is None:
        raise SignInFirst(detail="Sign in first")
    return found
