"""How the cockpit says no: the way to the sign-in, or a page that does not tell whether there is something."""

from collections.abc import Callable
from typing import Any

from litestar import Request, Response
from litestar.response import Redirect

from enfilade.web.cockpit.entering import NotForThisRole
from enfilade.web.shared.asking import FirstPassword, SignInFirst, choose_password
from enfilade.web.shared.refusals import refuse

refuse(NotForThisRole, 403, "This surface is not for this role")


def _sign_in(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    # Every member of staff comes in by one door, which leads each to the screens of their role.
    return Redirect("/boutique/sign-in", status_code=303)


HANDLERS: dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    SignInFirst: _sign_in,
    FirstPassword: choose_password,
}
