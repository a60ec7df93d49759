"""`enfilade stock` proves that counters, ledger, holds and promises agree, `enfilade payments` that the books of money do.

`enfilade stuck` shows what waits too long, `enfilade orders states` writes down what an order may go through.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

import click
import msgspec

from enfilade.base import jobs
from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.tenants import tenants
from enfilade.orders import books, states
from enfilade.orders import stuck as waiting
from enfilade.orders import verify as promises
from enfilade.orders.checkout import Checkouts
from enfilade.orders.till import fiscal
from enfilade.payments import statements
from enfilade.payments.provider import Provider
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


def states_command() -> click.Group:
    """The group `orders`."""

    @click.group("orders", help="What an order may go through.")
    def group() -> None:
        pass

    @group.command("states", help="Print docs/algorithms/order-states.md anew.")
    def written() -> None:
        click.echo(states.page(), nl=False)

    assert written
    return group


def payment_commands(opened: Callable[[], tuple[Db, Mapping[str, Provider]]]) -> click.Group:
    """The group `payments`; `opened` gives the pools, not yet open, and the providers by name."""

    @click.group("payments", help="Prove that the books of money agree with payments, orders and providers.")
    def group() -> None:
        pass

    @group.command("verify", help="Every maison, or one, while orders run. Exits 1 where the books differ.")
    @click.option("--maison", default="", help="The slug of one maison.")
    @click.option("--provider", "ask", is_flag=True, help="Ask the providers too what they have booked.")
    @click.option(
        "--days", default=35, show_default=True, help="How old the charges are that providers are asked for."
    )
    def verify(maison: str, ask: bool, days: int) -> None:
        db, providers = opened()
        if asyncio.run(verify_books(db, providers if ask else {}, maison, days=days)):
            raise click.exceptions.Exit(1)

    @group.command(
        "post-missing",
        help="Post what an older release did to new payments while it ran beside. Safe to repeat.",
    )
    def post_missing() -> None:
        asyncio.run(_post_missing(opened()[0]))

    @group.command("till-records", help="Print a maison's till records, a JSON object a line.")
    @click.argument("maison")
    def till_records(maison: str) -> None:
        asyncio.run(_till_records(opened()[0], maison))

    assert verify
    assert post_missing
    assert till_records
    return group


async def _till_records(db: Db, slug: str) -> None:
    await db.open()
    try:
        tenant = next((one for one in await tenants(db) if one.slug == slug), None)
        if tenant is None:
            raise click.ClickException(f"no maison has the slug {slug!r}")
        async with db.acting(Actor.job(), tenant.maison_id) as conn:
            for one in await fiscal.exported(conn, maison_id=tenant.maison_id):
                click.echo(msgspec.json.encode(one).decode())
    finally:
        await db.close()


async def verify_books(
    db: Db, providers: Mapping[str, Provider] = MappingProxyType({}), slug: str = "", *, days: int = 35
) -> int:
    """Tells every disagreement about money, of every tenant or of one, and returns how many there are."""
    await db.open()
    differing, seen = 0, 0
    try:
        theirs, unknown = await statements.with_providers(db, providers, days=days, now=datetime.now(UTC))
        for tenant in await tenants(db):
            if slug and tenant.slug != slug:
                continue
            seen += 1
            said = [str(one) for one in await books.verify(db, maison_id=tenant.maison_id)]
            said += [
                f"{one.what} of payment {one.payment_id}: {one.currency} {one.ledger_minor} posted,"
                f" {one.provider_minor} booked by the provider"
                for one in theirs.get(tenant.maison_id, [])
            ]
            for one in said:
                click.echo(f"{tenant.slug}: {one}", err=True)
            differing += len(said)
    finally:
        await db.close()
    if slug and not seen:
        raise click.ClickException(f"no maison has the slug {slug!r}")
    for one in [] if slug else unknown:
        charge = one.booked
        click.echo(
            f"{one.provider}: {charge.currency} {charge.captured_minor} taken and {charge.refunded_minor} given back"
            f" for {charge.reference}, which no maison knows",
            err=True,
        )
        differing += 1
    click.echo(f"{seen} tenants' books verified, {differing} disagreements")
    return differing


async def _post_missing(db: Db) -> None:
    await db.open()
    posted = 0
    try:
        for tenant in await tenants(db):
            posted += await db.run(
                Actor.job(),
                tenant.maison_id,
                lambda conn, tenant=tenant: books.post_missing(conn, maison_id=tenant.maison_id),
            )
    finally:
        await db.close()
    click.echo(f"{posted} moves posted")


def stuck_command(checkouts: Callable[[], Checkouts]) -> click.Command:
    """The command `stuck`; `checkouts` gives the shop, its pools not yet open, when it runs."""

    @click.command(
        "stuck",
        help="Show what waits longer than it should, at every maison or one. Exits 1 where something does.",
    )
    @click.option("--maison", default="", help="The slug of one maison.")
    def stuck(maison: str) -> None:
        if asyncio.run(_stuck(checkouts(), maison)):
            raise click.exceptions.Exit(1)

    return stuck


async def _stuck(checkouts: Checkouts, slug: str) -> int:
    now, db = datetime.now(UTC), checkouts.db
    await db.open()
    found = 0
    try:
        for tenant in await tenants(db):
            if slug and tenant.slug != slug:
                continue
            async with db.acting(Actor.job(), tenant.maison_id) as conn:
                there = await waiting.stuck(
                    conn, maison_id=tenant.maison_id, providers=list(checkouts.providers), now=now
                )
            for one in there:
                said = waiting.KINDS[one.what]
                click.echo(
                    f"{tenant.slug}: {said.title} since {one.since:%Y-%m-%d %H:%M} UTC: {one.about}. {said.do}"
                )
            found += len(there)
        async with db.door() as conn:
            rounds = await jobs.failing_rounds(conn, now=now)
    finally:
        await db.close()
    for one in rounds:
        click.echo(f"round {one.name}: failed {one.times} times in the last hour. The worker's log says why.")
    click.echo(f"{found + len(rounds)} things wait too long")
    return found + len(rounds)
