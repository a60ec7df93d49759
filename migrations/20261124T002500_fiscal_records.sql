-- What a till did, written so that nobody can change it afterwards: gapless numbers by boutique, each record sealed with the one
-- before it. Where the law asks for a signing device, its answer is added once.
create table orders.fiscal_record (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  location_id uuid not null,
  number bigint not null constraint records_from_one check (number > 0),
  kind text not null constraint fiscal_kind check (kind in ('opened', 'sold', 'given_back', 'paid', 'closed')),
  -- The drawer, the sale, the tender or the movement it tells of.
  subject_id uuid not null,
  recorded_at timestamptz not null,
  content bytea not null,
  previous bytea constraint first_follows_nothing check ((number = 1) = (previous is null)),
  digest bytea not null,
  previous_number bigint generated always as (nullif(number - 1, 0)) stored,
  device_due boolean not null default false,
  device text,
  counter bigint,
  signature text,
  signed_at timestamptz,
  primary key (maison_id, id, region),
  constraint one_record_a_number unique (maison_id, location_id, number, region),
  constraint recorded_once unique (maison_id, kind, subject_id, region),
  constraint sealed unique (maison_id, location_id, number, digest, region),
  constraint chained foreign key (maison_id, location_id, previous_number, previous, region)
    references orders.fiscal_record (maison_id, location_id, number, digest, region),
  constraint seal_fits check (digest = sha256(coalesce(previous, ''::bytea) || content)),
  constraint signed_whole check (num_nonnulls(device, counter, signature, signed_at) in (0, 4))
);
create index fiscal_unsigned on orders.fiscal_record (maison_id, recorded_at) where device_due and signed_at is null;

alter table orders.fiscal_record enable row level security;
alter table orders.fiscal_record force row level security;
create policy read_inside on orders.fiscal_record for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy written on orders.fiscal_record for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
create policy signed_once on orders.fiscal_record for update to enfilade_app
  using (maison_id = base.maison() and base.inside() and device_due and signed_at is null) with check (maison_id = base.maison());
grant select, insert on orders.fiscal_record to enfilade_app;
grant update (device, counter, signature, signed_at) on orders.fiscal_record to enfilade_app;

-- The local twin of a signing device: books of another company.
create table local_provider.signature (
  key text primary key,
  counter bigint generated always as identity,
  signature text not null,
  signed_at timestamptz not null
);
grant select, insert, update on local_provider.signature to enfilade_app;
