"""A store's third-party brands: kept, shown and retired with their pieces, in that store alone; an order of one goes through."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.catalogue import brands
from enfilade.catalogue.brands import Brand, BrandNameTaken, BrandRefused, NoSuchBrand, NotAStore
from enfilade.catalogue.publish import publish_products
from tests.partner import ATELIER, LUNE, with_brands
from tests.shop import House, Shop

Admin = Callable[..., list[tuple[Any, ...]]]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


async def keep(db: Db, house: UUID, brand: Brand, brand_id: UUID | None = None) -> UUID:
    async with db.acting(Actor.job(), house) as conn:
        return await brands.keep(conn, maison_id=house, brand=brand, now=NOW, brand_id=brand_id)


async def turn(db: Db, house: House, brand_id: UUID, verb: Any) -> None:
    async with db.acting(Actor.job(), house.maison_id) as conn:
        await verb(conn, maison_id=house.maison_id, brand_id=brand_id, now=NOW)


def shown(admin: Admin) -> list[tuple[Any, ...]]:
    return admin("""select p.slug, p.brand, b.seller_name from public_facts.product p
        left join public_facts.brand b on b.id = p.brand_id where p.brand_id is not null or p.slug like 'arcade-%'
        order by p.slug""")


async def test_pieces_come_and_go_with_their_brand(db: Db, shop: Shop, admin: Admin) -> None:
    store = await with_brands(db, shop, publish=False)
    assert shown(admin) == [], "nothing of a brand is shown before it is"
    ((atelier,),) = admin("select id from catalogue.brand where name = %s", [ATELIER.name])
    ((lune,),) = admin("select id from catalogue.brand where name = %s", [LUNE.name])
    await turn(db, store, atelier, brands.publish)
    assert shown(admin) == [("arcade-coat", ATELIER.name, "ATELIER ESSAI S.r.l.")]
    await turn(db, store, lune, brands.publish)
    # The feed wrote it in capitals; the page says it as the store does.
    assert shown(admin)[1:] == [("arcade-moon", LUNE.name, "")]
    before = admin("select xmin::text, * from public_facts.product order by id")
    await turn(db, store, lune, brands.publish)
    async with db.acting(Actor.job(), store.maison_id) as conn:
        await publish_products(conn, maison_id=store.maison_id, now=NOW)
    assert admin("select xmin::text, * from public_facts.product order by id") == before
    for _ in range(2):
        await turn(db, store, atelier, brands.retire)
    assert [slug for slug, *_ in shown(admin)] == ["arcade-moon"]
    assert admin("select count(*) from public_facts.brand") == [(1,)]
    assert admin("select count(*) from public_facts.variant v where v.maison_id = %s", [store.maison_id]) == [
        (1,)
    ]


async def test_another_name_or_terms_are_shown_at_once(db: Db, shop: Shop, admin: Admin) -> None:
    store = await with_brands(db, shop)
    ((lune,),) = admin("select id from catalogue.brand where name = %s", [LUNE.name])
    sells = replace(ATELIER, name=LUNE.name)
    assert await keep(db, store.maison_id, sells, lune) == lune
    assert shown(admin)[1] == ("arcade-moon", LUNE.name, "ATELIER ESSAI S.r.l.")
    await keep(db, store.maison_id, replace(LUNE, name="Soleil"), lune)
    assert admin("select brand, brand_id from public_facts.product where slug = 'arcade-moon'") == [
        ("LUNE CLAIRE", None)
    ], "a piece that does not say the name is the store's own"


async def test_what_cannot_be_kept_is_named(db: Db, shop: Shop, admin: Admin) -> None:
    store = await with_brands(db, shop)
    with pytest.raises(BrandNameTaken):
        await keep(db, store.maison_id, replace(LUNE, name="lune claire"))
    with pytest.raises(BrandNameTaken):
        await keep(db, store.maison_id, replace(LUNE, name="Lune & claire"))
    with pytest.raises(NoSuchBrand):
        await keep(db, store.maison_id, LUNE, store.maison_id)
    with pytest.raises(NotAStore):
        await keep(db, shop.a.maison_id, LUNE)
    with pytest.raises(BrandRefused) as refused:
        await keep(
            db, store.maison_id, Brand("", "concession", company_country="Italy", texts={"fr": "x" * 2001})
        )
    assert set(refused.value.faults) == {
        "name", "company_name", "company_number", "company_country", "text.fr",
    }  # fmt: skip
    assert admin("select count(*) from catalogue.brand") == [(2,)]


async def test_the_database_holds_the_rules_past_the_verbs(db: Db, shop: Shop) -> None:
    store = await with_brands(db, shop)
    with pytest.raises(errors.CheckViolation, match="concession_names_its_seller"):
        async with db.acting(Actor.job(), store.maison_id) as conn:
            await conn.execute("update catalogue.brand set company_number = '' where terms = 'concession'")
    nobody = "'', '', '', '', '{}', now()"
    with pytest.raises(errors.InsufficientPrivilege):
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            await conn.execute(
                f"insert into public_facts.brand values (%s, gen_random_uuid(), 'x', 'X', {nobody})".encode(),
                [shop.a.maison_id],
            )
    with pytest.raises(errors.ForeignKeyViolation, match="product_of_own_brand"):
        async with db.acting(Actor.job(), shop.a.maison_id) as conn:
            await conn.execute(
                "update public_facts.product set brand_id = (select id from public_facts.brand limit 1) where maison_id = %s",
                [shop.a.maison_id],
            )
