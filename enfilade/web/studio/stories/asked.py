"""A story as its form sends it: every block and every language in one form, so that it works without a script."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from babel.core import get_global

from enfilade.editorial import blocks as written
from enfilade.editorial.blocks import LANGUAGES, Block, Content, Picture, Spot, Words
from enfilade.editorial.publishing import ScheduleRefused, Showing, possible
from enfilade.maisons.markets import Market

#: The clock that a country with several sets a campaign by.
ZONES = {
    "US": "America/New_York",
    "CN": "Asia/Shanghai",
    "CA": "America/Toronto",
    "ES": "Europe/Madrid",
    "AU": "Australia/Sydney",
    "BR": "America/Sao_Paulo",
    "PT": "Europe/Lisbon",
    "MX": "America/Mexico_City",
}
NUMBERED_MAX = 8
_SLUG_END = re.compile(r"([^/?#\s]+)/?(?:[?#].*)?$")


def read(form: Mapping[str, object], language: str) -> Content:
    """What was sent, as a story; `editorial.stories.write` says whether it has the form."""
    count = _whole(text(form, "count"), 0, written.BLOCKS_MAX + 1)
    return Content(
        language=language,
        title=words(form, "title"),
        standfirst=words(form, "standfirst"),
        author=text(form, "author"),
        cover=picture(form, "cover"),
        spots=_spots(form, ""),
        blocks=[block for at in range(1, count + 1) if (block := _block(form, f"b{at}.")) is not None],
    )


def _block(form: Mapping[str, object], at: str) -> Block | None:
    match text(form, f"{at}kind"):
        case "text":
            return written.TextBlock(words(form, f"{at}text"))
        case "quote":
            return written.QuoteBlock(words(form, f"{at}text"), words(form, f"{at}who"))
        case "picture":
            return written.PictureBlock(
                picture(form, f"{at}picture"),
                words(form, f"{at}caption"),
                text(form, f"{at}wide") == "yes",
                _spots(form, at),
            )
        case "gallery":
            pictures = [picture(form, f"{at}pictures{n}") for n in range(1, NUMBERED_MAX + 2)]
            return written.GalleryBlock([one for one in pictures if one.name], words(form, f"{at}caption"))
        case "film":
            return written.FilmBlock(
                text(form, f"{at}film"),
                text(form, f"{at}captions"),
                picture(form, f"{at}poster"),
                words(form, f"{at}caption"),
            )
        case "piece":
            return written.PieceBlock(slug(form, f"{at}piece"), words(form, f"{at}note"))
        case "look":
            return written.LookBlock(words(form, f"{at}title"), slugs(form, f"{at}pieces"))
        case "window":
            maison = slug(form, f"{at}maison")
            return written.WindowBlock(maison, words(form, f"{at}line"), slugs(form, f"{at}pieces"))
        case "map":
            maison, city = slug(form, f"{at}maison"), text(form, f"{at}city")
            return written.MapBlock(words(form, f"{at}title"), maison, city)
        case _:
            return None


def words(form: Mapping[str, object], name: str) -> Words:
    """The texts of one field by language; an empty one is none."""
    said = {language: text(form, f"{name}.{language}", 20_000) for language in LANGUAGES}
    return {language: found for language, found in said.items() if found}


def picture(form: Mapping[str, object], name: str) -> Picture:
    """The picture that was chosen, with its words."""
    return Picture(text(form, name), words(form, f"{name}.alt"))


def _spots(form: Mapping[str, object], at: str) -> list[Spot]:
    found: list[Spot] = []
    for n in range(1, NUMBERED_MAX + 2):
        piece, x, y = (
            slug(form, f"{at}spot{n}.piece"),
            text(form, f"{at}spot{n}.x"),
            text(form, f"{at}spot{n}.y"),
        )
        if piece or x or y:
            found.append(Spot(piece, _share(x), _share(y)))
    return found


def slugs(form: Mapping[str, object], name: str) -> list[str]:
    """The pieces of numbered fields, in their order; empty ones go."""
    return [found for n in range(1, NUMBERED_MAX + 2) if (found := slug(form, f"{name}{n}"))]


def slug(form: Mapping[str, object], name: str) -> str:
    """The last part of an address, when a whole one was put in."""
    found = _SLUG_END.search(text(form, name))
    return found[1] if found else ""


def _share(text: str) -> float:
    """A share from per cent; what is no number is out of bounds, and refused as such."""
    try:
        return round(float(text.replace(",", ".").removesuffix("%")) / 100, 4) if text else 0.5
    except ValueError:
        return -1.0


def text(form: Mapping[str, object], name: str, most: int = 2_000) -> str:
    """One line or more, without blanks around them."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n").strip()[:most] if isinstance(value, str) else ""


def seen(form: Mapping[str, object]) -> int:
    """The revision that was written on; 0, which is none, for what is no number."""
    sent = str(form.get("seen", ""))
    return int(sent) if sent.isdecimal() and len(sent) < 10 else 0


def _whole(text: str, least: int, most: int) -> int:
    return min(max(int(text), least), most) if re.fullmatch(r"[0-9]{1,4}", text) else least


def zone_of(market: Market) -> str:
    """The clock by which a market's schedule is written: its first country's."""
    country = market.countries[0] if market.countries else ""
    known: list[str] = get_global("territory_zones").get(country, [])
    return ZONES.get(country) or (known[0] if len(known) == 1 else "UTC")


def showings(form: Mapping[str, object], markets: list[Market]) -> tuple[list[Showing], dict[str, str]]:
    """The schedule that was sent, and what is wrong with it by market. Clocks are the markets' own."""
    found: list[Showing] = []
    wrong: dict[str, str] = {}
    for market in markets:
        if text(form, f"market.{market.code}") != "yes":
            continue
        begins, ends = text(form, f"from.{market.code}"), text(form, f"until.{market.code}")
        try:
            zone = ZoneInfo(zone_of(market))
            # Compared as moments: in the night clocks change, an hour may come later on the clock and not in time.
            first = datetime.fromisoformat(begins).replace(tzinfo=zone).astimezone(UTC)
            last = datetime.fromisoformat(ends).replace(tzinfo=zone).astimezone(UTC) if ends else None
            possible([Showing(market.code, first, last)], [market.code])
            found.append(Showing(market.code, first, last))
        except ScheduleRefused as refusal:
            wrong[market.code] = f"{refusal.reason.capitalize()}."
        except (ValueError, OverflowError):
            wrong[market.code] = "Say from which day and hour, as 2026-12-01 09:00."
    return found, wrong
