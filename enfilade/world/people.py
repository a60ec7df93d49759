"""Who works where: advisors and a manager in every boutique, one head of each maison, one at its desk, the people of the
group.
"""

import tomllib
from functools import cache
from pathlib import Path
from random import Random

from enfilade.world.boutiques import boutique_rows
from enfilade.world.catalogue import Row
from enfilade.world.chance import chance
from enfilade.world.maisons import Maison
from enfilade.world.scale import Scale
from enfilade.world.words import slug_of

TONGUES = {"fr": "FR MC LU CH BE MA", "nl": "NL", "en": "GB IE US CA AU NZ", "zh": "CN HK MO TW SG"}
ELSEWHERE = "xx"
HERE = Path(__file__).parent
DOMAIN = "enfilade.example"


def staff_rows(scale: Scale, maison: Maison) -> list[Row]:
    """The first of each role has an address one can guess: advisor., boutique., desk. and maison. before the
    maison's slug.
    """
    draw = chance(scale.seed, "people", maison.slug)
    taken: set[str] = set()
    boutiques = [row for row in boutique_rows(scale, maison) if row["kind"] == "boutique"]
    every = " ".join(row["code"] for row in boutique_rows(scale, maison))
    home = maison.language
    rows = [_person(draw, taken, maison, "maison_manager", every, home, f"maison.{maison.slug}")]
    for number, boutique in enumerate(boutiques):
        tongue = tongue_of(boutique["country"])
        for place, role in enumerate(["boutique_manager", *["advisor"] * scale.advisors]):
            known = number == 0 and place < 2
            address = f"{'boutique' if place == 0 else 'advisor'}.{maison.slug}" if known else None
            codes = boutique["code"]
            if known and len(boutiques) > 1 and role == "advisor":
                codes = f"{codes} {boutiques[1]['code']}"
            rows.append(_person(draw, taken, maison, role, codes, tongue, address))
    # Drawn last: everybody else keeps the name they had.
    rows.append(_person(draw, taken, maison, "client_service", "", home, f"desk.{maison.slug}"))
    return rows


def group_staff_rows(scale: Scale) -> list[Row]:
    """One analyst and one administrator; neither belongs to a maison."""
    draw = chance(scale.seed, "people", "group")
    return [
        {
            "email": f"{address}@{DOMAIN}",
            "name": person_name(draw, "fr"),
            "role": role,
            "maison": "",
            "locations": "",
        }
        for address, role in (("analyst", "group_analyst"), ("administrator", "group_administrator"))
    ]


def _person(
    draw: Random, taken: set[str], maison: Maison, role: str, locations: str, tongue: str, address: str | None
) -> Row:
    name = person_name(draw, tongue)
    stem = address or f"{slug_of(name).replace('-', '.')}.{maison.slug}"
    email, again = stem, 1
    while email in taken:
        again += 1
        email = f"{stem}.{again}"
    taken.add(email)
    return {
        "email": f"{email}@{DOMAIN}",
        "name": name,
        "role": role,
        "maison": maison.slug,
        "locations": locations,
    }


def person_name(draw: Random, tongue: str) -> str:
    """A given and a family name, as usual where the tongue is spoken."""
    names = _names()
    return f"{draw.choice(names['first'][tongue])} {draw.choice(names['last'][tongue])}"


def tongue_of(country: str) -> str:
    """What is spoken there, ELSEWHERE where none of ours is."""
    return next((tongue for tongue, where in TONGUES.items() if country in where.split()), ELSEWHERE)


@cache
def _names() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((HERE / "names.toml").read_text("utf-8"))
