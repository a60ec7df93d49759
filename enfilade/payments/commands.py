"""`enfilade restored`: what happened in the world after the moment a shop was restored to, and the word to go on."""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path

import click

from enfilade.base import restore
from enfilade.base.db import Db
from enfilade.base.jobs import drop, waiting
from enfilade.payments.after_restore import Difference, differences
from enfilade.payments.provider import Provider

#: Longer than an authorisation lives: what was authorised before the moment may have been captured after it.
LOOKED_BACK = timedelta(days=35)


def commands(opened: Callable[[], tuple[Path, Db, Mapping[str, Provider]]]) -> click.Command:
    """`opened` gives the data folder, the pools, not yet open, and the providers by name."""

    @click.command(
        "restored", help="After a restore: what is waiting, what providers know that we do not; then go on."
    )
    @click.option(
        "--release", is_flag=True, help="Let the worker begin. What waits is done, but for what is dropped."
    )
    @click.option(
        "--drop", "dropped", multiple=True, metavar="NAME", help="Never do what waits under this name."
    )
    def restored(release: bool, dropped: tuple[str, ...]) -> None:
        data, db, providers = opened()
        mark = restore.mark_of(data)
        if mark is None:
            raise click.ClickException(f"the shop in {data} was never restored")
        click.echo(f"restored from {mark.backup} to {mark.to}; last transaction {mark.reached}")
        if mark.released_at:
            click.echo(f"released at {mark.released_at}")
        found = asyncio.run(_look(db, providers, datetime.fromisoformat(mark.reached), dropped))
        for difference in found:
            click.echo(_line(difference))
        click.echo(f"{len(found)} payments that a provider tells differently")
        if release:
            restore.release(data)
            click.echo("released: the worker may begin")
        elif not mark.released_at:
            click.echo("the worker waits for: enfilade restored --release [--drop NAME …]")

    return restored


async def _look(
    db: Db, providers: Mapping[str, Provider], reached: datetime, dropped: tuple[str, ...]
) -> list[Difference]:
    await db.open()
    try:
        async with db.door() as conn:
            if dropped:
                click.echo(f"{await drop(conn, names=list(dropped))} dropped: {', '.join(dropped)}")
            for work in await waiting(conn):
                click.echo(f"waits: {work.name} × {work.count}")
        return await differences(db, providers, since=reached - LOOKED_BACK)
    finally:
        await db.close()


def _line(difference: Difference) -> str:
    booked = difference.booked
    return (
        f"{difference.provider} {booked.reference} {booked.state} {booked.currency} {booked.amount_minor}"
        f" (taken {booked.captured_minor}, given back {booked.refunded_minor})"
        f" {difference.maison or 'no maison'}: {difference.what}"
    )
