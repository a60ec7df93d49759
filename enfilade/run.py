"""Builds the program: settings, every package's listeners, jobs, routes and commands, joined into web, worker, command line."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import structlog
from litestar import Litestar, Request, Response
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.routes import HTTPRoute
from litestar.types import ASGIApp

from enfilade.appointments import (
    alternative_letters,
    alternatives,
    offering,
    outside,
    reminders,
    rezoning,
    shifts,
)
from enfilade.appointments import brought as brought_for_visits
from enfilade.appointments import erasing as appointment_erasing
from enfilade.appointments import letters as appointment_letters
from enfilade.appointments import visits as appointment_visits
from enfilade.appointments import waitlist_letters as full_day_letters
from enfilade.base import backup_commands, forgetting, log, restore
from enfilade.base import commands as database_commands
from enfilade.base import settings as settings_module
from enfilade.base.database import addresses
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.live import Live
from enfilade.base.messages import Messages, messages
from enfilade.base.outgoing import Outgoing
from enfilade.base.settings import Settings
from enfilade.boutiques import jobs as boutique_jobs
from enfilade.carriers import announcements as parcel_announcements
from enfilade.carriers import jobs as carrier_jobs
from enfilade.carriers.carrier import Carrier
from enfilade.carriers.local_carrier import LocalCarrier
from enfilade.catalogue import jobs as catalogue_jobs
from enfilade.channels import commands as channel_commands
from enfilade.channels.webhooks import deliveries as webhook_deliveries
from enfilade.channels.webhooks.courier import Courier
from enfilade.clients import commands as client_commands
from enfilade.clients import jobs as client_jobs
from enfilade.closures import commands as closure_commands
from enfilade.closures import working as closing_places
from enfilade.demo.command import demo
from enfilade.duties.local_tariff import LocalTariff
from enfilade.editorial import arranging
from enfilade.media import making
from enfilade.media.files import Files
from enfilade.orders import (
    aggregates,
    certificates,
    confirmation,
    delivery_rates,
    enquiries,
    pace,
    parcels,
    preparing,
    proposal_letters,
    proposals,
    quota_counts,
    store_purchases,
    unfinished,
    waitlist,
    waitlist_letters,
)
from enfilade.orders import commands as order_commands
from enfilade.orders.checkout import Checkouts
from enfilade.orders.desk import goodwill_letters, letters_again
from enfilade.orders.events import OrderPlaced
from enfilade.orders.sourcing import commands as sourcing_commands
from enfilade.orders.till import fiscal, receipts
from enfilade.payments import announcements
from enfilade.payments import commands as payment_commands
from enfilade.payments import jobs as payment_jobs
from enfilade.payments.local_fiscal_device import LocalFiscalDevice
from enfilade.payments.local_provider import LocalProvider
from enfilade.payments.local_terminal import LocalTerminal
from enfilade.payments.provider import Provider
from enfilade.payments.terminal import Terminal
from enfilade.search import commands as search_commands
from enfilade.search import jobs as search_jobs
from enfilade.serve import serve
from enfilade.staff import commands as staff_commands
from enfilade.staff import jobs as staff_jobs
from enfilade.stock import telling, totals
from enfilade.stock.together import Together
from enfilade.web import routes
from enfilade.web.api.description import Description
from enfilade.web.shared import leaving, pages, refusals, telemetry, where
from enfilade.web.shared.guards import around
from enfilade.web.shared.invoices import document

#: Labels are made by jobs; nobody waits at a screen for their end.
CARRIER_TIMEOUT_SECONDS = 10.0


def database(settings: Settings) -> Db:
    """The pools of one process, not yet open."""
    return Db(
        settings.database_url,
        settings.database_public_url,
        settings.database_group_url,
        connections_max=settings.connections_max,
    )


@dataclass(frozen=True, slots=True)
class House:
    """What both the web and the worker are made of."""

    settings: Settings
    db: Db
    messages: Messages
    local_provider: LocalProvider
    terminal: Terminal
    local_carrier: LocalCarrier
    carriers: Mapping[str, Carrier]
    providers: Mapping[str, Provider]
    checkouts: Checkouts
    jobs: Jobs
    files: Files
    outgoing: Outgoing
    courier: Courier


def house(settings: Settings) -> House:
    """Joins the packages: adapters chosen by the settings, listeners and work registered."""
    db = database(settings)
    letters = messages(settings.smtp_url, settings.mail_from, settings.data)
    local_provider = LocalProvider(db, settings.base_url)
    providers: dict[str, Provider] = {"local": local_provider}
    if settings.stripe:
        # Imported here: its library takes half a second, which only who uses it waits for.
        from enfilade.payments.stripe_provider import StripeProvider

        providers["stripe"] = StripeProvider(
            db,
            settings.stripe_secret_key,
            address=settings.stripe_address,
            multicapture=settings.stripe_multicapture,
        )
    checkouts = Checkouts(
        db,
        providers,
        settings.key,
        settings.base_url,
        settings.payment_timeout_seconds,
        provider_name="stripe" if settings.stripe else "local",
        # A table with a few facts: only where people try things.
        duties=LocalTariff() if settings.demo else None,
    )
    local_carrier = LocalCarrier(db, settings.base_url, fonts=document.FONTS)
    # A stand-in that carries nothing: only where people try things.
    carriers: dict[str, Carrier] = {"local": local_carrier} if settings.demo else {}
    known = Jobs(db)
    forgetting.register(known, db)
    confirmation.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    known.listen(OrderPlaced, "orders.mail_when_placed", confirmation.mail_when_placed)
    unfinished.register(known, db, checkouts)
    proposals.register(known)
    proposal_letters.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    waitlist.register(known)
    enquiries.register(known)
    waitlist_letters.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    shifts.register(known)
    appointment_erasing.register(known, db, key=settings.key)
    appointment_visits.register(known)
    alternatives.register(known)
    offering.register(known, db)
    full_day_letters.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    brought_for_visits.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    rezoning.register(known, db)
    alternative_letters.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    appointment_letters.register(
        known,
        db,
        key=settings.key,
        messages=letters,
        base_url=settings.base_url,
        sender=settings.mail_from,
    )
    reminders.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    quota_counts.register(known)
    aggregates.register(known, db)
    pace.register(known)
    store_purchases.register(known)
    payment_jobs.register(known, db, providers, timeout_seconds=settings.payment_timeout_seconds)
    announcements.register(known, db, key=settings.key, base_url=settings.base_url)
    carrier_jobs.register(known, db, carriers, timeout_seconds=CARRIER_TIMEOUT_SECONDS)
    parcel_announcements.register(known, db, key=settings.key, base_url=settings.base_url)
    parcels.register(known, db)
    delivery_rates.register(known, db, carriers, timeout_seconds=CARRIER_TIMEOUT_SECONDS)
    goodwill_letters.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    letters_again.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    receipts.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    device = LocalFiscalDevice(db)
    fiscal.register(known, db, dict.fromkeys(fiscal.DEVICES_BY_LAW, device))
    certificates.register(known, db, key=settings.key)
    preparing.register_preparing(known, db=db, key=settings.key, messages=letters, base_url=settings.base_url)
    closing_places.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    client_jobs.register(known, db, key=settings.key, messages=letters, base_url=settings.base_url)
    staff_jobs.register(known)
    boutique_jobs.register(known)
    catalogue_jobs.register(known)
    totals.register(known)
    telling.register(known)
    search_jobs.register(known)
    arranging.register(known)
    files = Files(settings.files, settings.data / "files")
    making.register(known, db, files)
    webhook_deliveries.register(known)
    outgoing = Outgoing(inside=settings.webhooks_inside)
    outside.register(known, db, outgoing=outgoing, messages=letters, base_url=settings.base_url)
    courier = Courier(db, settings.key, outgoing)
    return House(
        settings,
        db,
        letters,
        local_provider,
        LocalTerminal(db),
        local_carrier,
        carriers,
        providers,
        checkouts,
        known,
        files,
        outgoing,
        courier,
    )


def web(settings: Settings | None = None) -> ASGIApp:
    """The web application; Granian calls it as a factory."""
    settings = settings or settings_module.read()
    log.start()
    telling = telemetry.telemetry(settings)
    return guarded(application(settings, telling), settings, telling)


def guarded(app: Litestar, settings: Settings, telling: telemetry.Telemetry | None = None) -> ASGIApp:
    """The application behind what every request passes first."""
    told = leaving.Leaving()
    told.listen()
    return leaving.around(around(app, tls=settings.base_url.startswith("https:"), telling=telling), told)


def application(settings: Settings, telling: telemetry.Telemetry | None = None) -> Litestar:
    """The routes of every surface with what they need, given by name."""
    if settings.development:
        pages.follow_templates()
    return Surfaces.of(settings).serving(settings, telling)


class Surfaces:
    """The routes of every surface. To make them takes half a second and nothing of a shop; they serve one shop at a time."""

    def __init__(self, *, demo: bool, stripe: bool, metrics: bool) -> None:
        self._given: dict[str, Any] = {}
        self._telling: telemetry.Telemetry | None = None
        self.app = Litestar(
            route_handlers=[
                *routes.handlers(demo=demo, stripe=stripe),
                *([telemetry.metrics] if metrics else []),
            ],
            dependencies={
                name: self._gives(name)
                for name in (
                    "db",
                    "together",
                    "settings",
                    "live",
                    "messages",
                    "files",
                    "checkouts",
                    "local_provider",
                    "terminal",
                    "local_carrier",
                    "carriers",
                    "outgoing",
                )
            },
            exception_handlers={Exception: _on_error},
            lifespan=[self._opened],
            request_max_body_size=2_000_000,
            openapi_config=OpenAPIConfig(
                title="Enfilade", version="1", path="/api/v1/schema", render_plugins=[Description()]
            ),
            logging_config=None,
            debug=False,
        )
        _each_by_itself(self.app)

    @classmethod
    def of(cls, settings: Settings) -> "Surfaces":
        """Those that the settings switch on."""
        return cls(demo=settings.demo, stripe=settings.stripe, metrics=settings.metrics)

    @property
    def vacant(self) -> bool:
        """Whether no shop is served through them: none yet, or its application has ended."""
        return not self._given

    def serving(self, settings: Settings, telling: telemetry.Telemetry | None = None) -> Litestar:
        """The application of this shop, until it has ended."""
        assert self.vacant, "one shop at a time"
        made = house(settings)
        self._given |= {
            "db": made.db,
            "together": Together(made.db),
            "settings": settings,
            "live": Live(made.db),
            "messages": made.messages,
            "files": made.files,
            "checkouts": made.checkouts,
            "local_provider": made.local_provider,
            "terminal": made.terminal,
            "local_carrier": made.local_carrier,
            "carriers": made.carriers,
            "outgoing": made.outgoing,
        }
        self._telling = telling
        self.app.state.settings = settings
        return self.app

    @asynccontextmanager
    async def _opened(self, app: Litestar) -> AsyncIterator[None]:
        db: Db = self._given["db"]
        await db.open()
        following = asyncio.create_task(self._given["live"].follow())
        try:
            async with _told(self._telling, db):
                yield
        finally:
            following.cancel()
            await db.close()
            self._given.clear()

    def _gives(self, name: str) -> Provide:
        return Provide(lambda: self._given[name], sync_to_thread=False)


def _on_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
    return refusals.answer(request, error)


def _each_by_itself(app: Litestar) -> None:
    """What handlers are given is there already; together, each would have a task of its own: a fifth of a short request."""
    for route in app.routes:
        if isinstance(route, HTTPRoute):
            for _, model in route.route_handler_map.values():
                model.dependency_batches = [{one} for batch in model.dependency_batches for one in batch]


@asynccontextmanager
async def _told(telling: telemetry.Telemetry | None, db: Db) -> AsyncIterator[None]:
    """Watches the pools meanwhile, and sends at the end what has not been sent."""
    if telling is None:
        yield
        return
    watching = asyncio.create_task(telling.watch(db.waiting))
    try:
        yield
    finally:
        watching.cancel()
        await telling.close()


async def _work(settings: Settings) -> None:
    log.start()
    await _released(settings)
    made = house(settings)
    await made.db.open()
    try:
        async with _told(telemetry.telemetry(settings), made.db):
            following = asyncio.create_task(made.courier.follow())
            try:
                await made.jobs.work_until_stopped(settings.database_url)
            finally:
                following.cancel()
                await made.courier.stop()
    finally:
        await made.db.close()


async def _released(settings: Settings) -> None:
    """A restored shop's letters may have gone out and its money been taken: somebody looks before the worker begins."""
    told = False
    while (mark := restore.held(settings.data)) is not None:
        if not told:
            structlog.get_logger().warning(
                "restored and not released: enfilade restored", reached=mark.reached
            )
            told = True
        await asyncio.sleep(1)


@click.group(help="One platform for a group of maisons: catalogue, stock, orders, boutiques, figures.")
def command_line() -> None:
    """The table of contents of the command line."""


@command_line.command(help="Do deferred work until stopped.")
def worker() -> None:
    """One worker process."""
    asyncio.run(_work(settings_module.read()))


def _database() -> Db:
    """With every listener known: what a command publishes is heard, as what a page publishes is."""
    return house(settings_module.read()).db


def _verified(admin: str) -> int:
    """How many rows of the shop at an administrator's address disagree, told as the two commands `verify` tell them."""
    at = addresses(admin)
    return sum(
        asyncio.run(verify(Db(at.app, at.public, at.group, connections_max=2)))
        for verify in (order_commands.verify_all, order_commands.verify_books)
    )


def _providing() -> tuple[Path, Db, Mapping[str, Provider]]:
    made = house(settings_module.read())
    return made.settings.data, made.db, made.providers


def _paid() -> tuple[Db, Mapping[str, Provider]]:
    made = house(settings_module.read())
    return made.db, made.providers


def _checkouts() -> Checkouts:
    return house(settings_module.read()).checkouts


def _unconnected() -> Litestar:
    """The application as `where` looks at it: no shop is behind it, no setting is read."""
    return Surfaces(demo=True, stripe=False, metrics=False).app


for _command in (
    demo,
    serve,
    channel_commands.commands(_database),
    order_commands.commands(_database),
    client_commands.commands(_database),
    search_commands.commands(_database),
    order_commands.stuck_command(_checkouts),
    closure_commands.commands(_database),
    sourcing_commands.commands(),
    order_commands.states_command(),
    order_commands.payment_commands(_paid),
    staff_commands.commands(_database),
    database_commands.database,
    *backup_commands.commands(_verified),
    payment_commands.commands(_providing),
    where.command(_unconnected),
):
    command_line.add_command(_command)


if __name__ == "__main__":
    command_line()
