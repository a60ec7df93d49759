"""Copy the browser libraries and fonts that npm fetched to enfilade/web/shared/vendor, and write fonts.css.

Only the latin and latin-ext files of each family are taken; Chinese uses the reader's own fonts.
Documents carry their own: one for Chinese.
"""

import json
import shutil
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

VENDOR = "enfilade/web/shared/vendor"
SUBSETS = ("latin", "latin-ext")


@dataclass(frozen=True, slots=True)
class Family:
    package: str
    name: str
    weights: str
    italic: bool
    # Which of the package's axes the file varies; the plain weight axis is the smallest.
    axis: str = "wght"


FAMILIES = (
    Family("bodoni-moda", "Bodoni Moda", "400 900", italic=True),
    Family("cormorant", "Cormorant", "300 700", italic=True),
    Family("fraunces", "Fraunces", "100 900", italic=True),
    Family("inter", "Inter", "100 900", italic=False),
    Family("jost", "Jost", "100 900", italic=False),
    Family("playfair-display", "Playfair Display", "400 900", italic=True),
)


def present(root: Path) -> bool:
    return (root / VENDOR / "fonts.css").exists() and all(
        (root / VENDOR / name).exists()
        for name in (
            "htmx.min.js",
            "model-viewer.min.js",
            "mirror/human.js",
            "land.svg",
            "documents/NotoSansSC.ttf",
        )
    )


def copy(root: Path) -> None:
    modules, vendor = root / "node_modules", root / VENDOR
    building = vendor.with_name("vendor.new")
    shutil.rmtree(building, ignore_errors=True)
    (building / "fonts").mkdir(parents=True)
    shutil.copy(modules / "htmx.org/dist/htmx.min.js", building / "htmx.min.js")
    for extension in sorted((modules / "htmx.org/dist/ext").glob("hx-sse*.min.js")):
        shutil.copy(extension, building / extension.name)
    shutil.copy(modules / "htmx.org/LICENSE", building / "htmx.LICENSE.txt")
    viewer = modules / "@google/model-viewer"
    shutil.copy(viewer / "dist/model-viewer.min.js", building / "model-viewer.min.js")
    shutil.copy(viewer / "LICENSE", building / "model-viewer.LICENSE.txt")
    copy_mirror(modules / "@vladmandic/human", building / "mirror")
    copy_land(modules / "world-atlas", building)
    copy_document_font(modules / "@expo-google-fonts/noto-sans-sc", building / "documents")
    rules = [rule for family in FAMILIES for rule in copy_family(family, modules, building / "fonts")]
    (building / "fonts.css").write_text("\n".join(rules))
    shutil.rmtree(vendor, ignore_errors=True)
    building.rename(vendor)


def copy_mirror(package: Path, folder: Path) -> None:
    """What finds a face or a hand in the mirror: of the many models in the package the four that find them and their points."""
    folder.mkdir()
    shutil.copy(package / "dist/human.esm.js", folder / "human.js")
    shutil.copy(package / "LICENSE", folder / "human.LICENSE.txt")
    for model in ("blazeface", "facemesh", "handtrack", "handlandmark-lite"):
        for part in ("json", "bin"):
            shutil.copy(package / f"models/{model}.{part}", folder / f"{model}.{part}")


def copy_document_font(package: Path, folder: Path) -> None:
    """Chinese for documents, whose maker brings the latin letters itself."""
    folder.mkdir()
    shutil.copy(package / "400Regular/NotoSansSC_400Regular.ttf", folder / "NotoSansSC.ttf")
    shutil.copy(package / "LICENSE_FONT", folder / "NotoSansSC.LICENSE.txt")


def copy_land(package: Path, vendor: Path) -> None:
    """The outline of the land as one SVG path, a tenth of a degree fine: x is longitude + 180, y is 90 - latitude, in tenths."""
    atlas = json.loads((package / "land-110m.json").read_text())
    (wide, high), (left, low) = atlas["transform"]["scale"], atlas["transform"]["translate"]

    def walked(number: int) -> list[tuple[float, float]]:
        x = y = 0
        points: list[tuple[float, float]] = []
        for dx, dy in atlas["arcs"][~number if number < 0 else number]:
            x, y = x + dx, y + dy
            points.append((x * wide + left, y * high + low))
        return points[::-1] if number < 0 else points

    lines: list[str] = []
    for polygon in atlas["objects"]["land"]["geometries"][0]["arcs"]:
        for ring in polygon:
            lines += outlines([point for number in ring for point in walked(number)])
    (vendor / "land.svg").write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 3600 1800" fill="#808080" fill-opacity=".2">'
        f'<path d="{"".join(lines)}"/></svg>\n'
    )
    shutil.copy(package / "LICENSE", vendor / "land.LICENSE.txt")


def outlines(points: list[tuple[float, float]]) -> list[str]:
    """A closed line as paths. What crosses the date line goes on beyond the edge, and stands at the other edge once more."""
    line: list[tuple[int, int]] = []
    turns, last = 0, points[0][0]
    for longitude, latitude in points:
        turns += (last - longitude > 180) - (longitude - last > 180)
        last = longitude
        place = (round((longitude + 180 + 360 * turns) * 10), round((90 - latitude) * 10))
        if not line or line[-1] != place:
            line.append(place)
    if len(line) < 4:
        return []
    if turns:  # around the pole, along whose edge it closes
        line += [(line[-1][0], 1800), (line[0][0], 1800)]
    steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(line))
    beyond = [0]
    if max(x for x, _ in line) > 3600:
        beyond.append(-3600)
    if min(x for x, _ in line) < 0:
        beyond.append(3600)
    return [f"M{line[0][0] + shift} {line[0][1]}l{steps}z" for shift in beyond]


def copy_family(family: Family, modules: Path, fonts: Path) -> list[str]:
    package = modules / "@fontsource-variable" / family.package
    shutil.copy(package / "LICENSE", fonts / f"{family.package}.LICENSE.txt")
    ranges: dict[str, str] = json.loads((package / "unicode.json").read_text())
    rules: list[str] = []
    for style in ("normal", "italic") if family.italic else ("normal",):
        for subset in SUBSETS:
            name = f"{family.package}-{subset}-{family.axis}-{style}.woff2"
            shutil.copy(package / "files" / name, fonts / name)
            rules.append(font_face(family, style, name, ranges[subset]))
    return rules


def font_face(family: Family, style: str, name: str, unicode_range: str) -> str:
    return (
        "@font-face {\n"
        f'  font-family: "{family.name}";\n'
        f"  font-style: {style};\n"
        f"  font-weight: {family.weights};\n"
        "  font-display: swap;\n"
        f'  src: url("fonts/{name}") format("woff2");\n'
        f"  unicode-range: {unicode_range};\n"
        "}\n"
    )
