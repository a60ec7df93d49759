-- Calendars of advisors: a private address their programs read, and an address outside whose busy times nobody is booked in.

create table appointments.calendar_link (
  maison_id uuid not null,
  staff_id uuid not null,
  id uuid not null,
  -- Of what the address says only this is kept: made anew, the one before opens nothing.
  link_hash bytea not null constraint calendar_link_once unique,
  made_at timestamptz not null,
  primary key (maison_id, staff_id),
  constraint calendar_of_an_advisor foreign key (maison_id, staff_id) references appointments.advisor
);
create table appointments.outside_calendar (
  maison_id uuid not null,
  staff_id uuid not null,
  -- Another address is another calendar: what a reading of the one before still brings is not written.
  id uuid not null,
  url text not null constraint outside_address check (url ~ '^https?://' and length(url) <= 500),
  said_at timestamptz not null,
  due_at timestamptz not null,
  etag text not null default '' constraint outside_etag check (length(etag) <= 200),
  read_at timestamptz,
  -- When what repeats was looked through last: an unchanged file has other days ahead tomorrow.
  expanded_at timestamptz,
  -- Since when it cannot be read, why, and whether its advisor was written to about that.
  failing_since timestamptz,
  failures integer not null default 0,
  why text not null default '' constraint outside_why check (length(why) <= 200),
  told_of timestamptz,
  primary key (maison_id, staff_id),
  constraint outside_calendar_of_an_advisor foreign key (maison_id, staff_id) references appointments.advisor
);
alter table appointments.calendar_link enable row level security;
alter table appointments.outside_calendar enable row level security;
create policy kept_inside on appointments.calendar_link to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on appointments.outside_calendar to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on appointments.calendar_link, appointments.outside_calendar to enfilade_app;

-- Where an absence comes from: said by a manager, or read outside and written anew whenever that changes.
alter table appointments.absence add column source text not null default 'said';
alter table appointments.absence add constraint absence_source check (source in ('said', 'outside')) not valid;
alter table appointments.absence validate constraint absence_source;

-- Whose calendar an address is: of somebody who still works there.
grant select on appointments.calendar_link to enfilade_door;
create policy door on appointments.calendar_link for select to enfilade_door using (true);
create function door.calendar_of_link(link bytea) returns table (maison_id uuid, staff_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select c.maison_id, c.staff_id
  from appointments.calendar_link c
  join staff.person p on p.maison_id = c.maison_id and p.id = c.staff_id and p.active
  where c.link_hash = link;
end;
alter function door.calendar_of_link(bytea) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.calendar_of_link(bytea) from public;
grant execute on function door.calendar_of_link(bytea) to enfilade_app;
