-- Appointments meet closures: what stops takes no booking, and what is booked then is given another time to accept.

-- Another time for an appointment that cannot be: kept until its client has answered. `lapsed` and `nowhere`: somebody has to call.
create table appointments.alternative (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  appointment_id uuid not null,
  -- What made it necessary, by the id of the act.
  cause uuid not null,
  state text not null default 'open' constraint alternative_state
    check (state in ('open', 'accepted', 'changed', 'withdrawn', 'lapsed', 'nowhere')),
  location_id uuid,
  staff_id uuid,
  seat_id uuid,
  wall timestamp,
  zone text,
  starts_at timestamptz,
  ends_at timestamptz,
  busy tstzrange,
  answer_by timestamptz,
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (maison_id, id, region),
  constraint alternative_of_an_appointment foreign key (maison_id, appointment_id, region) references appointments.appointment,
  constraint alternative_with_an_advisor foreign key (maison_id, staff_id) references appointments.advisor,
  constraint alternative_seated_there foreign key (maison_id, location_id, seat_id)
    references appointments.seat (maison_id, location_id, id),
  constraint alternative_at_a_place_here foreign key (maison_id, location_id, region)
    references boutiques.location (maison_id, id, region),
  constraint nowhere_has_no_time check (case when state = 'nowhere'
    then num_nonnulls(location_id, staff_id, seat_id, wall, zone, starts_at, ends_at, busy, answer_by) = 0
    else num_nulls(location_id, staff_id, wall, zone, starts_at, ends_at, busy, answer_by) = 0 or state in ('changed', 'withdrawn') end),
  constraint alternative_forward check (starts_at < ends_at and busy @> tstzrange(starts_at, ends_at)),
  constraint open_has_no_end check ((state = 'open') <= (ended_at is null)),
  constraint advisor_proposed_once exclude using gist (maison_id with =, staff_id with =, busy with &&) where (state = 'open'),
  constraint seat_proposed_once exclude using gist (maison_id with =, seat_id with =, busy with &&)
    where (state = 'open' and seat_id is not null)
);
create unique index alternative_unanswered_once on appointments.alternative (maison_id, appointment_id)
  where state in ('open', 'lapsed', 'nowhere');
create index alternative_of_appointment on appointments.alternative (maison_id, appointment_id);
create index alternative_to_lapse on appointments.alternative (maison_id, answer_by) where state = 'open';
create index alternative_of_cause on appointments.alternative (maison_id, cause);
alter table appointments.alternative enable row level security;
create policy own_appointment on appointments.alternative to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('booking', appointment_id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('booking', appointment_id)));
grant select, insert on appointments.alternative to enfilade_app;
grant update (state, ended_at) on appointments.alternative to enfilade_app;
create policy door on appointments.alternative for select to enfilade_door using (true);
grant select on appointments.alternative to enfilade_door;

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table closures.effect drop constraint effect_kind, add constraint effect_kind
  check (kind in ('resource', 'extend', 'postpone', 'divert', 'welcome', 'propose', 'keep')) not valid;
alter table closures.effect validate constraint effect_kind;

-- What is free leaves out what is proposed, and what is closed for appointments while the door stays open; closed doors are out
-- of the openings already.
grant select on public_facts.closure to enfilade_door;
create or replace function door.free_times(maison uuid, service uuid, places uuid[], since timestamptz, until timestamptz, apart uuid)
  returns table (location_id uuid, zone text, part text, id uuid, languages text[], begins bigint[], ends bigint[], busy_minutes integer)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  with offered as (
    select a.location_id, b.zone, s.skill, s.needs_seat
    from appointments.service s
    join appointments.service_at a on a.maison_id = s.maison_id and a.service_id = s.id
    join public_facts.boutique b on b.id = a.location_id and b.maison_id = maison
    where s.maison_id = maison and s.id = service and s.active and a.location_id = any(places)
  ), opened as (
    select o.location_id, range_agg(tstzrange(o.opens_at, o.closes_at))
      - coalesce((select range_agg(tstzrange(c.starts_at, c.ends_at)) from public_facts.closure c
          where c.location_id = o.location_id and 'appointments' = any(c.stops)), '{}') as spans
    from offered f join public_facts.opening o on o.location_id = f.location_id
    where o.closes_at > since and o.opens_at < until
    group by o.location_id
  ), working as (
    select h.location_id, h.staff_id, range_agg(h.during) as spans
    from offered f
    join appointments.shift h on h.maison_id = maison and h.location_id = f.location_id and h.during && tstzrange(since, until)
    group by h.location_id, h.staff_id
  ), advising as (
    select w.location_id, w.staff_id, a.languages,
      w.spans - coalesce((select range_agg(b.during) from appointments.absence b
        where b.maison_id = maison and b.staff_id = w.staff_id and b.during && tstzrange(since, until)), '{}')
        - coalesce(k.spans, '{}') - coalesce(q.spans, '{}') as spans, coalesce(k.minutes, 0) as minutes
    from working w
    join offered f on f.location_id = w.location_id
    join appointments.advisor a on a.maison_id = maison and a.staff_id = w.staff_id and a.bookable
      and (f.skill = '' or f.skill = any(a.skills))
    join staff.person p on p.maison_id = maison and p.id = w.staff_id and p.active
    join staff.post t on t.maison_id = maison and t.staff_id = w.staff_id and t.location_id = w.location_id
    left join lateral (select range_agg(x.busy) as spans,
        (sum(extract(epoch from upper(x.busy) - lower(x.busy))) / 60)::integer as minutes
      from appointments.appointment x where x.maison_id = maison and x.staff_id = w.staff_id
        and x.busy && tstzrange(since, until) and x.state in ('booked', 'arrived') and x.id is distinct from apart) k on true
    left join lateral (select range_agg(x.busy) as spans from appointments.alternative x
      where x.maison_id = maison and x.staff_id = w.staff_id and x.busy && tstzrange(since, until) and x.state = 'open'
        and x.appointment_id is distinct from apart) q on true
  ), seated as (
    select t.location_id, t.id, tstzmultirange(tstzrange(since, until)) - coalesce((select range_agg(x.busy)
      from appointments.appointment x where x.maison_id = maison and x.seat_id = t.id
        and x.busy && tstzrange(since, until) and x.state in ('booked', 'arrived') and x.seat_id is not null
        and x.id is distinct from apart), '{}') - coalesce((select range_agg(x.busy) from appointments.alternative x
      where x.maison_id = maison and x.seat_id = t.id and x.busy && tstzrange(since, until) and x.state = 'open'
        and x.appointment_id is distinct from apart), '{}') as spans
    from offered f
    join appointments.seat t on t.maison_id = maison and t.location_id = f.location_id and t.active
    where f.needs_seat
  ), found as (
    select o.location_id, 'open' as part, o.location_id as id, null::text[] as languages, o.spans, 0 as minutes from opened o
    union all select a.location_id, 'advisor', a.staff_id, a.languages, a.spans, a.minutes from advising a
    union all select t.location_id, 'seat', t.id, null, t.spans, 0 from seated t
  )
  select f.location_id, o.zone, f.part, f.id, f.languages, s.begins, s.ends, f.minutes
  from found f
  join offered o on o.location_id = f.location_id
  cross join lateral (select array_agg(date_part('epoch', lower(r))::bigint order by r) as begins,
      array_agg(date_part('epoch', upper(r))::bigint order by r) as ends
    from unnest(f.spans) as r) s
  where s.begins is not null;
end;

-- By which rules of zones the coming appointments were looked through last: a process that knows older ones leaves them alone.
create table appointments.zone_rules (
  maison_id uuid not null references maisons.maison,
  region text not null default base.region(),
  version text not null,
  looked_at timestamptz not null,
  primary key (maison_id, region)
);
alter table appointments.zone_rules enable row level security;
create policy kept_inside on appointments.zone_rules to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on appointments.zone_rules to enfilade_app;
