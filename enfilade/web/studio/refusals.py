"""How the studio says no: the way to the sign-in, the way to one's own screens, or a page that is not there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.boutiques.workshops import NoRoom, NoSuchWorkshop, WorkshopUnclear
from enfilade.orders.addresses import AddressIncomplete, NothingToSend, OtherCountry
from enfilade.web.shared.asking import FirstPassword, SignInFirst, choose_password
from enfilade.web.shared.pages import page
from enfilade.web.shared.refusals import refuse
from enfilade.web.studio.entering import NotOfTheStudio

refuse(NotOfTheStudio, 403, "This surface is not for this role")
refuse(NoSuchWorkshop, 404, "There is no such workshop")
refuse(WorkshopUnclear, 400, "A workshop needs a name and whole figures")
refuse(NoRoom, 409, "No workshop has room in time")
refuse(NothingToSend, 409, "Nothing of this order is still to be sent")
refuse(OtherCountry, 409, "An order stays in the country it was placed for")
refuse(AddressIncomplete, 400, "An address has a street, a postcode and a city")


def _sign_in(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    # One door for every member of staff; it may lead back here.
    back = request.url.path if request.method == "GET" else "/studio/"
    return Redirect(f"/boutique/sign-in?next={quote(back)}", status_code=303)


def _elsewhere(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    assert isinstance(error, NotOfTheStudio)
    words = "The studio is for the managers of a maison"
    return page(
        request,
        "studio/refused.html",
        status=403,
        words=words,
        more="Your own screens are elsewhere.",
        address=error.home,
        label="Go there",
    )


def _not_here(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    more = "It may be another maison’s, or a mistyped address."
    return page(
        request,
        "studio/refused.html",
        status=404,
        words="This is not here",
        more=more,
        address="/studio/",
        label="To the studio",
    )


HANDLERS: dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    SignInFirst: _sign_in,
    FirstPassword: choose_password,
    NotOfTheStudio: _elsewhere,
    NotFoundException: _not_here,
}
