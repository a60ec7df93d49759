"""The mailbox shows what was sent, and a letter may do nothing on its page but look like one."""

from datetime import UTC, datetime

from enfilade.base.messages import Mailbox, Message, Picture, messages
from enfilade.base.settings import Settings
from tests.web.storefront.visiting import Visit

PNG = b"\x89PNG\r\n\x1a\n and the rest of a picture"


def box(settings: Settings) -> Mailbox:
    made = messages("", settings.mail_from, settings.data)
    assert isinstance(made, Mailbox)
    return made


def written(key: str, subject: str, *, html: str = "", language: str = "fr") -> Message:
    page = html or '<!doctype html><html><head></head><body><p>Bonjour</p><img src="cid:code"></body></html>'
    return Message(
        key, "ada@example.com", subject, "Bonjour, en mots", page, language, [Picture("code", PNG, "png")]
    )


async def test_an_empty_mailbox_says_so(visit: Visit) -> None:
    page = await visit.get("/demo/mailbox")
    assert page.response.status_code == 200
    assert "No letter yet" in page.text
    assert page.statements == 0


async def test_letters_are_listed_newest_first_with_their_words_escaped(
    visit: Visit, settings: Settings
) -> None:
    await box(settings).send(written("first", "Votre commande <b>AL-1</b>"))
    path = settings.data / "mailbox" / "first.eml"
    # Yesterday's letter.
    raw = path.read_bytes()
    date = next(line for line in raw.split(b"\r\n") if line.startswith(b"Date:"))
    path.write_bytes(raw.replace(date, b"Date: Mon, 02 Mar 2026 09:00:00 +0000"))
    await box(settings).send(written("second", "Prête à être retirée"))
    # As long as an appointment's, which a mail folds.
    long = "appointment-394f71f7-5bf1-5aa1-0660-63d408645f21-0"
    await box(settings).send(written(long, "Votre rendez-vous"))
    text = (await visit.get("/demo/mailbox")).text
    assert text.index("Prête à être retirée") < text.index("Votre commande &lt;b&gt;AL-1")
    assert "to ada@example.com" in text
    assert '<a href="/demo/mailbox/second">' in text
    assert f'<a href="/demo/mailbox/{long}">' in text
    now = datetime.now(UTC).astimezone()
    assert f"{now:%H}:" in text


async def test_a_letters_page_has_no_rights(visit: Visit, settings: Settings) -> None:
    await box(settings).send(written("placed-1", "Votre commande"))
    frame = await visit.get("/demo/mailbox/placed-1")
    assert frame.response.status_code == 200
    sandbox = 'sandbox="allow-top-navigation-by-user-activation"'
    assert f'<iframe class="letter-frame" src="/demo/mailbox/placed-1/page" {sandbox}' in frame.text
    assert "frame-src 'self'" in frame.response.headers["content-security-policy"]
    assert "script-src 'self';" in frame.response.headers["content-security-policy"]
    page = await visit.get("/demo/mailbox/placed-1/page")
    policy = page.response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "sandbox allow-top-navigation-by-user-activation" in policy
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "frame-ancestors 'self'" in policy
    assert "demo-bar" not in page.text
    assert '<base target="_top">' in page.text


async def test_pictures_of_a_letter_have_addresses(visit: Visit, settings: Settings) -> None:
    await box(settings).send(written("ready-1", "Votre commande"))
    page = await visit.get("/demo/mailbox/ready-1/page")
    assert 'src="/demo/mailbox/ready-1/pictures/code"' in page.text
    assert "cid:" not in page.text
    picture = await visit.get("/demo/mailbox/ready-1/pictures/code")
    assert picture.response.content == PNG
    assert picture.response.headers["content-type"] == "image/png"
    # A frame without an origin may show it, and it can do nothing where it is opened by itself.
    assert picture.response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert "sandbox" in picture.response.headers["content-security-policy"]


async def test_nothing_but_letters_is_found(visit: Visit, settings: Settings) -> None:
    await box(settings).send(written("ready-1", "Votre commande"))
    for address in (
        "/demo/mailbox/unknown",
        "/demo/mailbox/unknown/page",
        "/demo/mailbox/ready-1/pictures/other",
        "/demo/mailbox/..%2F..%2Fkey/page",
        "/demo/mailbox/*/page",
    ):
        assert (await visit.get(address)).response.status_code == 404, address
