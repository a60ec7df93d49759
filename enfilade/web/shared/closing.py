"""The form that closes places, as both surfaces send it: read into what is wanted, and written back into a preview's form."""

from collections.abc import Mapping
from datetime import datetime, time
from uuid import UUID

from litestar.exceptions import ValidationException

from enfilade.closures import acts
from enfilade.closures.acts import METHODS, Scope, ScopeKind, Wanted
from enfilade.closures.counting import NAMES

Fields = Mapping[str, list[str]]
#: How long, in the words of the form. A day's beginning means: by the hours of that day.
UNTIL = {
    "tomorrow": "Until tomorrow",
    "day": "Until a day",
    "open": "Until I reopen it",
}
KINDS: tuple[ScopeKind, ...] = ("boutiques", "city", "country", "all")
CHARACTERS_MAX = 200


def wanted(fields: Fields) -> Wanted:
    """Raises ValidationException for what the form cannot send, acts.EndIsPast where a day is missing."""
    asked = _text(fields, "scope", "boutiques")
    if asked not in KINDS:
        raise ValidationException("scope: not one of these")
    kind: ScopeKind = KINDS[KINDS.index(asked)]
    value = _text(fields, kind) if kind in ("city", "country") else ""
    try:
        places = tuple(UUID(one) for one in fields.get("place", [])[:1000]) if kind == "boutiques" else ()
    except ValueError:
        raise ValidationException("place: not an id") from None
    everything = _text(fields, "what", "everything") == "everything"
    methods = [one for one in fields.get("stop", []) if one in METHODS]
    stops = acts.stopped(True, list(METHODS)) if everything else acts.stopped(False, methods)
    if not stops:
        raise acts.NothingToClose
    until = _text(fields, "until", "open")
    if until not in UNTIL:
        raise ValidationException("until: not one of these")
    ends = _moment(fields, "on", "on_at") if until == "day" else None
    if until == "day" and ends is None:
        raise acts.EndIsPast
    starts = _moment(fields, "from", "from_at") if _text(fields, "begins", "now") == "later" else None
    return Wanted(
        Scope(kind, value, places),
        stops,
        starts,
        ends,
        _text(fields, "reason", ""),
        days=1 if until == "tomorrow" else None,
    )


def seen(fields: Fields) -> dict[str, int]:
    """The numbers of the preview that was confirmed."""
    return {
        name: int(given)
        for name in NAMES
        if (given := _text(fields, f"seen_{name}", "")).isascii() and given.isdigit() and len(given) < 8
    }


def again(fields: Fields) -> list[tuple[str, str]]:
    """What was asked, as hidden fields of the form that confirms it."""
    names = (
        "scope",
        "city",
        "country",
        "place",
        "what",
        "stop",
        "begins",
        "from",
        "from_at",
        "until",
        "on",
        "on_at",
        "reason",
    )
    return [(name, value[:CHARACTERS_MAX]) for name in names for value in fields.get(name, [])[:1000]]


def _text(fields: Fields, name: str, default: str | None = None) -> str:
    values = fields.get(name, [])
    if not values and default is not None:
        return default
    if len(values) != 1 or len(values[0]) > CHARACTERS_MAX:
        raise ValidationException(f"{name}: expected once, at most {CHARACTERS_MAX} characters")
    return values[0].strip()


def _moment(fields: Fields, day: str, at: str) -> datetime | None:
    """A day and perhaps a time of it, on the place's wall."""
    try:
        found = datetime.fromisoformat(_text(fields, day, ""))
        clock = _text(fields, at, "")
        return datetime.combine(found.date(), time.fromisoformat(clock) if clock else time())
    except ValueError:
        return None
