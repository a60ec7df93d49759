-- What is brought to a boutique for the client of a proposal, and for one who reserves: docs/algorithms/ship-to-store.md.

alter table orders.proposal add column brought boolean not null default false;
alter table orders.proposal add constraint brought_where_collected check (not brought or collect_at is not null) not valid;
alter table orders.proposal validate constraint brought_where_collected;

alter table maisons.policy add column reserve_brought boolean not null default false;
alter table public_facts.promise_terms add column reserve_brought boolean not null default false;

-- Where clients may reserve now, as public_facts.collects says it of collecting.
create view public_facts.reserves with (security_barrier) as
  select e.maison_id, e.location_id from stock.exposure e
  where e.reserve and e.location_id not in (select c.location_id from public_facts.closure c
    where c.starts_at <= now() and (c.ends_at is null or c.ends_at > now()) and 'reserve' = any (c.stops));
alter view public_facts.reserves owner to enfilade_owner;
grant select on public_facts.reserves to enfilade_app, enfilade_public;
