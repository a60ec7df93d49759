-- Locations that hold stock, when they are open, and when they are closed against their hours.

create extension if not exists btree_gist;
create schema boutiques authorization enfilade_owner;
grant usage on schema boutiques to enfilade_app;

create table boutiques.location (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  region text not null default base.region(),
  code text not null,
  kind text not null constraint location_kind check (kind in ('boutique', 'warehouse', 'atelier')),
  name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  city text not null,
  postcode text not null default '',
  address text not null default '',
  latitude double precision not null check (latitude between -90 and 90),
  longitude double precision not null check (longitude between -180 and 180),
  zone text not null,
  opening_hours text not null,
  phone text not null default '',
  preparation_minutes integer not null default 60 check (preparation_minutes between 0 and 10080),
  daily_cap integer check (daily_cap > 0),
  published boolean not null default true,
  changed_at timestamptz not null,
  primary key (maison_id, id),
  constraint location_code_once unique (maison_id, code),
  constraint location_in_region unique (maison_id, id, region)
);
create table boutiques.closure (
  maison_id uuid not null,
  id uuid not null,
  location_id uuid not null,
  during tstzrange not null constraint closure_not_empty check (not isempty(during)),
  reason text not null default '',
  created_at timestamptz not null,
  primary key (maison_id, id),
  foreign key (maison_id, location_id) references boutiques.location,
  constraint closures_apart exclude using gist (location_id with =, during with &&)
);
do $$ declare t text; begin
  foreach t in array array['location', 'closure'] loop
    execute format('alter table boutiques.%I enable row level security', t);
    execute format('create policy own_maison on boutiques.%I for select to enfilade_app using (maison_id = base.maison())', t);
    execute format('create policy kept_inside on boutiques.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on boutiques.%I to enfilade_app', t);
  end loop;
end $$;

create table public_facts.boutique (
  id uuid primary key,
  maison_id uuid not null,
  code text not null,
  kind text not null,
  name text not null,
  country text not null,
  city text not null,
  postcode text not null,
  address text not null,
  latitude double precision not null,
  longitude double precision not null,
  zone text not null,
  opening_hours text not null,
  phone text not null,
  preparation_minutes integer not null
);
create index boutique_of_maison on public_facts.boutique (maison_id, country, city);
-- Opening intervals of the coming weeks, holidays and closures taken out; renewed daily and with every change.
create table public_facts.opening (
  location_id uuid not null,
  opens_at timestamptz not null,
  closes_at timestamptz not null,
  primary key (location_id, opens_at),
  constraint opening_forward check (closes_at > opens_at)
);
grant select on public_facts.boutique, public_facts.opening to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.boutique, public_facts.opening to enfilade_app;
