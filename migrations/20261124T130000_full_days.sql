-- Who waits for a time on a day that is full. What becomes free is kept for them, one after the other, until they answer.
create table appointments.waiting (
  maison_id uuid not null,
  region text not null default base.region(),
  -- Also the appointment's, once there is one.
  id uuid not null,
  service_id uuid not null,
  location_id uuid not null,
  on_day date not null,
  -- Morning, afternoon from noon, evening from five; none: any.
  part integer constraint waiting_part check (part between 0 and 2),
  asked_language text not null default '',
  variant_ids uuid[] not null default '{}',
  store_id uuid not null,
  client_id uuid,
  booker bytea not null,
  market text not null,
  language text not null,
  name text not null,
  mail text not null,
  link_hash bytea not null,
  state text not null default 'waiting' constraint waiting_state
    check (state in ('waiting', 'offered', 'booked', 'left', 'lapsed', 'over')),
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (maison_id, id, region),
  constraint waiting_ended check ((state in ('waiting', 'offered')) = (ended_at is null)),
  constraint nobody_is_kept check (ended_at is null or (name = '' and mail = '')),
  constraint waiting_for_a_service foreign key (maison_id, service_id) references appointments.service,
  constraint waiting_at_a_place_here foreign key (maison_id, location_id, region)
    references boutiques.location (maison_id, id, region)
);
create unique index waits_once on appointments.waiting (maison_id, service_id, location_id, on_day, booker) where ended_at is null;
create unique index waiting_link on appointments.waiting (link_hash);
create index waiting_in_order on appointments.waiting (maison_id, location_id, on_day, asked_at) where ended_at is null;
alter table appointments.waiting enable row level security;
create policy own_appointment on appointments.waiting to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('booking', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('booking', id)));
grant select, insert on appointments.waiting to enfilade_app;
grant update (state, ended_at, name, mail, booker, client_id) on appointments.waiting to enfilade_app;
create policy door on appointments.waiting for select to enfilade_door using (true);
grant select on appointments.waiting to enfilade_door;

-- The time that is kept for them is an alternative to the one they did not get: whoever looks for free times leaves it out already.
alter table appointments.alternative add column waiting_id uuid;
alter table appointments.alternative alter column appointment_id drop not null;
-- allowed while the shop runs: every row there is has an appointment, and is looked at without keeping writers out
alter table appointments.alternative add constraint alternative_for_one check (num_nonnulls(appointment_id, waiting_id) = 1) not valid;
alter table appointments.alternative validate constraint alternative_for_one;
alter table appointments.alternative add constraint alternative_of_who_waits
  foreign key (maison_id, waiting_id, region) references appointments.waiting not valid;
alter table appointments.alternative validate constraint alternative_of_who_waits;
create unique index alternative_kept_once on appointments.alternative (maison_id, waiting_id) where state = 'open';
alter policy own_appointment on appointments.alternative
  using (maison_id = base.maison() and (base.inside() or base.acts_as('booking', coalesce(appointment_id, waiting_id))))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('booking', coalesce(appointment_id, waiting_id))));

create function door.waiting_of_link(link bytea)
  returns table (maison_id uuid, region text, waiting_id uuid, store_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select w.maison_id, w.region, w.id, w.store_id from appointments.waiting w where w.link_hash = link;
end;
alter function door.waiting_of_link(bytea) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.waiting_of_link(bytea) from public;
grant execute on function door.waiting_of_link(bytea) to enfilade_app;

-- What is kept for who waits is nobody else's either; `apart` may be a place on a waitlist too.
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
        and coalesce(x.appointment_id, x.waiting_id) is distinct from apart) q on true
  ), seated as (
    select t.location_id, t.id, tstzmultirange(tstzrange(since, until)) - coalesce((select range_agg(x.busy)
      from appointments.appointment x where x.maison_id = maison and x.seat_id = t.id
        and x.busy && tstzrange(since, until) and x.state in ('booked', 'arrived') and x.seat_id is not null
        and x.id is distinct from apart), '{}') - coalesce((select range_agg(x.busy) from appointments.alternative x
      where x.maison_id = maison and x.seat_id = t.id and x.busy && tstzrange(since, until) and x.state = 'open'
        and coalesce(x.appointment_id, x.waiting_id) is distinct from apart), '{}') as spans
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
