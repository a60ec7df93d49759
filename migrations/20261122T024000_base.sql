-- Who acts, what happened, what was asked before: the ground every package stands on.

create schema base authorization enfilade_owner;
create schema public_facts authorization enfilade_owner;
create schema door authorization enfilade_owner;
create schema aggregates authorization enfilade_owner;
grant usage on schema base, public_facts, door to enfilade_app;
grant usage on schema public_facts to enfilade_public;
grant usage on schema base to enfilade_public;
grant usage on schema aggregates to enfilade_group, enfilade_app;

-- The actor is declared per transaction with set_config(…, true). A pooled connection reads '' afterwards, hence nullif.
create function base.maison() returns uuid language sql stable parallel safe
  return nullif(current_setting('enfilade.maison', true), '')::uuid;
create function base.region() returns text language sql stable parallel safe
  return coalesce(nullif(current_setting('enfilade.region', true), ''), 'eu');
create function base.actor_kind() returns text language sql stable parallel safe
  return nullif(current_setting('enfilade.actor_kind', true), '');
create function base.actor_id() returns uuid language sql stable parallel safe
  return nullif(current_setting('enfilade.actor_id', true), '')::uuid;
-- Those who work for the declared maison see its rows; everybody else only their own.
create function base.inside() returns boolean language sql stable parallel safe
  return coalesce(current_setting('enfilade.actor_kind', true), '') in ('staff', 'job', 'importer');
create function base.acts_as(kind text, id uuid) returns boolean language sql stable parallel safe
  return coalesce(current_setting('enfilade.actor_kind', true), '') = kind
     and id = nullif(current_setting('enfilade.actor_id', true), '')::uuid;

-- Stock is moved by those inside, and by a checkout for what it holds and places.
create function base.writes_stock() returns boolean language sql stable parallel safe
  return coalesce(current_setting('enfilade.actor_kind', true), '') in ('staff', 'job', 'importer', 'checkout');
-- What has happened is told by whoever may make it happen; visitors and holders of a link make nothing happen but jobs.
create function base.tells_facts() returns boolean language sql stable parallel safe
  return coalesce(current_setting('enfilade.actor_kind', true), '') in ('staff', 'job', 'importer', 'checkout', 'provider');

-- Facts are read forward by writing transaction: a reader stops at pg_snapshot_xmin, so a late commit is never skipped.
create table base.fact (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  kind text not null,
  subject_id uuid not null,
  location_id uuid,
  body jsonb not null,
  xid xid8 not null default pg_current_xact_id(),
  recorded_at timestamptz not null,
  primary key (maison_id, id, region)
);
create index fact_forward on base.fact (xid, id);
create index fact_of_maison on base.fact (maison_id, region, xid, id);
create index fact_of_subject on base.fact (maison_id, subject_id, id);
alter table base.fact enable row level security;
create policy own_maison on base.fact for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy recorded on base.fact for insert to enfilade_app with check (maison_id = base.maison() and base.tells_facts());
grant select, insert on base.fact to enfilade_app;

-- A listener handles a fact at least once; this row makes its effect happen once.
create table base.handled_fact (
  maison_id uuid not null,
  fact_id uuid not null,
  listener text not null,
  handled_at timestamptz not null,
  constraint handled_once primary key (maison_id, fact_id, listener)
);
alter table base.handled_fact enable row level security;
create policy own_maison on base.handled_fact to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert on base.handled_fact to enfilade_app;

create table base.idempotency (
  maison_id uuid not null default base.maison(),
  actor text not null,
  key text not null,
  request_hash bytea not null,
  status integer,
  answer jsonb,
  asked_at timestamptz not null,
  constraint idempotency_once primary key (maison_id, actor, key),
  constraint key_bounded check (length(key) between 8 and 200)
);
create index idempotency_age on base.idempotency (asked_at);
alter table base.idempotency enable row level security;
create policy own_key on base.idempotency to enfilade_app
  using (maison_id = base.maison() and actor = coalesce(base.actor_kind(), '') || ':' || coalesce(base.actor_id()::text, ''))
  with check (maison_id = base.maison() and actor = coalesce(base.actor_kind(), '') || ':' || coalesce(base.actor_id()::text, ''));
create policy swept on base.idempotency for delete to enfilade_app using (maison_id = base.maison() and base.actor_kind() = 'job');
create policy seen_to_sweep on base.idempotency for select to enfilade_app using (maison_id = base.maison() and base.actor_kind() = 'job');
grant select, insert, update, delete on base.idempotency to enfilade_app;

-- Limits that hold across server processes: one row a bucket and window. Buckets are hashes, they name nobody.
create table base.rate_limit (
  bucket bytea not null,
  window_start timestamptz not null,
  used integer not null,
  primary key (bucket, window_start)
);
grant select, insert, update, delete on base.rate_limit to enfilade_app;

create table base.audit (
  maison_id uuid not null,
  id uuid not null,
  staff_id uuid,
  act text not null,
  subject_kind text not null,
  subject_id uuid not null,
  recorded_at timestamptz not null,
  primary key (maison_id, id)
);
alter table base.audit enable row level security;
create policy own_maison on base.audit for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy recorded on base.audit for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
grant select, insert on base.audit to enfilade_app;

create table base.import_run (
  maison_id uuid not null,
  id uuid not null,
  kind text not null,
  format text not null,
  file_name text not null,
  rows_read integer not null default 0,
  rows_taken integer not null default 0,
  rows_refused integer not null default 0,
  dry_run boolean not null default false,
  started_at timestamptz not null,
  finished_at timestamptz,
  primary key (maison_id, id)
);
alter table base.import_run enable row level security;
create policy own_maison on base.import_run to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison());
grant select, insert, update on base.import_run to enfilade_app;
