"""Every address of the storefront."""

from litestar.types import ControllerRouterHandler

from enfilade.web.storefront import templates
from enfilade.web.storefront.account import handlers as account
from enfilade.web.storefront.appointments import booking as appointments
from enfilade.web.storefront.appointments import link as appointment_link
from enfilade.web.storefront.appointments import waiting as appointment_waiting
from enfilade.web.storefront.appointments import who as appointment_form
from enfilade.web.storefront.basket import handlers as basket
from enfilade.web.storefront.boutiques import handlers as boutiques
from enfilade.web.storefront.brands import handlers as brands
from enfilade.web.storefront.certificates import handlers as certificates
from enfilade.web.storefront.checkout import handlers as checkout
from enfilade.web.storefront.enquiries import handlers as enquiries
from enfilade.web.storefront.home import handlers as home
from enfilade.web.storefront.installed import handlers as installed
from enfilade.web.storefront.legal import handlers as legal
from enfilade.web.storefront.maisons import handlers as maisons
from enfilade.web.storefront.maisons import pieces
from enfilade.web.storefront.markets import handlers as markets
from enfilade.web.storefront.marks import handlers as marks
from enfilade.web.storefront.media import handlers as media
from enfilade.web.storefront.orders import cancelling, documents, readdressing, returning, withdrawing
from enfilade.web.storefront.orders import handlers as orders
from enfilade.web.storefront.personal import handlers as personal
from enfilade.web.storefront.products import handlers as products
from enfilade.web.storefront.products import mirror
from enfilade.web.storefront.proposals import handlers as proposals
from enfilade.web.storefront.search import handlers as search
from enfilade.web.storefront.sign_in import handlers as sign_in
from enfilade.web.storefront.sitemaps import handlers as sitemaps
from enfilade.web.storefront.sizes import handlers as sizes
from enfilade.web.storefront.stories import handlers as stories
from enfilade.web.storefront.themes import handlers as themes
from enfilade.web.storefront.waitlist import handlers as waitlist
from enfilade.web.storefront.windows import handlers as windows
from enfilade.web.storefront.wish_list import handlers as wish_list
from enfilade.web.storefront.withdrawal import handlers as withdrawal


def handlers() -> list[ControllerRouterHandler]:
    """The store's screens, from the front door to the legal page."""
    templates.install()
    return [
        home.door,
        home.home,
        maisons.maisons,
        maisons.maison,
        pieces.maison_pieces,
        brands.brand,
        windows.draft,
        windows.window,
        products.product,
        products.product_availability,
        stories.stories,
        stories.story,
        stories.draft,
        stories.story_piece,
        stories.take_piece,
        stories.stories_feed,
        stories.maison_feed,
        mirror.mirror,
        sizes.sizes,
        sizes.remember_size,
        boutiques.boutiques,
        boutiques.boutique,
        search.search,
        search.search_suggestions,
        basket.basket,
        basket.put,
        basket.change,
        proposals.proposal,
        proposals.pay,
        checkout.open_checkout,
        checkout.checkout,
        checkout.complete,
        checkout.come_back,
        checkout.choose,
        checkout.choose_delivery,
        orders.order,
        orders.order_progress,
        orders.on_my_way,
        documents.invoice,
        documents.return_label,
        certificates.certificate_document,
        cancelling.form,
        cancelling.cancel,
        readdressing.form,
        readdressing.change,
        returning.form,
        returning.announce,
        returning.withdraw,
        returning.exchange_form,
        returning.exchange,
        withdrawing.form,
        withdrawing.look,
        withdrawing.confirm,
        withdrawal.find,
        withdrawal.ask,
        sign_in.ask_page,
        sign_in.ask,
        sign_in.code_page,
        sign_in.enter_with_code,
        sign_in.link_page,
        sign_in.enter_with_link,
        sign_in.leave,
        account.account,
        account.keep,
        account.remove,
        account.consent,
        account.end,
        wish_list.wish_list,
        wish_list.wish,
        wish_list.unwish,
        enquiries.ask,
        enquiries.sent,
        waitlist.ask,
        waitlist.written,
        waitlist.wait,
        waitlist.confirm,
        waitlist.leave,
        certificates.certificates_page,
        certificates.look,
        certificates.certificate,
        appointments.offered,
        appointments.where,
        appointments.when,
        appointment_waiting.form,
        appointment_waiting.wait,
        appointment_waiting.waits,
        appointment_waiting.take,
        appointment_waiting.leave,
        appointment_form.book,
        appointment_link.kept,
        appointment_link.calendar,
        appointment_link.times,
        appointment_link.move,
        appointment_link.cancel,
        appointment_link.answer,
        appointment_link.without,
        personal.personal,
        markets.choose_market,
        legal.legal,
        themes.theme,
        media.published,
        marks.mark,
        installed.manifest,
        installed.offline,
        installed.worker,
        sitemaps.robots,
        sitemaps.index,
        sitemaps.pages,
        sitemaps.pieces,
    ]
