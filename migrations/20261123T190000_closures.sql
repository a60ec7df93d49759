-- Places close in acts: what stops there, from when until when, and what follows for each order, collection and transfer.

alter table boutiques.closure add column act_id uuid;
alter table boutiques.closure add column stops text[] not null default '{doors}';
alter table boutiques.closure add constraint closure_stops
  check (stops <@ array['doors', 'collect', 'reserve', 'ship', 'appointments'] and cardinality(stops) > 0) not valid;
alter table boutiques.closure validate constraint closure_stops;
-- Two acts may close one place at the same time: each takes back its own. Closures of no act stay apart.
-- allowed while the shop runs: a closure of the last release has no act, so the rule it knows holds for it as before
alter table boutiques.closure drop constraint closures_apart, add constraint closures_apart
  exclude using gist (location_id with =, during with &&) where (act_id is null);
-- allowed while the shop runs: a table of some hundred rows that people write, a few a day
create unique index closure_of_act_once on boutiques.closure (maison_id, act_id, location_id) where act_id is not null;

-- Present and coming closures as everybody may read them: neither why nor by whom. Judged by the clock when they are read.
create table public_facts.closure (
  id uuid primary key,
  maison_id uuid not null,
  location_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  stops text[] not null,
  constraint closure_forward check (ends_at is null or ends_at > starts_at)
);
create index closure_at on public_facts.closure (location_id, starts_at);
alter table public_facts.closure enable row level security;
create policy published on public_facts.closure for select using (true);
create policy kept_inside on public_facts.closure to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.closure to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.closure to enfilade_app;

-- What a place opts into, less what is stopped there now. The views below say it themselves: they read as their owner.
create view stock.exposed with (security_invoker) as
  select e.maison_id, e.location_id,
    e.collect and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'collect' = any(c.stops)) as collect,
    e.reserve and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'reserve' = any(c.stops)) as reserve,
    e.ship and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'ship' = any(c.stops)) as ship,
    e.safety_collect, e.safety_ship, e.safety_collect_percent, e.safety_ship_percent
  from stock.exposure e;
grant select on stock.exposed to enfilade_app;

create or replace view public_facts.availability as
select p.maison_id, p.variant_id, p.location_id,
  case when e.collect and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'collect' = any(c.stops))
    then least(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_collect,
    e.safety_collect_percent)) else 0 end as collect,
  case when e.reserve and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'reserve' = any(c.stops))
    then least(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_collect,
    e.safety_collect_percent)) else 0 end as reserve,
  case when e.ship and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'ship' = any(c.stops))
    then least(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_ship,
    e.safety_ship_percent)) else 0 end as ship,
  p.as_of
from stock.position p
join public_facts.variant v on v.id = p.variant_id
join stock.exposure e on e.maison_id = p.maison_id and e.location_id = p.location_id
cross join lateral (select
  case when p.serialised then (select coalesce(sum(a.quantity), 0)::integer from stock.allocation a
    where a.maison_id = p.maison_id and a.location_id = p.location_id and a.variant_id = p.variant_id)
    else p.allocated end as allocated,
  case when p.serialised then (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
    where h.maison_id = p.maison_id and h.location_id = p.location_id and h.variant_id = p.variant_id and h.expires_at > now())
    else p.held end as held,
  case when p.held = 0 then 0 else (select coalesce(sum(h.quantity), 0)::integer from stock.hold h
    where h.maison_id = p.maison_id and h.location_id = p.location_id and h.variant_id = p.variant_id
      and h.expires_at <= now()) end as lapsed offset 0) l;

create or replace view public_facts.collects with (security_barrier) as
  select e.maison_id, e.location_id from stock.exposure e where e.collect
    and e.location_id not in (select c.location_id from public_facts.closure c
      where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'collect' = any(c.stops));

create schema closures authorization enfilade_owner;
grant usage on schema closures to enfilade_app;

create table closures.act (
  maison_id uuid not null references maisons.maison,
  region text not null default base.region(),
  id uuid not null,
  scope text not null constraint act_scope check (scope in ('boutiques', 'city', 'country', 'all')),
  scope_value text not null default '',
  stops text[] not null constraint act_stops
    check (stops <@ array['doors', 'collect', 'reserve', 'ship', 'appointments'] and cardinality(stops) > 0),
  reason text not null default '' constraint act_reason_bounded check (length(reason) <= 200),
  seen jsonb not null default '{}',
  asked_by uuid,
  confirmed_at timestamptz not null,
  primary key (maison_id, id),
  constraint doors_stop_the_rest check (not 'doors' = any(stops) or stops @> array['collect', 'reserve', 'appointments']),
  constraint scope_is_named check ((scope in ('city', 'country')) = (scope_value <> ''))
);
create table closures.place (
  maison_id uuid not null,
  region text not null default base.region(),
  act_id uuid not null,
  location_id uuid not null,
  starts_at timestamptz not null,
  ends_at timestamptz,
  reopened_at timestamptz,
  reopened_by uuid,
  over_at timestamptz,
  primary key (maison_id, act_id, location_id),
  foreign key (maison_id, act_id) references closures.act,
  foreign key (maison_id, location_id) references boutiques.location,
  constraint place_forward check (ends_at is null or ends_at > starts_at),
  constraint reopened_is_over check (reopened_at is null or over_at is not null)
);
create index place_open on closures.place (maison_id, location_id) where over_at is null;
create table closures.effect (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  act_id uuid not null,
  location_id uuid not null,
  kind text not null,
  subject_id uuid not null,
  state text not null default 'to_do',
  why text not null default '',
  found_at timestamptz not null,
  ended_at timestamptz,
  primary key (maison_id, id),
  foreign key (maison_id, act_id, location_id) references closures.place,
  constraint effect_once unique (maison_id, act_id, kind, subject_id),
  constraint effect_kind check (kind in ('resource', 'extend', 'postpone', 'divert', 'welcome')),
  constraint effect_state check (state in ('to_do', 'done', 'impossible', 'undone')),
  constraint effect_ended check ((state = 'to_do') = (ended_at is null)),
  constraint not_done_says_why check (state not in ('impossible', 'undone') or why <> '')
);
create index effect_to_do on closures.effect (maison_id, act_id, kind) where state = 'to_do';

alter table closures.act enable row level security;
alter table closures.place enable row level security;
alter table closures.effect enable row level security;
create policy kept_inside on closures.act to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on closures.place to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on closures.effect to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert on closures.act to enfilade_app;
grant select, insert, update on closures.place, closures.effect to enfilade_app;

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table orders.rejection drop constraint rejection_reason, add constraint rejection_reason check (reason in
  ('not_in_stock', 'mismatch', 'damaged', 'worn_display', 'expired', 'shortage', 'declined', 'lost_on_way', 'closed')) not valid;
alter table orders.rejection validate constraint rejection_reason;
