"""Applications in the tests' own process: the routes of every surface are made once a worker and serve one shop after another."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
from litestar import Litestar

from enfilade.base.settings import Settings
from enfilade.run import Surfaces

_MADE: dict[tuple[bool, bool, bool], list[Surfaces]] = defaultdict(list)


def surfaces(settings: Settings) -> Surfaces:
    """Those of these settings that serve nobody now."""
    made = _MADE[settings.demo, settings.stripe, settings.metrics]
    vacant = next((one for one in made if one.vacant), None)
    if vacant is None:
        made.append(vacant := Surfaces.of(settings))
    return vacant


def application(settings: Settings) -> Litestar:
    """As `enfilade.run.application`, from then until it has run and ended."""
    return surfaces(settings).serving(settings)


@asynccontextmanager
async def running(app: Litestar) -> AsyncIterator[None]:
    """The application with its pools open; begun and ended in one task, as anyio wants it."""
    ready, over = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await over.wait()

    task = asyncio.create_task(live())
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
    try:
        if task.done():
            task.result()
        yield
    finally:
        over.set()
        await task


@asynccontextmanager
async def browser(
    settings: Settings, base_url: str = "http://shop.example"
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser in front of this shop, with cookies of its own."""
    app = application(settings)
    transport = httpx.ASGITransport(app)  # pyright: ignore[reportArgumentType]
    async with running(app), httpx.AsyncClient(transport=transport, base_url=base_url) as client:
        yield client
