-- People who work for a maison or the group, where they work, and their sessions.

create schema staff authorization enfilade_owner;
grant usage on schema staff to enfilade_app;

create table staff.person (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  email text not null constraint staff_email_once unique constraint staff_email_lower check (email = lower(email)),
  name text not null,
  role text not null constraint staff_role
    check (role in ('advisor', 'boutique_manager', 'maison_manager', 'group_analyst', 'group_administrator')),
  password_hash text not null,
  active boolean not null default true,
  created_at timestamptz not null,
  primary key (maison_id, id)
);
create table staff.post (
  maison_id uuid not null,
  staff_id uuid not null,
  location_id uuid not null,
  primary key (maison_id, staff_id, location_id),
  foreign key (maison_id, staff_id) references staff.person,
  foreign key (maison_id, location_id) references boutiques.location
);
create table staff.session (
  maison_id uuid not null,
  token_hash bytea not null constraint session_token_once unique,
  staff_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (maison_id, token_hash),
  foreign key (maison_id, staff_id) references staff.person
);
do $$ declare t text; begin
  foreach t in array array['person', 'post', 'session'] loop
    execute format('alter table staff.%I enable row level security', t);
    execute format('create policy own_maison on staff.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on staff.%I to enfilade_app', t);
  end loop;
end $$;
