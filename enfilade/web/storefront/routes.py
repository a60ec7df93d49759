"""Every address of the storefront."""

from litestar.types import ControllerRouterHandler

from enfilade.web.storefront import templates
from enfilade.web.storefront.basket import handlers as basket
from enfilade.web.storefront.boutiques import handlers as boutiques
from enfilade.web.storefront.checkout import handlers as checkout
from enfilade.web.storefront.home import handlers as home
from enfilade.web.storefront.legal import handlers as legal
from enfilade.web.storefront.maisons import handlers as maisons
from enfilade.web.storefront.markets import handlers as markets
from enfilade.web.storefront.media import handlers as media
from enfilade.web.storefront.orders import handlers as orders
from enfilade.web.storefront.products import handlers as products
from enfilade.web.storefront.products import mirror
from enfilade.web.storefront.search import handlers as search
from enfilade.web.storefront.sign_in import handlers as sign_in
from enfilade.web.storefront.sizes import handlers as sizes
from enfilade.web.storefront.stories import handlers as stories
from enfilade.web.storefront.themes import handlers as themes


def handlers() -> list[ControllerRouterHandler]:
    """The store's screens, from the front door to the legal page."""
    templates.install()
    return [
        home.door,
        home.home,
        maisons.maisons,
        maisons.maison,
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
        checkout.open_checkout,
        checkout.checkout,
        checkout.complete,
        checkout.come_back,
        checkout.choose,
        orders.order,
        orders.order_progress,
        orders.on_my_way,
        sign_in.ask_page,
        sign_in.ask,
        sign_in.code_page,
        sign_in.enter_with_code,
        sign_in.link_page,
        sign_in.enter_with_link,
        sign_in.leave,
        markets.choose_market,
        legal.legal,
        themes.theme,
        media.published,
    ]
