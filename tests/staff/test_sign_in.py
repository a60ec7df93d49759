"""Signing in as staff: the right password, limits over two processes, and nothing that tells who exists."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.db import Db, scalar
from enfilade.base.limits import TooManyAttempts
from enfilade.base.secrets import hashed
from enfilade.staff import passwords, people
from enfilade.staff.sessions import sessions_of
from enfilade.staff.sign_in import (
    ATTEMPTS_PER_ADDRESS_MAX,
    IDLE_HOURS,
    SESSION_HOURS,
    SignedIn,
    due,
    note_use,
    sign_in,
    sign_out,
)
from tests.staff.houses import NOW, house

PASSWORD = "the quiet arcade at noon"
EMAIL = "claire@auber.example"


@pytest.fixture
async def claire(db: Db) -> UUID:
    maison_id, locations = await house(db, "auber", "Paris")
    async with db.acting(Actor.importer(), maison_id) as conn:
        await people.hire(
            conn,
            maison_id=maison_id,
            email=EMAIL,
            name="Claire",
            role="advisor",
            password_hash=passwords.hashed_password(PASSWORD),
            location_ids=locations,
            now=NOW,
            chosen=True,
        )
    return maison_id


@pytest.fixture
async def other(addresses: database.Addresses) -> AsyncIterator[Db]:
    """What a second server process has: pools of its own."""
    pools = Db(addresses.app, addresses.public, addresses.group, connections_max=4)
    await pools.open()
    yield pools
    await pools.close()


async def known(db: Db, token: str, at: object) -> bool:
    async with db.door() as conn:
        return bool(
            await scalar(
                conn,
                "select count(*) from door.staff_of_session(%(token)s, %(at)s)",
                token=hashed(token),
                at=at,
            )
        )


async def use(db: Db, found: SignedIn, at: datetime) -> None:
    async with db.acting(Actor.staff(found.staff_id), found.maison_id) as conn:
        await note_use(conn, maison_id=found.maison_id, token=found.token, now=at)


async def test_a_session_in_use_lasts_twelve_hours_and_its_token_is_not_stored(
    db: Db, claire: UUID, admin: Callable[..., list[tuple[object, ...]]]
) -> None:
    found = await sign_in(db, email="  Claire@Auber.example", password=PASSWORD, network="192.0.2.1", now=NOW)
    assert found is not None and found.maison_id == claire
    for hour in range(1, SESSION_HOURS):
        await use(db, found, NOW + timedelta(hours=hour))
    assert await known(db, found.token, NOW + timedelta(hours=SESSION_HOURS) - timedelta(seconds=1))
    assert not await known(db, found.token, NOW + timedelta(hours=SESSION_HOURS))
    assert found.token not in str(admin("select s::text from staff.session s"))


async def test_a_session_nobody_uses_ends_after_two_hours_and_stays_ended(db: Db, claire: UUID) -> None:
    found = await sign_in(db, email=EMAIL, password=PASSWORD, network="192.0.2.1", now=NOW)
    assert found is not None
    idle = NOW + timedelta(hours=IDLE_HOURS)
    assert await known(db, found.token, idle - timedelta(seconds=1)) and not await known(
        db, found.token, idle
    )
    await use(db, found, idle)
    assert not await known(db, found.token, idle)
    async with db.acting(Actor.staff(found.staff_id), claire) as conn:
        by = await people.colleague(conn, maison_id=claire, staff_id=found.staff_id)
        for at, there in ((idle - timedelta(seconds=1), 1), (idle, 0)):
            assert len(await sessions_of(conn, maison_id=claire, by=by, now=at)) == there


def test_use_is_noted_every_five_minutes_at_most() -> None:
    idle = NOW + timedelta(hours=IDLE_HOURS)
    assert [due(idle, NOW + timedelta(minutes=minutes)) for minutes in (0, 4, 5, 60)] == [
        False,
        False,
        True,
        True,
    ]
    assert not due(None, NOW), "a session of the release before has no idle end"


async def test_signed_out_is_out(db: Db, claire: UUID) -> None:
    found = await sign_in(db, email=EMAIL, password=PASSWORD, network="192.0.2.1", now=NOW)
    assert found is not None
    for _ in range(2):
        async with db.acting(Actor.staff(found.staff_id), claire) as conn:
            await sign_out(conn, maison_id=claire, token=found.token, now=NOW)
    assert not await known(db, found.token, NOW)


async def test_wrong_password_and_unknown_address_are_told_apart_by_nothing(db: Db, claire: UUID) -> None:
    work: dict[str, list[float]] = {"claire@auber.example": [], "nobody@auber.example": []}
    for _ in range(7):
        for email, took in work.items():
            began = time.process_time()
            assert await sign_in(db, email=email, password="wrong", network="192.0.2.1", now=NOW) is None
            took.append(time.process_time() - began)
    known_, unknown = (min(took) for took in work.values())
    # Checking a password is most of the work; leaving it out would be ten times less.
    assert 0.5 < unknown / known_ < 2


async def test_the_limit_of_an_address_holds_across_processes(db: Db, other: Db, claire: UUID) -> None:
    for number in range(ATTEMPTS_PER_ADDRESS_MAX):
        process = (db, other)[number % 2]
        assert (
            await sign_in(process, email=EMAIL, password="wrong", network=f"192.0.2.{number}", now=NOW)
            is None
        )
    for process in (db, other):
        with pytest.raises(TooManyAttempts):
            await sign_in(process, email=EMAIL, password=PASSWORD, network="198.51.100.1", now=NOW)
    later = NOW + timedelta(minutes=16)
    assert await sign_in(db, email=EMAIL, password=PASSWORD, network="198.51.100.1", now=later) is not None


async def test_the_limit_of_a_network_counts_every_address(
    db: Db, claire: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enfilade.staff.sign_in.ATTEMPTS_PER_NETWORK_MAX", 3)
    for number in range(3):
        await sign_in(db, email=f"n{number}@x.example", password="wrong", network="192.0.2.1", now=NOW)
    with pytest.raises(TooManyAttempts):
        await sign_in(db, email=EMAIL, password=PASSWORD, network="192.0.2.1", now=NOW)
    assert await sign_in(db, email=EMAIL, password=PASSWORD, network="192.0.2.2", now=NOW) is not None


async def test_who_left_does_not_come_in(db: Db, claire: UUID) -> None:
    found = await sign_in(db, email=EMAIL, password=PASSWORD, network="192.0.2.1", now=NOW)
    assert found is not None
    async with db.acting(Actor.importer(), claire) as conn:
        await people.leave(conn, maison_id=claire, staff_id=found.staff_id, now=NOW)
    assert await sign_in(db, email=EMAIL, password=PASSWORD, network="192.0.2.1", now=NOW) is None


@pytest.mark.parametrize("password", ["short", "x" * 201])
def test_a_password_nobody_should_have_is_refused(password: str) -> None:
    with pytest.raises(passwords.PasswordRefused):
        passwords.hashed_password(password)
