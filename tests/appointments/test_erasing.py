"""A client who is erased leaves no appointment behind: what is to come is cancelled, what is past is nobody's."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.appointments import asking, erasing, letters
from enfilade.appointments.keeping import link_secret
from enfilade.base.actors import Actor
from enfilade.base.db import Conn, Db
from enfilade.base.ids import new_id
from enfilade.clients import accounts
from enfilade.clients import erasing as clients
from tests.appointments.diary import KEY, opened
from tests.shop import Shop, count

NOW = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)


def client_of(admin: Any, maison_id: UUID, mail: str) -> UUID:
    client_id = new_id(NOW)
    admin(
        "insert into clients.client (maison_id, id, name, language, created_at) values (%s, %s, 'Camille', 'fr', %s)",
        [maison_id, client_id, NOW],
    )
    admin(
        "insert into clients.contact_point (maison_id, client_id, kind, value, verified_at) values (%s, %s, 'mail', %s, %s)",
        [maison_id, client_id, mail, NOW],
    )
    return client_id


async def test_an_erased_client_leaves_no_appointment_behind(db: Db, shop: Shop, admin: Any) -> None:
    diary = await opened(db, shop, NOW, advisors=3)
    maison_id, house = diary.maison_id, diary.house
    bag = house.variants[f"{house.slug}-bag"]
    await count(db, house, f"{house.slug}-1", f"{house.slug}-bag", 1, NOW)
    mine = client_of(admin, maison_id, "camille@client.example")
    # Of a store of many maisons: their appointment is here, and they are not.
    elsewhere = client_of(admin, shop.b.maison_id, "robin@client.example")
    signed_in = await diary.book(
        diary.at(2, 11), "Camille", "a", client_id=mine, variant_ids=(bag,), words="A ring"
    )
    by_mail = await diary.book(diary.at(3, 11), "Camille", "b", mail="Camille+x@client.example")
    past = await diary.book(diary.at(4, 11), "Camille", "c", client_id=mine)
    other = await diary.book(diary.at(2, 12), "Noa", "d")
    afar = await diary.book(diary.at(2, 13), "Robin", "e", client_id=elsewhere)
    by_robins_mail = await diary.book(diary.at(3, 13), "Robin", "f")
    admin("update appointments.appointment set state = 'served' where id = %s", [past.id])

    async def erase(maison: UUID, client_id: UUID) -> bool:
        async def verb(conn: Conn) -> bool:
            return await clients.erase(conn, maison_id=maison, client_id=client_id, now=NOW)

        return await db.run(Actor.importer(), maison, verb)

    with pytest.raises(clients.NoSuchPerson):
        await erase(shop.b.maison_id, mine)
    assert await erase(maison_id, mine)
    assert not await erase(maison_id, mine), "a second time"
    assert await erase(shop.b.maison_id, elsewhere)
    assert admin("select name from clients.client where id = %s", [mine]) == [("",)]
    assert admin("select count(*) from clients.contact_point") == [(0,)]
    async with db.acting(Actor.importer(), maison_id) as conn:
        assert (
            await accounts.known(conn, maison_id=maison_id, client_id=None, written="camille@client.example")
            is None
        )
    for _ in range(2):
        assert await gone(db, maison_id, mine) in (3, 0)
        assert await gone(db, shop.b.maison_id, elsewhere) in (1, 0)
    states = dict(admin("select id, state from appointments.appointment"))
    assert states == {
        signed_in.id: "cancelled", by_mail.id: "cancelled", past.id: "served", other.id: "booked", afar.id: "cancelled",
        # Made without signing in, at another maison than the one that erased them: theirs to keep.
        by_robins_mail.id: "booked",
    }  # fmt: skip
    left = admin("select appointment_id from appointments.contact order by 1")
    assert left == sorted([(other.id,), (by_robins_mail.id,)])
    assert admin("select count(*) from appointments.appointment where client_id is not null") == [(0,)]
    assert admin("select count(*) from stock.hold where purpose = 'appointment'") == [(0,)]
    assert admin("select count(*) from base.fact where kind = 'AppointmentCancelled'") == [(3,)]
    # The link is of nobody, and no letter is written.
    assert await asking.opened(db, link_secret(KEY, signed_in.id)) is None
    assert await asking.opened(db, link_secret(KEY, other.id)) is not None
    async with db.acting(Actor.job(), maison_id) as conn:
        found = await letters.about(conn, maison_id=maison_id, appointment_id=signed_in.id)
    assert found is not None
    assert letters.letter(found, key=KEY, base_url="https://s.example", sender="a@b.example") is None
    # What they were reached by is read by the work that erases, by nobody else, and for a week.
    async with db.acting(Actor.staff(house.staff["maison_manager"]), maison_id) as conn:
        assert await clients.erased(conn, maison_id=maison_id, client_id=mine) is None
    await db.run(
        Actor.job(),
        maison_id,
        lambda conn: clients.forget(conn, maison_id=maison_id, now=NOW + timedelta(days=8)),
    )
    assert admin("select points from clients.erasure where client_id = %s", [mine]) == [([],)]


async def gone(db: Db, maison_id: UUID, client_id: UUID) -> int:
    return await erasing.erase(db, key=KEY, maison_id=maison_id, client_id=client_id, now=NOW)
