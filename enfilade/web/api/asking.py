"""Who asks the API: a visitor by cookie or header, a maison's system by the secret of a staff session."""

import re
from collections.abc import Collection
from typing import Annotated, Any

from litestar import Request
from litestar.exceptions import (
    HTTPException,
    NotAuthorizedException,
    PermissionDeniedException,
)
from litestar.params import HeaderParameter
from litestar.status_codes import HTTP_415_UNSUPPORTED_MEDIA_TYPE

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import visitor_id
from enfilade.staff.people import Colleague, colleague
from enfilade.web.api.refusals import wrong
from enfilade.web.shared.asking import (
    VISITOR_COOKIE,
    FirstPassword,
    Staff,
    Visitor,
    kept,
    staff_of,
)

VISITOR_HEADER = "Enfilade-Visitor"
_SECRET = re.compile(r"[A-Za-z0-9_-]{22}")


async def json_alone(request: Request[Any, Any, Any]) -> None:
    """Refuses a body that says it is something else, a page's form for instance."""
    said = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if said and said != "application/json" and request.method not in ("GET", "HEAD"):
        raise HTTPException(
            status_code=HTTP_415_UNSUPPORTED_MEDIA_TYPE,
            detail="The body of a command is application/json",
            headers={"accept-post": "application/json"},
        )


def visitor(
    request: Request[Any, Any, Any],
    enfilade_visitor: Annotated[
        str,
        HeaderParameter(
            name=VISITOR_HEADER,
            description="22 random letters of A–Z, a–z, 0–9, - and _: whoever has them is this visitor. "
            "Browsers of the store send its cookie instead.",
        ),
    ] = "",
) -> Visitor:
    """The visitor of the header, else of the store's cookie. Raises ValidationException naming the header."""
    secret = enfilade_visitor or kept(request, VISITOR_COOKIE)
    if not _SECRET.fullmatch(secret):
        raise wrong(VISITOR_HEADER, "is missing, or not 22 random letters of A–Z, a–z, 0–9, - and _")
    return Visitor(visitor_id(secret), secret, new=False)


async def staff(request: Request[Any, Any, Any], db: Db, roles: Collection[str]) -> Staff:
    """Who the bearer token's session belongs to. 401 when to nobody (any more), 403 when of another role.

    Raises FirstPassword.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and 0 < len(secret) <= 200:
        found = await staff_of(request, db, secret.strip())
    if found is None:
        raise NotAuthorizedException(
            detail="Give the secret of a staff session",
            headers={"www-authenticate": 'Bearer realm="Enfilade"'},
        )
    if found.first_password:
        raise FirstPassword
    if found.role not in roles:
        raise PermissionDeniedException(detail=f"A session of {' or '.join(sorted(roles))} may do this")
    return found


async def at_work(db: Db, asker: Staff) -> Colleague:
    """The asker with the places they work at."""
    async with db.acting(Actor.staff(asker.staff_id), asker.maison_id) as conn:
        return await colleague(conn, maison_id=asker.maison_id, staff_id=asker.staff_id)
