-- Doors: the reads that come before anybody is known. Each turns a secret or a name into who acts, and nothing more.

grant usage, create on schema door to enfilade_door;
grant usage on schema staff, clients, orders, base, public_facts to enfilade_door;
grant select on staff.person, staff.session, clients.session, clients.sign_in_code, orders.order, orders.checkout, base.fact,
  public_facts.maison to enfilade_door;

-- The tables' policies are written for enfilade_app; the doors have their own, on exactly what they read.
create policy door on staff.person for select to enfilade_door using (true);
create policy door on staff.session for select to enfilade_door using (true);
create policy door on clients.session for select to enfilade_door using (true);
create policy door on clients.sign_in_code for select to enfilade_door using (true);
create policy door on orders.order for select to enfilade_door using (true);
create policy door on orders.checkout for select to enfilade_door using (true);
create policy door on base.fact for select to enfilade_door using (true);

create function door.staff_of_mail(mail text)
  returns table (maison_id uuid, staff_id uuid, password_hash text)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select p.maison_id, p.id, p.password_hash from staff.person p where p.email = lower(mail) and p.active;
end;
create function door.staff_of_session(token bytea, at timestamptz)
  returns table (maison_id uuid, staff_id uuid, name text, role text)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select p.maison_id, p.id, p.name, p.role from staff.session s
  join staff.person p on p.maison_id = s.maison_id and p.id = s.staff_id
  where s.token_hash = token and s.revoked_at is null and s.expires_at > at and p.active;
end;
create function door.client_of_session(token bytea, at timestamptz)
  returns table (maison_id uuid, region text, client_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select s.maison_id, s.region, s.client_id from clients.session s
  where s.token_hash = token and s.revoked_at is null and s.expires_at > at;
end;
create function door.sign_in_of_link(link bytea, at timestamptz)
  returns table (maison_id uuid, region text, sign_in_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select c.maison_id, c.region, c.id from clients.sign_in_code c
  where c.link_hash = link and c.used_at is null and c.expires_at > at;
end;
create function door.order_of_link(link bytea)
  returns table (maison_id uuid, region text, order_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select o.maison_id, o.region, o.id from orders.order o where o.link_hash = link;
end;
-- What live screens follow: that something happened where, never what or to whom.
create function door.news_since(seen xid8, most integer)
  returns table (xid xid8, maison_id uuid, location_id uuid, kind text)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select f.xid, f.maison_id, f.location_id, f.kind from base.fact f
  where f.xid > seen and f.xid < pg_snapshot_xmin(pg_current_snapshot())
  order by f.xid fetch first most rows with ties;
end;
-- Checkouts somebody left in the middle, for the round that finishes or releases them.
create function door.unfinished_checkouts(before timestamptz, most integer)
  returns table (maison_id uuid, region text, checkout_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select c.maison_id, c.region, c.id from orders.checkout c
  where c.state in ('open', 'paying', 'choosing') and c.changed_at < before
    and (c.state <> 'open' or c.expires_at < before)
  order by c.changed_at limit most;
end;
-- Every tenant's id, for jobs that visit each maison as that maison.
create function door.tenants()
  returns table (maison_id uuid, slug text, kind text)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select m.maison_id, m.slug, m.kind from public_facts.maison m;
end;

do $$ declare f regprocedure; begin
  for f in select p.oid::regprocedure from pg_proc p where p.pronamespace = 'door'::regnamespace loop
    execute format('alter function %s owner to enfilade_door', f);
    execute format('revoke all on function %s from public', f);
    execute format('grant execute on function %s to enfilade_app', f);
  end loop;
end $$;
