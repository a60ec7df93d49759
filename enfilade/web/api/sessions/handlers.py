"""/sessions: a member of staff, or a system that was given an account, opens and ends a session."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request, Response, delete, get, post
from litestar.exceptions import NotAuthorizedException
from litestar.params import Body
from msgspec import Meta

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.staff import sessions, sign_in
from enfilade.staff.surfaces import ROLES
from enfilade.web.api.asking import at_work, staff
from enfilade.web.api.problems import declared
from enfilade.web.api.words import PLAIN
from enfilade.web.shared.asking import FirstPassword, network


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
    """Twelve hours, or two without a request; attempts are limited. The one command without a key: two sessions do no harm."""
    now = datetime.now(UTC)
    found = await sign_in.sign_in(
        db, email=data.email, password=data.password, network=network(request), now=now
    )
    if found is None:
        raise NotAuthorizedException(detail="Mail address or password is not right")
    if found.first_password:
        raise FirstPassword
    session = Session(found.token, found.maison_id, now + timedelta(hours=sign_in.SESSION_HOURS))
    return Response(session, headers={"cache-control": "no-store"})


@delete("/sessions/current", summary="Sign out", status_code=204, responses=declared(401, 403))
async def end_session(request: Request[Any, Any, Any], db: Db) -> None:
    """Ends the session whose secret was given."""
    asker = await staff(request, db, ROLES)
    async with db.acting(Actor.staff(asker.staff_id), asker.maison_id) as conn:
        await sign_in.sign_out(conn, maison_id=asker.maison_id, token=_secret(request), now=datetime.now(UTC))


class OpenSession(msgspec.Struct, frozen=True):
    """`id` ends it, and opens nothing. `current`: the one that asks."""

    id: UUID
    staff_id: UUID
    name: str
    role: str
    created_at: datetime
    expires_at: datetime
    current: bool


class OpenSessions(msgspec.Struct, frozen=True):
    """Newest first, five hundred at most."""

    sessions: list[OpenSession]


@get(
    "/sessions", summary="Open sessions, one's own and those of whom one leads", responses=declared(401, 403)
)
async def open_sessions(request: Request[Any, Any, Any], db: Db) -> Response[OpenSessions]:
    """A boutique manager leads the advisors of their boutiques, a maison manager everybody of the maison."""
    asker = await staff(request, db, ROLES)
    by, own = await at_work(db, asker), sessions.session_id(_secret(request))
    async with db.acting(Actor.staff(asker.staff_id), asker.maison_id) as conn:
        found = await sessions.sessions_of(conn, maison_id=asker.maison_id, by=by, now=datetime.now(UTC))
    return Response(
        OpenSessions(
            [
                OpenSession(
                    one.id, one.staff_id, one.name, one.role, one.created_at, one.expires_at, one.id == own
                )
                for one in found
            ]
        ),
        headers={"cache-control": "no-store"},
    )


@delete(
    "/sessions/{session_id:uuid}",
    summary="End a session, one's own or of somebody one leads",
    status_code=204,
    responses=declared(400, 401, 403, 404),
)
async def end_one(request: Request[Any, Any, Any], db: Db, session_id: UUID) -> None:
    """At once, in every process."""
    asker = await staff(request, db, ROLES)
    by = await at_work(db, asker)
    async with db.acting(Actor.staff(asker.staff_id), asker.maison_id) as conn:
        await sessions.end_session(
            conn, maison_id=asker.maison_id, by=by, session_id=session_id, now=datetime.now(UTC)
        )


@delete("/sessions/others", summary="Sign out everywhere else", status_code=204, responses=declared(401, 403))
async def end_others(request: Request[Any, Any, Any], db: Db) -> None:
    """Ends all of one's own sessions but the one that asks."""
    asker = await staff(request, db, ROLES)
    async with db.acting(Actor.staff(asker.staff_id), asker.maison_id) as conn:
        await sessions.end_others(
            conn,
            maison_id=asker.maison_id,
            staff_id=asker.staff_id,
            token=_secret(request),
            now=datetime.now(UTC),
        )


def _secret(request: Request[Any, Any, Any]) -> str:
    return request.headers["authorization"].partition(" ")[2].strip()
