"""Changing one's password: the one screen all surfaces for staff lead to, beside the sign-in."""

from datetime import UTC, datetime
from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Redirect

from enfilade.base.db import Db
from enfilade.base.limits import TooManyAttempts
from enfilade.staff import sign_in as signing
from enfilade.staff.password_change import change_password
from enfilade.staff.passwords import PASSWORD_CHARACTERS_MIN, PasswordRefused
from enfilade.staff.surfaces import home
from enfilade.web.shared import asking
from enfilade.web.shared.asking import Staff
from enfilade.web.shared.forms import form_of
from enfilade.web.shared.pages import page


@get("/password", include_in_schema=False)
async def form(request: Request[Any, Any, Any], db: Db, changed: str = "") -> Response[str]:
    """The present one and the new one."""
    return _form(request, await asking.staff(request, db, first_password=True), changed=bool(changed))


@post("/password", include_in_schema=False)
async def change(request: Request[Any, Any, Any], db: Db) -> Response[Any]:
    """This browser goes on with a new session; every other of theirs has ended."""
    staff = await asking.staff(request, db, first_password=True)
    sent = await form_of(request)
    try:
        token = await change_password(
            db,
            maison_id=staff.maison_id,
            staff_id=staff.staff_id,
            current=sent.exact("current_password"),
            new=sent.exact("new_password"),
            network=asking.network(request),
            now=datetime.now(UTC),
        )
    except PasswordRefused as error:
        return _form(request, staff, status=400, words=str(error))
    except TooManyAttempts as error:
        words = f"Too many attempts. Try again in {error.seconds // 60 + 1} minutes."
        refused = _form(request, staff, status=429, words=words)
        refused.headers["retry-after"] = str(error.seconds)
        return refused
    if token is None:
        return _form(request, staff, status=403, words="The present password is not right.")
    done = Redirect("/boutique/password?changed=yes", status_code=303)
    done.set_cookie(asking.cookie(request, asking.STAFF_COOKIE, token, signing.SESSION_HOURS / 24))
    return done


def _form(
    request: Request[Any, Any, Any],
    staff: Staff,
    *,
    status: int = 200,
    words: str = "",
    changed: bool = False,
) -> Response[str]:
    return page(
        request,
        "boutique/password/password.html",
        status=status,
        words=words,
        changed=changed,
        first=staff.first_password,
        home=f"/{home(staff.role)}/",
        least=PASSWORD_CHARACTERS_MIN,
    )
