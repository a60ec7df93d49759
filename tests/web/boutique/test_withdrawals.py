"""The withdrawal function over HTTP: from the order's page in two steps, and from the foot of any page by number and mail."""

import re

from enfilade.base.actors import Actor
from enfilade.base.secrets import derived
from enfilade.orders import withdrawal_link
from enfilade.orders.withdrawal_letters import link, receipt
from tests.orders.counter import KEY
from tests.web.boutique.conftest import App
from tests.web.boutique.test_boutique import ready
from tests.web.boutique.test_returns import HOST, key_in, sold


async def test_two_steps_by_name_pieces_and_address_and_a_receipt(app: App) -> None:
    shop = app.shop
    order_id = await sold(app, "BAG-S", "SCARF-U")
    bag, scarf = await shop.line(order_id, "BAG-S"), await shop.line(order_id, "SCARF-U")
    page = f"/en/orders/{derived(KEY, 'order', order_id)}"
    seen = (await app.client.get(page, headers=HOST)).text
    assert f'class="button" href="{page}/withdrawal">Withdraw from contract here</a>' in seen
    form = await app.client.get(f"{page}/withdrawal", headers=HOST)
    assert form.headers["referrer-policy"] == "no-referrer" and 'value="Inès Moreau"' in form.text
    said = {
        "key": key_in(form.text),
        "name": "Inès Moreau",
        "mail": "receipts@client.example",
        f"quantity-{bag}": "1",
        f"quantity-{scarf}": "0",
    }
    for wrong, words in (
        ({"name": ""}, "Please give your name."),
        ({"mail": "nowhere"}, "Please give a mail address"),
        ({f"quantity-{bag}": "0"}, "Please choose from which pieces"),
        ({f"quantity-{bag}": "2"}, "Please choose from which pieces"),
    ):
        for step in ("", "/confirmation"):
            refused = await app.client.post(f"{page}/withdrawal{step}", headers=HOST, data=said | wrong)
            assert refused.status_code == 409 and words in refused.text, (wrong, step)
    second = await app.client.post(f"{page}/withdrawal", headers=HOST, data=said)
    assert second.status_code == 200 and "Confirm withdrawal</button>" in second.text
    assert "Canal scarf" not in second.text and "receipts@client.example" in second.text
    assert await shop.look("select count(*) from orders.withdrawal") == 0, "nothing is stated yet"
    for _ in range(2):
        done = await app.client.post(f"{page}/withdrawal/confirmation", headers=HOST, data=said)
        assert (done.status_code, done.headers["location"]) == (303, f"{page}?withdrawn=yes")
    told = (await app.client.get(f"{page}?withdrawn=yes", headers=HOST)).text
    assert "You have withdrawn from the purchase." in told and "You return Arcade bag." in told
    assert await shop.look("select count(*) from orders.withdrawal") == 1
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        withdrawal_id = await shop.look("select id from orders.withdrawal")
        letter = await receipt(
            conn,
            maison_id=shop.maison_id,
            withdrawal_id=withdrawal_id,
            key=app.key,
            base_url="https://x.example",
        )
    assert letter is not None and letter.to == "receipts@client.example"
    assert re.search(r"On \d+ \w+ \d{4}, \d\d:\d\d CES?T you, Inès Moreau, withdrew", letter.text)
    assert "Arcade bag · Cognac · S" in letter.text and "Canal scarf" not in letter.text


async def test_by_number_and_mail_the_link_goes_to_the_mail_and_the_answer_is_the_same(app: App) -> None:
    shop = app.shop
    order_id, _ = await ready(app, "BAG-S")
    number = await shop.look("select number from orders.order where id = %(id)s", id=order_id)
    french = {**HOST, "cookie": "market=fr"}
    assert (
        '<a href="/en/withdrawal">Withdraw from contract here</a>'
        in (await app.client.get("/en/legal", headers=french)).text
    )
    abroad = (await app.client.get("/en/legal", headers={**HOST, "cookie": "market=us"})).text
    assert "/en/withdrawal" not in abroad and "Within 30 days, in any boutique" in abroad
    answers: set[tuple[int, str, str]] = set()
    for asked, letters in (
        ({"number": number, "mail": "somebody@client.example"}, 0),
        ({"number": "ABCD-EFGH", "mail": "ines@client.example"}, 0),
        ({"number": f" {number.lower().replace('-', ' ')}", "mail": "Ines@Client.example"}, 1),
    ):
        sent = await app.client.post("/en/withdrawal", headers=HOST, data=asked)
        answers.add((sent.status_code, sent.headers["location"], sent.text))
        assert (await shop.jobs()).count("orders.mail_withdrawal_link") == letters
    assert answers == {(303, "/en/withdrawal?sent=yes", "")}
    async with shop.db.acting(Actor.job(), shop.maison_id) as conn:
        letter = await link(
            conn, maison_id=shop.maison_id, order_id=order_id, key=KEY, base_url="https://x.example"
        )
    assert letter is not None and letter.to == "ines@client.example"
    assert f"/en/orders/{derived(KEY, 'order', order_id)}/withdrawal" in letter.text
    no_mail = await app.client.post("/en/withdrawal", headers=HOST, data={"number": number, "mail": "+33 1"})
    assert no_mail.status_code == 400 and "Please give a mail address" in no_mail.text
    once_more = {"number": number, "mail": "often@client.example"}
    said = [
        (await app.client.post("/en/withdrawal", headers=HOST, data=once_more)).status_code
        for _ in range(2 * withdrawal_link.ASKED_PER_ADDRESS_MAX + 1)
    ]
    assert set(said) == {303, 429}
