-- Positions, holds, allocations, the append-only ledger, shortages; and the one view that shows availability.

create schema stock authorization enfilade_owner;
grant usage on schema stock to enfilade_app;

-- A location opts in per method and keeps safety stock back, as a quantity or per cent of on_hand, whichever is more.
create table stock.exposure (
  maison_id uuid not null,
  location_id uuid not null,
  collect boolean not null default false,
  reserve boolean not null default false,
  ship boolean not null default false,
  safety_collect integer not null default 0 check (safety_collect >= 0),
  safety_ship integer not null default 0 check (safety_ship >= 0),
  safety_collect_percent integer not null default 0 check (safety_collect_percent between 0 and 100),
  safety_ship_percent integer not null default 0 check (safety_ship_percent between 0 and 100),
  primary key (maison_id, location_id),
  foreign key (maison_id, location_id) references boutiques.location
);

create table stock.position (
  maison_id uuid not null,
  region text not null default base.region(),
  location_id uuid not null,
  variant_id uuid not null,
  on_hand integer not null default 0,
  display integer not null default 0,
  damaged integer not null default 0,
  quality_control integer not null default 0,
  on_approval integer not null default 0,
  vic_hold integer not null default 0,
  at_atelier integer not null default 0,
  unavailable integer not null generated always as
    (display + damaged + quality_control + on_approval + vic_hold + at_atelier) stored,
  allocated integer not null default 0,
  held integer not null default 0,
  as_of timestamptz not null,
  primary key (maison_id, location_id, variant_id, region),
  constraint position_in_region foreign key (maison_id, location_id, region)
    references boutiques.location (maison_id, id, region),
  foreign key (maison_id, variant_id) references catalogue.variant,
  constraint never_oversold check (allocated + held + unavailable <= on_hand),
  constraint counters_not_negative check (least(on_hand, display, damaged, quality_control, on_approval, vic_hold,
    at_atelier, allocated, held) >= 0)
) with (fillfactor = 80);
create index position_of_variant on stock.position (maison_id, variant_id);

create table stock.hold (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  location_id uuid not null,
  variant_id uuid not null,
  purpose text not null constraint hold_purpose check (purpose in ('checkout', 'offer', 'appointment', 'selection', 'drop')),
  holder_id uuid not null,
  quantity integer not null constraint hold_positive check (quantity > 0),
  expires_at timestamptz not null,
  created_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint one_hold_per_holder unique (maison_id, holder_id, location_id, variant_id, region),
  constraint hold_of_a_position foreign key (maison_id, location_id, variant_id, region) references stock.position
);
create index hold_lapsing on stock.hold (maison_id, expires_at);
create index hold_of_position on stock.hold (maison_id, location_id, variant_id, expires_at);

create table stock.allocation (
  maison_id uuid not null,
  region text not null default base.region(),
  order_line_id uuid not null,
  location_id uuid not null,
  variant_id uuid not null,
  quantity integer not null constraint allocation_positive check (quantity > 0),
  secured boolean not null default false, -- picked and put aside: given up last
  allocated_at timestamptz not null,
  constraint one_allocation_per_line primary key (maison_id, order_line_id, region),
  constraint allocation_of_a_position foreign key (maison_id, location_id, variant_id, region) references stock.position
);
create index allocation_of_position on stock.allocation (maison_id, location_id, variant_id, allocated_at desc);

-- The ledger: deltas only, never changed. position = sum of its movements.
create table stock.movement (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  recorded_at timestamptz not null,
  location_id uuid not null,
  variant_id uuid not null,
  kind text not null constraint movement_kind check (kind in ('opening', 'received', 'allocated', 'released',
    'dispatched', 'collected', 'adjusted', 'state_changed', 'returned', 'transferred', 'sold')),
  on_hand integer not null default 0,
  allocated integer not null default 0,
  state text constraint movement_state check (state in ('display', 'damaged', 'quality_control', 'on_approval',
    'vic_hold', 'at_atelier')),
  unavailable integer not null default 0,
  cause_id uuid,
  primary key (maison_id, recorded_at, id, region),
  constraint movement_says_something check (on_hand <> 0 or allocated <> 0 or unavailable <> 0),
  constraint movement_names_state check ((state is null) = (unavailable = 0))
) partition by range (recorded_at);
create table stock.movement_default partition of stock.movement default;
-- A partition addressed directly does not inherit its parent's policy: each has row-level security on, and no grant.
do $$ begin
  for month in 0..35 loop
    execute format('create table stock.%I partition of stock.movement for values from (%L) to (%L)',
      'movement_' || to_char(date '2026-01-01' + make_interval(months => month), 'YYYY_MM'),
      date '2026-01-01' + make_interval(months => month), date '2026-01-01' + make_interval(months => month + 1));
    execute format('alter table stock.%I enable row level security',
      'movement_' || to_char(date '2026-01-01' + make_interval(months => month), 'YYYY_MM'));
  end loop;
end $$;
alter table stock.movement_default enable row level security;
create index movement_of_position on stock.movement (maison_id, location_id, variant_id);

-- A till or feed may tell the same event twice; the second telling finds this row.
create table stock.told (
  maison_id uuid not null,
  source text not null,
  reference text not null,
  told_at timestamptz not null,
  constraint told_once primary key (maison_id, source, reference)
);

-- What a fact took away and nobody could be made to give back: a person sees it.
create table stock.shortage (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  location_id uuid not null,
  variant_id uuid not null,
  quantity integer not null check (quantity > 0),
  cause text not null,
  recorded_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by uuid,
  primary key (maison_id, id, region)
);
create index shortage_open on stock.shortage (maison_id, location_id) where resolved_at is null;

do $$ declare t text; begin
  foreach t in array array['exposure', 'position', 'hold', 'allocation', 'movement', 'told', 'shortage'] loop
    execute format('alter table stock.%I enable row level security', t);
    execute format('create policy moved_inside on stock.%I to enfilade_app
      using (maison_id = base.maison() and base.writes_stock())
      with check (maison_id = base.maison() and base.writes_stock())', t);
  end loop;
end $$;
grant select, insert, update on stock.exposure, stock.shortage to enfilade_app;
grant select, insert, update on stock.position to enfilade_app;
grant select, insert, update, delete on stock.hold, stock.allocation to enfilade_app;
grant select, insert on stock.movement, stock.told to enfilade_app;

-- The one definition of available to promise. Readers pass what has lapsed, claims pass 0.
create function stock.atp(on_hand integer, unavailable integer, allocated integer, held integer, lapsed integer,
  safety integer, safety_percent integer) returns integer language sql immutable parallel safe
  return greatest(0, on_hand - unavailable - allocated - held + lapsed
    - greatest(safety, (on_hand * safety_percent + 99) / 100));

-- Reads stock as its owner, shows a bounded number per method and never the raw counters.
create view public_facts.availability as
select p.maison_id, p.variant_id, p.location_id,
  case when e.collect then least(9, stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, l.lapsed,
    e.safety_collect, e.safety_collect_percent)) else 0 end as collect,
  case when e.reserve then least(9, stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, l.lapsed,
    e.safety_collect, e.safety_collect_percent)) else 0 end as reserve,
  case when e.ship then least(9, stock.atp(p.on_hand, p.unavailable, p.allocated, p.held, l.lapsed,
    e.safety_ship, e.safety_ship_percent)) else 0 end as ship,
  p.as_of
from stock.position p
join public_facts.variant v on v.id = p.variant_id
join stock.exposure e on e.maison_id = p.maison_id and e.location_id = p.location_id
cross join lateral (select case when p.held = 0 then 0 else
    (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
      where h.maison_id = p.maison_id and h.location_id = p.location_id and h.variant_id = p.variant_id
        and h.expires_at <= now()) end as lapsed offset 0) l;
grant select on public_facts.availability to enfilade_public, enfilade_app;
