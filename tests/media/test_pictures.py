"""Uploads become clean pictures in every size; what is no picture is refused in words; nothing is lost or made twice."""

import io
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from PIL import Image, TiffImagePlugin

from enfilade.base.actors import Actor
from enfilade.base.db import Db
from enfilade.media import making, pictures
from enfilade.media.decoding import PictureRefused, decoded, looked_at
from enfilade.media.files import Files
from enfilade.media.making import lies
from enfilade.media.renditions import named, widths
from tests.shop import House, Shop

NOW = datetime.now(UTC)


def picture(kind: str = "JPEG", size: tuple[int, int] = (900, 1200), **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert("RGB").save(out, kind, **options)  # type: ignore[arg-type]
    return out.getvalue()


def with_a_place() -> bytes:
    """A JPEG that says where it was taken, lies on its side, and carries a program behind its end."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (TiffImagePlugin.IFDRational(48),) * 3})
    return picture(exif=exif.tobytes(), comment=b"secret comment") + b"<?php secret_program(); ?>"


@pytest.fixture
def house(shop: Shop) -> House:
    return shop.a


async def taken(db: Db, files: Files, house: House, content: bytes) -> UUID:
    await files.put(lies(house.maison_id, named(content)), content)
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        return await pictures.take_in(
            conn,
            maison_id=house.maison_id,
            upload=named(content),
            file_name="a.jpg",
            staff_id=None,
            now=NOW,
        )


async def seen(db: Db, house: House, picture_id: UUID) -> pictures.Uploaded:
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        found = await pictures.picture(conn, maison_id=house.maison_id, picture_id=picture_id)
    assert found is not None
    return found


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "WEBP", "AVIF"])
def test_what_designers_export_is_taken(kind: str) -> None:
    assert decoded(picture(kind)).size == (900, 1200)


def test_what_a_phone_takes_is_taken_without_where_it_was() -> None:
    content = (Path(__file__).parent / "bag.heic").read_bytes()
    assert b"Exif" in content
    taken = decoded(content)
    assert (taken.size, dict(taken.getexif())) == ((600, 800), {})
    assert max(taken.getpixel((300, 500))) < 90 < min(taken.getpixel((20, 20)))  # type: ignore[arg-type, type-var]


def test_colours_are_srgb_and_transparency_lies_on_white() -> None:
    out = io.BytesIO()
    Image.new("RGBA", (500, 500), (255, 0, 0, 0)).save(out, "PNG")
    assert decoded(out.getvalue()).getpixel((9, 9)) == (255, 255, 255)
    out = io.BytesIO()
    Image.new("CMYK", (500, 500), (0, 0, 0, 255)).save(out, "JPEG")
    assert max(decoded(out.getvalue()).getpixel((9, 9))) < 40  # type: ignore[arg-type, type-var]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"<svg onload='alert(1)'/>", "not a JPEG"),
        (b"GIF89a", "not a JPEG"),
        (b"MZ\x90\x00 a program", "not a JPEG"),
        (picture(size=(300, 900)), "shorter side needs 400"),
        (picture("PNG", (12_000, 9_000)), "up to 100 million"),
    ],
)
def test_what_is_no_picture_is_refused_in_words(content: bytes, why: str) -> None:
    with pytest.raises(PictureRefused, match=why):
        looked_at(content)


def test_a_file_that_was_cut_off_is_refused() -> None:
    with pytest.raises(PictureRefused, match="cut off"):
        decoded(picture()[:-3000])


def test_no_size_is_larger_than_the_picture() -> None:
    assert [widths(n) for n in (400, 700, 1600, 3000)] == [
        [400],
        [400, 700],
        [400, 800, 1600],
        [400, 800, 1600],
    ]


async def test_an_upload_is_made_in_every_size_and_forgets_where_it_was_taken(
    files: Files, db: Db, house: House, admin
) -> None:
    content = with_a_place()
    picture_id = await taken(db, files, house, content)
    assert await taken(db, files, house, content) == picture_id
    await making.make(db, files, maison_id=house.maison_id, picture_id=picture_id)
    await making.make(db, files, maison_id=house.maison_id, picture_id=picture_id)
    found = await seen(db, house, picture_id)
    # Turned upright: what was 900 × 1200 on its side.
    assert (found.state, found.width, found.height) == ("made", 1200, 900)
    assert {(file.width, file.format) for file in found.files} == {
        (width, kind) for width in (400, 800, 1200) for kind in ("avif", "webp")
    }
    for name in (found.master, *(file.name for file in found.files)):
        kept = await files.get(lies(house.maison_id, name))
        assert named(kept) == name and b"secret" not in kept
        with Image.open(io.BytesIO(kept)) as opened:
            assert not opened.getexif() and "comment" not in opened.info
    assert [k async for k in files.older_than(NOW + timedelta(days=3)) if k.name.endswith(found.upload)] == []

    # Nothing is shown before it says what it shows.
    assert admin("select count(*) from public_facts.medium") == [(0,)]
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        with pytest.raises(pictures.NothingSaid):
            await pictures.describe(
                conn, maison_id=house.maison_id, picture_id=picture_id, alts={"en": " "}, focal_x=0, focal_y=0
            )
        await pictures.describe(
            conn,
            maison_id=house.maison_id,
            picture_id=picture_id,
            alts={"en": "A bag"},
            focal_x=0.2,
            focal_y=0.8,
        )
    assert admin("select count(*) from public_facts.medium_file") == [(6,)]

    # Once removed its bytes go with the next night's sweep, and nothing else does.
    other = await taken(db, files, house, picture())
    async with db.acting(Actor.importer(), house.maison_id) as conn:
        assert await pictures.remove(conn, maison_id=house.maison_id, picture_id=picture_id)
    assert await making.sweep(db, files, now=NOW) == 0
    assert await making.sweep(db, files, now=NOW + timedelta(days=2)) == 7
    assert (await seen(db, house, other)).state == "waiting"
    await making.make(db, files, maison_id=house.maison_id, picture_id=other)
    assert (await seen(db, house, other)).state == "made"


async def test_what_turns_out_damaged_says_so(db: Db, files: Files, house: House) -> None:
    picture_id = await taken(db, files, house, picture()[:-3000])
    await making.make(db, files, maison_id=house.maison_id, picture_id=picture_id)
    found = await seen(db, house, picture_id)
    assert found.state == "refused" and "export it once more" in found.refusal
