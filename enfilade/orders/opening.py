"""Opening a checkout: written down with its lines and sellers, an earlier one of the basket released."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec

from enfilade.base.db import Conn, many
from enfilade.orders.delivery import Offer
from enfilade.orders.placing import PlacingLine, age_of
from enfilade.orders.wanted import Ways


class CheckoutUnderway(Exception):
    """This basket is being paid for already."""


@dataclass(frozen=True, slots=True)
class Superseded:
    checkout_id: UUID
    selling_maison_ids: list[UUID]


async def insert(
    conn: Conn,
    *,
    maison_id: UUID,
    checkout_id: UUID,
    basket_id: UUID,
    store_id: UUID,
    visitor_id: UUID,
    client_id: UUID | None,
    proposal_id: UUID | None,
    language: str,
    market: str,
    ways: Ways,
    expires_at: datetime,
    lines: list[PlacingLine],
    deliveries: Mapping[UUID, Sequence[Offer]],
    now: datetime,
) -> list[Superseded]:
    """Writes the open checkout with what is offered to deliver it (by selling maison).

    The basket's earlier open one is released in the same statement and returned.
    """
    sellers = {line.selling_maison_id for line in lines}
    superseded = await many(
        conn,
        Superseded,
        """
        with ended as (
          update orders.checkout set state = 'released', ended_at = %(now)s, changed_at = %(now)s
          where maison_id = %(maison_id)s and basket_id = %(basket_id)s and state = 'open'
          returning id
        ), opened as (
          insert into orders.checkout (maison_id, id, basket_id, store_id, visitor_id, client_id, state, language, market,
            method, expires_at, opened_at, changed_at, proposal_id, age_min)
          select %(maison_id)s, %(id)s, %(basket_id)s, %(store_id)s, %(visitor_id)s, %(client_id)s::uuid, 'open',
            %(language)s, %(market)s, %(method)s, %(expires_at)s, %(now)s, %(now)s,
            %(proposal_id)s::uuid, %(age_min)s::smallint
          from (select count(*) from ended) first_ended
          on conflict (maison_id, basket_id, region) where state in ('open', 'paying', 'choosing') do nothing
          returning id
        ), line as (
          select * from jsonb_to_recordset(%(lines)s::jsonb) as l(selling_maison_id uuid, variant_id uuid, product_id uuid,
            sku text, brand text, name text, colour text, size text, quantity integer, location_id uuid, currency text,
            unit_price_minor bigint, tax_rate_basis_points integer, prices_include_tax boolean, quota_id uuid,
            quota_pieces_max integer, quota_period integer, decided_by text, collect_location_id uuid, ready_about timestamptz,
            kinds text[], age_min smallint, line smallint, engraving text, lettering text, engraving_minor bigint,
            engrave_by date, duties text, duties_country text, make_by date, workshop_id uuid, to_specification boolean)
        ), frozen as (
          insert into orders.checkout_line (maison_id, checkout_id, selling_maison_id, variant_id, product_id, sku, brand,
            quantity, location_id, name, colour, size, currency, unit_price_minor, tax_rate_basis_points, prices_include_tax,
            quota_id, quota_pieces_max, quota_period, decided_by, collect_location_id, ready_about, kinds, age_min, line,
            engraving, lettering, engraving_minor, engrave_by, duties, duties_country, make_by, workshop_id, to_specification)
          select %(maison_id)s, o.id, l.selling_maison_id, l.variant_id, l.product_id, l.sku, l.brand, l.quantity,
            l.location_id, l.name, l.colour, l.size, l.currency, l.unit_price_minor, l.tax_rate_basis_points,
            l.prices_include_tax, l.quota_id, l.quota_pieces_max, l.quota_period, l.decided_by,
            l.collect_location_id, l.ready_about, l.kinds, l.age_min, l.line, l.engraving, l.lettering, l.engraving_minor,
            l.engrave_by, l.duties, l.duties_country, l.make_by, l.workshop_id, l.to_specification
          from opened o, line l
        ), selling as (
          insert into orders.checkout_seller (maison_id, checkout_id, selling_maison_id, method, deliveries, leaves_on)
          select %(maison_id)s::uuid, o.id, s.selling_maison_id, %(methods)s::jsonb ->> s.selling_maison_id::text,
            s.deliveries, case when s.deliveries is not null then greatest(s.done_by, (
            select max(public_facts.leaves_on(b.id, b.preparation_minutes, b.zone, %(now)s)) from public_facts.boutique b
            where b.id = any(s.places))) end
          from opened o cross join lateral (
            select l.selling_maison_id, %(deliveries)s::jsonb -> l.selling_maison_id::text as deliveries,
              array_agg(distinct l.location_id) as places,
                greatest(max(l.engrave_by), max(l.make_by)) as done_by
            from line l group by 1) s
        )
        select o.id as checkout_id, '{}'::uuid[] as selling_maison_ids from opened o
        union all
        select e.id, array(select s.selling_maison_id from orders.checkout_seller s
          where s.maison_id = %(maison_id)s and s.checkout_id = e.id) from ended e
        """,
        maison_id=maison_id,
        id=checkout_id,
        basket_id=basket_id,
        store_id=store_id,
        visitor_id=visitor_id,
        client_id=client_id,
        proposal_id=proposal_id,
        language=language,
        market=market,
        method=ways.most_asked(sellers),
        methods=msgspec.json.encode({str(of): ways.of(of) for of in sellers}).decode(),
        expires_at=expires_at,
        now=now,
        age_min=age_of(lines),
        deliveries=msgspec.json.encode(
            {str(of): offers for of, offers in deliveries.items() if offers}
        ).decode(),
        lines=msgspec.json.encode(lines).decode(),
    )
    if not any(row.checkout_id == checkout_id for row in superseded):
        raise CheckoutUnderway
    return [row for row in superseded if row.checkout_id != checkout_id]
