"""Who is asking: the visitor's cookie, the client's and the staff's sessions, each turned into an actor."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import NotAuthorizedException, NotFoundException
from litestar.response import Redirect

from enfilade.base import i18n
from enfilade.base.actors import Actor
from enfilade.base.db import Db, maybe
from enfilade.base.secrets import hashed, new_secret, visitor_id
from enfilade.staff import sign_in

VISITOR_COOKIE, CLIENT_COOKIE, STAFF_COOKIE = "visitor", "client", "staff"
VISITOR_DAYS = 90


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody in the store. `secret` is what the cookie says; `new` when the answer must set it."""

    id: UUID
    secret: str
    new: bool

    @property
    def actor(self) -> Actor:
        return Actor.visitor(self.id)


@dataclass(frozen=True, slots=True)
class Client:
    """A signed-in client, of one maison."""

    maison_id: UUID
    region: str
    client_id: UUID

    @property
    def actor(self) -> Actor:
        return Actor.client(self.client_id)


@dataclass(frozen=True, slots=True)
class Staff:
    """Somebody who works for a maison or the group, signed in. `first_password`: they have not chosen theirs yet."""

    maison_id: UUID
    staff_id: UUID
    name: str
    role: str
    first_password: bool
    idle_until: datetime | None

    @property
    def actor(self) -> Actor:
        return Actor.staff(self.staff_id)


class SignInFirst(NotAuthorizedException):
    """Nobody is signed in; pages answer with the way to the sign-in."""


class FirstPassword(Exception):
    """Somebody else gave this password; pages answer with the way to choose another."""

    def __init__(self) -> None:
        super().__init__("Choose a password of your own at /boutique/password first")


def choose_password(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    """The one screen a first password opens."""
    return Redirect("/boutique/password", status_code=303)


def language_of(language: str) -> i18n.Language:
    """The first part of a storefront address; anything but our four languages is not an address."""
    if (known := i18n.known(language)) is None:
        raise NotFoundException
    return known


def network(request: Request[Any, Any, Any]) -> str:
    """Where a request comes from, to limit attempts by; '' where the server does not say."""
    return request.client.host if request.client else ""


def visitor(request: Request[Any, Any, Any]) -> Visitor:
    """The visitor of the cookie, or a new one."""
    secret = kept(request, VISITOR_COOKIE)
    if len(secret) == 22:
        return Visitor(visitor_id(secret), secret, new=False)
    secret = new_secret()
    return Visitor(visitor_id(secret), secret, new=True)


def cookie(request: Request[Any, Any, Any], name: str, value: str, days: float) -> Cookie:
    """A cookie only our pages read: HttpOnly, SameSite=Lax, Secure wherever the store is served over TLS."""
    return Cookie(
        key=_called(request, name),
        value=value,
        max_age=int(timedelta(days=days).total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.app.state.settings.base_url.startswith("https:"),
        path="/",
    )


def kept(request: Request[Any, Any, Any], name: str) -> str:
    """What the cookie of this name says, '' if there is none."""
    return request.cookies.get(_called(request, name), "")


def forget(request: Request[Any, Any, Any], response: Response[Any], name: str) -> None:
    """Takes the cookie of a session away, and lets the browser forget the pages that were seen with it."""
    response.set_cookie(cookie(request, name, "", 0))
    response.headers["clear-site-data"] = '"cache", "storage"'


def _called(request: Request[Any, Any, Any], name: str) -> str:
    # Over TLS a browser lets nobody but this very host set a cookie of such a name, neither a neighbour nor a plain page.
    return f"__Host-{name}" if request.app.state.settings.base_url.startswith("https:") else name


async def client(request: Request[Any, Any, Any], db: Db) -> Client | None:
    """The signed-in client, or None."""
    secret = kept(request, CLIENT_COOKIE)
    if not secret:
        return None
    async with db.door() as conn:
        return await maybe(
            conn,
            Client,
            "select maison_id, region, client_id from door.client_of_session(%(token)s, %(now)s)",
            token=hashed(secret),
            now=datetime.now(UTC),
        )


async def staff(request: Request[Any, Any, Any], db: Db, *, first_password: bool = False) -> Staff:
    """The signed-in member of staff; raises SignInFirst and, unless a `first_password` will do, FirstPassword."""
    secret = kept(request, STAFF_COOKIE)
    found = await staff_of(request, db, secret) if secret else None
    if found is None:
        raise SignInFirst(detail="Sign in first")
    if found.first_password and not first_password:
        raise FirstPassword
    return found


async def staff_of(request: Request[Any, Any, Any], db: Db, secret: str) -> Staff | None:
    """Whose session this secret opens, if anybody's. Now and then it is noted that the session is in use."""
    now = datetime.now(UTC)
    async with db.door() as conn:
        found = await maybe(
            conn,
            Staff,
            """
            select maison_id, staff_id, name, role, first_password, idle_until
            from door.staff_of_session(%(token)s, %(now)s)
            """,
            token=hashed(secret),
            now=now,
        )
    if found is not None and sign_in.due(found.idle_until, now) and not _by_itself(request):
        async with db.acting(found.actor, found.maison_id) as conn:
            await sign_in.note_use(conn, maison_id=found.maison_id, token=secret, now=now)
    return found


def _by_itself(request: Request[Any, Any, Any]) -> bool:
    """A screen that keeps itself fresh (`boutique/live.js`): nobody need be there."""
    return "enfilade-renewal" in request.headers or request.headers.get("accept") == "text/event-stream"
