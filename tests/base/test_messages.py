"""Letters: one suite for the real adapter, against a mail server of this test, and for its local twin."""

import asyncio
import smtplib
from collections.abc import Awaitable, Callable, Iterator
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller

from enfilade.base.messages import Mailbox, Message, Messages, Picture, Smtp, messages
from tests.served import free_port

SENDER = "Maison Alba <orders@alba.example>"
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20
SUBJECTS = {
    "en": "Your order is ready – collect it at Rue de l’Université",
    "fr": "Votre commande est prête : « à bientôt », l’équipe de la boutique vous attend rue Saint-Honoré à Paris",
    "nl": "Uw bestelling ligt klaar in de boutique – één stuk, geëtaleerd in de Pieter Cornelisz. Hooftstraat",
    "zh": "您的订单已可领取:请携带取货码前往精品店,我们的顾问恭候您的光临,感谢您选择我们的作品与服务",
}


class Postbox:
    """A mail server's handler that keeps what it is given and refuses one address."""

    def __init__(self) -> None:
        self.letters: list[EmailMessage] = []
        self.recipients: list[str] = []

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        if address.startswith("nobody@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        parsed = BytesParser(policy=policy.default).parsebytes(envelope.content)
        assert isinstance(parsed, EmailMessage)
        self.letters.append(parsed)
        self.recipients += envelope.rcpt_tos
        return "250 OK"


@pytest.fixture
def server() -> Iterator[tuple[Postbox, str]]:
    box = Postbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, f"smtp://127.0.0.1:{controller.port}"
    controller.stop()


Sent = Callable[[Message], Awaitable[EmailMessage]]


@pytest.fixture(params=["smtp", "mailbox"])
def sent(request: pytest.FixtureRequest, server: tuple[Postbox, str], tmp_path: Path) -> Sent:
    """Sends a message and returns it as it arrived."""
    box, url = server
    adapter: Messages = messages(url if request.param == "smtp" else "", SENDER, tmp_path)
    assert isinstance(adapter, Smtp if request.param == "smtp" else Mailbox)

    async def send(message: Message) -> EmailMessage:
        await adapter.send(message)
        return box.letters[-1] if isinstance(adapter, Smtp) else adapter.letters()[0]

    return send


def message(
    language: str = "en", key: str = "order-1", to: str = "camille@client.example", **more
) -> Message:
    html = f'<p>{SUBJECTS[language]}</p><img src="cid:code">'
    return Message(key, to, SUBJECTS[language], f"{SUBJECTS[language]}\n", html, language, **more)


@pytest.mark.parametrize("language", ["en", "fr", "nl", "zh"])
async def test_a_letter_arrives_as_written_in_each_language(sent: Sent, language: str) -> None:
    letter = await sent(message(language))
    assert letter["subject"] == SUBJECTS[language]
    assert letter["from"] == SENDER
    assert letter["to"] == "camille@client.example"
    assert letter["content-language"] == language
    assert letter["message-id"] == "<order-1@alba.example>"
    assert letter["date"].datetime.tzinfo is not None
    text, html = letter.get_body(("plain",)), letter.get_body(("html",))
    assert text is not None and text.get_content().strip() == SUBJECTS[language]
    assert html is not None and SUBJECTS[language] in html.get_content()


async def test_a_picture_travels_inside_the_letter(sent: Sent) -> None:
    letter = await sent(message(pictures=[Picture("code", PNG, "png")]))
    (picture,) = [part for part in letter.walk() if part.get_content_type() == "image/png"]
    assert picture["content-id"] == "<code>"
    assert picture.get_content() == PNG
    html = letter.get_body(("html",))
    assert html is not None and "cid:code" in html.get_content()


async def test_a_name_cannot_write_headers(sent: Sent) -> None:
    with pytest.raises(ValueError, match=r"(?i)linefeed|newline|carriage"):
        await sent(
            Message("k", "camille@client.example", "Hello\r\nBcc: all@client.example", "x", "<p>x</p>", "en")
        )


async def test_a_refused_recipient_is_an_error_for_the_job(server: tuple[Postbox, str]) -> None:
    box, url = server
    with pytest.raises(smtplib.SMTPRecipientsRefused):
        await Smtp(url, SENDER).send(message(to="nobody@client.example"))
    assert box.letters == []


async def test_a_server_that_is_away_is_an_error_for_the_job() -> None:
    with pytest.raises(OSError, match=r"refused|Connect"):
        await Smtp(f"smtp://127.0.0.1:{free_port()}", SENDER).send(message())


async def test_a_repeat_replaces_in_the_mailbox(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mailbox", SENDER)
    await asyncio.gather(*(box.send(message()) for _ in range(10)))
    await box.send(message("fr"))
    assert [letter["subject"] for letter in box.letters()] == [SUBJECTS["fr"]]
    await box.send(message("nl", key="order-2"))
    assert len(box.letters()) == 2
    assert sorted(path.name for path in (tmp_path / "mailbox").iterdir()) == ["order-1.eml", "order-2.eml"]
    assert (tmp_path / "mailbox").stat().st_mode & 0o077 == 0
