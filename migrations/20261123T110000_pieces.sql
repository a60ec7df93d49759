-- Serialised pieces: a row each, claimed by itself, so that buyers of one variant do not wait for one counter.

alter table stock.position add column serialised boolean not null default false;
-- Whoever does not know of pieces (a process of the previous release) is refused by it, and sells nothing twice.
alter table stock.position add constraint promised_by_the_piece
  check (not serialised or (allocated = 0 and held = 0)) not valid;
alter table stock.position validate constraint promised_by_the_piece;

-- A row says that the maison counts this variant piece by piece.
create table stock.serialised (
  maison_id uuid not null,
  variant_id uuid not null,
  since timestamptz not null,
  changed_by uuid,
  primary key (maison_id, variant_id),
  constraint serialised_variant foreign key (maison_id, variant_id) references catalogue.variant (maison_id, id)
);

-- location_id: where it is, or was last. hold_id: kept for that hold. order_line_id: promised to that line, or sold by it.
create table stock.piece (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  variant_id uuid not null,
  serial text not null constraint serial_is_legible
    check (serial ~ '^[A-Z0-9][A-Z0-9./-]{0,39}$'),
  whereabouts text not null constraint piece_whereabouts check (whereabouts in ('here', 'on_its_way', 'sold', 'gone')),
  location_id uuid not null,
  state text constraint piece_state
    check (state in ('display', 'damaged', 'quality_control', 'on_approval', 'vic_hold', 'at_atelier')),
  hold_id uuid,
  order_line_id uuid,
  transfer_id uuid,
  changed_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint one_serial unique (maison_id, variant_id, serial, region),
  constraint piece_of_a_position foreign key (maison_id, location_id, variant_id, region) references stock.position,
  constraint promised_once check (num_nonnulls(state, hold_id, order_line_id) <= 1),
  constraint kept_where_it_is check (whereabouts = 'here' or (state is null and hold_id is null)),
  constraint of_a_line_here_or_sold check (order_line_id is null or whereabouts in ('here', 'sold')),
  constraint on_its_way_by_a_transfer check ((whereabouts = 'on_its_way') = (transfer_id is not null))
) with (fillfactor = 70);
create index piece_free on stock.piece (maison_id, location_id, variant_id, id)
  where whereabouts = 'here' and state is null and hold_id is null and order_line_id is null;
create index piece_here on stock.piece (maison_id, location_id, variant_id) where whereabouts = 'here';
create index piece_of_hold on stock.piece (maison_id, hold_id) where hold_id is not null;
create index piece_of_line on stock.piece (maison_id, order_line_id) where order_line_id is not null;
create index piece_of_transfer on stock.piece (maison_id, transfer_id) where transfer_id is not null;

-- What became of a piece, append-only. cause_id: the order line, transfer or return's line; by_id: who said so.
create table stock.piece_step (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  piece_id uuid not null,
  recorded_at timestamptz not null,
  kind text not null constraint step_kind check (kind in ('opening', 'received', 'found', 'allocated', 'released',
    'exchanged', 'collected', 'dispatched', 'taken_back', 'returned', 'state_changed', 'sent', 'arrived', 'lost', 'sold',
    'gone')),
  location_id uuid not null,
  state text,
  cause_id uuid,
  by_id uuid,
  primary key (maison_id, id, region),
  constraint step_of_a_piece foreign key (maison_id, piece_id, region) references stock.piece
);
create index step_of_piece on stock.piece_step (maison_id, piece_id, recorded_at);
create index step_of_cause on stock.piece_step (maison_id, cause_id) where cause_id is not null;

alter table stock.serialised enable row level security;
alter table stock.piece enable row level security;
alter table stock.piece_step enable row level security;
create policy moved_inside on stock.serialised to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.writes_stock());
create policy moved_inside on stock.piece to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.writes_stock());
create policy moved_inside on stock.piece_step to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.writes_stock());
grant select, insert, delete on stock.serialised to enfilade_app;
grant select, insert, update on stock.piece to enfilade_app;
grant select, insert on stock.piece_step to enfilade_app;

-- Asked by whoever makes a position. A change of it waits for them, and they for it: they see it then.
create function stock.is_serialised(maison_id uuid, variant_id uuid) returns boolean language plpgsql volatile
as $$ begin
  perform pg_advisory_xact_lock_shared(hashtextextended('serialised ' || is_serialised.maison_id::text, 0));
  return exists (select 1 from stock.serialised s
    where s.maison_id = is_serialised.maison_id and s.variant_id = is_serialised.variant_id);
end $$;

-- A position as it stands: what is promised of serialised pieces is added up from the promises, for who reads.
create view stock.standing with (security_invoker = true) as
select p.maison_id, p.region, p.location_id, p.variant_id, p.on_hand, p.unavailable, p.as_of, p.serialised,
  k.allocated, k.held
from stock.position p
cross join lateral (select
  case when p.serialised then (select coalesce(sum(a.quantity), 0)::integer from stock.allocation a
    where a.maison_id = p.maison_id and a.location_id = p.location_id and a.variant_id = p.variant_id)
    else p.allocated end as allocated,
  case when p.serialised then (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
    where h.maison_id = p.maison_id and h.location_id = p.location_id and h.variant_id = p.variant_id)
    else p.held end as held offset 0) k;
grant select on stock.standing to enfilade_app;

create or replace view public_facts.availability as
select p.maison_id, p.variant_id, p.location_id,
  case when e.collect then least(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_collect,
    e.safety_collect_percent)) else 0 end as collect,
  case when e.reserve then least(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_collect,
    e.safety_collect_percent)) else 0 end as reserve,
  case when e.ship then least(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_ship,
    e.safety_ship_percent)) else 0 end as ship,
  p.as_of
from stock.position p
join public_facts.variant v on v.id = p.variant_id
join stock.exposure e on e.maison_id = p.maison_id and e.location_id = p.location_id
cross join lateral (select
  case when p.serialised then (select coalesce(sum(a.quantity), 0)::integer from stock.allocation a
    where a.maison_id = p.maison_id and a.location_id = p.location_id and a.variant_id = p.variant_id)
    else p.allocated end as allocated,
  -- Of pieces only what is not lapsed counts as held.
  case when p.serialised then (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
    where h.maison_id = p.maison_id and h.location_id = p.location_id and h.variant_id = p.variant_id
      and h.expires_at > now())
    else p.held end as held,
  case when p.held = 0 then 0 else (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
    where h.maison_id = p.maison_id and h.location_id = p.location_id and h.variant_id = p.variant_id
      and h.expires_at <= now()) end as lapsed offset 0) l;
