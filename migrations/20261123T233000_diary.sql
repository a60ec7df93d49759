-- Clients book by themselves: what letters have told, reminders, a late client, questions of a service, a phone instead of a mailbox.

alter table appointments.service
  add column remind_days integer not null default 1 constraint service_reminder check (remind_days between 0 and 7),
  add column remind_hour integer not null default 10 constraint service_reminder_hour check (remind_hour between 0 and 23),
  add column late_minutes integer not null default 15 constraint service_late check (late_minutes between 0 and 240);
-- Whom clients may choose by name; what others are called nobody outside reads.
alter table appointments.advisor add column by_name boolean not null default false;
alter table appointments.service_text
  add column questions text[] not null default '{}' constraint service_questions check (cardinality(questions) <= 5);
-- The last sequence a letter told, −1 where none was written; and of which beginning its client was reminded.
alter table appointments.appointment
  add column told integer not null default -1,
  add column reminded_of timestamptz;
grant update (told, reminded_of) on appointments.appointment to enfilade_app;
alter table appointments.contact
  add column answers jsonb not null default '[]' constraint visitor_answers check (jsonb_typeof(answers) = 'array');
alter table appointments.contact drop constraint visitor_mail;
alter table appointments.contact add constraint visitor_mail
  check ((mail like '%@%' and length(mail) <= 254) or (mail = '' and phone <> '')) not valid;
alter table appointments.contact validate constraint visitor_mail;

-- What a signed-in client has made, in whatever maison of the store they are signed in at: by the session's secret alone.
create index appointment_of_client on appointments.appointment (client_id, starts_at) where client_id is not null;
grant select on appointments.service_text, appointments.piece, public_facts.maison to enfilade_door;
create policy door on appointments.service_text for select to enfilade_door using (true);
create policy door on appointments.piece for select to enfilade_door using (true);
create function door.appointments_of_session(token bytea, at timestamptz, spoken text)
  returns table (id uuid, maison_name text, state text, service text, location_name text, city text, zone text, starts_at timestamptz,
    ends_at timestamptz, pieces integer)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select a.id, m.name, a.state, t.name, b.name, b.city, a.zone, a.starts_at, a.ends_at,
    (select count(*) from appointments.piece x where x.maison_id = a.maison_id and x.appointment_id = a.id)::integer
  from door.client_of_session(token, at) c
  join appointments.appointment a on a.client_id = c.client_id
  join public_facts.maison m on m.maison_id = a.maison_id
  join public_facts.boutique b on b.id = a.location_id
  cross join lateral (select x.name from appointments.service_text x
    where x.maison_id = a.maison_id and x.service_id = a.service_id
    order by x.language = spoken desc, x.language = 'en' desc, x.language limit 1) t
  order by a.starts_at desc, a.id desc limit 100;
end;
alter function door.appointments_of_session(bytea, timestamptz, text) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.appointments_of_session(bytea, timestamptz, text) from public;
grant execute on function door.appointments_of_session(bytea, timestamptz, text) to enfilade_app;

-- Which boutiques take appointments, and whether pieces are set aside for them: pages that show no times say so.
create view public_facts.appointments_at with (security_barrier = true) as
  select a.maison_id, a.location_id, bool_or(s.pieces_max > 0) as tries
  from appointments.service_at a
  join appointments.service s on s.maison_id = a.maison_id and s.id = a.service_id and s.active
  group by a.maison_id, a.location_id;
alter view public_facts.appointments_at owner to enfilade_owner;
grant select on public_facts.appointments_at to enfilade_public, enfilade_app;

-- Who may be chosen by name for a service at a boutique.
create function door.advisors_by_name(maison uuid, service uuid, place uuid)
  returns table (id uuid, shown_name text, languages text[])
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select a.staff_id, a.shown_name, a.languages
  from appointments.service s
  join appointments.advisor a on a.maison_id = s.maison_id and a.bookable and a.by_name and (s.skill = '' or s.skill = any(a.skills))
  join staff.person p on p.maison_id = a.maison_id and p.id = a.staff_id and p.active
  join staff.post t on t.maison_id = a.maison_id and t.staff_id = a.staff_id and t.location_id = place
  where s.maison_id = maison and s.id = service and s.active
  order by a.shown_name, a.staff_id;
end;
alter function door.advisors_by_name(uuid, uuid, uuid) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.advisors_by_name(uuid, uuid, uuid) from public;
grant execute on function door.advisors_by_name(uuid, uuid, uuid) to enfilade_app;
