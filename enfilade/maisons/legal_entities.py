"""The companies a maison sells through, one a country or region: tax ids and the account that is paid."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, execute, many
from enfilade.base.ids import new_id


@dataclass(frozen=True, slots=True)
class LegalEntity:
    """`code` is the maison's own short name for it, `country` ISO 3166 alpha-2, `address` what documents show, lines and all."""

    code: str
    name: str
    country: str
    tax_id: str = ""
    payment_account: str = "local"
    address: str = ""


@dataclass(frozen=True, slots=True)
class _Known:
    id: UUID
    code: str


async def establish(
    conn: Conn, *, maison_id: UUID, entities: list[LegalEntity], now: datetime
) -> dict[str, UUID]:
    """Writes the entities, known by their code; returns the ids of all the maison has. Safe to repeat."""
    rows = [{"id": new_id(now), **msgspec.to_builtins(entity)} for entity in entities]
    await execute(
        conn,
        """
        insert into maisons.legal_entity as kept (maison_id, id, code, name, country, tax_id, payment_account, address)
        select %(maison_id)s, e.id, e.code, e.name, e.country, e.tax_id, e.payment_account, e.address
        from jsonb_to_recordset(%(entities)s::jsonb)
          as e(id uuid, code text, name text, country text, tax_id text, payment_account text,
            address text)
        on conflict on constraint legal_entity_code_once do update set name = excluded.name,
          country = excluded.country,
          tax_id = excluded.tax_id, payment_account = excluded.payment_account, address = excluded.address
        where (kept.name, kept.country, kept.tax_id, kept.payment_account, kept.address)
          is distinct from (excluded.name, excluded.country, excluded.tax_id, excluded.payment_account, excluded.address)
        """,
        maison_id=maison_id,
        entities=msgspec.json.encode(rows).decode(),
    )
    known = await many(
        conn,
        _Known,
        "select id, code from maisons.legal_entity where maison_id = %(maison_id)s",
        maison_id=maison_id,
    )
    return {entity.code: entity.id for entity in known}
