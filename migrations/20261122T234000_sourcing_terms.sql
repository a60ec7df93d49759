-- How a maison sources: its rules in their order, what things cost it, what boutiques sell by themselves, and what decided for a line.

create function base.each_once(words text[]) returns boolean language sql immutable parallel safe
  return (select count(*) = count(distinct word) from unnest(words) as word);

create table orders.sourcing_terms (
  maison_id uuid primary key references maisons.maison,
  rules text[] not null,
  -- What the maison counts costs in.
  currency text not null constraint costs_in_a_currency check (currency ~ '^[A-Z]{3}$'),
  parcel_minor integer not null constraint parcel_bounded check (parcel_minor between 0 and 10000000),
  per_100_km_minor integer not null constraint way_bounded check (per_100_km_minor between 0 and 10000000),
  border_minor integer not null constraint border_bounded check (border_minor between 0 and 10000000),
  boutique_piece_minor integer not null constraint boutique_piece_bounded check (boutique_piece_minor between 0 and 10000000),
  warehouse_piece_minor integer not null constraint warehouse_piece_bounded check (warehouse_piece_minor between 0 and 10000000),
  lost_sale_percent integer not null constraint lost_sale_bounded check (lost_sale_percent between 0 and 100),
  resupply_days integer not null constraint resupply_bounded check (resupply_days between 1 and 365),
  let_down_minor integer not null constraint let_down_bounded check (let_down_minor between 0 and 100000000),
  changed_at timestamptz not null,
  changed_by uuid,
  constraint rules_known check (rules <@ array['chosen_boutique', 'one_parcel', 'same_country', 'with_time', 'warehouse_first',
    'boutique_first', 'slowest', 'nearest', 'most_stock']),
  constraint rules_once check (base.each_once(rules))
);

-- What a place sold by itself in ninety days; rows with nothing sold are not there.
create table orders.pace (
  maison_id uuid not null,
  location_id uuid not null,
  variant_id uuid not null,
  region text not null default base.region(),
  sold_90d integer not null constraint pace_sold_something check (sold_90d > 0),
  primary key (maison_id, location_id, variant_id, region)
);

alter table orders.sourcing_terms enable row level security;
alter table orders.pace enable row level security;
create policy own_maison on orders.sourcing_terms for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on orders.sourcing_terms to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy own_maison on orders.pace for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on orders.pace to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
-- A visitor's checkout in a store decides for every maison the store shows, by that maison's own rules. Nobody else's people see them.
create policy sold_in_the_store on orders.sourcing_terms for select to enfilade_app
  using (base.actor_kind() = 'visitor' and exists (
    select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
    where s.maison_id = base.maison() and m.maison_id = sourcing_terms.maison_id));
create policy sold_in_the_store on orders.pace for select to enfilade_app
  using (base.actor_kind() = 'visitor' and exists (
    select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
    where s.maison_id = base.maison() and m.maison_id = pace.maison_id));
grant select, insert, update on orders.sourcing_terms to enfilade_app;
grant select, insert, update, delete on orders.pace to enfilade_app;

-- How many more orders a place prepares today, by its own clock: none on a day it is closed, null where nothing bounds it. It reads
-- as its owner, so that a store knows it of the maisons it shows; nothing of an order is in it but that there is one.
create view orders.spare with (security_barrier) as
  select l.maison_id, l.id as location_id, case
    when l.opening_hours <> '' and not exists (select 1 from public_facts.opening o
      where o.location_id = l.id and o.opens_at < day.ends and o.closes_at > day.begins) then 0
    when l.daily_cap is not null then greatest(0, l.daily_cap - (select count(*)::integer from orders.fulfilment f
      where f.maison_id = l.maison_id and f.location_id = l.id and f.asked_at >= day.begins
        and f.state not in ('rejected', 'expired', 'cancelled')))
  end as parcels
  from boutiques.location l
  cross join lateral (select date_trunc('day', now() at time zone l.zone) as today) d
  cross join lateral (select d.today at time zone l.zone as begins, (d.today + interval '1 day') at time zone l.zone as ends) day
  where l.maison_id = base.maison() or (base.actor_kind() = 'visitor' and exists (
    select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
    where s.maison_id = base.maison() and m.maison_id = l.maison_id));
grant select on orders.spare to enfilade_app;

-- The rule that decided where a line comes from, 'only_place', 'least_cost' or 'client'; null: decided before this was kept.
alter table orders.checkout_line add column decided_by text;
alter table orders.order_line add column decided_by text;
