"""Letters as the mailbox shows them: the envelope, the text, the page with its pictures, each found by the letter's key."""

import asyncio
import html
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

from enfilade.base.messages import Mailbox

LETTERS_MAX = 500
_CID = re.compile(r"""(["'])cid:([A-Za-z0-9._-]+)\1""")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter in the mailbox; `time` is on the clock of this machine, where the demo runs."""

    key: str
    subject: str
    to: str
    sender: str
    language: str
    time: datetime
    mail: EmailMessage

    @property
    def text(self) -> str:
        """Its words without a page."""
        part = self.mail.get_body(("plain",))
        return str(part.get_content()) if part is not None else ""

    @property
    def page(self) -> str:
        """Its page: pictures at their own addresses, links opening the whole window instead of the frame."""
        part = self.mail.get_body(("html",))
        if part is None:
            return f"<!doctype html><title>Letter</title><pre>{html.escape(self.text)}</pre>"
        written = str(part.get_content())
        shown = _CID.sub(rf"\1/demo/mailbox/{self.key}/pictures/\2\1", written)
        base = '<base target="_top">'
        return shown.replace("<head>", f"<head>{base}", 1) if "<head>" in shown else base + shown

    def picture(self, name: str) -> tuple[bytes, str] | None:
        """The picture called `name` and its media type; nothing but pictures is given out."""
        for part in self.mail.walk():
            if part.get("Content-ID", "") == f"<{name}>" and part.get_content_maintype() == "image":
                content = part.get_payload(decode=True)
                return (content, part.get_content_type()) if isinstance(content, bytes) else None
        return None


async def letters(mailbox: Mailbox) -> list[Letter]:
    """The newest first."""
    return [_letter(mail) for mail in await asyncio.to_thread(mailbox.letters, LETTERS_MAX)]


async def letter(mailbox: Mailbox, key: str) -> Letter | None:
    """The letter of this key."""
    return next((found for found in await letters(mailbox) if found.key == key), None)


def _letter(mail: EmailMessage) -> Letter:
    return Letter(
        # A long one is folded, and comes back with the space it was folded at.
        key="".join(str(mail["Message-ID"] or "").split()).strip("<>").rpartition("@")[0],
        subject=str(mail["Subject"] or ""),
        to=str(mail["To"] or ""),
        sender=str(mail["From"] or ""),
        language=str(mail["Content-Language"] or ""),
        time=parsedate_to_datetime(str(mail["Date"])).astimezone(),
        mail=mail,
    )
