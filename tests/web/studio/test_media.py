"""Pictures are uploaded, described and removed on a screen without scripts; another maison's are not there."""

import io
from datetime import UTC, datetime
from uuid import UUID

import pytest
from PIL import Image

from enfilade.base.actors import Actor
from enfilade.editorial import publishing
from enfilade.editorial.blocks import StoryRefused
from enfilade.media import making
from enfilade.media.files import Files
from tests.editorial.telling import tell, written
from tests.web.studio.conftest import Studio


def picture(colour: str = "teal") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (800, 1000), colour).save(out, "JPEG")
    return out.getvalue()


async def upload(studio: Studio, *named: tuple[str, bytes]) -> int:
    answer = await studio.visit.client.post(
        "/studio/media",
        files=[("pictures", (name, content, "image/jpeg")) for name, content in named],
        headers={"cookie": await studio.as_("maison_manager")},
    )
    return answer.status_code


async def test_a_picture_is_uploaded_made_described_shown_and_removed(studio: Studio, admin) -> None:
    assert await upload(studio, ("bag.jpg", picture()), ("bag again.jpg", picture())) == 303
    [(picture_id,)] = admin("select id from media.picture")
    page = await studio.get("/media")
    assert "<progress" in page.text and page.statements <= 4
    files = Files("", studio.settings.data / "files")
    await making.make(studio.db, files, maison_id=studio.shop.a.maison_id, picture_id=picture_id)
    assert "Say what it shows" in (await studio.get("/media")).text
    preview = (await studio.get(f"/media/{picture_id}/400")).response
    assert preview.headers["content-type"] == "image/webp" and "private" in preview.headers["cache-control"]

    # Not for everybody yet.
    [(name,)] = admin("select name from media.file where width = 800 and format = 'avif'")
    assert (await studio.visit.client.get(f"/media/{name}.avif")).status_code == 404
    nothing = await studio.post(f"/media/{picture_id}", {"alt_en": " ", "focal_x": "10", "focal_y": "90"})
    assert nothing.status_code == 400 and "for who cannot see it" in nothing.text
    long = await studio.post(f"/media/{picture_id}", {"alt_fr": "é" * 301})
    assert long.status_code == 400 and "up to 300" in long.text and "é" * 301 in long.text
    said = {"alt_en": "A teal bag", "alt_fr": "Un sac", "focal_x": "10", "focal_y": "90"}
    assert (await studio.post(f"/media/{picture_id}", said)).status_code == 303
    shown = await studio.visit.client.get(f"/media/{name}.avif")
    assert shown.status_code == 200 and "immutable" in shown.headers["cache-control"]
    with Image.open(io.BytesIO(shown.content)) as opened:
        assert opened.size == (800, 1000)
    assert (await studio.visit.client.get(f"/media/{name}.webp")).status_code == 404

    assert (await studio.post(f"/media/{picture_id}/removal", {})).status_code == 303
    assert (await studio.visit.client.get(f"/media/{name}.avif")).status_code == 404
    assert admin("select act from base.audit order by recorded_at") == [
        ("upload_picture",), ("upload_picture",), ("describe_picture",), ("remove_picture",)
    ]  # fmt: skip


async def test_what_is_no_picture_is_named_and_the_rest_is_taken(studio: Studio, admin) -> None:
    assert await upload(studio, ("bag.jpg", picture()), ("letter.pdf", b"%PDF-1.7")) == 400
    assert admin("select file_name from media.picture") == [("bag.jpg",)]
    assert await upload(studio) == 400


async def test_another_maisons_picture_is_not_there(studio: Studio, admin) -> None:
    assert await upload(studio, ("bag.jpg", picture())) == 303
    [(picture_id,)] = admin("select id from media.picture")
    assert isinstance(picture_id, UUID)
    other = await studio.as_("maison_manager", studio.shop.b)
    for path in (f"/media/{picture_id}", f"/media/{picture_id}/400"):
        assert (await studio.get(path, other)).response.status_code == 404
    for path, fields in ((f"/media/{picture_id}", {"alt_en": "Mine"}), (f"/media/{picture_id}/removal", {})):
        assert (await studio.post(path, fields, other)).status_code == 404
    assert admin("select alts from media.picture") == [({},)]


async def test_a_story_shows_an_uploaded_picture_which_then_stays(studio: Studio, admin) -> None:
    assert await upload(studio, ("atelier.jpg", picture())) == 303
    [(picture_id,)] = admin("select id from media.picture")
    maison_id, now = studio.shop.a.maison_id, datetime.now(UTC)
    files = Files("", studio.settings.data / "files")
    await making.make(studio.db, files, maison_id=maison_id, picture_id=picture_id)
    assert (await studio.post(f"/media/{picture_id}", {"alt_fr": "L'atelier"})).status_code == 303
    told = {**written(), "cover": {"name": f"upload-{picture_id}"}, "spots": []}
    story_id = await tell(studio.db, admin, maison_id, told)

    shown = (await studio.visit.client.get("/fr/stories/alba-midi", headers={"cookie": "market=fr"})).text
    [(name,)] = admin("select name from media.file where width = 400 and format = 'webp'")
    assert f"/media/{name}.webp 400w" in shown and 'alt="L&#39;atelier"' in shown
    assert (
        f"/media/{name}.webp"
        in (await studio.visit.client.get("/fr/stories", headers={"cookie": "market=fr"})).text
    )
    editor = (await studio.get(f"/stories/{story_id}")).text
    assert f'value="upload-{picture_id}" selected>L&#39;atelier' in editor

    kept = await studio.post(f"/media/{picture_id}/removal", {})
    assert kept.status_code == 409 and f"/studio/stories/{story_id}" in kept.text and "alba-midi" in kept.text
    assert (await studio.visit.client.get(f"/media/{name}.webp")).status_code == 200
    async with studio.db.acting(Actor.importer(), maison_id) as conn:
        await publishing.unpublish(conn, maison_id=maison_id, story_id=story_id, now=now)
    assert (await studio.post(f"/media/{picture_id}/removal", {})).status_code == 303
    async with studio.db.acting(Actor.importer(), maison_id) as conn:
        with pytest.raises(StoryRefused):
            await publishing.publish(conn, maison_id=maison_id, story_id=story_id, now=now)


async def test_nobody_shows_a_picture_another_maison_uploaded_or_one_by_another_spelling(
    studio: Studio, admin
) -> None:
    assert await upload(studio, ("atelier.jpg", picture())) == 303
    [(picture_id,)] = admin("select id from media.picture")
    files = Files("", studio.settings.data / "files")
    await making.make(studio.db, files, maison_id=studio.shop.a.maison_id, picture_id=picture_id)
    await studio.post(f"/media/{picture_id}", {"alt_fr": "L'atelier"})
    theirs = {**written("borea"), "cover": {"name": f"upload-{picture_id}", "alt": {"fr": "À nous"}}}
    other_spelling = {**written(), "cover": {"name": f"upload-{picture_id.hex}", "alt": {"fr": "Le nôtre"}}}
    with pytest.raises(StoryRefused, match=picture_id.hex):
        await tell(studio.db, admin, studio.shop.a.maison_id, other_spelling)
    with pytest.raises(StoryRefused, match=f"upload-{picture_id}"):
        await tell(studio.db, admin, studio.shop.b.maison_id, theirs)
