"""`enfilade clients erase`: what a maison keeps of a client goes, as the client asked."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime

import click

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.tenants import tenants
from enfilade.clients import accounts, erasing
from enfilade.clients.contact_points import NotAContactPoint, contact_point


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `clients`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("clients", help="What a maison keeps of its clients.")
    def group() -> None:
        pass

    @group.command("erase")
    @click.argument("written")
    @click.option("--maison", required=True, help="The slug of the maison, or of the store.")
    def erase(written: str, maison: str) -> None:
        """Erases the client of this mail address or phone number (+…): it cannot be taken back."""
        try:
            point = contact_point(written, "").value
        except NotAContactPoint as error:
            raise click.ClickException(str(error)) from None
        asyncio.run(_erased(database(), maison, point))
        click.echo("Erased. Appointments follow within a minute; what orders must keep stays with them.")

    assert erase
    return group


async def _erased(db: Db, slug: str, point: str) -> None:
    await db.open()
    try:
        known = {tenant.slug: tenant.maison_id for tenant in await tenants(db)}
        if slug not in known:
            raise click.ClickException(f"no maison has the slug {slug!r}")
        maison_id = known[slug]
        async with db.acting(Actor.importer(), maison_id) as conn:
            client = await accounts.known(conn, maison_id=maison_id, client_id=None, written=point)
            if client is None:
                raise click.ClickException(f"{slug} has no client of this address")
            await erasing.erase(conn, maison_id=maison_id, client_id=client.id, now=datetime.now(UTC))
    finally:
        await db.close()
