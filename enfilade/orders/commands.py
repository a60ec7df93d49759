"""`enfilade stock`: prove that counters, ledger, holds, promises and money agree."""

import asyncio
from collections.abc import Callable

import click

from enfilade.base.db import Db
from enfilade.base.tenants import tenants
from enfilade.orders import verify as promises
from enfilade.stock import verify as positions


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `stock`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("stock", help="Prove that counters, ledger, holds and promises agree.")
    def group() -> None:
        pass

    @group.command("verify", help="Every maison, or one, while orders run. Exits 1 where something drifts.")
    @click.option("--maison", default="", help="The slug of one maison.")
    def verify(maison: str) -> None:
        if asyncio.run(verify_all(database(), maison)):
            raise click.exceptions.Exit(1)

    assert verify
    return group


async def verify_all(db: Db, slug: str = "") -> int:
    """Tells every disagreement of every tenant, or of one, and returns how many there are."""
    await db.open()
    drifting, seen = 0, 0
    try:
        for tenant in await tenants(db):
            if slug and tenant.slug != slug:
                continue
            seen += 1
            found = [
                *await positions.verify(db, maison_id=tenant.maison_id),
                *await promises.verify(db, maison_id=tenant.maison_id),
            ]
            for drift in found:
                click.echo(f"{tenant.slug}: {drift}", err=True)
            drifting += len(found)
    finally:
        await db.close()
    if slug and not seen:
        raise click.ClickException(f"no maison has the slug {slug!r}")
    click.echo(f"{seen} tenants verified, {drifting} disagreements")
    return drifting
