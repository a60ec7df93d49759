"""How the boutique app says no: the way to the sign-in, a page that is not there, or the refusal's own words."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

from litestar import Request, Response
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from enfilade.appointments.answering import AlternativeOver
from enfilade.appointments.diary import NoSuchPiece
from enfilade.appointments.keeping import (
    AppointmentOver,
    ChangedMeanwhile,
    ComesAlready,
    NoSuchAppointment,
    SlotTaken,
    TooLateToChange,
    TooManyPieces,
)
from enfilade.appointments.rosters import ForManagers, InTwoPlaces, RosterRefused
from enfilade.appointments.services import ServiceRefused
from enfilade.appointments.shifts import NoSuchAdvisor
from enfilade.appointments.turns import Crowded, NoAppointmentsThere
from enfilade.appointments.visits import NotThatStep
from enfilade.catalogue.engraving import LetteringNotOffered, NotEngraved, TooLong
from enfilade.clients.contact_points import NotAContactPoint
from enfilade.closures.acts import EndIsPast, NoSuchAct, NothingToClose, NotYoursToClose
from enfilade.orders.addresses import AddressSince
from enfilade.orders.baskets import TooMany
from enfilade.orders.cancellation import HasLeft, NothingToCancel, NothingToPutAway, OnItsWay, WhyCancel
from enfilade.orders.custody import NotKept, NotToFetch
from enfilade.orders.engraving import CancellationWished, NotToEngrave
from enfilade.orders.enquiries import EnquiryClosed, EnquiryTaken, NoSuchEnquiry
from enfilade.orders.exchange_wishes import NotExchangeable
from enfilade.orders.fulfilment import (
    EngravingBegun,
    IllegalStep,
    MakingBegun,
    NoSuchFulfilment,
    NotAllPicked,
    NotEngravedYet,
    NotYourBoutique,
    PiecesGone,
    TakenBy,
)
from enfilade.orders.lawful import AgeNotChecked
from enfilade.orders.making import NoSuchDay, NotToMake
from enfilade.orders.parcels import LabelForOldAddress, LabelForOtherPieces, NoCarrier, TakeOutFirst
from enfilade.orders.pickup import NotAmongThese, TooLateToUndo, WrongCode
from enfilade.orders.preparations import NothingToPick
from enfilade.orders.proposals import (
    NoSuchProposal,
    NotAnOffer,
    NotApproved,
    NothingProposed,
    NotSoldThere,
    ProposalOver,
)
from enfilade.orders.quota_counts import QuotaReached
from enfilade.orders.receiving import (
    BackAlready,
    EngravedStays,
    ForAManager,
    LawTakesItBack,
    NotJudged,
    OpenedStays,
    ReturnElsewhere,
    StillToUndo,
)
from enfilade.orders.rejections import NothingToReject, UnknownReason
from enfilade.orders.returns import MadeForYou, NoSuchOrder, NothingToReturn, ReturnTooLate
from enfilade.orders.till.drawers import (
    NoPricesHere,
    NoSuchDrawer,
    NotAnAmount,
    NotSoMuchThere,
    SalesUnfinished,
    SayWhy,
    TillNotOpen,
    TillOpenAlready,
)
from enfilade.orders.till.paying import OtherCompany
from enfilade.orders.till.ringing_up import NoRoomToEngrave, NoSuchClient, NotSoldHere, NotToBeHad
from enfilade.orders.till.sales import NoSuchSale, SaleBeingPaid, SaleOver
from enfilade.orders.till.settling import NothingRungUp, NotPaid
from enfilade.payments.giving_back import NothingOwed
from enfilade.payments.tender import MoreThanDue, NoSuchTender, TerminalAsked
from enfilade.staff.passwords import PasswordRefused
from enfilade.staff.people import WorksElsewhere
from enfilade.stock.arrivals import MoreThanSent, NotForAdvisors
from enfilade.stock.holds import NotEnoughStock
from enfilade.stock.serials import SerialRefused
from enfilade.stock.transfers import (
    IllegalTransferStep,
    NoSuchTransfer,
    NotAsked,
    NotSoManyThere,
    NotThisWay,
    PackedPiecesGone,
)
from enfilade.web.boutique.entering import OtherSurface
from enfilade.web.shared.asking import FirstPassword, SignInFirst, choose_password
from enfilade.web.shared.pages import page
from enfilade.web.shared.refusals import refuse

#: What an advisor may run into at work: the screen is shown again as it stands now, with these words on top.
AT_WORK = (
    IllegalStep,
    TakenBy,
    NotAllPicked,
    NotEngravedYet,
    NotToEngrave,
    NotToFetch,
    NoRoomToEngrave,
    EngravingBegun,
    NotToMake,
    NoSuchDay,
    CancellationWished,
    EngravedStays,
    MadeForYou,
    AddressSince,
    LabelForOldAddress,
    LabelForOtherPieces,
    TakeOutFirst,
    NoCarrier,
    NothingToPick,
    NothingToReject,
    UnknownReason,
    WrongCode,
    AgeNotChecked,
    NotThisWay,
    OpenedStays,
    NotAmongThese,
    PiecesGone,
    TooLateToUndo,
    BackAlready,
    ForAManager,
    LawTakesItBack,
    NotJudged,
    NothingToReturn,
    ReturnElsewhere,
    ReturnTooLate,
    StillToUndo,
    IllegalTransferStep,
    NotAsked,
    NotSoManyThere,
    PackedPiecesGone,
    MoreThanSent,
    NotForAdvisors,
    HasLeft,
    NothingToCancel,
    OnItsWay,
    NothingToPutAway,
    NothingProposed,
    NotSoldThere,
    NotAnOffer,
    NotApproved,
    EnquiryTaken,
    EnquiryClosed,
    ProposalOver,
    TooMany,
    SerialRefused,
    NoPricesHere,
    NotAnAmount,
    NotSoMuchThere,
    SalesUnfinished,
    SayWhy,
    TillNotOpen,
    TillOpenAlready,
    OtherCompany,
    NoSuchClient,
    NotAContactPoint,
    NotSoldHere,
    NotToBeHad,
    QuotaReached,
    SaleBeingPaid,
    SaleOver,
    NothingRungUp,
    NotPaid,
    NothingOwed,
    MoreThanDue,
    TerminalAsked,
    AlternativeOver,
    AppointmentOver,
    ChangedMeanwhile,
    ComesAlready,
    Crowded,
    InTwoPlaces,
    NoAppointmentsThere,
    NoSuchPiece,
    NotEnoughStock,
    NotThatStep,
    RosterRefused,
    SlotTaken,
    TooManyPieces,
)

refuse(AlternativeOver, 409, "This time is no longer kept")
refuse(AppointmentOver, 409, "This appointment cannot be changed any more")
refuse(ChangedMeanwhile, 409, "This appointment was changed meanwhile")
refuse(ComesAlready, 409, "There is an appointment at this time already")
refuse(Crowded, 409, "Many are booking there just now")
refuse(ForManagers, 403, "Who works when is for the boutique’s manager to say")
refuse(InTwoPlaces, 409, "The advisor works in another boutique then")
refuse(NoAppointmentsThere, 404, "No such appointment is offered there")
refuse(NoSuchAdvisor, 404, "This page is not here")
refuse(NoSuchAppointment, 404, "This page is not here")
refuse(NoSuchPiece, 404, "There is no piece of this SKU")
refuse(NotThatStep, 409, "This step does not follow from the present state")
refuse(RosterRefused, 400, "Hours end after they begin")
refuse(ServiceRefused, 400, "A service cannot be kept like this")
refuse(SlotTaken, 409, "This time is taken")
refuse(TooLateToChange, 409, "It is too late to change this appointment")
refuse(TooManyPieces, 400, "So many pieces are not brought to an appointment")
refuse(NoSuchFulfilment, 404, "This page is not here")
refuse(NotYourBoutique, 404, "This page is not here")
refuse(IllegalStep, 409, "This step does not follow from the present state")
refuse(TakenBy, 409, "A colleague was first")
refuse(NotAllPicked, 409, "Some pieces are neither picked nor rejected")
refuse(NotEngravedYet, 409, "Words are still to be cut")
refuse(NotKept, 404, "This page is not here")
refuse(NotToFetch, 409, "This piece is not to be fetched now")
refuse(NoRoomToEngrave, 409, "No workshop has room to engrave it")
refuse(NotEngraved, 400, "These words cannot be engraved on it")
refuse(TooLong, 400, "There is not so much room for words on it")
refuse(LetteringNotOffered, 400, "The maison does not cut in this lettering")
refuse(NotToEngrave, 409, "This piece is not to be engraved now")
refuse(EngravingBegun, 409, "The engraving has begun")
refuse(MakingBegun, 409, "The making has begun")
refuse(NotToMake, 409, "Nothing of it is to be made now")
refuse(NoSuchDay, 400, "A delay is a later day than the one told")
refuse(CancellationWished, 409, "The client has just wished to cancel it")
refuse(EngravedStays, 409, "An engraved piece is not sold again")
refuse(NotExchangeable, 409, "What was wished in its place is not there any more")
refuse(MadeForYou, 409, "What was engraved or made to specification comes back only where it is faulty")
refuse(AddressSince, 409, "The address was changed meanwhile")
refuse(LabelForOldAddress, 409, "The label was printed for the address before")
refuse(LabelForOtherPieces, 409, "The label was made before a piece was cancelled")
refuse(TakeOutFirst, 409, "A piece of this parcel was cancelled")
refuse(NoCarrier, 409, "No carrier is set up for this market")
refuse(NothingToPick, 404, "This piece is not to be picked here")
refuse(NothingToReject, 404, "This piece is not to be prepared here")
refuse(UnknownReason, 400, "A rejection names one of four reasons")
refuse(AgeNotChecked, 409, "The client’s age is checked first")
refuse(OpenedStays, 409, "What was opened is not sold again")
refuse(NotThisWay, 409, "The law lets it not go there")
refuse(WrongCode, 403, "The code does not open this order")
refuse(NotAmongThese, 400, "A refused piece is not among those to hand over")
refuse(PiecesGone, 409, "A piece was taken from stock meanwhile")
refuse(TooLateToUndo, 409, "The payment has been taken")
refuse(HasLeft, 409, "It has left, and can be returned instead")
refuse(OnItsWay, 409, "It is on its way to the boutique")
refuse(NothingToCancel, 400, "A cancellation names pieces of the order")
refuse(NothingToPutAway, 409, "Nothing lies apart for this work")
refuse(WhyCancel, 400, "A cancellation has one of the known reasons")
refuse(NoSuchOrder, 404, "This page is not here")
refuse(BackAlready, 409, "The piece came back already")
refuse(ForAManager, 403, "Only a manager pays less than the price")
refuse(LawTakesItBack, 409, "Within the days of the law it is taken back")
refuse(NotJudged, 400, "A piece goes somewhere or is refused with a reason")
refuse(NothingToReturn, 400, "This piece is not there to be returned")
refuse(ReturnElsewhere, 409, "The maison takes its pieces back in the country they were sold in")
refuse(ReturnTooLate, 409, "The last day to return this has passed")
refuse(StillToUndo, 409, "The hand-over can still be undone")
refuse(NoSuchProposal, 404, "This page is not here")
refuse(NoSuchEnquiry, 404, "This page is not here")
refuse(EnquiryTaken, 409, "A colleague answers it")
refuse(EnquiryClosed, 409, "It was answered already")
refuse(NothingProposed, 400, "A proposal has between one piece and ten")
refuse(NotSoldThere, 409, "A piece is not sold there")
refuse(NotAnOffer, 400, "An own price is below the price")
refuse(NotApproved, 403, "A manager approves prices of their own")
refuse(ProposalOver, 409, "This proposal cannot be paid any more")
refuse(NoSuchTransfer, 404, "This page is not here")
refuse(IllegalTransferStep, 409, "This step does not follow from the present state")
refuse(NotAsked, 409, "What was packed was not asked for")
refuse(NotSoManyThere, 409, "The place has fewer to give")
refuse(PackedPiecesGone, 409, "A packed piece was taken from stock meanwhile")
refuse(MoreThanSent, 409, "More was told of than is on its way")
refuse(NotForAdvisors, 403, "A manager writes pieces off")
refuse(SerialRefused, 409, "A serial number is not the one of this piece")
refuse(NoSuchDrawer, 404, "This page is not here")
refuse(NoSuchSale, 404, "This page is not here")
refuse(NoSuchTender, 404, "This page is not here")
refuse(NoPricesHere, 409, "The boutique is in no market of the maison")
refuse(NotAnAmount, 400, "An amount of more than nothing was expected")
refuse(NotSoMuchThere, 409, "There is not so much cash in the drawer")
refuse(SalesUnfinished, 409, "A sale with money in it is not finished")
refuse(NoSuchAct, 404, "This page is not here")
refuse(NotYoursToClose, 403, "A manager closes the places that are theirs")
refuse(NothingToClose, 400, "Nothing of this is there to be closed")
refuse(EndIsPast, 400, "It would be open again before it closes")
refuse(SayWhy, 400, "A reason was expected")
refuse(TillNotOpen, 409, "The till is not open")
refuse(TillOpenAlready, 409, "The till is open already")
refuse(OtherCompany, 409, "Another company of the maison sold it")
refuse(NoSuchClient, 404, "The maison does not know this client")
refuse(NotSoldHere, 409, "A piece is not sold there")
refuse(NotToBeHad, 409, "The piece is not free here")
refuse(SaleBeingPaid, 409, "The sale is being paid")
refuse(SaleOver, 409, "The sale is over")
refuse(NothingRungUp, 400, "A sale has at least one piece")
refuse(NotPaid, 409, "The sale is not paid in full")
refuse(NothingOwed, 409, "Nothing is to be given back any more")
refuse(MoreThanDue, 409, "That is more than is due")
refuse(TerminalAsked, 409, "The card terminal has not answered yet")
refuse(PasswordRefused, 400, "This password is not accepted")
refuse(WorksElsewhere, 409, "This address belongs to another maison")
refuse(OtherSurface, 403, "This surface is not for this role")


def _sign_in(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    if request.method != "GET":
        return Redirect("/boutique/sign-in", status_code=303)
    return Redirect(f"/boutique/sign-in?next={quote(request.url.path)}", status_code=303)


def _elsewhere(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    assert isinstance(error, OtherSurface)
    return page(request, "boutique/elsewhere.html", status=403, home=error.home)


def _not_here(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return page(request, "boutique/not_here.html", status=404)


HANDLERS: dict[int | type[Exception], Callable[[Request[Any, Any, Any], Any], Response[Any]]] = {
    SignInFirst: _sign_in,
    FirstPassword: choose_password,
    OtherSurface: _elsewhere,
    NoSuchFulfilment: _not_here,
    NoSuchOrder: _not_here,
    NotYourBoutique: _not_here,
    NoSuchTransfer: _not_here,
    NoSuchAct: _not_here,
    NoSuchProposal: _not_here,
    NoSuchDrawer: _not_here,
    NoSuchSale: _not_here,
    NoSuchTender: _not_here,
    NoSuchAppointment: _not_here,
    NoSuchAdvisor: _not_here,
    NotFoundException: _not_here,
}
