"""Hiring, posts, leaving, and who may enter where."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.base.ids import new_id
from enfilade.staff import people, sign_in, surfaces
from tests.staff.houses import NOW, house

WHEN = datetime(2026, 3, 2, 9, tzinfo=UTC)


async def test_hired_again_keeps_the_id_and_moves_to_the_new_posts(db: Db) -> None:
    maison_id, (paris, lyon) = await house(db, "auber", "Paris", "Lyon")

    async def hire(name: str, locations: list[UUID]) -> UUID:
        async with db.acting(Actor.importer(), maison_id) as conn:
            return await people.hire(
                conn,
                maison_id=maison_id,
                email=" Claire@Auber.example ",
                name=name,
                role="advisor",
                password_hash="x",
                location_ids=locations,
                now=NOW,
            )

    first = await hire("Claire", [paris])
    second = await hire("Claire Aubry", [lyon])
    assert first == second
    async with db.acting(Actor.staff(first), maison_id) as conn:
        claire = await people.colleague(conn, maison_id=maison_id, staff_id=first)
    assert claire == people.Colleague(first, "Claire Aubry", "advisor", frozenset({lyon}))
    assert claire.works_at(lyon) and not claire.works_at(paris)


async def test_a_maison_manager_works_everywhere(db: Db) -> None:
    assert people.Colleague(new_id(NOW), "Mia", "maison_manager", frozenset()).works_at(new_id(NOW))
    assert not people.Colleague(new_id(NOW), "Mia", "boutique_manager", frozenset()).works_at(new_id(NOW))


async def test_an_address_is_one_person_in_the_whole_house(db: Db) -> None:
    here, _ = await house(db, "auber", "Paris")
    there, _ = await house(db, "belrose", "Paris")
    async with db.acting(Actor.importer(), here) as conn:
        await people.hire(
            conn,
            maison_id=here,
            email="claire@x.example",
            name="Claire",
            role="advisor",
            password_hash="x",
            location_ids=[],
            now=NOW,
        )
    with pytest.raises(people.WorksElsewhere):
        async with db.acting(Actor.importer(), there) as conn:
            await people.hire(
                conn,
                maison_id=there,
                email="claire@x.example",
                name="Claire",
                role="maison_manager",
                password_hash="y",
                location_ids=[],
                now=NOW,
            )


async def test_managers_are_told_and_the_maison_where_a_boutique_has_none(db: Db) -> None:
    maison_id, (paris, lyon) = await house(db, "auber", "Paris", "Lyon")
    async with db.acting(Actor.importer(), maison_id) as conn:
        for email, role, posts in (
            ("advisor@x.example", "advisor", [paris]),
            ("boutique@x.example", "boutique_manager", [paris]),
            ("maison@x.example", "maison_manager", []),
        ):
            await people.hire(
                conn,
                maison_id=maison_id,
                email=email,
                name=email,
                role=role,  # type: ignore[arg-type]
                password_hash="x",
                location_ids=posts,
                now=NOW,
            )
        assert await people.managers_of(conn, maison_id=maison_id, location_id=paris) == [
            "boutique@x.example"
        ]
        assert await people.managers_of(conn, maison_id=maison_id, location_id=lyon) == ["maison@x.example"]


async def test_who_leaves_is_signed_out_at_once(db: Db) -> None:
    maison_id, _ = await house(db, "auber", "Paris")
    async with db.acting(Actor.importer(), maison_id) as conn:
        staff_id = await people.hire(
            conn,
            maison_id=maison_id,
            email="c@x.example",
            name="C",
            role="advisor",
            password_hash="x",
            location_ids=[],
            now=NOW,
        )
        token = await sign_in.open_session(conn, maison_id=maison_id, staff_id=staff_id, now=NOW)
    assert await _knows(db, token)
    async with db.acting(Actor.importer(), maison_id) as conn:
        await people.leave(conn, maison_id=maison_id, staff_id=staff_id, now=NOW)
    assert not await _knows(db, token)


async def _knows(db: Db, token: str) -> bool:
    from enfilade.base.db import scalar
    from enfilade.base.secrets import hashed

    async with db.door() as conn:
        return bool(
            await scalar(
                conn,
                "select count(*) from door.staff_of_session(%(token)s, %(now)s)",
                token=hashed(token),
                now=NOW,
            )
        )


@pytest.mark.parametrize(
    ("role", "enters"),
    [
        ("advisor", {"boutique"}),
        ("boutique_manager", {"boutique"}),
        ("maison_manager", {"boutique", "studio", "cockpit"}),
        ("group_analyst", {"cockpit"}),
        ("group_administrator", {"studio", "cockpit"}),
        ("visitor", set[str]()),
    ],
)
def test_which_role_enters_which_surface(role: str, enters: set[str]) -> None:
    for surface in ("boutique", "studio", "cockpit"):
        assert surfaces.may_enter(role, surface) == (surface in enters)
    assert role == "visitor" or surfaces.home(role) in enters
