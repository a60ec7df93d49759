"""Selling in the boutique app: pieces found and put together, the link shown and mailed, and where each proposal stands."""

import re
from typing import Any
from uuid import UUID

import pytest

from enfilade.base.db import Tally, tally
from enfilade.base.jobs import Jobs
from enfilade.orders import proposal_letters, proposals
from tests.orders.counter import counter
from tests.web.boutique.conftest import App

STORE = {"host": "auber.example"}


def of(app: App, *skus: str, **more: Any) -> dict[str, Any]:
    """The form as its page sends it: collected at Rivoli unless said otherwise."""
    shop = app.shop
    return {
        "at": str(shop.at["rivoli"]),
        "piece": [str(shop.variants[sku]) for sku in skus],
        "way": str(shop.at["rivoli"]),
        "hours": "48",
        "language": "en",
    } | more


async def made(app: App, *skus: str, who: str = "claire", **more: Any) -> str:
    """The way to a new proposal's screen."""
    answer = await app.post("/selling", who, **of(app, *skus, **more))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removeprefix("/boutique")


class Kept:
    """Where letters go."""

    def __init__(self) -> None:
        self.letters: list[Any] = []

    async def send(self, message: Any) -> None:
        self.letters.append(message)


async def test_found_put_together_shown_and_withdrawn(app: App) -> None:
    shop = app.shop
    empty = (await app.get("/selling")).text
    assert "Put pieces together" in empty and "Open" not in empty
    bag, scarf = shop.variants["BAG-M"], shop.variants["SCARF-U"]
    found = (await app.get("/selling/new?q=arcade")).text
    assert "3 here" in found and "3 at Auber Marais" in found and "delivered" in found and "£" not in found
    assert "Canal scarf" not in found
    by_code = (await app.get("/selling/new?q=bag-m")).text
    assert "BAG-M" in by_code and "BAG-S" not in by_code
    assert "Nothing of that name" in (await app.get("/selling/new?q=nowhere")).text
    chosen = (await app.get(f"/selling/new?piece={bag}&piece={bag}&piece={scarf}&q=canal")).text
    assert "2 of them" in chosen and "Collected here, at Auber Rivoli" in chosen and "Make the link" in chosen

    fields = of(app, "BAG-M", "BAG-M", "SCARF-U", words="For Saturday", key="the key of this form")
    for _ in range(2):
        answer = await app.post("/selling", **fields)
        assert answer.status_code == 303
    at = answer.headers["location"].removeprefix("/boutique")
    assert await shop.look("select count(*)::integer from orders.proposal") == 1
    page = (await app.get(at)).text
    link = re.search(r'value="http://[^/]+(/en/proposals/[\w-]{22})"', page)
    assert link and "<svg" in page and "not opened yet" in page and "For Saturday" in page and "2 × " in page
    for who in ("hugo", "mia", "max"):
        assert "Not opened yet" in (await app.get("/selling", who)).text
    seen = await app.client.get(link[1], headers=STORE)
    assert seen.status_code == 200 and "Claire at Auber Rivoli has put this together" in seen.text
    assert "Opened by the client" in (await app.get("/selling")).text
    assert (await app.post(f"{at}/withdrawal")).status_code == 303
    assert "Withdrawn" in (await app.get(at)).text and "<svg" not in (await app.get(at)).text
    assert "no longer open" in (await app.client.get(link[1], headers=STORE)).text
    # Nobody's name, words or address is news.
    assert "Saturday" not in str(await shop.look("select json_agg(f)::text from base.fact f"))
    await shop.sound()


async def test_what_the_form_may_say(app: App) -> None:
    shop = app.shop
    sentences: list[tuple[dict[str, str], str]] = [
        ({"mail": "ines@client.example"}, "Ask the client whether we may write"),
        ({"mail": "nobody", "agreed": "yes"}, "This is no mail address"),
        ({"mail": "+33 6 12 34 56 78", "agreed": "yes"}, "This is no mail address"),
        ({"way": ""}, "Choose how the client receives it"),
    ]
    for more, said in sentences:
        refused = await app.post("/selling", **of(app, "BAG-M", words="kept words", **more))
        assert refused.status_code == 400 and said in refused.text, more
        assert "kept words" in refused.text and "Arcade bag" in refused.text
    cases: list[tuple[dict[str, Any], int]] = [
        ({"hours": "9999"}, 400),
        ({"language": "de"}, 400),
        ({"way": "x"}, 400),
        ({"piece": []}, 409),
        ({"words": "w" * 201}, 400),
        ({"at": str(shop.at["marais"])}, 404),
        ({"at": str(shop.at["tokyo"])}, 404),
    ]
    for more, status in cases:
        assert (await app.post("/selling", **of(app, "BAG-M") | more)).status_code == status, more
    assert "is in no market" in (await app.get(f"/selling/new?at={shop.at['tokyo']}", "max")).text
    assert await shop.look("select count(*)::integer from orders.proposal") == 0


async def test_the_letter_goes_to_who_agreed_and_to_nobody_after_the_end(app: App, settings: Any) -> None:
    shop, kept = app.shop, Kept()
    known = Jobs(shop.db)
    proposal_letters.register(known, shop.db, key=app.key, messages=kept, base_url="http://shop.example")
    agreed = {"mail": "Ines@client.example", "agreed": "yes", "words": "See you soon"}
    at = await made(app, "BAG-M", **agreed, language="fr")
    proposal_id = UUID(at.rpartition("/")[2])
    assert "orders.mail_proposal" in await shop.jobs()
    for _ in range(2):
        await known.do(proposals.MAIL_PROPOSAL, shop.maison_id, {"proposal_id": proposal_id})
    letter, again = kept.letters
    assert letter.key == again.key and letter.to == "ines@client.example"
    secret = proposals.link_secret(app.key, proposal_id)
    assert f"http://auber.example/fr/proposals/{secret}" in letter.text and "See you soon" in letter.text
    assert "Claire" in letter.text and "Arcade bag" in letter.text
    await app.post(f"{at}/withdrawal")
    await known.do(proposals.MAIL_PROPOSAL, shop.maison_id, {"proposal_id": proposal_id})
    assert len(kept.letters) == 2


@pytest.mark.parametrize(
    ("screen", "most"),
    [("/selling", 4), ("/selling/new", 4), ("/selling/new?q=arcade&piece={bag}", 7), ("{made}", 4)],
)
async def test_a_screen_asks_the_database_so_often(app: App, screen: str, most: int) -> None:
    address = screen.format(bag=app.shop.variants["SCARF-U"], made=await made(app, "BAG-M", "BAG-S"))
    headers = await app.cookie("claire")
    counting = Tally()
    token = tally.set(counting)
    answer = await app.client.get(f"/boutique{address}", headers=headers)
    tally.reset(token)
    assert answer.status_code == 200
    assert counting.statements <= most, counting.texts


async def test_another_boutiques_and_another_maisons_are_not_there(app: App) -> None:
    shop = app.shop
    at = await made(app, "BAG-M")
    other = await counter(shop.db, slug="belrose")
    for who, house in (("noor", shop), ("claire", other), ("max", other)):
        assert (await app.get(at, who, house)).status_code == 404
        assert (await app.post(f"{at}/withdrawal", who, house)).status_code == 404
        assert at not in (await app.get("/selling", who, house)).text
        assert (await app.post("/selling", who, house, **of(app, "BAG-M"))).status_code in (404, 409)
    theirs = of(app, "BAG-M", at=str(other.at["rivoli"]), way=str(other.at["rivoli"]))
    assert (await app.post("/selling", "claire", other, **theirs)).status_code == 409
    assert await shop.look("select count(*)::integer from orders.proposal where withdrawn_at is null") == 1


async def test_an_own_price_is_asked_for_and_approved(app: App) -> None:
    bag = app.shop.variants["BAG-M"]
    wrong = await app.post("/selling", **of(app, "BAG-M", **{f"price-{bag}": "a good one"}))
    assert wrong.status_code == 400 and "Own price: " in wrong.text and "a good one" in wrong.text
    above = await app.post("/selling", **of(app, "BAG-M", **{f"price-{bag}": "999999"}))
    assert above.status_code == 409 and "below the price" in above.text
    at = await made(app, "BAG-M", **{f"price-{bag}": "1 000"})
    page = (await app.get(at)).text
    assert "A manager approves it first" in page and "<svg" not in page and "Approve these" not in page
    assert "For a manager to approve" in (await app.get("/selling")).text
    link = re.search(r"/en/proposals/[\w-]{22}", (await app.get(await made(app, "BAG-S"))).text)
    secret = proposals.link_secret(app.key, UUID(at.rpartition("/")[2]))
    client = await app.client.get(f"/en/proposals/{secret}", headers=STORE)
    assert link and "still putting this together" in client.text and "Go on to the payment" not in client.text
    assert "manager of the boutique approves" in (await app.post(f"{at}/approval")).text
    assert "Approve these prices" in (await app.get(at, "mia")).text
    assert (await app.post(f"{at}/approval", "mia")).status_code == 303
    assert "<svg" in (await app.get(at)).text
    client = await app.client.get(f"/en/proposals/{secret}", headers=STORE)
    assert "Go on to the payment" in client.text and "instead of" in client.text and "1,000" in client.text
    await app.shop.sound()


async def test_a_price_is_asked_on_the_page_and_answered_by_a_link(app: App, admin: Any) -> None:
    shop = app.shop
    scarf = shop.variants["SCARF-U"]
    slug = await shop.look(
        "select p.slug from public_facts.variant v join public_facts.product p on p.id = v.product_id where v.id = %(id)s",
        id=scarf,
    )
    market = STORE | {"cookie": "market=fr"}
    assert "Ask what it costs" not in (await app.client.get(f"/en/products/{slug}", headers=market)).text
    for schema in ("catalogue", "public_facts"):
        admin(f"delete from {schema}.price where variant_id = %s", [scarf])
    page = (await app.client.get(f"/en/products/{slug}", headers=market)).text
    assert "Price on request" in page and "Ask what it costs" in page and "The boutique in Paris" in page
    asked = f"/en/products/{slug}/enquiry"
    form = {
        "variant_id": str(scarf),
        "name": "Inès",
        "reach": "nobody",
        "city": "Paris",
        "words": "<b>soon</b>",
    }
    for fields, words in (
        (form, "Please give your name, and tick"),
        (form | {"agreed": "yes"}, "Please give a mail address, or a phone number"),
    ):
        wrong = await app.client.post(asked, headers=market, data=fields)
        assert wrong.status_code == 400 and words in wrong.text and "Inès" in wrong.text
    sent = await app.client.post(
        asked, headers=market, data=form | {"agreed": "yes", "reach": "ines@client.example"}
    )
    assert sent.status_code == 303 and sent.headers["location"] == "/en/enquiry"
    assert "Your question is with us" in (await app.client.get("/en/enquiry", headers=market)).text
    enquiry_id = await shop.look("select id from orders.enquiry")
    at = f"/selling/enquiries/{enquiry_id}"
    listed = (await app.get("/selling")).text
    assert "Asked for a price" in listed and at in listed and "Nobody has taken it yet" in listed
    assert "&lt;b&gt;soon" in (await app.get(at)).text
    assert (await app.post(f"{at}/taking")).status_code == 303
    late = await app.post(f"{at}/taking", "noor")
    assert late.status_code == 409 and "Claire answers it" in late.text
    composing = (await app.get(f"/selling/new?piece={scarf}&enquiry={enquiry_id}")).text
    assert "For Inès, who asked for the price" in composing and 'value="ines@client.example"' in composing
    assert f'name="enquiry" value="{enquiry_id}"' in composing
    offer = {f"price-{scarf}": "9000", "mail": "ines@client.example", "agreed": "yes"}
    way = await made(app, "SCARF-U", enquiry=str(enquiry_id), **offer)
    assert "A manager approves it first" in (await app.get(way)).text
    assert "answered by" in (await app.get(at)).text and f"/boutique{way}" in (await app.get(at)).text
    assert (await app.post(f"{at}/closing", because="told")).status_code == 409
    assert (await app.post(f"{at}/closing", because="whatever")).status_code == 400
