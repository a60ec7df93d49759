-- Quotas: how many pieces of a family one client may buy in a period, inside one maison.

create table orders.quota (
  maison_id uuid not null,
  id uuid not null,
  name text not null constraint quota_name check (name <> '' and length(name) <= 80),
  pieces_max integer not null constraint quota_pieces check (pieces_max between 1 and 100),
  period_days integer not null constraint quota_period check (period_days between 1 and 366),
  begins_at timestamptz not null,
  changed_at timestamptz not null,
  changed_by uuid,
  primary key (maison_id, id),
  constraint quota_name_once unique (maison_id, name)
);

-- Which products it is for, as everybody may read it.
create table public_facts.quota (
  product_id uuid primary key,
  maison_id uuid not null,
  quota_id uuid not null,
  pieces_max integer not null,
  period_days integer not null,
  begins_at timestamptz not null,
  foreign key (maison_id, quota_id) references orders.quota on delete cascade
);
create index quota_products on public_facts.quota (maison_id, quota_id);

-- A mark is a keyed hash of what one client has and another has not: a mail address, a phone, a door, a card.
create table orders.quota_count (
  maison_id uuid not null,
  region text not null default base.region(),
  quota_id uuid not null,
  period integer not null,
  mark bytea not null,
  pieces integer not null default 0,
  pieces_max integer not null,
  primary key (maison_id, quota_id, period, mark, region),
  constraint within_quota check (pieces between 0 and pieces_max)
);
-- What each checkout counts for; it counts while its pieces are held, and for good once it is an order.
create table orders.quota_use (
  maison_id uuid not null,
  region text not null default base.region(),
  quota_id uuid not null,
  period integer not null,
  mark bytea not null,
  checkout_id uuid not null,
  pieces integer not null constraint quota_use_positive check (pieces > 0),
  placed_at timestamptz,
  primary key (maison_id, quota_id, period, mark, checkout_id, region),
  constraint use_of_a_count foreign key (maison_id, quota_id, period, mark, region) references orders.quota_count on delete cascade
);
create index quota_use_of_checkout on orders.quota_use (maison_id, checkout_id);

-- The terms a line was put aside under.
alter table orders.checkout_line
  add column quota_id uuid,
  add column quota_pieces_max integer,
  add column quota_period integer;

alter table orders.quota enable row level security;
create policy kept_inside on orders.quota to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on orders.quota to enfilade_app;
alter table public_facts.quota enable row level security;
create policy published on public_facts.quota for select using (true);
create policy kept_inside on public_facts.quota to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.quota to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.quota to enfilade_app;
do $$ declare t text; begin
  foreach t in array array['quota_count', 'quota_use'] loop
    execute format('alter table orders.%I enable row level security', t);
    execute format('create policy counted_inside on orders.%I to enfilade_app
      using (maison_id = base.maison() and base.writes_stock())
      with check (maison_id = base.maison() and base.writes_stock())', t);
  end loop;
end $$;
grant select, insert, update, delete on orders.quota_count, orders.quota_use to enfilade_app;

-- What a provider tells of a card without telling the card.
alter table local_provider.charge add column fingerprint text not null default '';
