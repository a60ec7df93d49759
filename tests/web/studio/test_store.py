"""A maison decides in the studio where it appears, how it looks and by what tree its pieces are found; nobody else does."""

import re
from typing import Any

from enfilade.base.actors import Actor
from enfilade.search.indexing import index_all
from tests.shop import House
from tests.web.studio.conftest import Studio

PRICE = re.compile(r"1\s200")
HEAD = re.compile(r'name="key" value="([^"]+)"')


async def said(studio: Studio, at: str, house: House | None = None, /, **fields: Any) -> Any:
    """Sends a form of the screen as its page would, by the manager of the house."""
    cookie = await studio.as_("maison_manager", house)
    page = (await studio.get("/store", cookie)).text
    form = page[page.index(f'action="/studio/store{at}"') :] if at != "/theme" else page
    seen = re.search(r'name="seen" value="([^"]+)"', form)
    hidden = {"key": HEAD.findall(page)[0]} | ({"seen": seen[1]} if seen else {})
    return await studio.post(f"/store{at}", hidden | fields, cookie)


async def test_a_maison_leaves_the_store_and_comes_back(studio: Studio, admin: Any) -> None:
    async with studio.db.acting(Actor.job(), studio.shop.a.maison_id) as conn:
        await index_all(conn, maison_id=studio.shop.a.maison_id)
    store = str(studio.shop.store.store_id)
    variant = str(studio.shop.a.variants["alba-bag"])

    async def found() -> list[bool]:
        pages = ["/en/maisons", "/en/search?q=alba+bag", "/en/search?q=bag"]
        return [
            "alba-bag" in (text := (await studio.visit.get(at)).text) or "maisons/alba" in text
            for at in pages
        ]

    assert await found() == [True] * 3
    await studio.visit.post("/fr/basket", variant_id=variant)
    assert PRICE.search((await studio.visit.get("/fr/basket")).text)
    assert (await said(studio, "/appearance", store=store, shown="no")).status_code == 303
    assert (await said(studio, "/appearance", store=store, shown="no")).status_code == 303, "said again"
    assert await found() == [False] * 3
    assert (await studio.visit.get("/en/products/alba-bag")).response.status_code == 404
    basket = (await studio.visit.get("/fr/basket")).text
    assert "Le sac" in basket and not PRICE.search(basket), "what left the store is not bought in it"
    page = await studio.get("/store")
    assert "You do not appear" in page.text and page.statements <= 4
    assert (await said(studio, "/appearance", store=store, shown="yes")).status_code == 303
    assert await found() == [True] * 3
    assert [row[0] for row in admin("select act from base.audit order by recorded_at, id")] == [
        *["leave_store"] * 2,
        "appear_in_store",
    ]
    for other in (studio.shop.b.store.store_id, studio.shop.a.store.store_id, "x"):
        answer = await said(studio, "/appearance", store=str(other), shown="yes")
        assert answer.status_code == 404, "no store of many maisons"


async def test_a_theme_that_cannot_be_read_is_refused_with_its_figures(studio: Studio, admin: Any) -> None:
    faint = {"temper": "review", "ground": "#f5f0e8", "accent": "#c0a060"}
    refused = await said(studio, "/theme", **faint)
    assert refused.status_code == 409
    assert (
        "accent #C0A060 on the ground #F5F0E8 has a contrast of 2.19 to 1; 4.5 to 1 is the least."
        in refused.text
    )
    would_do = re.search(r"(#[0-9A-F]{6}) would do", refused.text)
    assert would_do and admin("select theme from public_facts.maison where slug = 'alba'") == [({},)]
    good = faint | {"accent": would_do[1]}
    draft = f"review-F5F0E8-{would_do[1][1:]}"
    at = f"/en/maisons/alba?draft={draft}"
    manager = {"cookie": await studio.as_("maison_manager")}
    stranger = {"cookie": await studio.as_("maison_manager", studio.shop.b)}
    assert f"/themes/alba.css?draft={draft}" in (await studio.visit.get(at, **manager)).text
    for cookie in ({}, stranger):
        assert "draft" not in (await studio.visit.get(at, **cookie)).text
    # At the maison's own host its page is the home, and what is only thought of goes along.
    admin("update public_facts.store set host = 'alba.example' where slug = 'alba'")
    moved = (await studio.visit.get(at, host="alba.example", **manager)).response
    assert (moved.status_code, moved.headers["location"]) == (303, f"/en/?draft={draft}")
    for cookie, seen in ((manager, True), ({}, False)):
        home = (await studio.visit.get(f"/en/?draft={draft}", host="alba.example", **cookie)).text
        assert (f"/themes/alba.css?draft={draft}" in home) is seen
    admin("update public_facts.store set host = null where slug = 'alba'")
    assert "--paper:#F5F0E8;" in (await studio.visit.get(f"/themes/alba.css?draft={draft}")).text
    assert (await studio.visit.get("/themes/alba.css?draft=review-F5F0E8-x;}")).response.status_code == 404
    assert (await said(studio, "/theme", **good)).status_code == 303
    css = re.search(r'href="(/themes/alba\.css\?v=\w+)"', (await studio.visit.get("/en/maisons/alba")).text)
    assert css and "--paper:#F5F0E8;" in (await studio.visit.get(css[1])).text, "on the next page"
    late = await studio.post(
        "/store/theme", {"key": "a-key-of-now", "seen": "0" * 16} | faint | {"accent": "#000000"}
    )
    assert late.status_code == 409 and "A colleague changed the look meanwhile" in late.text
    assert (
        await said(studio, "/theme", temper="none", ground="#ffffff", accent="#000000")
    ).status_code == 400


async def test_a_wordmark_is_letters_that_follow_the_face_or_a_drawing_without_what_acts(
    studio: Studio, admin: Any
) -> None:
    def mark() -> str:
        ((found,),) = admin("select wordmark from public_facts.maison where slug = 'alba'")
        return str(found)

    assert (await said(studio, "/wordmark", letters="Alba & Fils")).status_code == 303
    assert "Fraunces" in mark() and "Alba &amp; Fils" in mark()
    assert (
        await said(studio, "/theme", temper="night", ground="#0f1b20", accent="#ddb56b")
    ).status_code == 303
    assert "Playfair Display" in mark() and "Alba &amp; Fils" in mark(), "letters follow the face"

    async def drawn(svg: str) -> Any:
        page = (await studio.get("/store")).text
        seen = re.search(r'name="seen" value="([^"]+)"', page)
        assert seen
        return await studio.visit.client.post(
            "/studio/store/wordmark",
            data={"key": HEAD.findall(page)[0], "seen": seen[1], "letters": "Alba"},
            files={"drawing": ("mark.svg", svg.encode(), "image/svg+xml")},
            headers={"cookie": await studio.as_("maison_manager")},
        )

    evil = (
        '<svg viewBox="0 0 9 9" onload="x()"><script>x()</script><style>*{}</style><image href="x"/>'
        '<path d="M0 0h9" fill="url(https://e.example/#a)"/></svg>'
    )
    assert (await drawn(evil)).status_code == 303
    assert mark() == '<svg viewBox="0 0 9 9"><path d="M0 0h9"></path></svg>'
    for nothing in ("Alba", "<svg viewBox='0 0 1 1'><script>x()</script></svg>", "<svg><path d='M0'/></svg>"):
        assert (await drawn(nothing)).status_code == 400, nothing
    many = f'<svg viewBox="0 0 9 9"><path d="M0 0{"h1" * 9000}"/></svg>'
    assert "18,0" in (await drawn(many)).text


async def test_a_tree_that_is_arranged_leads_to_the_pieces(studio: Studio, admin: Any) -> None:
    rows = {
        "place-0": "2",
        "node-0": "bijoux",
        "families-0": "ring",
        "name-0-fr": "Bijoux",
        "name-0-en": "Jewels",
        "place-1": "1",
        "node-1": "",
        "families-1": "bag",
        "name-1-en": "For a Journey",
        "name-1-zh": "旅行",
    }
    assert (await said(studio, "/tree", **rows)).status_code == 303
    at = "/en/maisons/alba/pieces?of=for-a-journey"
    page = await studio.visit.get(at)
    assert page.response.status_code == 200 and "The bag" in page.text and "La bague" not in page.text
    named = re.findall(r'<a href="/en/maisons/alba/pieces\?of=[\w-]+"[^>]*>([^<]+)<', page.text)
    assert named[:2] == ["For a Journey", "Jewels"]
    for wrong in (
        {"node-1": "bijoux"},
        {"node-1": "A B"},
        {"families-1": "car"},
        {"gender-1": "cats"},
        {"name-1-en": "旅行"},
    ):
        assert (await said(studio, "/tree", **(rows | wrong))).status_code == 400, wrong
    late = await studio.post("/store/tree", {"key": "a-key-of-now", "seen": "0" * 16, "node-0": "all"})
    assert late.status_code == 409 and "A colleague arranged the tree meanwhile" in late.text
    assert (await said(studio, "/tree", follow="yes")).status_code == 303
    assert admin(
        "select count(*) from public_facts.node where maison_id = %s", [studio.shop.a.maison_id]
    ) == [(0,)]


async def test_nobody_but_the_maisons_own_managers(studio: Studio, admin: Any) -> None:
    fields = {"key": "a-key-of-nobody", "temper": "night", "ground": "#000000", "accent": "#ffffff"}
    group = studio.shop.group_id
    ((analyst,),) = admin(
        "select id from staff.person where maison_id = %s and role = 'group_administrator'", [group]
    )
    for cookie in (
        await studio.as_("advisor"),
        await studio.as_("boutique_manager"),
        await studio.as_("client_service"),
        await studio.session(group, analyst),
    ):
        assert (await studio.get("/store", cookie)).response.status_code == 403
        for at in ("/theme", "/tree", "/wordmark", "/appearance"):
            more = {"store": str(studio.shop.store.store_id), "letters": "A", "node-0": "all", "shown": "no"}
            assert (await studio.post(f"/store{at}", fields | more, cookie)).status_code == 403, at
    done = await said(studio, "/theme", studio.shop.b, temper="night", ground="#000000", accent="#ffffff")
    assert done.status_code == 303
    assert admin("select slug from public_facts.maison where theme <> '{}'") == [("borea",)]
    assert (
        admin(
            "select count(*) from public_facts.store_maison where maison_id = %s", [studio.shop.a.maison_id]
        )[0][0]
        == 2
    )
