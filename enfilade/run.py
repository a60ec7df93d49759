"""Builds the program: reads settings, joins every package's listeners, jobs, routes and commands into web, worker and command line."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import click
import structlog
from litestar import Litestar, Request, Response
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp

from enfilade.base import settings as settings_module
from enfilade.base.db import Db
from enfilade.base.jobs import Jobs
from enfilade.base.live import Live
from enfilade.base.messages import Messages
from enfilade.base.settings import Settings
from enfilade.web import routes
from enfilade.web.shared import refusals
from enfilade.web.shared.guards import around


def log_as_json() -> None:
    """One JSON object a line on standard error."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(),
    )


def database(settings: Settings) -> Db:
    """The pools of one process, not yet open."""
    return Db(
        settings.database_url,
        settings.database_public_url,
        settings.database_group_url,
        connections_max=settings.connections_max,
    )


def jobs(db: Db, settings: Settings) -> Jobs:
    """Everything the worker can do."""
    known = Jobs(db)
    return known


def web(settings: Settings | None = None) -> ASGIApp:
    """The web application; Granian calls it as a factory."""
    settings = settings or settings_module.read()
    log_as_json()
    return around(application(settings), tls=settings.base_url.startswith("https:"))


def application(settings: Settings) -> Litestar:
    """The routes of every surface with what they need: database, settings, live news."""
    db = database(settings)
    live = Live(db)
    jobs(db, settings)  # fills the listeners that facts defer to

    @asynccontextmanager
    async def opened(app: Litestar) -> AsyncIterator[None]:
        await db.open()
        following = asyncio.create_task(live.follow())
        try:
            yield
        finally:
            following.cancel()
            await db.close()

    def provide_db() -> Db:
        return db

    def provide_settings() -> Settings:
        return settings

    def provide_live() -> Live:
        return live

    def on_error(request: Request[Any, Any, Any], error: Exception) -> Response[Any]:
        return refusals.answer(request, error)

    return Litestar(
        route_handlers=routes.handlers(settings),
        dependencies={
            "db": Provide(provide_db, sync_to_thread=False),
            "settings": Provide(provide_settings, sync_to_thread=False),
            "live": Provide(provide_live, sync_to_thread=False),
        },
        exception_handlers={Exception: on_error},
        lifespan=[opened],
        state=State({"settings": settings}),
        request_max_body_size=2_000_000,
        openapi_config=OpenAPIConfig(
            title="Enfilade", version="1", path="/api/v1/schema", render_plugins=[JsonRenderPlugin(path="/")]
        ),
        logging_config=None,
        debug=False,
    )


async def _work(settings: Settings) -> None:
    log_as_json()
    db = database(settings)
    await db.open()
    try:
        await jobs(db, settings).work_until_stopped(settings.database_url)
    finally:
        await db.close()


@click.group(help="One platform for a group of maisons: catalogue, stock, orders, boutiques, figures.")
def command_line() -> None:
    """The table of contents of the command line."""


@command_line.command(help="Do deferred work until stopped.")
def worker() -> None:
    """One worker process."""
    asyncio.run(_work(settings_module.read()))
