"""Descriptions as plain text: markup is sanitised away and only its paragraphs and lists remain, as lines.

The pages set their own type, so a description is escaped where it is shown like any other text.
"""

import html
import re

import nh3

_LOOKS_LIKE_MARKUP = re.compile(r"<[a-zA-Z!/]|&(?:[a-zA-Z]{2,8}|#\d{2,5}|#x[0-9a-fA-F]{2,5});")
_BREAK = re.compile(r"<br>|</?(?:ul|ol)>", re.ASCII)
_PARAGRAPH = re.compile(r"</?(?:p|div|h[1-6]|table|blockquote)>", re.ASCII)
_TAG = re.compile(r"<[^>]*>")
_SPACES = re.compile(r"[^\S\n]+")


def plain(text: str) -> str:
    """The text without markup: blank lines between paragraphs, “• ” before the items of a list.

    Scripts, styles and comments vanish with what they hold. Text without markup keeps its own lines.
    """
    if _LOOKS_LIKE_MARKUP.search(text):
        # A line break of the source is a space in HTML.
        clean = nh3.clean(
            " ".join(text.split()),
            tags={
                "p",
                "div",
                "br",
                "ul",
                "ol",
                "li",
                "h1",
                "h2",
                "h3",
                "h4",
                "h5",
                "h6",
                "table",
                "tr",
                "blockquote",
            },
            clean_content_tags={"script", "style"},
            attributes={},
        )
        clean = _PARAGRAPH.sub("\n\n", _BREAK.sub("\n", clean)).replace("<li>", "\n• ").replace("<tr>", "\n")
        text = html.unescape(_TAG.sub("", clean))
    lines = [_SPACES.sub(" ", line).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()
