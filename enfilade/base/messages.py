"""Messages to people. One adapter sends mail by SMTP; its local twin keeps the same messages in a folder that the demo shows."""

import asyncio
import contextlib
import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, parseaddr, parsedate_to_datetime
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit

from enfilade.base.secrets import new_secret


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture shown inside the message, referred to as `cid:{name}`."""

    name: str
    content: bytes
    subtype: str


@dataclass(frozen=True, slots=True)
class CalendarPart:
    """What a calendar makes of the message (RFC 6047): `method` REQUEST or CANCEL, and the iCalendar file."""

    method: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """`key` names the message for ever: sent twice, mail programs show it once."""

    key: str
    to: str
    subject: str
    text: str
    html: str
    language: str
    pictures: list[Picture] = field(default_factory=list[Picture])
    calendar: CalendarPart | None = None


class Messages(Protocol):
    """Sends, or raises OSError / smtplib.SMTPException so that the job tries again later."""

    async def send(self, message: Message) -> None: ...


class _Subjects(policy.EmailPolicy):
    """Folds subjects by the older class of the library: the newer one loses the space between two encoded words."""

    def fold_binary(self, name: str, value: object) -> bytes:
        if name.lower() != "subject" or str(value).isascii():
            return super().fold_binary(name, value)  # pyright: ignore[reportArgumentType]
        folded = Header(str(value), "utf-8", header_name=name).encode(linesep=self.linesep)
        return f"{name}: {folded}{self.linesep}".encode("ascii")


def _composed(message: Message, sender: str, now: datetime) -> EmailMessage:
    mail = EmailMessage(policy=_Subjects(linesep="\r\n"))
    mail["From"] = sender
    mail["To"] = message.to
    mail["Subject"] = message.subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{message.key}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    mail.set_content(message.text)
    mail.add_alternative(message.html, subtype="html")
    html = list(mail.iter_parts())[1]
    for picture in message.pictures:
        html.add_related(picture.content, maintype="image", subtype=picture.subtype, cid=f"<{picture.name}>")
    if (calendar := message.calendar) is not None:
        # Once for mail programs that act on it, once as a file for those that only keep it.
        mail.add_alternative(
            calendar.content.decode(), subtype="calendar", params={"method": calendar.method}, cte="base64"
        )
        mail.add_attachment(
            calendar.content, maintype="application", subtype="ics", filename="appointment.ics"
        )
    mail["Content-Language"] = message.language  # after the content, which takes such headers away
    return mail


class Smtp:
    """`smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`."""

    def __init__(self, url: str, sender: str) -> None:
        self._url = urlsplit(url)
        self._sender = sender

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._send, _composed(message, self._sender, datetime.now(UTC)))

    def _send(self, mail: EmailMessage) -> None:
        url, host = self._url, self._url.hostname or "localhost"
        context = ssl.create_default_context()
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, url.port or 465, timeout=20, context=context)
        else:
            server = smtplib.SMTP(host, url.port or 587, timeout=20)
        with server:
            if url.scheme != "smtps" and server.has_extn("starttls"):
                server.starttls(context=context)
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(mail)


class Mailbox:
    """The local twin: one `.eml` file a message, named by its key, so that a repeat replaces and never doubles."""

    def __init__(self, folder: Path, sender: str) -> None:
        self._folder = folder
        self._sender = sender

    async def send(self, message: Message) -> None:
        await asyncio.to_thread(self._write, message)

    def _write(self, message: Message) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{message.key}.eml"
        partial = path.with_suffix(f".{new_secret()}")
        partial.write_bytes(bytes(_composed(message, self._sender, datetime.now(UTC))))
        partial.replace(path)

    def letters(self, most: int = 50) -> list[EmailMessage]:
        """The newest messages first."""
        parser = BytesParser(policy=policy.default)
        letters: list[EmailMessage] = []
        for path in self._folder.glob("*.eml"):
            with contextlib.suppress(FileNotFoundError):
                letters.append(parser.parsebytes(path.read_bytes()))  # pyright: ignore[reportArgumentType]
        letters.sort(key=lambda letter: parsedate_to_datetime(str(letter["Date"])), reverse=True)
        return letters[:most]


def messages(smtp_url: str, sender: str, data: Path) -> Smtp | Mailbox:
    """SMTP where an address is set, else the local mailbox."""
    return Smtp(smtp_url, sender) if smtp_url else Mailbox(data / "mailbox", sender)
