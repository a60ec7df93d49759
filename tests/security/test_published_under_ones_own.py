"""No maison publishes anything under what is another's, even past our verbs: the database refuses it."""

from collections.abc import Callable
from typing import Any, LiteralString

import pytest
from psycopg import errors

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from tests.shop import House, Shop

UNDER: dict[str, LiteralString] = {
    "variant": """insert into public_facts.variant (id, product_id, maison_id, colour, size, options, position)
        values (gen_random_uuid(), %(piece)s, %(me)s, '', '', '{}', 9)""",
    "variant moved": "update public_facts.variant set product_id = %(piece)s where maison_id = %(me)s",
    "text": "insert into public_facts.product_text values (%(piece)s, 'nl', 'x', '', '', '')",
    "price": "insert into public_facts.price values (%(size)s, 'nl', 'EUR', 1)",
    "store": "insert into public_facts.store_maison values (%(store)s, %(me)s)",
    "piece found": """insert into public_facts.search_document (maison_id, kind, id, position, facets, prices, names, words)
        values (%(me)s, 'piece', %(piece)s, 1, '{}', '{}', '', '')""",
    "maison found": """insert into public_facts.search_document (maison_id, kind, id, position, facets, prices, names, words)
        values (%(me)s, 'maison', %(maison)s, 1, '{}', '{}', '', '')""",
    "boutique found": """insert into public_facts.search_document (maison_id, kind, id, position, facets, prices, names, words)
        values (%(me)s, 'boutique', %(place)s, 1, '{}', '{}', '', '')""",
}


def named(me: House, other: House) -> dict[str, Any]:
    """Things of `other`, and who `me` is."""
    return {
        "me": me.maison_id,
        "maison": other.maison_id,
        "piece": other.products["bag"],
        "size": other.variants[f"{other.slug}-bag"],
        "store": other.store.store_id,
        "place": other.places[f"{other.slug}-1"],
    }


@pytest.mark.parametrize("what", UNDER)
async def test_nothing_is_published_under_what_is_anothers(db: Db, shop: Shop, what: str) -> None:
    with pytest.raises(errors.InsufficientPrivilege):
        async with db.acting(Actor.job(), shop.b.maison_id) as conn:
            await conn.execute(UNDER[what], named(shop.b, shop.a))


@pytest.mark.parametrize("what", UNDER)
async def test_the_same_under_ones_own_is_published(
    db: Db, shop: Shop, admin: Callable[..., Any], what: str
) -> None:
    """The twin: it is whose it is that decides, not the statement."""
    admin("delete from public_facts.store_maison where maison_id = %s", [shop.a.maison_id])
    admin("delete from public_facts.search_document")
    async with db.acting(Actor.job(), shop.a.maison_id) as conn:
        assert (await conn.execute(UNDER[what], named(shop.a, shop.a))).rowcount > 0
