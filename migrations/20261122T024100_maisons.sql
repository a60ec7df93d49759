-- Maisons, the legal entities they sell through, their markets, stores, policies and adopted capabilities.

create schema maisons authorization enfilade_owner;
grant usage on schema maisons to enfilade_app;

create table maisons.maison (
  maison_id uuid primary key,
  slug text not null constraint maison_slug_once unique,
  name text not null,
  kind text not null constraint maison_kind check (kind in ('maison', 'retailer', 'group')),
  segment text not null,
  founded integer,
  city text,
  default_language text not null,
  theme jsonb not null default '{}',
  wordmark text not null default '',
  created_at timestamptz not null
);
alter table maisons.maison enable row level security;
create policy own_maison on maisons.maison for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.maison to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.maison to enfilade_app;

create table maisons.maison_text (
  maison_id uuid not null references maisons.maison,
  language text not null,
  tagline text not null,
  story text not null,
  primary key (maison_id, language)
);
alter table maisons.maison_text enable row level security;
create policy own_maison on maisons.maison_text for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.maison_text to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.maison_text to enfilade_app;

create table maisons.legal_entity (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  code text not null,
  name text not null,
  country text not null check (country ~ '^[A-Z]{2}$'),
  tax_id text not null default '',
  payment_account text not null default 'local',
  primary key (maison_id, id),
  constraint legal_entity_code_once unique (maison_id, code)
);
alter table maisons.legal_entity enable row level security;
create policy own_maison on maisons.legal_entity for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.legal_entity to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.legal_entity to enfilade_app;

create table maisons.market (
  maison_id uuid not null references maisons.maison,
  code text not null,
  legal_entity_id uuid not null,
  countries text[] not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  languages text[] not null,
  tax_rate_basis_points integer not null check (tax_rate_basis_points between 0 and 5000),
  prices_include_tax boolean not null,
  primary key (maison_id, code),
  foreign key (maison_id, legal_entity_id) references maisons.legal_entity
);
alter table maisons.market enable row level security;
create policy own_maison on maisons.market for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.market to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.market to enfilade_app;

-- A storefront and its tenant: a maison's own, or the multi-brand store of a retailer.
create table maisons.store (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  slug text not null constraint store_slug_once unique,
  name text not null,
  multi_brand boolean not null,
  host text constraint store_host_once unique,
  primary key (maison_id, id)
);
alter table maisons.store enable row level security;
create policy own_maison on maisons.store for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.store to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.store to enfilade_app;

-- Policies: one row a maison. Absent columns do not exist; the defaults are the group's.
create table maisons.policy (
  maison_id uuid primary key references maisons.maison,
  hold_minutes integer not null default 15 check (hold_minutes between 5 and 60),
  as_of_limit_minutes integer not null default 1440 check (as_of_limit_minutes between 1 and 43200),
  pick_sla_minutes integer not null default 120 check (pick_sla_minutes between 5 and 2880),
  collect_days integer not null default 7 check (collect_days between 1 and 30),
  sourcing_attempts_max integer not null default 3 check (sourcing_attempts_max between 1 and 10),
  capture_delay_minutes integer not null default 10 check (capture_delay_minutes between 0 and 120),
  delivery_days_min integer not null default 2 check (delivery_days_min between 0 and 60),
  delivery_days_max integer not null default 4 check (delivery_days_max between 0 and 90),
  pieces_per_line_max integer not null default 5 check (pieces_per_line_max between 1 and 100),
  changed_at timestamptz not null,
  changed_by uuid
);
alter table maisons.policy enable row level security;
create policy own_maison on maisons.policy for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.policy to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.policy to enfilade_app;

create table maisons.capability (
  maison_id uuid not null references maisons.maison,
  name text not null,
  state text not null check (state in ('not_started', 'importing', 'shadow', 'live', 'retired')),
  since timestamptz not null,
  primary key (maison_id, name)
);
alter table maisons.capability enable row level security;
create policy own_maison on maisons.capability for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on maisons.capability to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on maisons.capability to enfilade_app;

-- What is published of them.
create table public_facts.maison (
  maison_id uuid primary key,
  slug text not null unique,
  name text not null,
  kind text not null,
  segment text not null,
  founded integer,
  city text,
  default_language text not null,
  theme jsonb not null,
  wordmark text not null
);
create table public_facts.maison_text (
  maison_id uuid not null,
  language text not null,
  tagline text not null,
  story text not null,
  primary key (maison_id, language)
);
create table public_facts.store (
  id uuid primary key,
  maison_id uuid not null,
  slug text not null unique,
  name text not null,
  multi_brand boolean not null,
  host text
);
create table public_facts.market (
  maison_id uuid not null,
  code text not null,
  countries text[] not null,
  currency text not null,
  languages text[] not null,
  tax_rate_basis_points integer not null,
  prices_include_tax boolean not null,
  primary key (maison_id, code)
);
-- The published part of a maison's policy: what a client may know before buying.
create table public_facts.promise_terms (
  maison_id uuid primary key,
  hold_minutes integer not null,
  as_of_limit_minutes integer not null,
  collect_days integer not null,
  delivery_days_min integer not null,
  delivery_days_max integer not null,
  pieces_per_line_max integer not null
);
-- Which maisons a multi-brand store shows; the maison decides, by its own row.
create table public_facts.store_maison (
  store_id uuid not null,
  maison_id uuid not null,
  primary key (store_id, maison_id)
);
grant select on public_facts.maison, public_facts.maison_text, public_facts.store, public_facts.market,
  public_facts.promise_terms, public_facts.store_maison to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.maison, public_facts.maison_text, public_facts.store, public_facts.market,
  public_facts.promise_terms, public_facts.store_maison to enfilade_app;
