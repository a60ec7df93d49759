"""`enfilade staff hire`: somebody begins to work for a maison, with a first password that is told once and ends soon."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

import click

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.secrets import new_secret
from enfilade.base.tenants import tenants
from enfilade.boutiques.locations import ids_of
from enfilade.staff import passwords, people
from enfilade.staff.people import FIRST_PASSWORD_DAYS, WorksElsewhere
from enfilade.staff.surfaces import ROLES, Role


def commands(database: Callable[[], Db]) -> click.Group:
    """The group `staff`; `database` gives the pools, not yet open, when a command runs."""

    @click.group("staff", help="Let people begin to work for a maison.")
    def group() -> None:
        pass

    @group.command("hire")
    @click.argument("email")
    @click.option("--maison", required=True, help="The slug of the maison, or of the group.")
    @click.option("--name", required=True, help="How colleagues call them.")
    @click.option("--role", required=True, type=click.Choice(ROLES))
    @click.option(
        "--at", multiple=True, metavar="CODE", help="A location they work at; repeat it for several."
    )
    def hire(email: str, maison: str, name: str, role: str, at: tuple[str, ...]) -> None:
        """Prints a first password. Hired again at the same address, somebody who lost theirs gets another."""
        password = asyncio.run(_hired(database(), email, maison, name, cast("Role", role), at))
        click.echo(f"{email}: {password}")
        click.echo(
            f"It lets them in for {FIRST_PASSWORD_DAYS} days, to choose one of their own, and is not kept."
        )

    assert hire
    return group


async def _hired(db: Db, email: str, slug: str, name: str, role: Role, codes: tuple[str, ...]) -> str:
    password = new_secret()
    password_hash = await passwords.hashed_aside(password)
    now = datetime.now(UTC)
    await db.open()
    try:
        known = {tenant.slug: tenant.maison_id for tenant in await tenants(db)}
        if slug not in known:
            raise click.ClickException(f"no maison has the slug {slug!r}")
        maison_id: UUID = known[slug]
        async with db.acting(Actor.importer(), maison_id) as conn:
            places = await ids_of(conn, maison_id=maison_id, codes=list(codes))
            if missing := [code for code in codes if code not in places]:
                raise click.ClickException(f"{slug} has no location {', '.join(missing)}")
            await people.hire(
                conn,
                maison_id=maison_id,
                email=email,
                name=name,
                role=role,
                password_hash=password_hash,
                location_ids=list(places.values()),
                now=now,
            )
    except WorksElsewhere as error:
        raise click.ClickException(str(error)) from None
    finally:
        await db.close()
    return password
