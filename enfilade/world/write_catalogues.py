"""Writes catalogue/{slug}.csv of the maisons drawn in full from their word material: python -m
enfilade.world.write_catalogues.
"""

import csv
from pathlib import Path

from enfilade.world.catalogue import composed_rows
from enfilade.world.compose import COLUMNS
from enfilade.world.maisons import maisons

FOLDER = Path(__file__).parent / "catalogue"


def write_catalogues() -> None:
    FOLDER.mkdir(exist_ok=True)
    for maison in maisons():
        if maison.drawn:
            with (FOLDER / f"{maison.slug}.csv").open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
                writer.writeheader()
                writer.writerows(composed_rows(maison))


if __name__ == "__main__":
    write_catalogues()
