"""Finding in a small shop: what fits first, errors mended, facets that count right, nobody else's pieces, few statements."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, LiteralString
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db, Tally, scalar, tally
from enfilade.catalogue.entries import PriceEntry, ProductEntry, TextEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.editorial import publishing
from enfilade.run import house
from enfilade.search import finding
from enfilade.search.commands import plainly, ranking
from enfilade.search.documents import Document, forget_words, write
from enfilade.search.evaluating import Judged
from enfilade.search.finding import Asked, Results
from enfilade.search.folding import stem
from enfilade.search.indexing import index_all
from enfilade.search.questions import question
from enfilade.search.suggesting import suggest
from tests.conftest import settings_of
from tests.editorial.telling import tell, written
from tests.shop import House, Shop, count, found_shop

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def piece(
    handle: str,
    names: dict[str, str],
    *,
    family: str = "bag",
    colours: tuple[str, ...] = ("noir",),
    euro: int = 1000,
    text: str = "",
    published: bool = True,
) -> ProductEntry:
    """A piece, a variant a colour."""
    return ProductEntry(
        1,
        handle,
        family=family,
        published=published,
        texts=[
            TextEntry(language, name, text if language == "en" else "") for language, name in names.items()
        ],
        variants=[
            VariantEntry(
                1,
                {"colour": colour},
                f"ALB-01-{handle}-{colour}",
                prices=[PriceEntry("fr", "EUR", euro * 100)],
            )
            for colour in colours
        ],
    )


PIECES = [
    piece(
        "corniche",
        {"fr": "Sac Corniche", "en": "Corniche handbag", "zh": "Corniche 手袋，粒面小牛皮"},
        colours=("noir", "rubis"),
        euro=1800,
    ),
    piece("grand", {"fr": "Sac Grand Large", "en": "Grand Large bag"}, colours=("rubis",), euro=2400),
    piece(
        "volieres",
        {"fr": "Volières, twill de soie", "en": "Volières, silk twill"},
        family="scarf",
        colours=("capucine",),
        euro=390,
    ),
    piece(
        "jardin",
        {"fr": "Jardin", "en": "Garden"},
        family="perfume",
        colours=("",),
        euro=90,
        text="A garden after rain, a handbag left on a bench.",
    ),
]


class Search:
    """Asks as the page would."""

    def __init__(self, db: Db, shop: Shop, jobs: Any, admin: Any) -> None:
        self.db, self.shop, self._jobs, self._admin = db, shop, jobs, admin
        self.asked = Asked(shop.store.store_id, "fr", "fr")
        self.statements = 0

    async def write(self, owner: House, *pieces: ProductEntry, at: datetime = NOW) -> None:
        """Writes the pieces and lets the worker's listeners hear of it."""
        async with self.db.acting(Actor.importer(), owner.maison_id) as conn:
            await upsert_products(
                conn, maison_id=owner.maison_id, source="main", products=list(pieces), now=at
            )
        await self.hear()

    async def hear(self) -> None:
        for maison, fact, listener in self._admin(
            "select args ->> 'maison_id', args ->> 'fact_id', args ->> 'listener' from procrastinate.procrastinate_jobs "
            "where status = 'todo' and queue_name = 'listeners' order by id"
        ):
            await self._jobs.hear(UUID(str(maison)), UUID(str(fact)), str(listener))

    async def results(self, text: str, **more: Any) -> Results:
        counting = Tally()
        token = tally.set(counting)
        try:
            async with self.db.public() as conn:
                return await finding.find(
                    conn, *finding.priced(replace(self.asked, **more), question(text), "EUR")
                )
        finally:
            tally.reset(token)
            self.statements = counting.statements

    async def find(self, text: str, **more: Any) -> list[str]:
        found = await self.results(text, **more)
        async with self.db.public() as conn:
            return [one.slug for one in await finding.pieces(conn, self.asked, found.ranked)]


@pytest.fixture
async def search(db: Db, addresses: Any, admin: Any, tmp_path: Any) -> AsyncIterator[Search]:
    made = house(settings_of(addresses, tmp_path))
    shop = await found_shop(db, NOW)
    await made.db.open()
    asking = Search(db, shop, made.jobs, admin)
    await asking.write(shop.a, *PIECES)
    yield asking
    await made.db.close()


async def test_what_is_asked_comes_first_in_each_language(search: Search) -> None:
    # The two of Borea and Alba called "bag" are bags of no colour; nothing but the colour tells the others.
    for text in ("red bag under 2000", "sac rouge moins de 2000", "rode tas onder 2000", "红色手袋2000以下"):
        assert await search.find(text) == ["alba-corniche"], text
    assert set(await search.find("red bag")) == {"alba-corniche", "alba-grand"}
    assert "alba-jardin" not in await search.find("handbag"), "a text that speaks of a handbag is none"
    assert await search.find("bench") == ["alba-jardin"], "other words are found in texts, too"
    assert await search.find("粒面") == ["alba-corniche"]
    assert await search.find("volieres") == ["alba-volieres"]
    assert await search.find("alb-01-volieres") == ["alba-volieres"]
    assert search.statements == 1
    await search.find("red bag under 2000")
    assert search.statements == 3, "one that finds, one for all but a word, one for another price"


async def test_typing_errors_are_mended_and_said(search: Search) -> None:
    for text in ("volirees", "Corniche hanbag", "cornishe"):
        found = await search.results(text)
        assert found.total == 1 and found.mended, text
        assert search.statements <= 5
    found = await search.results("qwertzuiop")
    assert (found.total, found.mended, found.close) == (0, False, [])


async def test_what_comes_close_stands_apart(search: Search) -> None:
    found = await search.results("green bag under 2000")
    assert found.total == 0 and len(found.close) >= 3
    dear = await search.results("volieres under 100")
    assert dear.total == 0 and len(dear.close) == 1, "at another price"


async def test_facets_count_what_remains_when_chosen(search: Search) -> None:
    found = await search.results("bag")
    told = {one.value: one.count for values in found.facets.values() for one in values}
    assert told["colour:red"] == 2 and told["kind:bag"] == found.total
    for value, number in told.items():
        more = (
            {"facets": (value,)}
            if ":" in value
            else {"maison_id": search.shop.a.maison_id if value == "alba" else search.shop.b.maison_id}
        )
        assert (await search.results("bag", **more)).total == number, value


async def test_beyond_ten_thousand_it_says_more(search: Search, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "COUNTED_MAX", 2)
    found = await search.results("bag")
    assert (found.total, found.more) == (2, True)
    monkeypatch.setattr(finding, "COUNTED_MAX", 5)
    assert not (await search.results("bag")).more


async def test_pages_turn_among_the_first_candidates_and_counts_go_on(
    search: Search, monkeypatch: pytest.MonkeyPatch
) -> None:
    everything = await search.results("bag")
    monkeypatch.setattr(finding, "CANDIDATES_MAX", 2)
    found = await search.results("bag")
    assert found.ranked == everything.ranked[:2]
    assert (found.total, found.facets) == (everything.total, everything.facets)
    assert everything.total > 2


async def test_ours_and_plain_text_search_are_measured_on_the_same_questions(search: Search) -> None:
    async with search.db.public() as conn:
        one = Judged("red bag", "en", "", {"alba-corniche": 3})
        assert set((await ranking(conn, one, search.asked))[:2]) == {"alba-corniche", "alba-grand"}
        assert await plainly(conn, one) == [], "it knows no colour"
        assert await plainly(conn, Judged("volières", "fr")) == ["alba-volieres"]


async def test_a_maisons_own_store_finds_its_own_alone(search: Search) -> None:
    everywhere = await search.find("bag")
    assert {slug.partition("-")[0] for slug in everywhere} == {"alba", "borea"}
    own = {"store_id": search.shop.b.store.store_id}
    assert await search.find("bag", **own) == ["borea-bag"]
    assert await search.find("alba corniche", **own) == []
    async with search.db.public() as conn:
        for text in ("corn", "cornishe", "al"):
            assert (
                await suggest(
                    conn,
                    store_id=search.shop.b.store.store_id,
                    maison_id=None,
                    text=text,
                    language="fr",
                    market="fr",
                    now=NOW,
                )
                == []
            )
        everyone = await suggest(
            conn,
            store_id=search.shop.store.store_id,
            maison_id=None,
            text="corn",
            language="fr",
            market="fr",
            now=NOW,
        )
    assert [one.slug for one in everyone] == ["alba-corniche"]


async def test_a_new_price_and_title_reach_search_and_a_withdrawn_piece_leaves_it(search: Search) -> None:
    later = NOW + timedelta(hours=1)
    await search.write(search.shop.a, replace(PIECES[0], variants=[
        replace(variant, prices=[PriceEntry("fr", "EUR", 250_000)]) for variant in PIECES[0].variants]), at=later)  # fmt: skip
    assert await search.find("red bag under 2000") == []
    await search.write(search.shop.a, replace(PIECES[0], texts=[TextEntry("fr", "Sac Falaise")]), at=later)
    assert await search.find("falaise") == ["alba-corniche"]
    await search.write(search.shop.a, replace(PIECES[0], published=False), at=later)
    assert await search.find("falaise") == []
    async with search.db.public() as conn:
        assert not await scalar(
            conn, "select exists (select 1 from public_facts.search_word where word = 'falaise')"
        )


async def test_a_document_is_the_same_however_the_database_reads_its_rows(search: Search, admin: Any) -> None:
    """By an index or as they lie, the last written first."""
    admin(
        """
        do $$ declare one record; begin
          for one in select product_id, language from public_facts.product_text order by language desc loop
            update public_facts.product_text set name = name
            where product_id = one.product_id and language = one.language; end loop;
          for one in select id from public_facts.variant order by position desc, id desc loop
            update public_facts.variant set size = size where id = one.id; end loop;
        end $$
        """
    )

    async def indexed(*unused: LiteralString) -> list[tuple[Any, ...]]:
        async with search.db.acting(Actor.importer(), search.shop.a.maison_id) as conn:
            for way in unused:
                await conn.execute(f"set local enable_{way} = off")
            await index_all(conn, maison_id=search.shop.a.maison_id)
        return admin(
            "select id, facets, names::text, words::text from public_facts.search_document order by id"
        )

    assert await indexed("indexscan", "bitmapscan") == await indexed("seqscan")


async def test_a_word_is_known_as_long_as_one_document_says_it(search: Search, admin: Any) -> None:
    maison_id = search.shop.a.maison_id
    (one,), (other,) = admin(
        "select id from public_facts.product where slug like 'alba-%' order by slug limit 2"
    )

    async def said(*documents: Document) -> list[str]:
        async with search.db.acting(Actor.job(), maison_id) as conn:
            await write(conn, maison_id=maison_id, kind="piece", ids=None, documents=list(documents))
            await forget_words(conn, maison_id=maison_id)
            rows = await conn.execute(
                "select lexeme from public_facts.search_word where maison_id = %s and word = 'handbag' order by lexeme",
                [maison_id],
            )
            return [lexeme for (lexeme,) in await rows.fetchall()]

    by_facet, by_name = (
        Document("piece", one, ["Corniche"], facets=["kind:bag"]),
        Document("piece", other, ["Handbag"]),
    )
    assert await said() == []
    both = await said(by_facet, by_name)
    assert both == await said(by_name, by_facet)
    assert len(both) == 2
    assert await said(by_name) == [stem("handbag")]
    assert await said(by_facet) == ["kind:bag"]


async def test_only_what_a_boutique_near_by_has(search: Search) -> None:
    paris = {"place": (48.86, 2.33)}
    assert set(await search.find("bag", **paris)) == {"alba-bag", "borea-bag"}, (
        "only these were counted anywhere"
    )
    await count(search.db, search.shop.a, "alba-1", "alba-bag", 0, NOW)
    assert await search.find("bag", **paris) == ["borea-bag"]
    assert await search.find("bag", place=(52.37, 4.9)) == []


async def test_maisons_and_boutiques_stand_beside(search: Search) -> None:
    async with search.db.public() as conn:
        told = await finding.beside(conn, search.asked, question("alba"), NOW)
        lyon = await finding.beside(conn, search.asked, question("lyon"), NOW)
    assert told[0].kind == "maison" and told[0].maison_slug == "alba"
    assert {one.maison_slug for one in lyon if one.kind == "boutique"} == {"alba", "borea"}


async def test_a_story_is_found_where_and_while_it_is_shown(search: Search, admin: Any) -> None:
    house = search.shop.a
    story_id = await tell(search.db, admin, house.maison_id, written())
    await search.hear()
    now = datetime.now(UTC)

    async def titles(text: str, at: datetime = now, **asked: Any) -> list[str]:
        async with search.db.public() as conn:
            found = await finding.beside(conn, replace(search.asked, **asked), question(text), at)
        return [one.name for one in found if one.kind == "story"]

    async def proposed(text: str, at: datetime = now) -> list[str]:
        async with search.db.public() as conn:
            found = await suggest(
                conn,
                store_id=search.shop.store.store_id,
                maison_id=None,
                text=text,
                language="en",
                market="fr",
                now=at,
            )
        return [one.slug for one in found if one.kind == "story"]

    assert await titles("midi") == ["Midi"] and await titles("noon", language="en") == ["Noon"]
    assert await titles("ombre") == ["Midi"], "by its standfirst"
    assert await titles("mot") == ["Midi"], "by what it tells"
    assert await proposed("noo") == ["alba-midi"]
    own = search.shop.b.store.store_id
    assert await titles("midi", store_id=own) == []
    async with search.db.acting(Actor.importer(), house.maison_id) as conn:
        showing = publishing.Showing("us", now, now + timedelta(hours=1))
        await publishing.schedule(conn, maison_id=house.maison_id, story_id=story_id, showings=[showing])
    assert await titles("midi") == [] == await proposed("noo")
    assert await titles("midi", market="us") == ["Midi"]
    assert await titles("midi", now + timedelta(hours=1), market="us") == []
    async with search.db.acting(Actor.importer(), house.maison_id) as conn:
        await publishing.unpublish(conn, maison_id=house.maison_id, story_id=story_id, now=now)
    await search.hear()
    assert admin("select count(*) from public_facts.search_document where kind = 'story'") == [(0,)]
