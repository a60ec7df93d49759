"""Everything breaks while people buy and staff prepare; afterwards nobody was told what is not so, and nothing is stuck."""

import asyncio
import contextlib
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import msgspec
import psycopg
import pytest

from tests.faults import chaos
from tests.faults.audit import disagreements
from tests.faults.installation import Installation, installed
from tests.faults.people import Advisor, Asker, Client, Journal
from tests.faults.quiet import quiet
from tests.soaking import figure, sized

pytestmark = pytest.mark.soak

CLIENTS = 6
DISK_BYTES = 300_000_000
DISK_FULL_SECONDS = 4
SECONDS = sized(0, 3600)
SEED = 20261122 if not SECONDS else int(time.time())


async def people_at_work(
    at: Installation, journal: Journal, seed: int, enough: asyncio.Event
) -> list[Client]:
    """Clients buy, two managers prepare, until it is enough; returns the clients."""
    chance = random.Random(seed)
    limits = httpx.Limits(max_connections=40)
    async with contextlib.AsyncExitStack() as stack:
        clients = []
        for number in range(CLIENTS):
            http = await stack.enter_async_context(_browser(at, limits))
            clients.append(
                Client(Asker(http, journal, f"client {number}"), at.shop, random.Random(chance.random()))
            )
        advisors = []
        for house in (at.shop.a, at.shop.b):
            http = await stack.enter_async_context(_browser(at, limits))
            advisors.append(Advisor(Asker(http, journal, house.slug), house, random.Random(chance.random())))
        await asyncio.gather(*(one.until(enough) for one in (*clients, *advisors)))
    return clients


def _browser(at: Installation, limits: httpx.Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=at.base, timeout=8, limits=limits, trust_env=False)


async def test_nothing_is_lost_whatever_breaks() -> None:
    journal, enough, chance = Journal(), asyncio.Event(), random.Random(SEED)
    async with installed(SEED) as at:
        people = asyncio.create_task(people_at_work(at, journal, SEED, enough))
        try:
            if SECONDS:
                damage = await chaos.for_seconds(at, chance, (2, 12), SECONDS)
            else:
                damage = await chaos.each_once(at, chance, (0.2, 1))
            await asyncio.sleep(1)
        finally:
            enough.set()
        clients = await people
        left = await quiet(at)
        found = await _audit(journal, at)
        with psycopg.connect(at.at.admin) as conn:
            ((placed,),) = conn.execute('select count(*) from orders."order"').fetchall()
        if SECONDS:
            _tell(journal, damage, placed, sum(client.visits for client in clients), len(found) + len(left))
            print("\n".join(found + left))
        assert found + left == []
        assert SECONDS or set(damage.injected) == set(chaos.FAULTS)
        assert placed > CLIENTS
        assert journal.broken > 0
        await _the_audit_can_fail(journal, at)


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A disk of its own; not below tmp_path, which PostgreSQL's user may not enter when the tests run as root."""
    disk = Path(tempfile.mkdtemp(prefix="enfilade-test-"))
    disk.chmod(0o755)
    size = f"size={DISK_BYTES},mode=755"
    command = ["mount", "-t", "tmpfs", "-o", size, "tmpfs", str(disk)]
    mounted = subprocess.run(command, check=False, capture_output=True)
    if mounted.returncode:
        disk.rmdir()
        pytest.skip(f"a small disk needs the right to mount one: {mounted.stderr.decode().strip()}")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
        disk.rmdir()


async def test_nothing_is_lost_when_the_disk_is_full(small_disk: Path) -> None:
    """The database's files stand on a small disk that fills up under load; when there is room again the shop comes back."""
    journal, enough = Journal(), asyncio.Event()
    async with installed(SEED, within=small_disk) as at:
        people = asyncio.create_task(people_at_work(at, journal, SEED, enough))
        try:
            await asyncio.sleep(2)
            before = len(journal.told)
            _fill(small_disk / "ballast")
            await asyncio.sleep(DISK_FULL_SECONDS)
            refused = sum(one.status == 0 or one.status >= 500 for one in journal.told[before:])
            (small_disk / "ballast").unlink()
            await at.ready()
            await asyncio.sleep(2)
        finally:
            enough.set()
        await people
        left = await quiet(at)
        assert await _audit(journal, at) + left == []
        assert refused > 0, "the disk was never full"


def _fill(ballast: Path) -> None:
    """Every byte there is."""
    with ballast.open("wb", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(2**20))
    with ballast.open("ab", buffering=0) as file, contextlib.suppress(OSError):
        while True:
            file.write(bytes(512))


async def _audit(journal: Journal, at: Installation) -> list[str]:
    return await disagreements(journal, at.at, at.shop, at.folder / "mailbox")


async def _the_audit_can_fail(journal: Journal, at: Installation) -> None:
    """A number nobody gave, a letter nobody wrote, a capture that came twice: each is found."""
    told = next(
        one for one in journal.of("pay", "look") if one.status < 300 and one.body["outcome"] == "placed"
    )
    body = msgspec.json.decode(msgspec.json.encode(told.body))
    body["checkout"]["orders"][0]["number"] = "AAAA-AAAA"
    journal.told.append(replace(told, what="look", body=body))
    assert any("AAAA-AAAA" in one for one in await _audit(journal, at))
    journal.told.pop()
    forged = at.folder / "mailbox" / "placed-nothing.eml"
    forged.write_bytes(b"")
    assert await _audit(journal, at) == ["letter placed-nothing is about nothing"]
    forged.unlink()
    with psycopg.connect(at.at.admin) as conn:
        conn.execute(
            "insert into local_provider.request (key, reference, kind, amount_minor, done) "
            "select 'twice', p.id::text, 'capture', 1, true from payments.payment p where p.separate_capture "
            "and p.state in ('authorised', 'captured') limit 1"
        )
    (doubled,) = await _audit(journal, at)
    assert "by requests" in doubled


def _tell(journal: Journal, damage: chaos.Damage, placed: int, visits: int, wrong: int) -> None:
    figure("faults seed", SEED)
    figure("faults injected", damage.injected.total())
    for name, times in sorted(damage.injected.items()):
        figure(f"fault {name}", times, f"times, back after {damage.seconds.get(name, 0):.1f} s at most")
    figure("faults: visits", visits)
    figure("faults: orders placed", placed)
    figure("faults: answers", len(journal.told), f"of which {journal.broken} broken or 503")
    figure("faults: disagreements and things left", wrong)
