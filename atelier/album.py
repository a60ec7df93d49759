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
    "look": {
        "en": ", in a room with morning sun",
        "fr": ", dans une pièce au soleil du matin",
        "nl": ", in een kamer met ochtendzon",
        "zh": "，置于晨光映照的室内",
    },
}


def picture_name(kind, finish, view):
    """File name without its ending."""
    return f"{kind}-{finish}" + ("" if view == "hero" else f"-{view}")


def _widths(large):
    """Width → what a file of this width is called behind its name."""
    return {400: "-400", 800: ""} | ({1600: "-1600"} if large else {})


def has(kind, finish, view, large=False):
    """Whether all files of a picture exist."""
    name = picture_name(kind, finish, view)
    return all(
        (FOLDER / f"{name}{end}{form}").exists()
        for end in _widths(large).values()
        for form in (".avif", ".webp")
    )


def placeholder_colour(picture):
    """The backdrop's colour, taken from the margin, to show while the picture loads."""
    small = picture.resize((40, 50), Image.Resampling.BOX)
    margin = [
        small.getpixel((x, y)) for y in range(50) for x in range(40) if x < 3 or x > 36 or y < 3 or y > 46
    ]
    r, g, b = (sorted(channel)[len(channel) // 2] for channel in zip(*margin, strict=True))
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
    for width, end in _widths(large=picture.width == 1600).items():
        sized = picture
        if width != picture.width:
            sized = picture.resize(
                (width, round(picture.height * width / picture.width)), Image.Resampling.LANCZOS
            )
        sized.save(FOLDER / f"{name}{end}.avif", quality=AVIF_QUALITY, speed=6)
        sized.save(FOLDER / f"{name}{end}.webp", quality=WEBP_QUALITY, method=6)
    _write([e for e in _entries() if e["name"] != name] + [_record(picture, table, kind, finish, view)])


def _record(picture, table, kind, finish, view):
    return {
        "name": picture_name(kind, finish, view),
        "kind": kind,
        "finish": finish,
        "colour_name": table[kind]["finishes"][finish]["name"]["en"],
        "view": view,
        "width": picture.width,
        "height": picture.height,
        "alt": alternative_text(table[kind], finish, view),
        "hex": table[kind]["finishes"][finish].get("colour", ""),
        "lqip": placeholder_colour(picture),
    }


def _entries():
    return json.loads(INDEX.read_text("utf-8")) if INDEX.exists() else []


def _write(entries):
    """Replace the index; the file is whole at every moment."""
    draft = INDEX.with_suffix(".json.part")
    ordered = sorted(entries, key=lambda e: e["name"])
    draft.write_text(json.dumps(ordered, ensure_ascii=False, indent=1) + "\n", "utf-8")
    draft.replace(INDEX)


def reindex(table):
    """Describe anew every picture that exists, after words or kinds changed."""
    entries = []
    for kind, entry in table.items():
        for finish in entry["finishes"]:
            for view in VIEW_PHRASE:
                if has(kind, finish, view):
                    large = has(kind, finish, view, large=True)
                    path = FOLDER / f"{picture_name(kind, finish, view)}{'-1600' if large else ''}.webp"
                    entries.append(_record(Image.open(path).convert("RGB"), table, kind, finish, view))
    _write(entries)
    return len(entries)
