-- Workshops: how many pieces a maison's workshop engraves on a working day, the days it is closed, and who has claimed its room.

create table boutiques.workshop (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  region text not null default base.region(),
  name text not null constraint workshop_is_named check (length(name) between 1 and 80),
  -- Where it is; null: on its own.
  location_id uuid,
  zone text not null,
  pieces_a_day integer not null constraint workshop_room check (pieces_a_day between 1 and 1000),
  -- Working days: until a piece is there, and from the day of the work until it is back where it is prepared.
  there_days integer not null constraint workshop_there check (there_days between 0 and 20),
  back_days integer not null constraint workshop_back check (back_days between 0 and 20),
  stopped_at timestamptz,
  changed_at timestamptz not null,
  primary key (maison_id, id, region)
);
-- A day on which something is claimed, or that is closed. What was promised on a day that closes stays promised.
create table boutiques.workshop_day (
  maison_id uuid not null,
  workshop_id uuid not null,
  day date not null,
  region text not null default base.region(),
  room integer not null,
  taken integer not null default 0,
  closed boolean not null default false,
  primary key (maison_id, workshop_id, day, region),
  constraint never_beyond_room check (taken between 0 and room)
);
create table boutiques.workshop_claim (
  maison_id uuid not null,
  id uuid not null,
  region text not null default base.region(),
  workshop_id uuid not null,
  day date not null,
  -- A checkout until it lapses, then the order it became.
  holder_id uuid not null,
  pieces integer not null constraint claim_of_some check (pieces > 0),
  expires_at timestamptz,
  claimed_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint one_claim_per_holder unique (maison_id, holder_id, region)
);
create index workshop_claim_lapses on boutiques.workshop_claim (maison_id, expires_at) where expires_at is not null;
create index workshop_claim_of_day on boutiques.workshop_claim (maison_id, workshop_id, day);

alter table boutiques.workshop enable row level security;
alter table boutiques.workshop_day enable row level security;
alter table boutiques.workshop_claim enable row level security;
-- A checkout claims, and locks what it counts on, in the maison that sells.
create policy claimed_inside on boutiques.workshop to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.inside());
create policy claimed_inside on boutiques.workshop_day to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.writes_stock());
create policy claimed_inside on boutiques.workshop_claim to enfilade_app
  using (maison_id = base.maison() and base.writes_stock()) with check (maison_id = base.maison() and base.writes_stock());
grant select, insert, update on boutiques.workshop, boutiques.workshop_day to enfilade_app;
grant select, insert, update, delete on boutiques.workshop_claim to enfilade_app;

-- What a promise needs of workshops, and no more: none of who has claimed what.
create view public_facts.workshop with (security_barrier) as
  select maison_id, id, zone, pieces_a_day, there_days, back_days from boutiques.workshop where stopped_at is null;
create view public_facts.workshop_day with (security_barrier) as
  select d.maison_id, d.workshop_id, d.day, case when d.closed then 0 else d.room - d.taken + coalesce((
    select sum(c.pieces)::integer from boutiques.workshop_claim c where c.maison_id = d.maison_id
      and c.workshop_id = d.workshop_id and c.day = d.day and c.expires_at <= now()), 0) end as free
  from boutiques.workshop_day d;
grant select on public_facts.workshop, public_facts.workshop_day to enfilade_app, enfilade_public;

-- The first day on which so many pieces, known of `at`, could be back engraved; null where nothing is free within three weeks.
create function public_facts.engraved_by(maison uuid, pieces integer, at timestamptz) returns date
  language sql stable parallel safe
  return (
    select min(public_facts.working_day(t.day, w.back_days)) from public_facts.workshop w
    cross join lateral (
      select public_facts.working_day((engraved_by.at at time zone w.zone)::date, greatest(1, w.there_days)) + n as day
      from generate_series(0, 20) n) t
    left join public_facts.workshop_day d on d.maison_id = w.maison_id and d.workshop_id = w.id and d.day = t.day
    where w.maison_id = engraved_by.maison and extract(isodow from t.day) < 6
      and coalesce(d.free, w.pieces_a_day) >= engraved_by.pieces);
