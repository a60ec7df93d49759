"""Copy the browser libraries and fonts that npm fetched to enfilade/web/shared/vendor, and write fonts.css.

Only the latin and latin-ext files of each family are taken; Chinese uses the reader's own fonts.
"""

import json
import shutil
from dataclasses import dataclass
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
        (root / VENDOR / name).exists() for name in ("htmx.min.js", "model-viewer.min.js", "faces/human.js")
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
    copy_faces(modules / "@vladmandic/human", building / "faces")
    rules = [rule for family in FAMILIES for rule in copy_family(family, modules, building / "fonts")]
    (building / "fonts.css").write_text("\n".join(rules))
    shutil.rmtree(vendor, ignore_errors=True)
    building.rename(vendor)


def copy_faces(package: Path, folder: Path) -> None:
    """What finds a face in the mirror: of the many models in the package the two that find it and its points."""
    folder.mkdir()
    shutil.copy(package / "dist/human.esm.js", folder / "human.js")
    shutil.copy(package / "LICENSE", folder / "human.LICENSE.txt")
    for model in ("blazeface", "facemesh"):
        for part in ("json", "bin"):
            shutil.copy(package / f"models/{model}.{part}", folder / f"{model}.{part}")


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
