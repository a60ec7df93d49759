"""Stories in the studio by forms alone: begun, written, translated, refused in words, scheduled, published, gone back."""

import html
import json
import re
from typing import Any

import pytest

from tests.editorial.telling import Look
from tests.web.studio.conftest import Studio


def form_of(page: str) -> dict[str, str]:
    """The editor's form as a browser without scripts would send it."""
    inside = page.split('id="story-form"')[1].split("</form>")[0]
    sent: dict[str, str] = {}
    for tag in re.findall(r"<input[^>]*>", inside):
        name, value = re.search(r' name="([^"]*)"', tag), re.search(r' value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and " checked" not in tag):
            sent[name[1]] = html.unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]* name="([^"]*)"[^>]*>(.*?)</textarea>', inside, re.DOTALL):
        sent[name] = html.unescape(text)
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', inside, re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        sent[name] = chosen[1] if chosen else ""
    return sent


@pytest.fixture
async def story(studio: Studio, admin: Look) -> str:
    admin("""update public_facts.product set pictures = '[{"name": "bag-noir", "alt": ""}]'""")
    begun = await studio.post("/stories", {"title": "Midi", "language": "fr"})
    assert begun.status_code == 303
    return begun.headers["location"].removeprefix("/studio")


async def put(studio: Studio, story: str, act: str = "", **fields: str) -> Any:
    """Opens the editor, writes into its form, sends it."""
    sent = form_of((await studio.get(story)).text) | {
        name.replace("__", "."): text for name, text in fields.items()
    }
    return await studio.post(f"{story}{act}", sent)


async def complete(studio: Studio, story: str) -> None:
    head = {"standfirst.fr": "Une heure.", "cover": "bag-noir", "cover.alt.fr": "Un sac noir"}
    assert (await put(studio, story, "/blocks/0/addition", **head, add0="text")).status_code == 303
    assert (await put(studio, story, **{"b1.text.fr": "Un [sac](piece:alba-bag)."})).status_code == 303


async def test_a_story_is_written_and_published_with_forms_alone(
    studio: Studio, story: str, admin: Look
) -> None:
    await complete(studio, story)
    spot = {
        "spot1.piece": "https://shop.example/fr/products/alba-bag?size=1",
        "spot1.x": "40",
        "spot1.y": "61",
    }
    assert (await put(studio, story, "/publication", **spot)).status_code == 303
    ((content, pieces),) = admin("select content, pieces from public_facts.story")
    assert content["spots"] == [{"piece": "alba-bag", "x": 0.4, "y": 0.61}] and pieces == ["alba-bag"]
    assert content["blocks"] == [{"kind": "text", "text": {"fr": "Un [sac](piece:alba-bag)."}}]
    assert (await studio.visit.get("/fr/stories/alba-midi", cookie="market=fr")).response.status_code == 200
    assert (await studio.post(f"{story}/withdrawal", {})).status_code == 303
    assert (await studio.visit.get("/fr/stories/alba-midi", cookie="market=fr")).response.status_code == 404
    acts = [act for (act,) in admin("select act from base.audit order by recorded_at")]
    assert acts == ["begin_story", "publish_story", "unpublish_story"]
    listed = await studio.get("/stories")
    assert listed.statements <= 4 and "Midi" in listed.text and "Draft" in listed.text
    assert (await studio.get(story)).statements <= 7


async def test_blocks_are_added_moved_and_taken_away(studio: Studio, story: str, admin: Look) -> None:
    for at, kind in ((0, "text"), (1, "quote"), (2, "piece")):
        answer = await put(studio, story, f"/blocks/{at}/addition", **{f"add{at}": kind})
        assert answer.headers["location"].endswith(f"#b{at + 1}")

    def kinds() -> list[str]:
        return [block["kind"] for block in admin("select draft -> 'blocks' from editorial.story")[0][0]]

    assert kinds() == ["text", "quote", "piece"]
    # What is written in the form goes with the act.
    await put(studio, story, "/blocks/3/raising", **{"b1.text.fr": "Gardé."})
    assert kinds() == ["text", "piece", "quote"]
    await put(studio, story, "/blocks/1/lowering")
    assert kinds() == ["piece", "text", "quote"]
    await put(studio, story, "/blocks/1/removal")
    ((blocks,),) = admin("select draft -> 'blocks' from editorial.story")
    assert [block["kind"] for block in blocks] == ["text", "quote"] and blocks[0]["text"] == {"fr": "Gardé."}
    assert (await put(studio, story, "/blocks/9/removal")).status_code == 404


async def test_languages_stand_side_by_side_and_what_is_missing_is_said(
    studio: Studio, story: str, admin: Look
) -> None:
    await complete(studio, story)
    page = (await studio.get(f"{story}?in=fr&beside=en")).text
    assert 'name="title.fr"' in page and 'name="title.en"' in page and "Not in English yet" in page
    assert "4 texts are not in English yet" in page
    sent = form_of(page) | {"title.en": "Noon", "b1.text.en": "A *bag*."}
    assert (await studio.post(story, sent)).headers["location"].endswith("?in=fr&beside=en&said=saved")
    # A language that was not on the screen is not lost.
    assert (
        await studio.post(story, form_of((await studio.get(f"{story}?in=en&beside=en")).text))
    ).status_code == 303
    ((draft,),) = admin("select draft from editorial.story")
    assert draft["title"] == {"fr": "Midi", "en": "Noon"} and draft["blocks"][0]["text"]["en"] == "A *bag*."
    assert "2 texts are not in English yet" in (await studio.get(f"{story}?in=fr&beside=en")).text


async def test_a_refusal_names_the_block_and_loses_nothing(studio: Studio, story: str, admin: Look) -> None:
    await complete(studio, story)
    refused = await put(studio, story, "/publication", **{"b1.text.fr": "De [Borée](piece:borea-bag)."})
    assert refused.status_code == 409 and "Block 1" in refused.text and "borea-bag" in refused.text
    assert "De [Borée](piece:borea-bag)." in refused.text
    assert admin("select count(*) from public_facts.story") == [(0,)]
    wrong = await put(studio, story, **{"spot1.piece": "alba-bag", "spot1.x": "140", "spot1.y": "x"})
    assert wrong.status_code == 409 and "from 0 to 100 per cent" in wrong.text
    empty = await studio.post("/stories", {"title": " ", "language": "fr"})
    assert empty.status_code == 409 and "begins with a title" in empty.text


async def test_a_colleagues_words_are_not_overwritten_unknowingly(
    studio: Studio, story: str, admin: Look
) -> None:
    mine = form_of((await studio.get(story)).text) | {"title.fr": "Le mien"}
    assert (await put(studio, story, title__fr="Le sien")).status_code == 303
    headers = {"cookie": await studio.as_("maison_manager"), "accept": "application/json"}
    scripted = await studio.visit.client.post(f"/studio{story}", data=mine, headers=headers)
    assert scripted.status_code == 409 and json.loads(scripted.text)["changed"] is True
    refused = await studio.post(story, mine)
    assert refused.status_code == 409 and "A colleague saved this story" in refused.text
    assert "Le mien" in refused.text and admin("select draft -> 'title' ->> 'fr' from editorial.story") == [
        ("Le sien",)
    ]
    assert (await studio.post(story, form_of(refused.text))).status_code == 303
    assert admin("select draft -> 'title' ->> 'fr' from editorial.story") == [("Le mien",)]


async def test_the_editors_script_saves_and_hears_the_revision(studio: Studio, story: str) -> None:
    sent = form_of((await studio.get(story)).text) | {"title.fr": "Midi pile"}
    headers = {"cookie": await studio.as_("maison_manager"), "accept": "application/json"}
    answer = await studio.visit.client.post(f"/studio{story}", data=sent, headers=headers)
    said = answer.json()
    assert answer.status_code == 200 and said["seen"] == 2 and said["lacks"] == 3


async def test_a_schedule_is_written_in_the_markets_own_hours(
    studio: Studio, story: str, admin: Look
) -> None:
    fields = {"market.us": "yes", "from.us": "2026-12-01T09:00", "until.us": "2026-12-24T18:30"}
    assert (await studio.post(f"{story}/schedule", fields)).status_code == 303
    ((market, begins, ends),) = admin("select market, shown_from, shown_until from editorial.schedule")
    assert market == "us" and f"{begins:%H %Z}" and begins.utctimetuple().tm_hour == 14
    assert ends.utctimetuple().tm_hour == 23
    page = (await studio.get(f"{story}/schedule")).text
    assert 'value="2026-12-01T09:00"' in page and "America/New_York" in page
    wrong = await studio.post(f"{story}/schedule", fields | {"until.us": "2026-11-01T09:00"})
    assert wrong.status_code == 400 and "The end comes before" in wrong.text
    assert admin("select count(*) from editorial.schedule") == [(1,)]


async def test_one_goes_back_to_a_version(studio: Studio, story: str, admin: Look) -> None:
    await complete(studio, story)
    assert (await put(studio, story, "/versions")).status_code == 303
    await put(studio, story, title__fr="Minuit")
    assert "Version" in (await studio.get(f"{story}/versions")).text
    assert (await studio.post(f"{story}/versions/1/return", {})).status_code == 303
    assert admin("select draft -> 'title' ->> 'fr' from editorial.story") == [("Midi",)]
    assert (await studio.post(f"{story}/versions/7/return", {})).status_code == 404


async def test_a_draft_is_seen_on_a_phone_by_its_own_maison(studio: Studio, story: str) -> None:
    await complete(studio, story)
    page = await studio.get(f"{story}/preview?language=en")
    address = re.search(r'src="(/en/stories/drafts/[^"]+)"', page.text)
    assert address and "frame-src 'self'" in page.response.headers["content-security-policy"]
    seen = await studio.visit.get(address[1], cookie=await studio.as_("maison_manager"))
    assert seen.response.status_code == 200 and "Midi" in seen.text and "noindex" in seen.text
    assert "frame-ancestors 'self'" in seen.response.headers["content-security-policy"]
    assert "cache-control" not in seen.response.headers, "the guards around say no-store"
    other = await studio.as_("maison_manager", studio.shop.b)
    assert (await studio.visit.get(address[1], cookie=other)).response.status_code == 404


async def test_another_maisons_story_is_not_there(studio: Studio, story: str, admin: Look) -> None:
    other = await studio.as_("maison_manager", studio.shop.b)
    for path in ("", "/preview", "/schedule", "/versions"):
        assert (await studio.get(f"{story}{path}", other)).response.status_code == 404, path
    sent = form_of((await studio.get(story)).text)
    for path in (
        "",
        "/blocks/0/addition",
        "/publication",
        "/withdrawal",
        "/schedule",
        "/versions",
        "/versions/1/return",
    ):
        assert (await studio.post(f"{story}{path}", sent, other)).status_code == 404, path
    assert admin("select revision from editorial.story") == [(1,)]
