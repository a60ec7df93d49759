"""Pictures of pieces are chosen from what the maison uploaded, and reach every screen of the store in their colour and order."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import httpx

from enfilade.base.actors import Actor
from enfilade.catalogue.entries import PictureEntry, ProductEntry, VariantEntry
from enfilade.catalogue.products import upsert_products
from enfilade.media import making, pictures
from enfilade.media.files import Files
from enfilade.media.renditions import named
from tests.media.test_models import glb
from tests.web.studio.conftest import Studio
from tests.web.studio.test_media import picture, upload


async def uploads(studio: Studio, admin: Any, *said: str) -> list[UUID]:
    """Uploads of the first maison that say these words, in that order."""
    colours = ("teal", "brown", "navy", "olive")
    found: list[UUID] = []
    for words, colour in zip(said, colours, strict=False):
        await upload(studio, (f"{words}.jpg", picture(colour)))
        [(picture_id,)] = admin(
            "select id from media.picture where state = 'waiting' and file_name = %s", [f"{words}.jpg"]
        )
        files = Files("", studio.settings.data / "files")
        await making.make(studio.db, files, maison_id=studio.shop.a.maison_id, picture_id=picture_id)
        about = {"alt_en": words, "alt_fr": f"{words} (fr)", "focal_x": "20", "focal_y": "50"}
        assert (await studio.post(f"/media/{picture_id}", about)).status_code == 303
        found.append(picture_id)
    return found


async def seen(studio: Studio, path: str) -> str:
    answer = await studio.visit.client.get(path, headers={"cookie": "market=fr"})
    assert answer.status_code == 200, path
    return answer.text


async def told(studio: Studio, entry: ProductEntry) -> None:
    async with studio.db.acting(Actor.importer(), studio.shop.a.maison_id) as conn:
        await upsert_products(
            conn,
            maison_id=studio.shop.a.maison_id,
            source="main",
            products=[entry],
            now=datetime.now(UTC),
        )


def of_form(number: int, place: str, view: str, colour: str) -> dict[str, str]:
    return {f"place_{number}": place, f"view_{number}": view, f"colour_{number}": colour}


async def test_uploads_stand_for_a_piece_wherever_it_is_shown_until_they_are_taken_out(
    studio: Studio, admin: Any
) -> None:
    house = studio.shop.a
    colours = [
        VariantEntry(1, {"colour": "cognac"}, "alba-bag"),
        VariantEntry(2, {"colour": "bleu"}, "alba-bag-bleu"),
    ]
    await told(studio, ProductEntry(1, "bag", variants=colours))
    bag, slug = house.products["bag"], f"{house.slug}-bag"
    front, blue, detail = await uploads(studio, admin, "The front", "In blue", "Its clasp")
    page = await studio.get(f"/products/{bag}")
    assert page.statements <= 6 and "The front" in page.text
    assert (await studio.get("/products?q=bag")).statements <= 4
    for medium, view, colour in ((detail, "detail", ""), (front, "front", "cognac"), (blue, "front", "bleu")):
        chosen = {"medium": str(medium), "view": view, "colour": colour}
        assert (await studio.post(f"/products/{bag}/pictures", chosen)).status_code == 303
    other = {"medium": str(blue), "view": "front", "colour": "mauve"}
    refused = await studio.post(f"/products/{bag}/pictures", other)
    assert refused.status_code == 409 and "not made in this colour" in refused.text

    # The front comes first; a form that was opened before is told so.
    [(before,)] = admin(
        "select string_agg(name || '|' || view || '|' || colour, ' ' order by position) from catalogue.picture"
        " where product_id = %s",
        [bag],
    )
    swapped = {
        "seen": before,
        **of_form(1, "2", "detail", ""),
        **of_form(2, "1", "front", "cognac"),
        **of_form(3, "1", "front", "bleu"),
    }
    assert (await studio.post(f"/products/{bag}/arrangement", swapped)).status_code == 303
    late = await studio.post(f"/products/{bag}/arrangement", swapped)
    assert late.status_code == 409 and "Somebody else changed" in late.text

    shown = await seen(studio, f"/fr/products/{slug}?colour=bleu")
    assert f"upload-{blue}-800" in shown and f'href="/media/upload-{front}' not in shown
    shown = await seen(studio, f"/fr/products/{slug}?colour=cognac")
    first, second = f"/media/upload-{front}-400.webp", f"/media/upload-{detail}-400.webp"
    assert 0 < shown.index(first) < shown.index(second) and f'href="/media/upload-{blue}' not in shown
    assert f"/media/upload-{front}-800.avif 800w" in shown
    assert 'alt="The front (fr)"' in shown and 'data-across="2"' in shown
    assert (
        f"/media/upload-{front}-800.webp" in shown[shown.index('"@type":"Product"') :].split("</script>")[0]
    )
    assert first in await seen(studio, f"/fr/maisons/{house.slug}/pieces")
    sent = await studio.visit.client.get(first)
    assert sent.headers["content-type"] == "image/webp" and "immutable" in sent.headers["cache-control"]
    listed = (await studio.visit.client.get(f"/api/v1/products/{bag}?language=fr")).json()["pictures"]
    assert [(one["alt"], one["view"], one["colour"]) for one in listed] == [
        ("The front (fr)", "front", "cognac"),
        ("In blue (fr)", "front", "bleu"),
        ("Its clasp (fr)", "detail", ""),
    ]
    await studio.order()
    assert (
        f"/media/upload-{front}-400.webp"
        in (await studio.visit.get("/boutique/", cookie=await studio.as_("boutique_manager"))).text
    )

    # What it says is said anew at once; it stays while the piece shows it; an import sets its own behind it.
    await studio.post(f"/media/{front}", {"alt_en": "The whole front"})
    assert 'alt="The whole front"' in await seen(studio, f"/fr/products/{slug}")
    kept = await studio.post(f"/media/{front}/removal", {})
    assert kept.status_code == 409 and f"/studio/products/{bag}" in kept.text
    await told(studio, ProductEntry(1, "bag", pictures=[PictureEntry("bag-noir")]))
    names = [(f"upload-{front}",), (f"upload-{blue}",), (f"upload-{detail}",), ("bag-noir",)]
    assert admin("select name from catalogue.picture where product_id = %s order by position", [bag]) == names


async def test_nobody_shows_what_another_maison_uploaded_or_what_says_nothing(
    studio: Studio, admin: Any
) -> None:
    [mine] = await uploads(studio, admin, "The front")
    other, theirs = await studio.as_("maison_manager", studio.shop.b), studio.shop.b.products["bag"]
    refused = await studio.post(f"/products/{theirs}/pictures", {"medium": str(mine)}, other)
    assert refused.status_code == 409 and "not there any more" in refused.text
    assert (await studio.post(f"/products/{theirs}/pictures", {"medium": str(mine)})).status_code == 404
    await upload(studio, ("silent.jpg", picture("black")))
    [(silent,)] = admin("select id from media.picture where state = 'waiting'")
    bag = studio.shop.a.products["bag"]
    assert (await studio.post(f"/products/{bag}/pictures", {"medium": str(silent)})).status_code == 409
    assert admin("select count(*) from catalogue.picture where medium_id is not null") == [(0,)]


async def test_a_model_is_turned_around_in_its_colour_and_one_that_fetches_from_elsewhere_is_refused(
    studio: Studio, admin: Any
) -> None:
    house = studio.shop.a
    bag, slug = house.products["bag"], f"{house.slug}-bag"
    colours = [
        VariantEntry(1, {"colour": "cognac"}, "alba-bag"),
        VariantEntry(2, {"colour": "bleu"}, "alba-bag-bleu"),
    ]
    await told(studio, ProductEntry(1, "bag", variants=colours))
    [front] = await uploads(studio, admin, "The front")
    await studio.post(f"/products/{bag}/pictures", {"medium": str(front), "view": "front", "colour": ""})

    async def put(content: bytes, colour: str, cookie: str = "") -> httpx.Response:
        return await studio.visit.client.post(
            f"/studio/products/{bag}/models",
            data={"colour": colour},
            files={"model": ("bag.glb", content, "model/gltf-binary")},
            headers={"cookie": cookie or await studio.as_("maison_manager")},
        )

    outside = glb({"buffers": [{"uri": "https://elsewhere.example/bag.bin"}]})
    refused = await put(outside, "")
    assert refused.status_code == 400 and "from elsewhere: export it with its textures" in refused.text
    assert (await put(glb(), "", await studio.as_("maison_manager", studio.shop.b))).status_code == 404
    blue = glb({"asset": {"version": "2.0", "generator": "blue"}})
    assert (await put(glb(), "")).status_code == (await put(blue, "bleu")).status_code == 303
    of = {colour: f"/media/{named(content)}.glb" for colour, content in (("cognac", glb()), ("bleu", blue))}
    before = (await studio.visit.get(f"/fr/products/{slug}?colour=cognac", cookie="market=fr")).statements
    for colour, address in of.items():
        shown = await seen(studio, f"/fr/products/{slug}?colour={colour}")
        if "data-viewer" in shown:
            assert (
                f'data-model="{address}"' in shown
                and f'data-poster="/media/upload-{front}-800.webp"' in shown
            )
    sent = await studio.visit.client.get(of["bleu"])
    assert sent.content == blue and sent.headers["content-type"] == "model/gltf-binary"
    assert "immutable" in sent.headers["cache-control"]

    # Twice the same click; what stands for no piece is gone, the other colour's stays.
    for _ in range(2):
        gone = await studio.post(f"/products/{bag}/models/removal", {"colour": "bleu"})
        assert gone.status_code == 303
    assert (await studio.visit.client.get(of["bleu"])).status_code == 404
    assert (await studio.visit.client.get(of["cognac"])).status_code == 200
    after = (await studio.visit.get(f"/fr/products/{slug}?colour=cognac", cookie="market=fr")).statements
    assert after <= before
    async with studio.db.acting(Actor.job(), house.maison_id) as conn:
        kept = await pictures.names(conn, maison_id=house.maison_id)
    assert named(glb()) in kept and named(blue) not in kept
