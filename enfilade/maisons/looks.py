"""How a maison looks, changed by the maison itself: its theme, which must be legible, and its wordmark."""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from enfilade.base import facts
from enfilade.base.db import Conn, execute, maybe
from enfilade.maisons import founding, wordmarks
from enfilade.maisons.events import MaisonPublished
from enfilade.maisons.themes import Theme, TooFaint, faint, theme_of, values_of


@dataclass(frozen=True, slots=True)
class Look:
    """What the maison has; `seen` names this very look, to be given back with a change of it."""

    slug: str
    name: str
    kind: str
    theme: dict[str, Any]
    wordmark: str

    @property
    def seen(self) -> str:
        said = msgspec.json.encode([self.theme, self.wordmark], order="deterministic")
        return hashlib.sha256(said).hexdigest()[:16]


class LookChanged(Exception):
    """A colleague changed the look after it was shown to whoever changes it now."""

    def __init__(self) -> None:
        super().__init__("A colleague changed the look meanwhile. It is shown below as it is now.")


async def look_of(conn: Conn, *, maison_id: UUID) -> Look | None:
    """The look in force; None of a maison that is not there."""
    return await maybe(
        conn,
        Look,
        "select slug, name, kind, theme, wordmark from maisons.maison where maison_id = %(maison_id)s",
        maison_id=maison_id,
    )


async def set_theme(conn: Conn, *, maison_id: UUID, theme: Theme, seen: str, now: datetime) -> None:
    """Puts the theme in force; a wordmark in letters follows its face. The theme in force already: nothing.

    Raises TooFaint, LookChanged.
    """
    if pairs := faint(theme):
        raise TooFaint(pairs)
    look = await _held(conn, maison_id)
    before = theme_of(look.theme)
    if values_of(before) == values_of(theme):
        return
    if look.seen != seen:
        raise LookChanged
    mark = wordmarks.carried(look.wordmark, before, theme)
    await _write(conn, maison_id, values_of(theme), mark, now)


async def set_wordmark(conn: Conn, *, maison_id: UUID, wordmark: str, seen: str, now: datetime) -> None:
    """Puts the wordmark, an SVG, in force; the one in force already: nothing. Raises LookChanged."""
    assert len(wordmark.encode()) <= wordmarks.SVG_BYTES_MAX
    look = await _held(conn, maison_id)
    if look.wordmark == wordmark:
        return
    if look.seen != seen:
        raise LookChanged
    await _write(conn, maison_id, look.theme, wordmark, now)


async def _held(conn: Conn, maison_id: UUID) -> Look:
    """The look, changed by nobody else until this transaction ends."""
    look = await maybe(
        conn,
        Look,
        """
        select slug, name, kind, theme, wordmark from maisons.maison where maison_id = %(maison_id)s for no key update
        """,
        maison_id=maison_id,
    )
    if look is None:
        raise LookChanged
    return look


async def _write(conn: Conn, maison_id: UUID, theme: dict[str, Any], wordmark: str, now: datetime) -> None:
    await execute(
        conn,
        """
        update maisons.maison set theme = %(theme)s::jsonb, wordmark = %(wordmark)s
        where maison_id = %(maison_id)s
        """,
        maison_id=maison_id,
        theme=msgspec.json.encode(theme).decode(),
        wordmark=wordmark,
    )
    if await founding.publish(conn, maison_id=maison_id):
        await facts.record(conn, maison_id=maison_id, now=now, facts=[MaisonPublished(maison_id)])
