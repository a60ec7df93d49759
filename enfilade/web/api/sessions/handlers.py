"""/sessions: a member of staff, or a system that was given an account, opens and ends a session."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import Body
from msgspec import Meta

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.staff import sign_in
from enfilade.staff.surfaces import ROLES
from enfilade.web.api.asking import staff
from enfilade.web.api.problems import declared
from enfilade.web.api.words import PLAIN


class Credentials(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """As on the sign-in page."""

    email: Annotated[str, Meta(min_length=3, max_length=320, pattern=PLAIN)]
    password: Annotated[str, Meta(min_length=1, max_length=200)]


class Session(msgspec.Struct, frozen=True):
    """`secret` goes into `Authorization: Bearer …`; it is not kept here and cannot be shown again."""

    secret: str
    maison_id: UUID
    expires_at: datetime


@post("/sessions", summary="Sign in", responses=declared(400, 401, 403, 429))
async def open_session(
    request: Request[Any, Any, Any], db: Db, data: Annotated[Credentials, Body()]
) -> Response[Session]:
    """Twelve hours; attempts are limited. The one command without a key: two sessions do no harm."""
    now = datetime.now(UTC)
    network = request.client.host if request.client else ""
    found = await sign_in.sign_in(db, email=data.email, password=data.password, network=network, now=now)
    if found is None:
        raise NotAuthorizedException(detail="Mail address or password is not right")
    session = Session(found.token, found.maison_id, now + timedelta(hours=sign_in.SESSION_HOURS))
    return Response(session, headers={"cache-control": "no-store"})


@delete("/sessions/current", summary="Sign out", status_code=204, responses=declared(401, 403))
async def end_session(request: Request[Any, Any, Any], db: Db) -> None:
    """Ends the session whose secret was given."""
    asker = await staff(request, db, ROLES)
    secret = request.headers["authorization"].partition(" ")[2].strip()
    async with db.acting(Actor.staff(asker.staff_id), asker.maison_id) as conn:
        await sign_in.sign_out(conn, maison_id=asker.maison_id, token=secret, now=datetime.now(UTC))
