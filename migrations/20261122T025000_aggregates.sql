-- What reaches the group: aggregates written per maison by a job that acts as that maison, small cells suppressed.

create table aggregates.sales_day (
  maison_id uuid not null,
  day date not null,
  market text not null,
  channel text not null,
  currency text not null,
  promised_online boolean not null,
  lines integer not null,
  net_minor bigint not null,
  refreshed_at timestamptz not null,
  primary key (maison_id, day, market, channel, currency, promised_online)
);
create table aggregates.service_day (
  maison_id uuid not null,
  day date not null,
  fulfilments integer not null,
  collections integer not null,
  rejections integer not null,
  ready integer not null,
  minutes_to_ready_sum bigint not null,
  visits_begun_online integer not null,
  visits_with_beside integer not null,
  refreshed_at timestamptz not null,
  primary key (maison_id, day)
);
alter table aggregates.sales_day enable row level security;
alter table aggregates.service_day enable row level security;
create policy own_maison on aggregates.sales_day to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy own_maison on aggregates.service_day to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy group_reads on aggregates.sales_day for select to enfilade_group using (true);
create policy group_reads on aggregates.service_day for select to enfilade_group using (true);
grant select, insert, update, delete on aggregates.sales_day, aggregates.service_day to enfilade_app;
grant select on aggregates.sales_day, aggregates.service_day to enfilade_group;
grant usage on schema public_facts to enfilade_group;
grant select on public_facts.maison to enfilade_group;
