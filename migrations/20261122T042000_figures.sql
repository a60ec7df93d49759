-- Figures: exact days that stay inside the maison, and what is published of them to the group, small cells joined before writing.
-- Days alone were too small to publish: most maisons sell a few lines a day. Periods of whole months take their place.

drop table aggregates.sales_day;
drop table aggregates.service_day;

-- Exact, per local day; nobody outside the maison reads them.
create table orders.sales_day (
  maison_id uuid not null,
  region text not null default base.region(),
  day date not null,
  channel text not null,
  promised_online boolean not null,
  collected boolean not null,
  currency text not null,
  lines integer not null,
  net_minor bigint not null,
  primary key (maison_id, region, day, channel, promised_online, collected, currency)
);
create table orders.service_day (
  maison_id uuid not null,
  region text not null default base.region(),
  day date not null,
  fulfilments integer not null,
  lines_asked integer not null,
  rejections integer not null,
  ready integer not null,
  minutes_to_ready bigint not null,
  visits_begun_online integer not null,
  primary key (maison_id, region, day)
);
-- How far the facts have been read into the days: facts are read forward by writing transaction.
create table orders.figures_read (
  maison_id uuid not null,
  region text not null default base.region(),
  seen xid8 not null,
  full_at timestamptz not null,
  primary key (maison_id, region)
);

-- A cell covers whole months, first and last included, and never fewer than five lines. `part` names the leaves it
-- holds, joined by '+'; the cells of one `detail` are every line once: 'total' per month, then finer parts in longer periods.
create table aggregates.sales (
  maison_id uuid not null,
  region text not null default base.region(),
  currency text not null,
  detail text not null constraint sales_detail check (detail in ('total', 'promise', 'method', 'channel')),
  first_month date not null,
  last_month date not null,
  part text not null,
  lines integer not null constraint no_small_cell check (lines >= 5),
  net_minor bigint not null,
  primary key (maison_id, region, currency, detail, first_month, part),
  constraint whole_months check (first_month <= last_month and extract(day from first_month) = 1
    and extract(day from last_month) = 1)
);
create table aggregates.service (
  maison_id uuid not null,
  region text not null default base.region(),
  first_month date not null,
  last_month date not null,
  fulfilments integer not null constraint no_small_cell check (fulfilments >= 5),
  lines_asked integer not null,
  rejections integer not null,
  ready integer not null,
  minutes_to_ready bigint not null,
  visits_begun_online integer not null,
  primary key (maison_id, region, first_month),
  constraint whole_months check (first_month <= last_month and extract(day from first_month) = 1
    and extract(day from last_month) = 1)
);
-- When the maison's figures last held everything that had happened.
create table aggregates.freshness (
  maison_id uuid not null,
  region text not null default base.region(),
  as_of timestamptz not null,
  primary key (maison_id, region)
);
do $$ declare t text; begin
  foreach t in array array['orders.sales_day', 'orders.service_day', 'orders.figures_read',
      'aggregates.sales', 'aggregates.service', 'aggregates.freshness'] loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy own_maison on %s to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on %s to enfilade_app', t);
  end loop;
  foreach t in array array['aggregates.sales', 'aggregates.service', 'aggregates.freshness'] loop
    execute format('create policy group_reads on %s for select to enfilade_group using (true)', t);
    execute format('grant select on %s to enfilade_group', t);
  end loop;
end $$;
-- Days are refreshed by when an order was placed or left the boutique.
create index fulfilment_ended on orders.fulfilment (maison_id, ended_at) where ended_at is not null;
