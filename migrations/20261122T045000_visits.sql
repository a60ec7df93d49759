-- Visits that began online and what was bought beside on the same visit: told by a word that the lines of one visit share.
-- They are counted and published by themselves; the count among the figures of service was published without regard to
-- how few visits there were, and could have been subtracted.

-- In capitals, without dashes and spaces; for an order of Enfilade it is the order's number.
alter table orders.external_sale add column visit text not null default ''
  constraint visit_is_a_word check (length(visit) <= 60);
create index external_sale_visit on orders.external_sale (maison_id, visit) where visit <> '';

-- Exact, per local day; nobody outside the maison reads them. `till_lines`: lines sold in boutiques that name their visit.
create table orders.visit_day (
  maison_id uuid not null,
  region text not null default base.region(),
  day date not null,
  currency text not null,
  visits integer not null,
  with_beside integer not null,
  till_lines integer not null,
  net_minor bigint not null,
  primary key (maison_id, region, day, currency)
);

-- A cell covers whole months and never fewer than five visits. 'visits' tells every visit once, by whether tills told any
-- visit in these months; 'beside' those of them where they did, by whether something was bought beside, net in euros.
create table aggregates.visit (
  maison_id uuid not null,
  region text not null default base.region(),
  detail text not null,
  first_month date not null,
  last_month date not null,
  part text not null,
  visits integer not null constraint no_small_cell check (visits >= 5),
  net_minor bigint not null,
  primary key (maison_id, region, detail, first_month, part),
  constraint visit_part check ((detail, part) in
    (('visits', 'tills_tell'), ('visits', 'tills_silent'), ('beside', 'something'), ('beside', 'nothing'))),
  constraint whole_months check (first_month <= last_month and extract(day from first_month) = 1
    and extract(day from last_month) = 1)
);
do $$ declare t text; begin
  foreach t in array array['orders.visit_day', 'aggregates.visit'] loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy own_maison on %s to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on %s to enfilade_app', t);
  end loop;
end $$;
create policy group_reads on aggregates.visit for select to enfilade_group using (true);
grant select on aggregates.visit to enfilade_group;

alter table orders.service_day drop column visits_begun_online;
alter table aggregates.service drop column visits_begun_online;
