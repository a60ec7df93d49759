"""Sessions are seen and ended by their owner and by whoever leads them, at once and in every process."""

from datetime import timedelta
from uuid import UUID

import pytest

from enfilade.base import database
from enfilade.base.actors import Actor
from enfilade.base.db import Db, scalar
from enfilade.base.ids import new_id
from enfilade.base.secrets import hashed
from enfilade.staff import people, sessions
from enfilade.staff.people import Colleague, Role
from enfilade.staff.sign_in import SESSION_HOURS, open_session
from tests.staff.houses import NOW, house


class Team:
    """An advisor here, one elsewhere, a boutique manager here, a maison manager; each with a session."""

    def __init__(self, maison_id: UUID) -> None:
        self.maison_id = maison_id
        self.by: dict[str, Colleague] = {}
        self.token: dict[str, str] = {}

    async def hire(self, db: Db, name: str, role: Role, places: list[UUID]) -> None:
        async with db.acting(Actor.importer(), self.maison_id) as conn:
            staff_id = await people.hire(
                conn,
                maison_id=self.maison_id,
                email=f"{name}@auber.example",
                name=name,
                role=role,
                password_hash="-",
                location_ids=places,
                now=NOW,
            )
            self.by[name] = await people.colleague(conn, maison_id=self.maison_id, staff_id=staff_id)
            self.token[name] = await open_session(conn, maison_id=self.maison_id, staff_id=staff_id, now=NOW)

    async def seen_by(self, db: Db, name: str) -> set[str]:
        async with db.acting(Actor.staff(self.by[name].staff_id), self.maison_id) as conn:
            found = await sessions.sessions_of(conn, maison_id=self.maison_id, by=self.by[name], now=NOW)
        return {one.name for one in found}

    async def end(self, db: Db, name: str, whose: str) -> None:
        async with db.acting(Actor.staff(self.by[name].staff_id), self.maison_id) as conn:
            await sessions.end_session(
                conn,
                maison_id=self.maison_id,
                by=self.by[name],
                session_id=sessions.session_id(self.token[whose]),
                now=NOW,
            )


@pytest.fixture
async def team(db: Db) -> Team:
    maison_id, (here, elsewhere) = await house(db, "auber", "Paris", "Lyon")
    team = Team(maison_id)
    await team.hire(db, "advisor", "advisor", [here])
    await team.hire(db, "stranger", "advisor", [elsewhere])
    await team.hire(db, "manager", "boutique_manager", [here])
    await team.hire(db, "head", "maison_manager", [])
    return team


async def is_open(db: Db, token: str, at: object = NOW) -> bool:
    async with db.door() as conn:
        return bool(
            await scalar(
                conn,
                "select count(*) from door.staff_of_session(%(token)s, %(at)s)",
                token=hashed(token),
                at=at,
            )
        )


async def test_everybody_sees_their_own_and_of_whom_they_lead(db: Db, team: Team) -> None:
    assert await team.seen_by(db, "advisor") == {"advisor"}
    assert await team.seen_by(db, "manager") == {"manager", "advisor"}
    assert await team.seen_by(db, "head") == {"advisor", "stranger", "manager", "head"}


async def test_a_manager_ends_a_colleagues_session_in_every_process(
    db: Db, team: Team, addresses: database.Addresses
) -> None:
    for name, whose in (("advisor", "manager"), ("manager", "stranger"), ("manager", "head")):
        with pytest.raises(sessions.NoSuchSession):
            await team.end(db, name, whose)
    await team.end(db, "manager", "advisor")
    other = Db(addresses.app, addresses.public, addresses.group, connections_max=2)
    await other.open()
    try:
        assert not await is_open(other, team.token["advisor"])
        assert await is_open(other, team.token["manager"]) and await is_open(other, team.token["head"])
    finally:
        await other.close()
    with pytest.raises(sessions.NoSuchSession):
        await team.end(db, "manager", "advisor")


async def test_out_everywhere_else_spares_the_session_that_asks(db: Db, team: Team) -> None:
    advisor = team.by["advisor"].staff_id
    async with db.acting(Actor.staff(advisor), team.maison_id) as conn:
        tokens = [
            await open_session(conn, maison_id=team.maison_id, staff_id=advisor, now=NOW) for _ in range(2)
        ]
        ended = await sessions.end_others(
            conn, maison_id=team.maison_id, staff_id=advisor, token=tokens[0], now=NOW
        )
    assert ended == 2 and await is_open(db, tokens[0])
    assert not await is_open(db, tokens[1]) and not await is_open(db, team.token["advisor"])
    assert await is_open(db, team.token["manager"])
    assert not await is_open(db, tokens[0], NOW + timedelta(hours=SESSION_HOURS))


async def test_each_sign_in_is_a_new_secret_and_an_id_opens_nothing(db: Db, team: Team) -> None:
    assert len(set(team.token.values())) == 4
    assert not await is_open(db, str(sessions.session_id(team.token["head"])))
    with pytest.raises(sessions.NoSuchSession):
        async with db.acting(Actor.staff(team.by["head"].staff_id), team.maison_id) as conn:
            await sessions.end_session(
                conn, maison_id=team.maison_id, by=team.by["head"], session_id=new_id(NOW), now=NOW
            )
