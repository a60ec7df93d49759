"""The pieces of a maison by its own tree: counted, turned page by page, sorted, and never a dead end."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.catalogue import navigation
from enfilade.catalogue.navigation import Count, Node
from tests.shop import Shop
from tests.web.storefront.visiting import Visit

Admin = Callable[..., list[tuple[Any, ...]]]
COUNTS = (
    Count("women", "bag", 5),
    Count("men", "shoe", 3),
    Count("unisex", "candle", 2),
    Count("unisex", "perfume", 1),
    Count("women", "shoe", 4),
)


def test_a_tree_follows_from_the_pieces() -> None:
    nodes = navigation.counted(navigation.follows(COUNTS), COUNTS)
    assert [(node.key, node.pieces) for node in nodes] == [
        ("women", 9),
        ("men", 3),
        ("unisex", 1),
        ("home", 2),
    ]
    tree = navigation.Tree(nodes, COUNTS)
    assert tree.families(tree.node("women")) == [("bag", 5), ("shoe", 4)]
    assert tree.families(None)[:2] == [("shoe", 7), ("bag", 5)]
    assert navigation.follows(COUNTS[:1]) == [], "what holds everything parts nothing"


def test_nodes_without_pieces_are_not_shown() -> None:
    own = [Node("voyage", "", ("trunk",)), Node("elle", "women", ("bag",), {"fr": "Elle"})]
    assert navigation.counted(own, COUNTS) == (replace(own[1], pieces=5),)


async def _many(shop: Shop, admin: Admin) -> None:
    # Thirty more bags, for women, each dearer than the one before it in the maison's order.
    bag = shop.a.products["bag"]
    admin("update public_facts.product set gender = 'women' where id = %s", [bag])
    admin("update public_facts.product set gender = 'men' where id = %s", [shop.a.products["ring"]])
    admin(
        """with made as (insert into public_facts.product (id, maison_id, slug, brand, family, gender, made_in, position,
              pictures, published_at, changed_at)
            select gen_random_uuid(), maison_id, 'bag-' || n, brand, family, gender, made_in, 100 + n, pictures,
              published_at + n * interval '1 hour', now()
            from public_facts.product, generate_series(1, 30) n where id = %s returning *),
        texts as (insert into public_facts.product_text
            select id, 'en', 'Bag ' || position - 100, '', '', '' from made),
        variants as (insert into public_facts.variant
            select gen_random_uuid(), id, maison_id, slug, '', '', '{}', 1 from made returning id, sku)
        insert into public_facts.price select id, 'us', 'USD', 200000 + 1000 * substr(sku, 5)::integer from variants""",
        [bag],
    )


def names(text: str) -> list[str]:
    return re.findall(r'class="piece-name"[^>]*>([^<]+)<', text)


async def test_families_are_turned_page_by_page_and_sorted(visit: Visit, shop: Shop, admin: Admin) -> None:
    await _many(shop, admin)
    await visit.post("/en/market", market="us")
    base = "/en/maisons/alba/pieces"
    first = (await visit.get(f"{base}?of=women&family=bag")).text
    assert (
        len(names(first)) == 24 and "31 pieces" in first and "prev" not in re.findall(r'rel="(\w+)"', first)
    )
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward
    second = await visit.get(onward[1].replace("&amp;", "&"))
    assert len(names(first) + names(second.text)) == 31 == len({*names(first), *names(second.text)})
    assert re.search(r'rel="canonical" href="[^"]+of=women&amp;family=bag&amp;after=24"', second.text)
    assert names((await visit.get(f"{base}?family=bag&sort=highest")).text)[0] == "Bag 30"
    assert names((await visit.get(f"{base}?family=bag&sort=lowest")).text)[:2] == ["The bag", "Bag 1"]
    assert names((await visit.get(f"{base}?sort=newest")).text)[0] == "Bag 30"
    assert names((await visit.get(f"{base}?of=men")).text) == ["La bague"]


async def test_an_empty_node_shows_the_ways_on(visit: Visit) -> None:
    for query in ("family=hat", "of=nowhere", "family=bag&after=24"):
        found = await visit.get(f"/fr/maisons/alba/pieces?{query}")
        assert found.response.status_code == 404
        assert (
            'href="/fr/maisons/alba/pieces"' in found.text
            and 'href="/fr/boutiques?maison=alba"' in found.text
        )


async def test_the_old_address_of_a_family_leads_to_its_page(visit: Visit) -> None:
    found = await visit.get("/en/maisons/alba?family=bag")
    assert found.response.status_code == 301
    assert found.response.headers["location"] == "/en/maisons/alba/pieces?family=bag"


async def test_a_maison_names_and_orders_its_nodes(visit: Visit, db: Db, shop: Shop) -> None:
    own = [
        Node("voyage", families=("bag",), names={"fr": "Voyage", "en": "Travel"}),
        Node("bijoux", families=("ring",), names={"fr": "Bijoux"}),
    ]
    async with db.acting(Actor.importer(), shop.a.maison_id) as conn:
        await navigation.arrange(conn, maison_id=shop.a.maison_id, nodes=own)
    text = (await visit.get("/en/maisons/alba/pieces?of=voyage")).text
    assert re.findall(r'<a href="/en/maisons/alba/pieces\?of=\w+"[^>]*>([^<]+)<', text)[:2] == [
        "Travel",
        "Bijoux",
    ]
    assert names(text) == ["The bag"]
    assert names((await visit.get("/en/maisons/borea/pieces")).text) == ["The bag", "La bague"], (
        "a stranger's is as it was"
    )
