-- Pieces made to order: what a workshop makes, in how long, and who has claimed its room; lines whose piece does not exist yet.

-- A workshop that makes bags need not engrave.
alter table boutiques.workshop add column engraves boolean not null default true;

create table public_facts.made_to_order (
  maison_id uuid not null references maisons.maison,
  variant_id uuid not null,
  workshop_id uuid not null,
  -- Working days from the last day whose room it takes until it is finished, at the workshop's place.
  lead_days integer not null constraint made_in_days check (lead_days between 0 and 250),
  -- How much of the workshop's room one piece takes.
  takes integer not null default 1 constraint making_takes_room check (takes between 1 and 1000),
  -- Made to the client's own specification: not cancelled once begun, and back only where it is faulty.
  to_specification boolean not null default false,
  primary key (maison_id, variant_id)
);
alter table public_facts.made_to_order enable row level security;
create policy published on public_facts.made_to_order for select using (true);
create policy kept_inside on public_facts.made_to_order to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.made_to_order to enfilade_public;
grant select, insert, update, delete on public_facts.made_to_order to enfilade_app;

-- So much of a day's room for one variant of a checkout until it lapses, then of the order it became. A piece may take several days.
create table boutiques.making_claim (
  maison_id uuid not null,
  id uuid not null,
  region text not null default base.region(),
  workshop_id uuid not null,
  day date not null,
  holder_id uuid not null,
  variant_id uuid not null,
  units integer not null constraint making_claim_of_some check (units > 0),
  -- Of one piece.
  takes integer not null constraint making_claim_takes check (takes > 0),
  expires_at timestamptz,
  claimed_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint one_making_claim_a_day unique (maison_id, holder_id, variant_id, day, region)
);
create index making_claim_lapses on boutiques.making_claim (maison_id, expires_at) where expires_at is not null;
create index making_claim_of_day on boutiques.making_claim (maison_id, workshop_id, day);
alter table boutiques.making_claim enable row level security;
create policy claimed_inside on boutiques.making_claim to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.writes_stock());
grant select, insert, update, delete on boutiques.making_claim to enfilade_app;

create or replace view public_facts.workshop with (security_barrier) as
  select maison_id, id, zone, pieces_a_day, there_days, back_days from boutiques.workshop
  where stopped_at is null and engraves;
-- Those that may make pieces: they have a place, at which the pieces become stock.
create view public_facts.maker with (security_barrier) as
  select maison_id, id, zone, pieces_a_day, location_id from boutiques.workshop
  where stopped_at is null and location_id is not null;
create or replace view public_facts.workshop_day with (security_barrier) as
  select d.maison_id, d.workshop_id, d.day, case when d.closed then 0 else d.room - d.taken + coalesce((
    select sum(c.pieces)::integer from boutiques.workshop_claim c where c.maison_id = d.maison_id
      and c.workshop_id = d.workshop_id and c.day = d.day and c.expires_at <= now()), 0) + coalesce((
    select sum(c.units)::integer from boutiques.making_claim c where c.maison_id = d.maison_id
      and c.workshop_id = d.workshop_id and c.day = d.day and c.expires_at <= now()), 0) end as free
  from boutiques.workshop_day d;
grant select on public_facts.maker to enfilade_app, enfilade_public;

-- The first day on which so many pieces, ordered at `at`, could be finished; null where there is no room within ninety days.
create function public_facts.made_by(maison uuid, variant uuid, pieces integer, at timestamptz) returns date
  language sql stable parallel safe
  return (
    select public_facts.working_day(f.day, f.lead_days) from (
      select t.day, m.lead_days, m.takes * made_by.pieces as needed,
        sum(greatest(0, coalesce(d.free, w.pieces_a_day))) over (order by t.day) as so_far
      from public_facts.made_to_order m
      join public_facts.maker w on w.maison_id = m.maison_id and w.id = m.workshop_id
      cross join lateral (
        select public_facts.working_day((made_by.at at time zone w.zone)::date, 1) + n as day
        from generate_series(0, 89) n) t
      left join public_facts.workshop_day d on d.maison_id = w.maison_id and d.workshop_id = w.id and d.day = t.day
      where m.maison_id = made_by.maison and m.variant_id = made_by.variant and extract(isodow from t.day) < 6) f
    where f.so_far >= f.needed order by f.day limit 1);

-- `make_by`: the day on which it is to be finished at its workshop; null for a piece that exists.
alter table orders.checkout_line add column make_by date, add column workshop_id uuid,
  add column to_specification boolean not null default false;
alter table orders.order_line add column make_by date, add column workshop_id uuid,
  add column to_specification boolean not null default false,
  add column making_begun_at timestamptz, add column making_begun_by uuid,
  add column made_at timestamptz, add column made_by uuid;
alter table orders.order_line add constraint made_once_begun check (made_at is null or making_begun_at is not null) not valid;
alter table orders.order_line validate constraint made_once_begun;
alter table orders.order_line add constraint made_in_a_workshop
  check (make_by is null or workshop_id is not null) not valid;
alter table orders.order_line validate constraint made_in_a_workshop;
-- What does not exist yet is neither set apart nor given.
alter table orders.order_line add constraint made_before_it_is_picked
  check (make_by is null or made_at is not null or state in ('sourced', 'unsourced', 'cancelled')) not valid;
alter table orders.order_line validate constraint made_before_it_is_picked;

-- A line that finds another piece is not made any more.
create function orders.found_is_not_made() returns trigger language plpgsql as $$ begin
  new.make_by := null; new.workshop_id := null; new.making_begun_at := null; new.making_begun_by := null;
  new.made_at := null; new.made_by := null; new.to_specification := false;
  return new;
end $$;
create trigger found_is_not_made before update of state on orders.order_line for each row
  when (old.state = 'unsourced' and new.state = 'sourced' and old.make_by is not null)
  execute function orders.found_is_not_made();
