-- Appointments: what a boutique offers, who works there when, where clients sit, and what is booked.

create schema appointments authorization enfilade_owner;
grant usage on schema appointments to enfilade_app, enfilade_door;

create table appointments.service (
  maison_id uuid not null,
  id uuid not null,
  code text not null,
  kind text not null constraint service_kind check (kind in ('try', 'shopping', 'care', 'engraving', 'made_to_measure', 'viewing')),
  minutes integer not null constraint service_length check (minutes between 5 and 480),
  preparation_minutes integer not null default 0 constraint service_preparation check (preparation_minutes between 0 and 240),
  clearing_minutes integer not null default 0 constraint service_clearing check (clearing_minutes between 0 and 240),
  -- Each divides an hour or is made of hours: starts look the same on every day.
  step_minutes integer not null constraint service_step check (step_minutes in (5, 10, 15, 20, 30, 60, 120)),
  skill text not null default '',
  needs_seat boolean not null default false,
  pieces_max integer not null default 0 constraint service_pieces check (pieces_max between 0 and 10),
  notice_minutes integer not null constraint service_notice check (notice_minutes between 0 and 20160),
  -- As far as openings are published.
  horizon_days integer not null constraint service_horizon check (horizon_days between 1 and 27),
  cancel_until_minutes integer not null default 0 constraint service_cancel_until check (cancel_until_minutes between 0 and 20160),
  active boolean not null default true,
  changed_at timestamptz not null,
  primary key (maison_id, id),
  constraint service_code_once unique (maison_id, code)
);
create table appointments.service_text (
  maison_id uuid not null,
  service_id uuid not null,
  language text not null,
  name text not null constraint service_named check (length(name) between 1 and 120),
  words text not null default '' constraint service_words check (length(words) <= 1000),
  primary key (maison_id, service_id, language),
  constraint text_of_a_service foreign key (maison_id, service_id) references appointments.service
);
create table appointments.service_at (
  maison_id uuid not null,
  service_id uuid not null,
  location_id uuid not null,
  primary key (maison_id, service_id, location_id),
  constraint offered_service foreign key (maison_id, service_id) references appointments.service,
  constraint offered_at_a_place_here foreign key (maison_id, location_id) references boutiques.location (maison_id, id)
);
-- One row a boutique: who books there, moves, or changes its roster takes its turn.
create table appointments.turn (
  maison_id uuid not null,
  location_id uuid not null,
  primary key (maison_id, location_id),
  constraint turn_of_a_place_here foreign key (maison_id, location_id) references boutiques.location (maison_id, id)
);
create table appointments.seat (
  maison_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  room text not null constraint seat_named check (length(room) between 1 and 60),
  active boolean not null default true,
  primary key (maison_id, id),
  constraint seat_stays_there unique (maison_id, location_id, id),
  constraint seat_of_a_place_here foreign key (maison_id, location_id) references boutiques.location (maison_id, id)
);
create table appointments.advisor (
  maison_id uuid not null,
  staff_id uuid not null,
  shown_name text not null constraint advisor_named check (length(shown_name) between 1 and 60),
  languages text[] not null,
  skills text[] not null default '{}',
  bookable boolean not null default true,
  changed_at timestamptz not null,
  primary key (maison_id, staff_id),
  constraint advisor_works_here foreign key (maison_id, staff_id) references staff.person (maison_id, id),
  constraint advisor_speaks check (cardinality(languages) between 1 and 10 and base.each_once(languages))
);
create table appointments.roster (
  maison_id uuid not null,
  id uuid not null,
  staff_id uuid not null,
  location_id uuid not null,
  weekday integer not null constraint roster_weekday check (weekday between 1 and 7),
  from_minute integer not null constraint roster_from check (from_minute between 0 and 1439),
  until_minute integer not null constraint roster_until check (until_minute between 1 and 1440),
  valid_from date not null,
  valid_until date,
  primary key (maison_id, id),
  constraint roster_forward check (until_minute > from_minute and (valid_until is null or valid_until >= valid_from)),
  constraint roster_of_an_advisor foreign key (maison_id, staff_id) references appointments.advisor,
  constraint roster_at_a_place_here foreign key (maison_id, location_id) references boutiques.location (maison_id, id)
);
create index roster_of_place on appointments.roster (maison_id, location_id);
-- The rosters of the coming weeks as points in time. Nobody works in two places at once, nor twice in one.
create table appointments.shift (
  maison_id uuid not null,
  staff_id uuid not null,
  location_id uuid not null,
  during tstzrange not null,
  constraint shift_bounded check (not isempty(during) and upper(during) - lower(during) <= interval '30 hours'),
  constraint one_place_at_a_time exclude using gist (maison_id with =, staff_id with =, during with &&),
  constraint shift_of_an_advisor foreign key (maison_id, staff_id) references appointments.advisor,
  constraint shift_at_a_place_here foreign key (maison_id, location_id) references boutiques.location (maison_id, id)
);
create index shift_of_place on appointments.shift using gist (maison_id, location_id, during);
create table appointments.absence (
  maison_id uuid not null,
  id uuid not null,
  staff_id uuid not null,
  during tstzrange not null,
  said_at timestamptz not null,
  primary key (maison_id, id),
  constraint absence_bounded check (not isempty(during) and upper(during) - lower(during) <= interval '400 days'),
  constraint absence_of_an_advisor foreign key (maison_id, staff_id) references appointments.advisor
);
create index absence_of_advisor on appointments.absence using gist (maison_id, staff_id, during);

create table appointments.appointment (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  number text not null,
  service_id uuid not null,
  location_id uuid not null,
  staff_id uuid not null,
  needs_seat boolean not null,
  seat_id uuid,
  store_id uuid not null,
  client_id uuid,
  -- Whose mailbox, by a hash that only the installation can make: nobody comes twice at a time.
  booker bytea not null,
  market text not null,
  language text not null,
  asked_language text not null default '',
  -- What the clock on the wall shows, by whose zone; the points in time are made of it.
  wall timestamp not null,
  zone text not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  preparation_minutes integer not null,
  clearing_minutes integer not null,
  busy tstzrange not null,
  state text not null default 'booked'
    constraint appointment_state check (state in ('booked', 'arrived', 'served', 'missed', 'cancelled')),
  -- How often it was moved or cancelled: calendars take the highest.
  sequence integer not null default 0,
  link_hash bytea not null constraint appointment_link_once unique,
  booked_at timestamptz not null,
  changed_at timestamptz not null,
  ended_by uuid,
  primary key (maison_id, id, region),
  constraint appointment_number_once unique (maison_id, number, region),
  constraint busy_is_the_visit check (starts_at < ends_at and ends_at - starts_at <= interval '8 hours'
    and preparation_minutes >= 0 and clearing_minutes >= 0
    and busy = tstzrange(starts_at - make_interval(mins => preparation_minutes), ends_at + make_interval(mins => clearing_minutes))),
  constraint seat_where_needed check (needs_seat = (seat_id is not null)),
  constraint advisor_once exclude using gist (maison_id with =, staff_id with =, busy with &&) where (state in ('booked', 'arrived')),
  constraint seat_once exclude using gist (maison_id with =, seat_id with =, busy with &&)
    where (state in ('booked', 'arrived') and seat_id is not null),
  constraint visitor_once exclude using gist (maison_id with =, booker with =, tstzrange(starts_at, ends_at) with &&)
    where (state in ('booked', 'arrived')),
  constraint appointment_for_a_service foreign key (maison_id, service_id) references appointments.service,
  constraint appointment_with_an_advisor foreign key (maison_id, staff_id) references appointments.advisor,
  constraint appointment_seated_there foreign key (maison_id, location_id, seat_id) references appointments.seat (maison_id, location_id, id),
  constraint appointment_at_a_place_here foreign key (maison_id, location_id, region)
    references boutiques.location (maison_id, id, region)
);
create index appointment_of_place on appointments.appointment (maison_id, location_id, starts_at);
create index appointment_ahead on appointments.appointment (maison_id, ends_at) where state in ('booked', 'arrived');
-- Who comes and what they say; what an advisor noted of them. Erased apart.
create table appointments.contact (
  maison_id uuid not null,
  region text not null default base.region(),
  appointment_id uuid not null,
  name text not null constraint visitor_named check (length(name) between 1 and 100),
  mail text not null constraint visitor_mail check (mail like '%@%' and length(mail) <= 254),
  phone text not null default '' constraint visitor_phone check (length(phone) <= 20),
  words text not null default '' constraint visitor_words check (length(words) <= 500),
  noted text not null default '' constraint advisor_words check (length(noted) <= 500),
  forget_at timestamptz not null,
  primary key (maison_id, appointment_id, region),
  constraint contact_of_an_appointment foreign key (maison_id, appointment_id, region) references appointments.appointment
);
create index contact_to_forget on appointments.contact (maison_id, forget_at);
create table appointments.piece (
  maison_id uuid not null,
  region text not null default base.region(),
  appointment_id uuid not null,
  variant_id uuid not null,
  place integer not null,
  result text constraint piece_result check (result in ('tried', 'liked', 'bought')),
  constraint piece_once_an_appointment primary key (maison_id, appointment_id, variant_id, region),
  constraint piece_of_an_appointment foreign key (maison_id, appointment_id, region) references appointments.appointment
);

alter table appointments.service enable row level security;
alter table appointments.service_text enable row level security;
alter table appointments.service_at enable row level security;
alter table appointments.turn enable row level security;
alter table appointments.seat enable row level security;
alter table appointments.advisor enable row level security;
alter table appointments.roster enable row level security;
alter table appointments.shift enable row level security;
alter table appointments.absence enable row level security;
alter table appointments.appointment enable row level security;
alter table appointments.contact enable row level security;
alter table appointments.piece enable row level security;

-- What is offered everybody may read; who works when, and who sits where, is the maison's own.
create policy own_maison on appointments.service for select to enfilade_app using (maison_id = base.maison());
create policy own_maison on appointments.service_text for select to enfilade_app using (maison_id = base.maison());
create policy own_maison on appointments.service_at for select to enfilade_app using (maison_id = base.maison());
create policy own_maison on appointments.turn for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on appointments.service to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.service_text to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.service_at to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.turn to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.seat to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.advisor to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.roster to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.shift to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.absence to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
-- A booking locks the row of the boutique and changes nothing of it.
create policy taken_in_turn on appointments.turn for update to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking') with check (base.inside());
create policy own_appointment on appointments.appointment to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('booking', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('booking', id)));
create policy own_appointment on appointments.contact to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('booking', appointment_id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('booking', appointment_id)));
create policy own_appointment on appointments.piece to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('booking', appointment_id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('booking', appointment_id)));
-- A booking holds its pieces as a checkout does, and tells its own news.
create policy held_by_booking on stock.exposure for select to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking');
create policy held_by_booking on stock.serialised for select to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking');
create policy held_by_booking on stock.position to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking') with check (maison_id = base.maison() and base.actor_kind() = 'booking');
create policy held_by_booking on stock.piece to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking') with check (maison_id = base.maison() and base.actor_kind() = 'booking');
create policy held_by_booking on stock.hold to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking')
  with check (maison_id = base.maison() and purpose = 'appointment' and base.actor_kind() = 'booking');
create policy told_by_booking on base.fact for insert to enfilade_app
  with check (maison_id = base.maison() and base.acts_as('booking', subject_id));

grant select, insert, update, delete on appointments.service_text, appointments.service_at, appointments.roster,
  appointments.shift, appointments.absence to enfilade_app;
grant select, insert, update on appointments.service, appointments.advisor, appointments.seat, appointments.turn to enfilade_app;
grant select, insert on appointments.appointment, appointments.piece to enfilade_app;
grant update (location_id, staff_id, seat_id, wall, zone, starts_at, ends_at, preparation_minutes, clearing_minutes, busy, state, sequence, changed_at, ended_by)
  on appointments.appointment to enfilade_app;
grant update (result) on appointments.piece to enfilade_app;
grant select, insert, delete on appointments.contact to enfilade_app;
grant update (noted, forget_at) on appointments.contact to enfilade_app;

grant select on appointments.service, appointments.service_at, appointments.seat, appointments.advisor, appointments.shift,
  appointments.absence, appointments.appointment, public_facts.opening, public_facts.boutique, staff.post
  to enfilade_door;
create policy door on staff.post for select to enfilade_door using (true);
create policy door on appointments.service for select to enfilade_door using (true);
create policy door on appointments.service_at for select to enfilade_door using (true);
create policy door on appointments.seat for select to enfilade_door using (true);
create policy door on appointments.advisor for select to enfilade_door using (true);
create policy door on appointments.shift for select to enfilade_door using (true);
create policy door on appointments.absence for select to enfilade_door using (true);
create policy door on appointments.appointment for select to enfilade_door using (true);

create function door.appointment_of_link(link bytea)
  returns table (maison_id uuid, region text, appointment_id uuid, store_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select a.maison_id, a.region, a.id, a.store_id from appointments.appointment a where a.link_hash = link;
end;

-- When the boutiques that offer a service are open, and who and which seat is free there, between two moments: everybody may ask,
-- and learns neither names nor why somebody is not free. Seconds since 1970, a beginning and an end each.
-- `apart`: an appointment that is being moved keeps nobody from its own time.
create function door.free_times(maison uuid, service uuid, places uuid[], since timestamptz, until timestamptz, apart uuid)
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
    select o.location_id, range_agg(tstzrange(o.opens_at, o.closes_at)) as spans
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
        - coalesce(k.spans, '{}') as spans, coalesce(k.minutes, 0) as minutes
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
  ), seated as (
    select t.location_id, t.id, tstzmultirange(tstzrange(since, until)) - coalesce((select range_agg(x.busy)
      from appointments.appointment x where x.maison_id = maison and x.seat_id = t.id
        and x.busy && tstzrange(since, until) and x.state in ('booked', 'arrived') and x.seat_id is not null
        and x.id is distinct from apart), '{}') as spans
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
alter function door.appointment_of_link(bytea) owner to enfilade_door;
alter function door.free_times(uuid, uuid, uuid[], timestamptz, timestamptz, uuid) owner to enfilade_door;
-- allowed while the shop runs: the functions are new here, so no running process may use them yet
revoke all on function door.appointment_of_link(bytea), door.free_times(uuid, uuid, uuid[], timestamptz, timestamptz, uuid) from public;
grant execute on function door.appointment_of_link(bytea), door.free_times(uuid, uuid, uuid[], timestamptz, timestamptz, uuid)
  to enfilade_app;
