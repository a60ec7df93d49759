-- A client belongs to one maison and is identified by contact points, never by an obligatory e-mail.

create schema clients authorization enfilade_owner;
grant usage on schema clients to enfilade_app;

create table clients.client (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  name text not null default '',
  language text not null,
  created_at timestamptz not null,
  primary key (maison_id, id, region)
);
create table clients.contact_point (
  maison_id uuid not null,
  region text not null default base.region(),
  client_id uuid not null,
  kind text not null check (kind in ('mail', 'phone', 'openid')),
  value text not null,
  verified_at timestamptz not null,
  primary key (maison_id, kind, value, region),
  foreign key (maison_id, client_id, region) references clients.client (maison_id, id, region)
);
create table clients.sign_in_code (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  kind text not null,
  value text not null,
  language text not null,
  code_hash bytea not null,
  link_hash bytea not null constraint sign_in_link_once unique,
  attempts integer not null default 0 constraint attempts_bounded check (attempts <= 5),
  expires_at timestamptz not null,
  used_at timestamptz,
  primary key (maison_id, id, region)
);
create table clients.session (
  maison_id uuid not null,
  region text not null default base.region(),
  token_hash bytea not null constraint client_session_once unique,
  client_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz,
  primary key (maison_id, token_hash, region)
);
alter table clients.client enable row level security;
create policy own_client on clients.client to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('client', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('client', id)));
do $$ declare t text; begin
  foreach t in array array['contact_point', 'session'] loop
    execute format('alter table clients.%I enable row level security', t);
    execute format('create policy own_client on clients.%I to enfilade_app
      using (maison_id = base.maison() and (base.inside() or base.acts_as(''client'', client_id)))
      with check (maison_id = base.maison() and base.inside())', t);
  end loop;
end $$;
alter table clients.sign_in_code enable row level security;
create policy inside on clients.sign_in_code to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison());
grant select, insert, update, delete on clients.client, clients.contact_point, clients.sign_in_code, clients.session to enfilade_app;
