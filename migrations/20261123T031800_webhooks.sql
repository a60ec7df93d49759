-- Webhooks out: where a maison wants to be told what happened, how far each endpoint has read the facts, and each message's delivery.

create schema channels authorization enfilade_owner;
grant usage on schema channels to enfilade_app, enfilade_door;

create table channels.webhook_endpoint (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  -- A maison has as many endpoints as there are numbers.
  number smallint not null constraint ten_endpoints check (number between 1 and 10),
  url text not null constraint endpoint_address check (url ~ '^https?://[!-~]+$' and length(url) <= 500),
  types text[] not null,
  -- '': on. Otherwise why it is off: a person said so, the receiver answered 410, or it was away for days.
  off text not null default '' constraint off_why check (off in ('', 'person', 'gone', 'away')),
  made_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by uuid,
  primary key (maison_id, id),
  constraint endpoint_number_once unique (maison_id, number),
  constraint types_chosen check (cardinality(types) between 1 and 100),
  constraint types_once check (base.each_once(types))
);

-- Which secrets an endpoint's messages are signed with. The secret itself is derived from the installation's key and this id.
create table channels.webhook_secret (
  maison_id uuid not null,
  endpoint_id uuid not null,
  id uuid not null,
  made_at timestamptz not null,
  -- Null: the one in use. Otherwise until when an exchanged one still signs.
  ends_at timestamptz,
  primary key (maison_id, id),
  constraint secret_of_an_endpoint foreign key (maison_id, endpoint_id)
    references channels.webhook_endpoint (maison_id, id) on delete cascade
);
create unique index one_secret_in_use on channels.webhook_secret (maison_id, endpoint_id) where ends_at is null;
create index secrets_of_endpoint on channels.webhook_secret (maison_id, endpoint_id);

-- How far an endpoint has read the facts of a region, who serves it until when, and whether its receiver is there.
create table channels.webhook_progress (
  maison_id uuid not null,
  endpoint_id uuid not null,
  region text not null default base.region(),
  -- The first transaction whose facts have not been read.
  seen xid8 not null default pg_snapshot_xmin(pg_current_snapshot()),
  served_until timestamptz not null default '-infinity',
  failures integer not null default 0 constraint failures_counted check (failures >= 0),
  away_since timestamptz,
  rests_until timestamptz not null default '-infinity',
  primary key (maison_id, endpoint_id, region),
  constraint away_has_failed check ((failures > 0) = (away_since is not null)),
  constraint progress_of_an_endpoint foreign key (maison_id, endpoint_id)
    references channels.webhook_endpoint (maison_id, id) on delete cascade
);

create table channels.webhook_delivery (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  endpoint_id uuid not null,
  -- Null: a test that a person asked for.
  fact_id uuid,
  type text not null,
  body text not null constraint body_bounded check (length(body) <= 200000),
  state text not null default 'waiting' constraint delivery_state check (state in ('waiting', 'delivered', 'dead')),
  tries integer not null default 0 constraint tries_counted check (tries >= 0),
  due_at timestamptz not null,
  written_at timestamptz not null,
  tried_at timestamptz,
  status integer constraint status_of_http check (status between 100 and 999),
  -- What stood in the way, in our words; '' after a 2xx and before the first try.
  why text not null default '' constraint why_bounded check (length(why) <= 200),
  -- The beginning of what the receiver answered.
  answer text not null default '' constraint answer_bounded check (length(answer) <= 200),
  primary key (maison_id, id, region),
  constraint one_delivery_a_fact unique (maison_id, endpoint_id, fact_id, region),
  constraint delivery_of_an_endpoint foreign key (maison_id, endpoint_id)
    references channels.webhook_endpoint (maison_id, id) on delete cascade
);
create index delivery_due on channels.webhook_delivery (maison_id, endpoint_id, region, due_at, id) where state = 'waiting';
create index delivery_dead on channels.webhook_delivery (maison_id, endpoint_id, region, id) where state = 'dead';
create index delivery_newest on channels.webhook_delivery (maison_id, endpoint_id, region, id);
create index delivery_written on channels.webhook_delivery (maison_id, written_at);

alter table channels.webhook_endpoint enable row level security;
alter table channels.webhook_secret enable row level security;
alter table channels.webhook_progress enable row level security;
alter table channels.webhook_delivery enable row level security;
create policy kept_inside on channels.webhook_endpoint to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on channels.webhook_secret to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on channels.webhook_progress to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on channels.webhook_delivery to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on channels.webhook_endpoint, channels.webhook_secret, channels.webhook_progress,
  channels.webhook_delivery to enfilade_app;

-- Which endpoints have something to read or to send, in every maison: ids only, the longest waiting first.
grant select (maison_id, id, off) on channels.webhook_endpoint to enfilade_door;
grant select on channels.webhook_progress to enfilade_door;
grant select (maison_id, region, endpoint_id, state, due_at) on channels.webhook_delivery to enfilade_door;
create policy door on channels.webhook_endpoint for select to enfilade_door using (true);
create policy door on channels.webhook_progress for select to enfilade_door using (true);
create policy door on channels.webhook_delivery for select to enfilade_door using (true);
create function door.webhooks_due(at timestamptz, most integer)
  returns table (maison_id uuid, region text, endpoint_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select p.maison_id, p.region, p.endpoint_id from channels.webhook_progress p
  join channels.webhook_endpoint e on e.maison_id = p.maison_id and e.id = p.endpoint_id
  where e.off = '' and p.served_until <= at and p.rests_until <= at and (
    exists (select 1 from base.fact f where f.maison_id = p.maison_id and f.region = p.region and f.xid >= p.seen
      and f.xid < pg_snapshot_xmin(pg_current_snapshot()))
    or exists (select 1 from channels.webhook_delivery d where d.maison_id = p.maison_id and d.endpoint_id = p.endpoint_id
      and d.region = p.region and d.state = 'waiting' and d.due_at <= at))
  order by p.served_until, p.endpoint_id limit most;
end;
alter function door.webhooks_due(timestamptz, integer) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.webhooks_due(timestamptz, integer) from public;
grant execute on function door.webhooks_due(timestamptz, integer) to enfilade_app;
