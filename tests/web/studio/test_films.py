"""A film is uploaded, chosen in a story, played in parts; what is no film is refused, and one that is played stays."""

import hashlib
import io
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from enfilade.base.actors import Actor
from enfilade.editorial import publishing
from enfilade.editorial.blocks import StoryRefused
from enfilade.media.films import FilmRefused, looked_at
from tests.editorial.telling import PICTURE, tell, written
from tests.web.studio.conftest import Studio

FILM = b"\x00\x00\x00\x18ftypisom" + bytes(range(256)) * 8
ADDRESS = f"/media/{hashlib.sha256(FILM).hexdigest()}.mp4"
BLOCK = {"kind": "film", "film": ADDRESS, "poster": PICTURE, "caption": {"fr": "L'atelier"}}


async def put(studio: Studio, content: bytes, name: str = "atelier.mp4") -> httpx.Response:
    return await studio.visit.client.post(
        "/studio/films",
        files={"film": (name, content, "video/mp4")},
        headers={"cookie": await studio.as_("maison_manager")},
    )


async def test_a_film_is_played_in_parts_and_stays_while_a_story_plays_it(studio: Studio, admin: Any) -> None:
    assert (await studio.visit.client.get(ADDRESS)).status_code == 404
    refused = await put(studio, b"%PDF-1.7", "letter.mp4")
    assert refused.status_code == 400 and "letter.mp4: This is no MP4 or WebM film" in refused.text
    for _ in range(2):
        assert (await put(studio, FILM)).status_code == 303
    [(original_id,)] = admin("select id from media.original")
    captions = b"WEBVTT\n\n00:01.000 --> 00:02.000\nUne aiguille.\n"
    assert (await put(studio, captions, "atelier.vtt")).status_code == 303
    assert (await studio.get("/films")).statements <= 3

    whole = await studio.visit.client.get(ADDRESS)
    assert whole.status_code == 200 and whole.content == FILM
    assert whole.headers["accept-ranges"] == "bytes" and whole.headers["content-type"] == "video/mp4"
    length = len(FILM)
    for asked, start, end in (
        ("bytes=0-1", 0, 2),
        ("bytes=0-", 0, length),
        ("bytes=100-199", 100, 200),
        (f"bytes=2000-{length + 5}", 2000, length),
        ("bytes=-10", length - 10, length),
    ):
        part = await studio.visit.client.get(ADDRESS, headers={"range": asked})
        assert part.status_code == 206 and part.content == FILM[start:end], asked
        assert part.headers["content-range"] == f"bytes {start}-{end - 1}/{length}"
        assert part.headers["content-length"] == str(end - start)
    none = await studio.visit.client.get(ADDRESS, headers={"range": f"bytes={length}-"})
    assert none.status_code == 416 and none.headers["content-range"] == f"bytes */{length}"

    maison_id = studio.shop.a.maison_id
    with pytest.raises(StoryRefused, match="uploaded no such file"):
        await tell(studio.db, admin, studio.shop.b.maison_id, written("borea", BLOCK))
    story_id = await tell(studio.db, admin, maison_id, written("alba", BLOCK))
    shown = (await studio.visit.client.get("/fr/stories/alba-midi", headers={"cookie": "market=fr"})).text
    assert f'<source src="{ADDRESS}">' in shown and 'preload="none"' in shown and "autoplay" not in shown
    editor = (await studio.get(f"/stories/{story_id}")).text
    assert f'<option value="{ADDRESS}" selected>atelier.mp4' in editor and ">atelier.vtt</option>" in editor

    kept = await studio.post(f"/films/{original_id}/removal", {})
    assert kept.status_code == 409 and f"/studio/stories/{story_id}" in kept.text
    other = await studio.as_("maison_manager", studio.shop.b)
    assert (await studio.post(f"/films/{original_id}/removal", {}, other)).status_code == 404
    async with studio.db.acting(Actor.importer(), maison_id) as conn:
        await publishing.unpublish(conn, maison_id=maison_id, story_id=story_id, now=datetime.now(UTC))
    assert (await studio.post(f"/films/{original_id}/removal", {})).status_code == 303
    assert (await studio.visit.client.get(ADDRESS)).status_code == 404


def test_what_it_is_is_told_by_its_bytes() -> None:
    webm = b"\x1a\x45\xdf\xa3\x9f\x42\x82\x84webm"
    assert looked_at(io.BytesIO(webm), len(webm)) == "webm"
    for content, length, words in (
        (b"\x00\x00\x00\x14ftypqt  \x00\x00", 20, "QuickTime"),
        (b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska", 20, "Matroska"),
        (FILM, 200_000_000, "up to 120"),
        (b"WEBVTT\n\nno times", 16, "no captions in it"),
        (b"WEBVTT\n\xff\xfe -->", 14, "UTF-8"),
        (b"<html>", 6, "no MP4 or WebM"),
    ):
        with pytest.raises(FilmRefused, match=words):
            looked_at(io.BytesIO(content), length)
