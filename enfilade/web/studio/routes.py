"""Every address of the studio."""

from litestar import Router
from litestar.di import Provide
from litestar.types import ControllerRouterHandler

from enfilade.web.studio import refusals
from enfilade.web.studio.brands import handlers as brands
from enfilade.web.studio.closures import handlers as closures
from enfilade.web.studio.collaborations import handlers as collaborations
from enfilade.web.studio.delivery import duties
from enfilade.web.studio.delivery import handlers as delivery
from enfilade.web.studio.delivery import prices as delivery_prices
from enfilade.web.studio.engraving import handlers as engraving
from enfilade.web.studio.entering import manager
from enfilade.web.studio.films import handlers as films
from enfilade.web.studio.home import handlers as home
from enfilade.web.studio.laws import handlers as laws
from enfilade.web.studio.making import handlers as making
from enfilade.web.studio.media import handlers as media
from enfilade.web.studio.missing import handlers as missing
from enfilade.web.studio.money import handlers as money
from enfilade.web.studio.orders import handlers as orders
from enfilade.web.studio.pieces import handlers as pieces
from enfilade.web.studio.policy import handlers as policy
from enfilade.web.studio.products import handlers as products
from enfilade.web.studio.quotas import handlers as quotas
from enfilade.web.studio.services import handlers as services
from enfilade.web.studio.sourcing import handlers as sourcing
from enfilade.web.studio.statements import handlers as statements
from enfilade.web.studio.store import handlers as store
from enfilade.web.studio.stories import handlers as stories
from enfilade.web.studio.stories import schedule as story_schedule
from enfilade.web.studio.stories import versions as story_versions
from enfilade.web.studio.stuck import handlers as stuck
from enfilade.web.studio.waitlist import handlers as waitlist
from enfilade.web.studio.ways import handlers as ways
from enfilade.web.studio.webhooks import acts as webhook_acts
from enfilade.web.studio.webhooks import handlers as webhooks
from enfilade.web.studio.windows import handlers as windows
from enfilade.web.studio.windows import row as window_row


def handlers() -> list[ControllerRouterHandler]:
    """Its screens, all of them for somebody signed in."""
    return [
        Router(
            path="/studio",
            dependencies={"manager": Provide(manager)},
            exception_handlers=refusals.HANDLERS,
            route_handlers=[
                home.overview,
                missing.missing,
                orders.orders,
                orders.order,
                orders.invoice,
                orders.cancel,
                orders.readdress,
                closures.closures,
                closures.preview,
                closures.close,
                closures.closure,
                closures.reopen,
                money.money,
                money.entries,
                films.films,
                films.upload,
                films.remove,
                products.products,
                products.product,
                products.choose,
                products.arrange,
                products.put_model,
                products.take_model_away,
                pieces.pieces,
                pieces.serialise,
                pieces.receive,
                pieces.piece,
                pieces.restate,
                pieces.certificate,
                policy.policy,
                policy.change,
                services.services,
                services.keep,
                sourcing.sourcing,
                sourcing.change,
                sourcing.reorder,
                laws.laws,
                laws.tighten,
                laws.loosen,
                laws.family,
                laws.products,
                laws.rate,
                ways.ways,
                ways.keep,
                ways.remove,
                stuck.stuck,
                stuck.try_again,
                stuck.refund_again,
                stuck.parcel_settled,
                delivery.delivery,
                delivery.keep,
                engraving.page,
                engraving.keep,
                engraving.keep_workshop,
                engraving.close,
                making.page,
                making.keep,
                delivery_prices.prices,
                delivery_prices.keep,
                duties.duties,
                duties.keep,
                waitlist.waitlist,
                quotas.quotas,
                quotas.put_in_force,
                quotas.end,
                brands.brands,
                brands.keep,
                brands.publish,
                brands.retire,
                brands.agree,
                collaborations.collaborations,
                collaborations.keep,
                collaborations.propose,
                collaborations.answer,
                collaborations.end,
                statements.list_,
                statements.issue_one,
                statements.pdf,
                statements.csv,
                store.store,
                store.appear,
                store.set_theme,
                store.set_wordmark,
                store.arrange,
                stories.stories,
                stories.begin,
                stories.story,
                stories.save,
                stories.change_blocks,
                stories.publish,
                stories.withdraw,
                story_schedule.schedule_page,
                story_schedule.schedule,
                story_versions.versions,
                stories.keep,
                story_versions.go_back,
                story_versions.preview,
                windows.windows,
                windows.begin,
                windows.window,
                windows.save,
                windows.light,
                windows.darken,
                windows.schedule,
                window_row.row,
                window_row.keep_apart,
                webhooks.webhooks,
                webhooks.add,
                webhooks.webhook,
                webhooks.change,
                webhook_acts.send_test,
                webhook_acts.pause,
                webhook_acts.resume,
                webhook_acts.exchange,
                webhook_acts.send_dead_again,
                webhook_acts.send_again,
                webhook_acts.remove,
                media.media,
                media.upload,
                media.one,
                media.describe,
                media.remove,
                media.preview,
            ],
        )
    ]
