"""Signing in as a client: by code, by link, once, within limits, without telling who is known."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.db import Db, Tally, scalar, tally
from enfilade.base.ids import new_id
from enfilade.base.limits import TooManyAttempts
from enfilade.base.secrets import hashed
from enfilade.clients import sign_in
from tests.staff.houses import NOW, house

KEY = b"k" * 48
WRONG = "abcdef"  # no digit of it counts


@pytest.fixture
async def maison_id(db: Db) -> UUID:
    return (await house(db, "auber"))[0]


@pytest.fixture
async def other(addresses: database.Addresses) -> AsyncIterator[Db]:
    """What a second server process has: pools of its own."""
    pools = Db(addresses.app, addresses.public, addresses.group, connections_max=4)
    await pools.open()
    yield pools
    await pools.close()


async def ask(
    db: Db, maison_id: UUID, address: str = "ines@client.example", network: str = "192.0.2.1"
) -> UUID:
    return await sign_in.ask(
        db,
        maison_id=maison_id,
        key=KEY,
        address=address,
        country="FR",
        language="fr",
        network=network,
        now=NOW,
    )


async def redeem(
    db: Db, maison_id: UUID, sign_in_id: UUID, code: str = "", later: timedelta = timedelta()
) -> sign_in.SignedIn | None:
    return await sign_in.redeem_code(
        db,
        maison_id=maison_id,
        key=KEY,
        sign_in_id=sign_in_id,
        code=code or sign_in.code_of(KEY, sign_in_id),
        network="192.0.2.1",
        now=NOW + later,
    )


async def test_the_first_sign_in_makes_the_client_the_second_finds_it(db: Db, maison_id: UUID) -> None:
    first = await redeem(db, maison_id, await ask(db, maison_id))
    second = await redeem(db, maison_id, await ask(db, maison_id, " Ines@Client.example "))
    assert first and second
    assert first.client_id == second.client_id and first.token != second.token
    async with db.door() as conn:
        assert first.client_id == await scalar(
            conn,
            "select client_id from door.client_of_session(%(token)s, %(now)s)",
            token=hashed(first.token),
            now=NOW + timedelta(days=29),
        )


async def test_a_number_is_one_client_however_it_is_written(db: Db, maison_id: UUID) -> None:
    first = await redeem(db, maison_id, await ask(db, maison_id, "06 12 34 56 78"))
    second = await redeem(db, maison_id, await ask(db, maison_id, "+33 6 12 34 56 78"))
    assert first and second and first.client_id == second.client_id


async def test_the_same_address_elsewhere_is_another_client(db: Db, maison_id: UUID) -> None:
    elsewhere, _ = await house(db, "belrose")
    here = await redeem(db, maison_id, await ask(db, maison_id))
    there = await redeem(db, elsewhere, await ask(db, elsewhere))
    assert here and there and here.client_id != there.client_id


async def test_a_code_of_another_maison_opens_nothing(db: Db, maison_id: UUID) -> None:
    elsewhere, _ = await house(db, "belrose")
    assert await redeem(db, elsewhere, await ask(db, maison_id)) is None


async def test_a_link_signs_in_once_and_spends_the_code_too(db: Db, maison_id: UUID) -> None:
    sign_in_id = await ask(db, maison_id)
    link = sign_in.link_of(KEY, sign_in_id)
    found = await sign_in.redeem_link(db, link=link, network="192.0.2.1", now=NOW)
    assert found is not None and found.maison_id == maison_id
    assert await sign_in.redeem_link(db, link=link, network="192.0.2.1", now=NOW) is None
    assert await redeem(db, maison_id, sign_in_id) is None


async def test_five_wrong_codes_close_it_for_the_right_one(db: Db, maison_id: UUID) -> None:
    sign_in_id = await ask(db, maison_id)
    right = sign_in.code_of(KEY, sign_in_id)
    for wrong in range(5):
        guess = f"{(int(right) + 1 + wrong) % 1_000_000:06}"
        assert await redeem(db, maison_id, sign_in_id, guess) is None
    assert await redeem(db, maison_id, sign_in_id) is None


async def test_a_fourth_mistake_is_forgiven(db: Db, maison_id: UUID) -> None:
    sign_in_id = await ask(db, maison_id)
    for _ in range(4):
        assert await redeem(db, maison_id, sign_in_id, WRONG) is None
    assert await redeem(db, maison_id, sign_in_id) is not None


async def test_fifteen_minutes(db: Db, maison_id: UUID) -> None:
    in_time, late = await ask(db, maison_id), await ask(db, maison_id)
    assert await redeem(db, maison_id, in_time, later=timedelta(minutes=15, seconds=-1)) is not None
    assert await redeem(db, maison_id, late, later=timedelta(minutes=15)) is None
    assert (
        await sign_in.redeem_link(
            db, link=sign_in.link_of(KEY, late), network="192.0.2.1", now=NOW + timedelta(minutes=15)
        )
        is None
    )


async def test_two_right_answers_at_once_open_one_session(db: Db, other: Db, maison_id: UUID) -> None:
    sign_in_id = await ask(db, maison_id)
    answers = await asyncio.gather(
        *(redeem(process, maison_id, sign_in_id) for process in (db, other, db, other))
    )
    assert len([answer for answer in answers if answer]) == 1


async def test_two_first_sign_ins_at_once_make_one_client(db: Db, other: Db, maison_id: UUID) -> None:
    asked = [await ask(db, maison_id) for _ in range(4)]
    answers = await asyncio.gather(
        *(redeem(process, maison_id, one) for process, one in zip((db, other, db, other), asked, strict=True))
    )
    assert len({answer.client_id for answer in answers if answer}) == 1
    assert all(answers)


async def test_asking_does_the_same_for_known_and_unknown(
    db: Db, maison_id: UUID, admin: Callable[..., list[tuple[object, ...]]]
) -> None:
    await redeem(db, maison_id, await ask(db, maison_id))
    ran: list[list[str]] = []
    for address in ("ines@client.example", "nobody@client.example"):
        counting = Tally()
        token = tally.set(counting)
        await ask(db, maison_id, address)
        tally.reset(token)
        ran.append(counting.texts)
    assert ran[0] == ran[1]
    assert admin("select count(*) from procrastinate.procrastinate_jobs where args ? 'name'") == [(3,)]


async def test_the_job_carries_an_id_and_the_row_no_code(
    db: Db, maison_id: UUID, admin: Callable[..., list[tuple[object, ...]]]
) -> None:
    sign_in_id = await ask(db, maison_id)
    ((args,),) = admin("select args from procrastinate.procrastinate_jobs where args ? 'name'")
    assert args == {
        "maison_id": str(maison_id),
        "name": "clients.mail_sign_in",
        "ids": {"sign_in_id": str(sign_in_id)},
    }
    stored = str(admin("select c::text, encode(code_hash, 'escape') from clients.sign_in_code c"))
    assert sign_in.code_of(KEY, sign_in_id) not in stored and sign_in.link_of(KEY, sign_in_id) not in stored


async def test_an_address_is_not_flooded_even_over_two_processes(db: Db, other: Db, maison_id: UUID) -> None:
    for number in range(sign_in.ASKED_PER_ADDRESS_MAX):
        await ask((db, other)[number % 2], maison_id, network=f"192.0.2.{number}")
    for process in (db, other):
        with pytest.raises(TooManyAttempts):
            await ask(process, maison_id, network="198.51.100.1")
    await ask(db, maison_id, "another@client.example", network="198.51.100.1")


async def test_guessing_from_one_network_ends(
    db: Db, maison_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("enfilade.clients.sign_in.TRIED_PER_NETWORK_MAX", 2)
    for _ in range(2):
        assert await redeem(db, maison_id, new_id(NOW)) is None
    with pytest.raises(TooManyAttempts):
        await redeem(db, maison_id, new_id(NOW))


async def test_the_holder_of_an_unused_code_learns_nothing_about_its_client(db: Db, maison_id: UUID) -> None:
    await redeem(db, maison_id, await ask(db, maison_id))
    unused = await ask(db, maison_id)
    async with db.acting(Actor.link(unused), maison_id) as conn:
        assert await scalar(conn, "select count(*) from clients.contact_point") == 0
        assert await scalar(conn, "select count(*) from clients.sign_in_code") == 1
    async with db.acting(Actor.visitor(unused), maison_id) as conn:
        assert await scalar(conn, "select count(*) from clients.sign_in_code") == 0


async def test_signed_out_is_out(db: Db, maison_id: UUID) -> None:
    found = await redeem(db, maison_id, await ask(db, maison_id))
    assert found is not None
    async with db.acting(Actor.client(found.client_id), maison_id) as conn:
        await sign_in.sign_out(conn, maison_id=maison_id, token=found.token, now=NOW)
    async with db.door() as conn:
        assert not await scalar(
            conn,
            "select count(*) from door.client_of_session(%(token)s, %(now)s)",
            token=hashed(found.token),
            now=NOW,
        )


async def test_old_codes_are_forgotten(db: Db, maison_id: UUID) -> None:
    await ask(db, maison_id)
    async with db.acting(Actor.job(), maison_id) as conn:
        assert await sign_in.forget_old(conn, maison_id=maison_id, now=NOW + timedelta(hours=24)) == 0
        assert await sign_in.forget_old(conn, maison_id=maison_id, now=NOW + timedelta(hours=25)) == 1
