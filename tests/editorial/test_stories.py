"""A story's draft, versions, schedule and publication, as two maisons and a multi-brand store tell them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.editorial import publishing, stories
from enfilade.editorial.blocks import Content, StoryRefused, plain, read
from enfilade.editorial.published import stories as told
from enfilade.editorial.published import story as shown
from enfilade.editorial.publishing import ScheduleRefused, Showing
from enfilade.editorial.stories import DraftChangedMeanwhile, NoSuchStory, StoryAddressTaken
from tests.shop import House, Shop

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
Look = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
async def shop(shop: Shop, admin: Look) -> Shop:
    admin("""update public_facts.product set pictures = '[{"name": "bag-noir", "alt": ""}]'""")
    return shop


def content(piece: str = "alba-bag", **head: Any) -> Content:
    return read(
        {
            "language": "fr",
            "title": {"fr": "Midi", "en": "Noon"},
            "standfirst": {"fr": "Une heure sans ombre."},
            "cover": {"name": "bag-noir", "alt": {"fr": "Un sac noir"}},
            "blocks": [
                {"kind": "text", "text": {"fr": f"Un *mot* du [sac](piece:{piece})."}},
                {
                    "kind": "picture",
                    "picture": {"name": "bag-noir", "alt": {"fr": "Le sac"}},
                    "spots": [{"piece": piece, "x": 0.4, "y": 0.6}],
                },
            ],
            **head,
        }
    )


async def tell(db: Db, maison_id: UUID, story: Content, *, title: str = "Midi", now: datetime = NOW) -> UUID:
    async with db.acting(Actor.importer(), maison_id) as conn:
        story_id = await stories.begin(conn, maison_id=maison_id, title=title, language="fr", now=now)
        await stories.write(conn, maison_id=maison_id, story_id=story_id, draft=story, seen=1, now=now)
        await publishing.publish(conn, maison_id=maison_id, story_id=story_id, now=now)
    return story_id


async def seen(
    db: Db, shop: Shop, house: House | None = None, *, market: str = "fr", at: datetime = NOW
) -> list[str]:
    store = house.store if house else shop.store
    async with db.public() as conn:
        found = await told(conn, store_id=store.store_id, language="en", market=market, now=at, most=20)
    return [one.slug for one in found]


async def test_a_story_is_begun_written_published_and_taken_back(db: Db, shop: Shop, admin: Look) -> None:
    a = shop.a.maison_id
    async with db.acting(Actor.importer(), a) as conn:
        story_id = await stories.begin(conn, maison_id=a, title="Midi, l'été !", language="fr", now=NOW)
        found = await stories.story(conn, maison_id=a, story_id=story_id)
        assert (found.slug, found.revision, found.published_version) == ("alba-midi-l-ete", 1, None)
        with pytest.raises(StoryRefused):
            await publishing.publish(conn, maison_id=a, story_id=story_id, now=NOW)
    assert await seen(db, shop) == [] and admin("select count(*) from editorial.version") == [(0,)]
    async with db.acting(Actor.importer(), a) as conn:
        assert (
            await stories.write(conn, maison_id=a, story_id=story_id, draft=content(), seen=1, now=NOW) == 2
        )
        assert (
            await stories.write(conn, maison_id=a, story_id=story_id, draft=content(), seen=2, now=NOW) == 2
        )
        assert await publishing.publish(conn, maison_id=a, story_id=story_id, now=NOW) == 1
        assert await publishing.publish(conn, maison_id=a, story_id=story_id, now=NOW) == 1
    assert await seen(db, shop) == ["alba-midi-l-ete"]
    assert admin("select language, title, plain from public_facts.story_text order by language") == [
        ("en", "Noon", "Noon"),
        ("fr", "Midi", "Midi\n\nUne heure sans ombre.\n\nUn sac noir\n\nUn mot du sac.\n\nLe sac"),
    ]
    async with db.acting(Actor.importer(), a) as conn:
        await publishing.unpublish(conn, maison_id=a, story_id=story_id, now=NOW)
    assert await seen(db, shop) == []
    assert admin("select count(*) from public_facts.story_text") == [(0,)]
    assert admin("select count(*) from base.fact where kind = 'StoryPublished'") == [(3,)]
    assert admin("select count(*) from editorial.version") == [(1,)]


async def test_a_transaction_that_fails_publishes_nothing(db: Db, shop: Shop, admin: Look) -> None:
    a = shop.a.maison_id
    with pytest.raises(ZeroDivisionError):
        async with db.acting(Actor.importer(), a) as conn:
            story_id = await stories.begin(conn, maison_id=a, title="Midi", language="fr", now=NOW)
            await stories.write(conn, maison_id=a, story_id=story_id, draft=content(), seen=1, now=NOW)
            await publishing.publish(conn, maison_id=a, story_id=story_id, now=NOW)
            raise ZeroDivisionError
    assert admin("select count(*) from public_facts.story") == [(0,)]


async def test_two_writers_do_not_overwrite_each_other(db: Db, shop: Shop) -> None:
    a = shop.a.maison_id
    async with db.acting(Actor.importer(), a) as conn:
        story_id = await stories.begin(conn, maison_id=a, title="Midi", language="fr", now=NOW)
        await stories.write(conn, maison_id=a, story_id=story_id, draft=content(), seen=1, now=NOW)
    with pytest.raises(DraftChangedMeanwhile) as refused:
        async with db.acting(Actor.importer(), a) as conn:
            other = content(author="Somebody else")
            await stories.write(conn, maison_id=a, story_id=story_id, draft=other, seen=1, now=NOW)
    assert refused.value.revision == 2


async def test_versions_are_numbered_and_one_goes_back_to_any(db: Db, shop: Shop, admin: Look) -> None:
    a = shop.a.maison_id
    story_id = await tell(db, a, content())
    async with db.acting(Actor.importer(), a) as conn:
        second = content(author="Second")
        await stories.write(conn, maison_id=a, story_id=story_id, draft=second, seen=2, now=NOW)
        assert await stories.keep(conn, maison_id=a, story_id=story_id, now=NOW) == 2
        assert await stories.keep(conn, maison_id=a, story_id=story_id, now=NOW) == 2
        third = content(author="Third")
        await stories.write(conn, maison_id=a, story_id=story_id, draft=third, seen=3, now=NOW)
        await stories.go_back(conn, maison_id=a, story_id=story_id, number=1, now=NOW)
        found = await stories.story(conn, maison_id=a, story_id=story_id)
        assert found.draft.author == "" and found.versions == 3, "what stood there is kept"
        assert (await stories.version(conn, maison_id=a, story_id=story_id, number=3)).author == "Third"
        with pytest.raises(NoSuchStory):
            await stories.go_back(conn, maison_id=a, story_id=story_id, number=9, now=NOW)
        assert await publishing.publish(conn, maison_id=a, story_id=story_id, now=NOW) == 4
        numbers = [v.number for v in await stories.versions(conn, maison_id=a, story_id=story_id)]
        assert numbers == [4, 3, 2, 1]
    assert admin("select version from public_facts.story") == [(4,)]


async def test_a_story_is_shown_in_its_markets_from_until(db: Db, shop: Shop) -> None:
    a, day = shop.a.maison_id, timedelta(days=1)
    story_id = await tell(db, a, content())
    assert await seen(db, shop, market="us") == ["alba-midi"], (
        "without a schedule it is shown wherever the maison sells"
    )
    async with db.acting(Actor.importer(), a) as conn:
        showings = [Showing("fr", NOW + day, NOW + 3 * day)]
        await publishing.schedule(conn, maison_id=a, story_id=story_id, showings=showings)
    for market, days, expected in (("fr", 0, 0), ("fr", 1, 1), ("fr", 2.9, 1), ("fr", 3, 0), ("us", 2, 0)):
        assert len(await seen(db, shop, market=market, at=NOW + days * day)) == expected, (market, days)
    async with db.public() as conn:
        of = {
            "store_id": shop.store.store_id,
            "slug": "alba-midi",
            "language": "en",
            "market": "fr",
            "others": 3,
        }
        assert await shown(conn, **of, now=NOW) is None
        assert await shown(conn, **of, now=NOW + day) is not None
    for wrong in (Showing("jp", NOW), Showing("fr", NOW, NOW)):
        with pytest.raises(ScheduleRefused):
            async with db.acting(Actor.importer(), a) as conn:
                await publishing.schedule(conn, maison_id=a, story_id=story_id, showings=[wrong])


async def test_a_maison_shows_its_own_pieces_alone_and_the_store_those_of_its_maisons(
    db: Db, shop: Shop
) -> None:
    with pytest.raises(StoryRefused) as refused:
        await tell(db, shop.a.maison_id, content("borea-bag"))
    assert [(f.block, f.field) for f in refused.value.faults] == [(1, "pieces"), (2, "pieces on the picture")]
    window = {"kind": "window", "maison": "borea", "pieces": ["borea-bag"]}
    with pytest.raises(StoryRefused) as refused:
        await tell(db, shop.a.maison_id, read({**plain(content()), "blocks": [window]}))
    assert "no maison this story may show" in str(refused.value)
    await tell(db, shop.store.maison_id, read({**plain(content()), "blocks": [window]}))
    assert await seen(db, shop) == ["arcade-midi"] and await seen(db, shop, shop.b) == []


async def test_a_maisons_own_store_tells_no_others_stories(db: Db, shop: Shop) -> None:
    await tell(db, shop.a.maison_id, content())
    await tell(db, shop.b.maison_id, content("borea-bag"))
    assert sorted(await seen(db, shop)) == ["alba-midi", "borea-midi"]
    assert await seen(db, shop, shop.a) == ["alba-midi"] and await seen(db, shop, shop.b) == ["borea-midi"]
    async with db.public() as conn:
        of = {"language": "en", "market": "fr", "now": NOW, "others": 3}
        assert await shown(conn, store_id=shop.a.store.store_id, slug="borea-midi", **of) is None
        found = await shown(conn, store_id=shop.store.store_id, slug="borea-midi", **of)
        assert found is not None and [one.slug for one in found.others] == ["alba-midi"]


async def test_another_maisons_story_is_not_there(db: Db, shop: Shop, admin: Look) -> None:
    story_id = await tell(db, shop.b.maison_id, content("borea-bag"))
    a = shop.a.maison_id
    before = admin("select draft, revision, published_version from editorial.story")
    async with db.acting(Actor.staff(shop.a.staff["maison_manager"]), a) as conn:
        of = {"maison_id": a, "story_id": story_id}
        for verb in (
            stories.story(conn, **of),
            stories.write(conn, **of, draft=content(), seen=2, now=NOW),
            stories.keep(conn, **of, now=NOW),
            stories.go_back(conn, **of, number=1, now=NOW),
            publishing.publish(conn, **of, now=NOW),
            publishing.unpublish(conn, **of, now=NOW),
            publishing.schedule(conn, **of, showings=[]),
        ):
            with pytest.raises(NoSuchStory):
                await verb
        assert await stories.stories(conn, maison_id=a) == []
        # Its rows are not there either for who names the other maison.
        with pytest.raises(NoSuchStory):
            await stories.story(conn, maison_id=shop.b.maison_id, story_id=story_id)
    assert admin("select draft, revision, published_version from editorial.story") == before


async def test_an_address_is_one_storys(db: Db, shop: Shop) -> None:
    a = shop.a.maison_id
    async with db.acting(Actor.importer(), a) as conn:
        await stories.begin(conn, maison_id=a, title="Midi", language="fr", now=NOW)
        with pytest.raises(StoryAddressTaken):
            await stories.begin(conn, maison_id=a, title="MIDI", language="fr", now=NOW)
        with pytest.raises(StoryRefused):
            await stories.begin(conn, maison_id=a, title=" ", language="fr", now=NOW)
        unspelled = await stories.begin(conn, maison_id=a, title="正午", language="zh", now=NOW)
        assert (await stories.story(conn, maison_id=a, story_id=unspelled)).slug == "alba-story"
