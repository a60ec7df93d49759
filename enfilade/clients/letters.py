"""How a store writes to a client: a few paragraphs and perhaps one link, in the client's language."""

from collections.abc import Callable
from dataclasses import dataclass, field
from html import escape

from enfilade.base import i18n
from enfilade.base.messages import CalendarPart, Message, Picture

_PAPER = "margin:0;padding:0;background:#faf8f4"
_PAGE = (
    "max-width:34rem;margin:0 auto;padding:2.5rem 1.5rem;color:#1d1a16;"
    "font:17px/1.6 Georgia,'Songti SC',serif"
)
_NAME = "margin:0 0 2rem;font-size:1.1rem;letter-spacing:.18em;text-transform:uppercase"
_BUTTON = "display:inline-block;padding:.9rem 1.6rem;background:#1d1a16;color:#faf8f4;text-decoration:none"
_CODE = "margin:1.5rem 0;font:600 1.9rem/1.2 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.2em"
_SMALL = "margin:2.5rem 0 0;padding-top:1rem;border-top:1px solid #d8d2c7;font-size:.85rem;color:#6b645a"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said, in order: paragraphs, a code and its picture, more paragraphs, a link, a last line."""

    sender: str
    subject: str
    before: list[str]
    code: str = ""
    picture: Picture | None = None
    picture_says: str = ""
    after: list[str] = field(default_factory=list[str])
    link: tuple[str, str] | None = None
    last: str = ""


def words(language: str) -> tuple[i18n.Language, Callable[[str], str]]:
    """The language we write in (English for one we do not know) and its gettext."""
    known = i18n.known(language) or "en"
    return known, i18n.translations(known).gettext


def message(
    letter: Letter, *, key: str, to: str, language: i18n.Language, calendar: CalendarPart | None = None
) -> Message:
    """The letter as a message named `key`, with what a calendar makes of it."""
    lines = [letter.sender, *letter.before]
    html = [
        f'<p style="{_NAME}">{escape(letter.sender)}</p>',
        *(f"<p>{escape(line)}</p>" for line in letter.before),
    ]
    if letter.code:
        lines.append(letter.code)
        html.append(f'<p style="{_CODE}">{escape(letter.code)}</p>')
    if letter.picture:
        html.append(
            f'<p><img src="cid:{letter.picture.name}" width="180" height="180" '
            f'alt="{escape(letter.picture_says)}"></p>'
        )
    lines += letter.after
    html += [f"<p>{escape(line)}</p>" for line in letter.after]
    if letter.link:
        label, address = letter.link
        lines.append(f"{label}: {address}")
        html.append(f'<p><a href="{escape(address)}" style="{_BUTTON}">{escape(label)}</a></p>')
    if letter.last:
        lines.append(letter.last)
        html.append(f'<p style="{_SMALL}">{escape(letter.last)}</p>')
    return Message(
        key=key,
        to=to,
        subject=letter.subject,
        text="\n\n".join(lines) + "\n",
        html=f'<!doctype html><html lang="{i18n.TAGS[language]}"><head><meta charset="utf-8">'
        f"<title>{escape(letter.subject)}</title></head>"
        f'<body style="{_PAPER}"><div style="{_PAGE}">{"".join(html)}</div></body></html>',
        language=i18n.TAGS[language],
        pictures=[letter.picture] if letter.picture else [],
        calendar=calendar,
    )
