"""A quota as it is written in its form, read field by field; nothing that was written is lost."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from enfilade.base.db import Conn, many

NAME_MAX, PRODUCTS_MAX = 80, 200
BOUNDS = {"pieces_max": (1, 100), "period_days": (1, 366)}


@dataclass(frozen=True, slots=True)
class Written:
    """`values` as sent, by field; `wrong` names each field that needs another look, with the reason."""

    values: dict[str, str]
    wrong: dict[str, str]

    @property
    def slugs(self) -> list[str]:
        """Products by the last part of their page's address."""
        return sorted({line.rstrip("/").rpartition("/")[2] for line in self.values["products"].split()})


BLANK = Written({"name": "", "pieces_max": "2", "period_days": "30", "products": ""}, {})


def read(form: Mapping[str, object]) -> Written:
    """What was sent, with what is missing or out of bounds."""
    values = {name: str(form.get(name, "")).strip()[:20_000] for name in BLANK.values}
    wrong: dict[str, str] = {}
    if not 1 <= len(values["name"]) <= NAME_MAX:
        wrong["name"] = f"Give it a name of up to {NAME_MAX} letters."
    for field, (least, most) in BOUNDS.items():
        if not re.fullmatch(r"[0-9]{1,4}", values[field]) or not least <= int(values[field]) <= most:
            wrong[field] = f"A whole number from {least} to {most}."
    written = Written(values, wrong)
    if not written.slugs:
        wrong["products"] = "Name at least one product by its page’s address."
    elif len(written.slugs) > PRODUCTS_MAX:
        wrong["products"] = f"At most {PRODUCTS_MAX} products; make a second quota."
    return written


@dataclass(frozen=True, slots=True)
class Known:
    """A published product of this maison."""

    id: UUID
    slug: str


async def products_called(conn: Conn, *, maison_id: UUID, slugs: list[str]) -> list[Known]:
    """Those of the maison's published products that have these slugs."""
    return await many(
        conn,
        Known,
        "select id, slug from public_facts.product where maison_id = %(maison_id)s and slug = any(%(slugs)s) order by slug",
        maison_id=maison_id,
        slugs=slugs,
    )
