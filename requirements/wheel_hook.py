"""Puts the bill of materials into the wheel (`.dist-info/sboms/`), where bin/wheel has written one."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BILL = "dist/enfilade.cdx.json"


class BillOfMaterials(BuildHookInterface[Any]):
    """Called by hatchling for each wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if (Path(self.root) / BILL).is_file():
            build_data["sbom_files"].append(BILL)
