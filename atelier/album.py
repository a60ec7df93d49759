"""The album: compressed pictures and the index that others read."""

import json
from pathlib import Path

from PIL import Image

FOLDER = Path(__file__).resolve().parent.parent / "enfilade" / "world" / "pictures"
INDEX = FOLDER / "index.json"
AVIF_QUALITY = 66
WEBP_QUALITY = 84
VIEW_PHRASE = {
    "hero": {"en": "", "fr": "", "nl": "", "zh": ""},
    "detail": {"en": ", detail", "fr": ", détail", "nl": ", detail", "zh": "，细节"},
}


def picture_name(kind, finish, view):
    """File name without its ending."""
    return f"{kind}-{finish}" + ("-detail" if view == "detail" else "")


def has(kind, finish, view):
    """Whether all files of a picture exist."""
    name = picture_name(kind, finish, view)
    return all((FOLDER / f"{name}{end}").exists() for end in (".avif", ".webp", "-400.avif", "-400.webp"))


def dominant_colour(picture):
    """The most common colour, as a placeholder while the picture loads."""
    small = picture.resize((80, 100)).quantize(6)
    _, position = max(small.getcolors())
    r, g, b = small.getpalette()[position * 3 : position * 3 + 3]
    return f"#{r:02x}{g:02x}{b:02x}"


def alternative_text(entry, finish, view):
    """What the picture shows, in four languages."""
    name = entry["finishes"][finish]["name"]
    joint = {"en": ", ", "fr": ", ", "nl": ", ", "zh": "，"}
    return {
        k: f"{entry['phrase'][k]}{joint[k]}{name[k]}{VIEW_PHRASE[view][k]}" for k in ("fr", "en", "nl", "zh")
    }


def add(original, table, kind, finish, view):
    """Compress a rendered PNG into the album and record it."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    name = picture_name(kind, finish, view)
    picture = Image.open(original).convert("RGB")
    for end, width in (("", picture.width), ("-400", 400)):
        sized = picture
        if width != picture.width:
            sized = picture.resize(
                (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
            )
        sized.save(FOLDER / f"{name}{end}.avif", quality=AVIF_QUALITY, speed=6)
        sized.save(FOLDER / f"{name}{end}.webp", quality=WEBP_QUALITY, method=6)
    record = {
        "name": name,
        "kind": kind,
        "finish": finish,
        "colour_name": table[kind]["finishes"][finish]["name"]["en"],
        "view": view,
        "width": picture.width,
        "height": picture.height,
        "alt": alternative_text(table[kind], finish, view),
        "lqip": dominant_colour(picture),
    }
    _record(record)


def _record(record):
    """Replace or append one entry; the file is whole at every moment."""
    entries = json.loads(INDEX.read_text("utf-8")) if INDEX.exists() else []
    entries = [e for e in entries if e["name"] != record["name"]] + [record]
    entries.sort(key=lambda e: e["name"])
    draft = INDEX.with_suffix(".json.part")
    draft.write_text(json.dumps(entries, ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(INDEX)
