"""Every address of the boutique app."""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from enfilade.web.boutique import refusals
from enfilade.web.boutique.appointments import handlers as appointments
from enfilade.web.boutique.calendar import handlers as calendar
from enfilade.web.boutique.closing import handlers as closing
from enfilade.web.boutique.engravings import handlers as engravings
from enfilade.web.boutique.entering import member
from enfilade.web.boutique.making import handlers as making
from enfilade.web.boutique.password import handlers as password
from enfilade.web.boutique.pickups import handlers as pickups
from enfilade.web.boutique.preparations import handlers as preparations
from enfilade.web.boutique.returns import handlers as returns
from enfilade.web.boutique.roster import handlers as roster
from enfilade.web.boutique.selling import enquiries
from enfilade.web.boutique.selling import handlers as selling
from enfilade.web.boutique.shortages import handlers as shortages
from enfilade.web.boutique.sign_in import handlers as sign_in
from enfilade.web.boutique.tasks import handlers as tasks
from enfilade.web.boutique.tasks import live
from enfilade.web.boutique.till import handlers as till
from enfilade.web.boutique.till import receipts
from enfilade.web.boutique.till import selling as sales
from enfilade.web.boutique.transfers import handlers as transfers


def handlers() -> list[ControllerRouterHandler]:
    """The app's screens; all but the sign-in know who is asking."""
    inside = Router(
        path="/boutique",
        dependencies={"member": Provide(member)},
        exception_handlers=refusals.HANDLERS,
        route_handlers=[
            tasks.tasks,
            live.news,
            preparations.preparation,
            preparations.card,
            preparations.accept,
            preparations.give_back,
            preparations.pick,
            preparations.put_back,
            preparations.rejection,
            preparations.reject,
            preparations.cancellation_form,
            preparations.cancel,
            preparations.put_away,
            preparations.send_back,
            preparations.ready,
            preparations.engrave,
            engravings.engravings,
            engravings.engrave,
            engravings.fetch,
            making.page,
            making.begin,
            making.finish,
            making.delay,
            making.decline,
            preparations.ask_label,
            preparations.label,
            preparations.dispatch,
            pickups.pickups,
            pickups.pickup,
            pickups.hand_over,
            pickups.undo,
            returns.search,
            returns.order,
            returns.receive,
            appointments.day,
            appointments.booking_form,
            appointments.book,
            appointments.appointment,
            appointments.moving,
            appointments.move,
            appointments.cancel,
            appointments.answer,
            appointments.without,
            appointments.arrive,
            appointments.serve,
            appointments.sell,
            appointments.miss,
            calendar.calendar,
            calendar.open_address,
            calendar.close_address,
            calendar.keep_outside,
            calendar.remove_outside,
            calendar.keep_of,
            calendar.remove_of,
            roster.roster,
            roster.advisor,
            roster.keep,
            roster.week,
            roster.add_day,
            roster.add_absence,
            roster.remove_absence,
            roster.add_seat,
            roster.retire_seat,
            shortages.shortages,
            shortages.resolve,
            shortages.reopen,
            transfers.listed,
            transfers.asking,
            transfers.ask,
            transfers.transfer,
            transfers.pack,
            transfers.send,
            transfers.decline,
            transfers.cancel,
            transfers.receive,
            transfers.write_off,
            closing.form,
            closing.preview,
            closing.close,
            closing.closure,
            closing.reopen,
            selling.listed,
            enquiries.enquiry,
            enquiries.take,
            enquiries.close,
            selling.composing,
            selling.make,
            selling.proposal,
            selling.approve,
            selling.withdraw,
            till.till,
            till.open_drawer,
            till.drawer,
            till.pay,
            till.count,
            sales.begin,
            sales.sale,
            sales.add,
            sales.take_out,
            sales.engrave,
            sales.name_serial,
            sales.name_client,
            sales.pay_cash,
            sales.pay_card,
            sales.exchange,
            sales.take_back,
            sales.settle,
            sales.give_up,
            receipts.give_back,
            receipts.ask_again,
            receipts.say_by_hand,
            receipts.receipt,
            receipts.receipt_pdf,
            password.form,
            password.change,
            sign_in.sign_out,
        ],
    )
    return [inside, sign_in.form, sign_in.sign_in, calendar.feed]
