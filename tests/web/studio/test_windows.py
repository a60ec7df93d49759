"""Windows in the studio by forms alone: begun, composed, refused in words, scheduled, lit, darkened; and their row."""

from typing import Any

import pytest

from tests.editorial.telling import Look
from tests.web.studio.conftest import Studio
from tests.web.studio.test_stories import form_of

FILLED = {
    "picture": "bag-noir",
    "picture.alt.fr": "Un sac noir",
    "line.fr": "Midi",
    "pieces1": "/fr/products/alba-bag",
}


@pytest.fixture
async def window(studio: Studio, admin: Look) -> str:
    admin("""update public_facts.product set pictures = '[{"name": "bag-noir", "alt": ""}]'""")
    begun = await studio.post("/windows", {"name": "Winter", "language": "fr"})
    assert begun.status_code == 303
    return begun.headers["location"].removeprefix("/studio")


async def put(studio: Studio, window: str, act: str = "", **fields: str) -> Any:
    return await studio.post(f"{window}{act}", form_of((await studio.get(window)).text) | fields)


async def test_a_window_is_composed_and_lit_with_forms_alone(
    studio: Studio, window: str, admin: Look
) -> None:
    refused = await put(studio, window, "/light", **{"line.fr": "Midi"})
    assert refused.status_code == 409 and "Not lit yet, and nothing is lost" in refused.text
    assert "Choose a picture" in refused.text.replace("choose", "Choose") and 'value="Midi"' in refused.text
    lit = await put(studio, window, "/light", **FILLED)
    assert lit.status_code == 303 and lit.headers["location"].endswith("?said=lit")
    page = (await studio.visit.get("/fr/windows/alba", cookie="market=fr")).text
    assert "Midi" in page and 'alt="Un sac noir"' in page and "/fr/products/alba-bag" in page
    home = (await studio.visit.get("/fr/", cookie="market=fr")).text
    assert "window-scene" in home and 'href="/fr/windows/alba"' in home
    assert 'href="/fr/windows/alba"' in (await studio.visit.get("/fr/maisons/alba", cookie="market=fr")).text
    assert "Lit" in (await studio.get("/windows")).text
    assert (await put(studio, window, "/darkness")).status_code == 303
    gone = await studio.visit.get("/fr/windows/alba", cookie="market=fr")
    assert gone.response.status_code == 303 and gone.response.headers["location"] == "/fr/maisons/alba"
    acts = [act for (act,) in admin("select act from base.audit order by recorded_at")]
    assert acts == ["begin_window", "light_window", "darken_window"]


async def test_its_schedule_is_the_markets_own_clock(studio: Studio, window: str, admin: Look) -> None:
    sent = {"market.fr": "yes", "from.fr": "2026-12-01T09:00", "until.fr": "2026-11-01T09:00"}
    wrong = await studio.post(f"{window}/schedule", sent)
    assert wrong.status_code == 400 and "The end comes before the beginning." in wrong.text
    assert admin("select count(*) from editorial.window_schedule") == [(0,)]
    assert (
        await studio.post(f"{window}/schedule", sent | {"until.fr": "2027-01-01T09:00"})
    ).status_code == 303
    ((begins,),) = admin("select shown_from::text from editorial.window_schedule")
    assert begins.startswith("2026-12-01 08:00"), "Paris is an hour before UTC"
    for begins, ends in (
        ("2027-03-28T02:30", "2027-03-28T03:15"),
        ("2026-12-01T09:00", "9999-12-31T23:59"),
        ("0001-01-01T00:00", ""),
    ):
        wrong = await studio.post(
            f"{window}/schedule", {"market.fr": "yes", "from.fr": begins, "until.fr": ends}
        )
        assert wrong.status_code == 400 and "Nothing is changed yet" in wrong.text


async def test_a_colleague_is_not_overwritten_and_a_script_is_told_so(studio: Studio, window: str) -> None:
    assert (await put(studio, window, name="Win\x00ter")).status_code == 409
    old = form_of((await studio.get(window)).text)
    assert (await put(studio, window, **FILLED)).status_code == 303
    late = await studio.post(window, old | {"line.fr": "Soir"})
    assert (
        late.status_code == 409
        and "A colleague saved this window" in late.text
        and 'value="Soir"' in late.text
    )


async def test_a_draft_is_previewed_by_its_maison_alone(studio: Studio, window: str, admin: Look) -> None:
    ((window_id,),) = admin("select id from editorial.window")
    maker = await studio.as_("maison_manager")
    empty = await studio.visit.get(f"/fr/windows/drafts/{window_id}", cookie=maker)
    assert empty.response.status_code == 200 and "choisissez" in empty.text
    await put(studio, window, **FILLED)
    draft = await studio.visit.get(f"/fr/windows/drafts/{window_id}", cookie=maker)
    assert "Midi" in draft.text and "noindex" in draft.text
    assert (await studio.visit.get(f"/fr/windows/drafts/{window_id}")).response.status_code == 404


async def test_the_row_says_how_often_and_beside_whom_not(studio: Studio, admin: Look) -> None:
    page = (await studio.get("/windows/row")).text
    assert "Borea" in page and "Our windows in the last" not in page
    ((borea,),) = admin("select maison_id from public_facts.maison where slug = 'borea'")
    assert (await studio.post("/windows/row", {"apart": str(borea)})).status_code == 303
    page = (await studio.get("/windows/row")).text
    assert f'value="{borea}" checked' in page
    wrong = await studio.post("/windows/row", {"apart": "somebody"})
    assert wrong.status_code == 409 and "Nothing is changed yet" in wrong.text
    assert admin("select count(*) from editorial.apart") == [(1,)]
