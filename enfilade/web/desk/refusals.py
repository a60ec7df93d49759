"""How the desk says no: the way to the sign-in, the way to one's own screens, or a page that is not there."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.orders.addresses import AddressIncomplete, NothingToSend, OtherCountry
from enfilade.orders.cancellation import HasLeft, NothingToCancel, OnItsWay, WhyCancel
from enfilade.orders.desk.calls import NoSuchCall, WhenToCall
from enfilade.orders.desk.goodwill import (
    GoodwillDecided,
    GoodwillWaits,
    ManagersDecide,
    MoreThanWasPaid,
    NoSuchGoodwill,
    NothingToGiveBack,
    PaidAtTheCounter,
    WhyGoodwill,
)
from enfilade.orders.desk.letters_again import NowhereToWrite
from enfilade.orders.desk.notes import NotAtTheDesk, SayWhich
from enfilade.orders.exchange_wishes import NotExchangeable
from enfilade.orders.fulfilment import NotYourBoutique
from enfilade.orders.proposals import NoSuchProposal
from enfilade.orders.returns import NoSuchOrder, NothingToReturn, ReturnTooLate
from enfilade.web.desk.entering import NotOfTheDesk
from enfilade.web.shared.asking import FirstPassword, SignInFirst, choose_password
from enfilade.web.shared.pages import page
from enfilade.web.shared.refusals import refuse

#: What somebody at the desk may run into: the screen is shown again as it stands now, with these words on top.
AT_THE_DESK = (
    AddressIncomplete,
    NothingToSend,
    OtherCountry,
    HasLeft,
    NothingToCancel,
    OnItsWay,
    WhyCancel,
    WhenToCall,
    GoodwillDecided,
    GoodwillWaits,
    ManagersDecide,
    MoreThanWasPaid,
    NothingToGiveBack,
    PaidAtTheCounter,
    WhyGoodwill,
    NowhereToWrite,
    SayWhich,
    NothingToReturn,
    NotExchangeable,
    ReturnTooLate,
)

refuse(NotOfTheDesk, 403, "This surface is not for this role")
refuse(NotAtTheDesk, 403, "This is for the maison’s client service")
refuse(SayWhich, 400, "A note says by which way the client spoke, and what about")
refuse(NoSuchCall, 404, "This page is not here")
refuse(WhenToCall, 400, "A call has a time to come and somebody to be called")
refuse(NoSuchGoodwill, 404, "This page is not here")
refuse(NothingToGiveBack, 409, "Nothing is paid and gone that a part could be given back of")
refuse(PaidAtTheCounter, 409, "What was paid at a counter is given back at a counter")
refuse(MoreThanWasPaid, 409, "That is more than is left of what was paid")
refuse(WhyGoodwill, 400, "A goodwill has an amount and one of the known reasons")
refuse(GoodwillWaits, 409, "Something waits for a manager already")
refuse(GoodwillDecided, 409, "It is decided already")
refuse(ManagersDecide, 403, "A manager of the maison decides this")
refuse(NowhereToWrite, 409, "The order has no mail address")


def _sign_in(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    back = request.url.path if request.method == "GET" else "/desk/"
    return Redirect(f"/boutique/sign-in?next={quote(back)}", status_code=303)


def _elsewhere(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    assert isinstance(error, NotOfTheDesk)
    return page(
        request,
        "desk/refused.html",
        status=403,
        words="The desk is for a maison’s client service",
        more="Your own screens are elsewhere.",
        address=error.home,
        label="Go there",
    )


def _not_here(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return page(
        request,
        "desk/refused.html",
        status=404,
        words="This is not here",
        more="It may be another maison’s, or a mistyped address.",
        address="/desk/",
        label="To the desk",
    )


HANDLERS: dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    SignInFirst: _sign_in,
    FirstPassword: choose_password,
    NotOfTheDesk: _elsewhere,
    NoSuchOrder: _not_here,
    NoSuchCall: _not_here,
    NoSuchGoodwill: _not_here,
    NoSuchProposal: _not_here,
    NotYourBoutique: _not_here,
    NotFoundException: _not_here,
}
