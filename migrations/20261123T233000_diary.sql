-- Clients book by themselves: what letters have told, reminders, a late client, questions of a service, a phone instead of a mailbox.

alter table appointments.service
  add column remind_days integer not null default 1 constraint service_reminder check (remind_days between 0 and 7),
  add column remind_minute integer not null default 600 constraint service_reminder_hour check (remind_minute between 0 and 1439),
  add column late_minutes integer not null default 15 constraint service_late check (late_minutes between 0 and 240);
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

-- A signed-in client reads their own.
create policy own_as_client on appointments.appointment for select to enfilade_app
  using (maison_id = base.maison() and client_id is not null and base.acts_as('client', client_id));
create policy own_as_client on appointments.piece for select to enfilade_app
  using (maison_id = base.maison() and exists (select 1 from appointments.appointment a
    where a.maison_id = piece.maison_id and a.id = piece.appointment_id and a.client_id is not null
      and base.acts_as('client', a.client_id)));
create index appointment_of_client on appointments.appointment (maison_id, client_id, starts_at) where client_id is not null;
