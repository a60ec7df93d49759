"""The door for every member of staff: each is led to the screens of their role."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.staff import sign_in as signing
from enfilade.staff.surfaces import SURFACES, Surface, home, may_enter
from enfilade.web.shared import asking, one_session
from enfilade.web.shared.forms import form_of
from enfilade.web.shared.pages import page


@get("/boutique/sign-in", include_in_schema=False)
async def form(request: Request[Any, Any, Any]) -> Response[str]:
    """Mail address and password."""
    return _form(request, next_=_within(request.query_params.get("next", "")))


@post("/boutique/sign-in", include_in_schema=False)
async def sign_in(request: Request[Any, Any, Any], db: Db) -> Response[Any]:
    """Opens a session; wrong is wrong, whichever of the two it was."""
    sent = await form_of(request)
    email, password = sent.text("email", ""), sent.exact("password")
    next_ = _within(sent.text("next", ""))
    try:
        found = await signing.sign_in(
            db, email=email, password=password, network=asking.network(request), now=datetime.now(UTC)
        )
    except TooManyAttempts as error:
        minutes = error.seconds // 60 + 1
        refused = _form(
            request, email=email, next_=next_, words=f"Too many attempts. Try again in {minutes} minutes."
        )
        refused.status_code = 429
        refused.headers["retry-after"] = str(error.seconds)
        return refused
    if found is None:
        refused = _form(request, email=email, next_=next_, words="The address or the password is not right.")
        refused.status_code = 403
        return refused
    await one_session.end_staff(request, db)
    role = found.role
    wanted = _surface(next_)
    to = next_ if wanted and may_enter(role, wanted) else f"/{home(role)}/"
    entered = Redirect(to, status_code=303)
    entered.set_cookie(asking.cookie(request, asking.STAFF_COOKIE, found.token, signing.SESSION_HOURS / 24))
    return entered


@post("/sign-out", include_in_schema=False)
async def sign_out(request: Request[Any, Any, Any], db: Db) -> Redirect:
    """Ends the session, whatever surface it was for."""
    await one_session.end_staff(request, db)
    left = Redirect("/boutique/sign-in", status_code=303)
    asking.forget(request, left, asking.STAFF_COOKIE)
    return left


def _within(address: str) -> str:
    """An address of a surface for staff, or none: nobody is led elsewhere by a link to the sign-in."""
    plain = all(letter.isalnum() or letter in "/-_" for letter in address)
    return address if _surface(address) and "//" not in address and plain else ""


def _surface(address: str) -> Surface | None:
    return next((surface for surface in SURFACES if address.startswith(f"/{surface}/")), None)


def _form(
    request: Request[Any, Any, Any], *, email: str = "", next_: str = "", words: str = ""
) -> Response[str]:
    return page(request, "boutique/sign_in/sign_in.html", email=email, next=next_, words=words)
