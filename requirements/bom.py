"""Writes the software bill of materials: every library and font a wheel needs or ships, as CycloneDX 1.6 JSON.

    python requirements/bom.py dist/enfilade.cdx.json

Reads what is pinned: `requirements/run.txt` (versions and SHA-256 of every file allowed) and `package-lock.json`.
"""

import base64
import json
import re
import sys
from pathlib import Path

from cyclonedx.model import HashAlgorithm, HashType, Property
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

HERE = Path(__file__).resolve().parent
_PIN = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)")
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def python_libraries(pinned: str) -> list[Component]:
    """One component a pin, with the hashes of all files that may be installed for it."""
    components: list[Component] = []
    for pin in pinned.replace("\\\n", " ").splitlines():
        if found := _PIN.match(pin):
            name, version = found.groups()
            components.append(
                Component(
                    type=ComponentType.LIBRARY,
                    name=name,
                    version=version,
                    bom_ref=f"pypi/{name}",
                    purl=PackageURL("pypi", None, name.lower().replace("_", "-"), version),
                    # A hash of a component is of one file; a pin allows one for each platform.
                    properties=[Property(name="enfilade:sha256", value=one) for one in _HASH.findall(pin)],
                )
            )
    return components


def browser_libraries(lock: str) -> list[Component]:
    """Scripts and fonts, as npm pins them."""
    components: list[Component] = []
    for path, package in json.loads(lock)["packages"].items():
        if not path:
            continue
        group, _, name = path.removeprefix("node_modules/").rpartition("/")
        algorithm, _, digest = package["integrity"].partition("-")
        assert algorithm == "sha512"
        components.append(
            Component(
                type=ComponentType.LIBRARY,
                group=group or None,
                name=name,
                version=package["version"],
                bom_ref=f"npm/{path.removeprefix('node_modules/')}",
                purl=PackageURL("npm", group or None, name, package["version"]),
                licenses=[LicenseExpression(package["license"])] if package.get("license") else [],
                hashes=[HashType(alg=HashAlgorithm.SHA_512, content=base64.b64decode(digest).hex())],
            )
        )
    return components


def bill(root: Path) -> str:
    """The whole bill as JSON."""
    version = re.search(r'^version = "([^"]+)"', (root / "pyproject.toml").read_text(), re.MULTILINE)
    assert version
    bom = Bom(
        components=[
            *python_libraries((root / "requirements" / "run.txt").read_text()),
            *browser_libraries((root / "package-lock.json").read_text()),
        ]
    )
    bom.metadata.component = Component(
        type=ComponentType.APPLICATION,
        name="enfilade",
        version=version[1],
        bom_ref="enfilade",
        purl=PackageURL("pypi", None, "enfilade", version[1]),
        licenses=[LicenseExpression("Apache-2.0")],
    )
    bom.register_dependency(bom.metadata.component, bom.components)
    return JsonV1Dot6(bom).output_as_string(indent=2)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(bill(HERE.parent) + "\n", encoding="utf-8")
    print(f"wrote {target}")
