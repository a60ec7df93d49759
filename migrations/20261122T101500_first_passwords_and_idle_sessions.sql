-- A password somebody else gave ends by itself and opens one screen alone, that of choosing another; null where its owner chose
-- it. A session nobody uses ends before its day does; null where an older release opened it.

alter table staff.person add column first_password_ends_at timestamptz;
alter table staff.session add column idle_until timestamptz;

-- Other columns to return make another function. Who runs the older release names the columns it reads, and finds them.
drop function door.staff_of_mail(text);
create function door.staff_of_mail(mail text)
  returns table (maison_id uuid, staff_id uuid, password_hash text, first_password_ends_at timestamptz)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select p.maison_id, p.id, p.password_hash, p.first_password_ends_at from staff.person p
  where p.email = lower(mail) and p.active;
end;
drop function door.staff_of_session(bytea, timestamptz);
create function door.staff_of_session(token bytea, at timestamptz)
  returns table (maison_id uuid, staff_id uuid, name text, role text, first_password boolean, idle_until timestamptz)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select p.maison_id, p.id, p.name, p.role, p.first_password_ends_at is not null, s.idle_until from staff.session s
  join staff.person p on p.maison_id = s.maison_id and p.id = s.staff_id
  where s.token_hash = token and s.revoked_at is null and s.expires_at > at and coalesce(s.idle_until, s.expires_at) > at
    and p.active and coalesce(p.first_password_ends_at, s.expires_at) > at;
end;

alter function door.staff_of_mail(text) owner to enfilade_door;
alter function door.staff_of_session(bytea, timestamptz) owner to enfilade_door;
-- allowed while the shop runs: made anew above; the application's own right follows in the same transaction
revoke all on function door.staff_of_mail(text), door.staff_of_session(bytea, timestamptz) from public;
grant execute on function door.staff_of_mail(text), door.staff_of_session(bytea, timestamptz) to enfilade_app;
