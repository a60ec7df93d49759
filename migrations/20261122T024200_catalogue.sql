-- Products, variants, dated prices and pictures of a maison, and what of them is published.

create schema catalogue authorization enfilade_owner;
grant usage on schema catalogue to enfilade_app;

create table catalogue.product (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  source text not null,
  handle text not null,
  slug text not null constraint product_slug_once unique,
  brand text not null,
  family text not null,
  gender text not null default '',
  made_in text not null default '',
  published boolean not null default false,
  position integer not null default 0,
  changed_at timestamptz not null,
  primary key (maison_id, id),
  constraint product_handle_once unique (maison_id, source, handle)
);
create table catalogue.product_text (
  maison_id uuid not null,
  product_id uuid not null,
  language text not null,
  name text not null check (length(name) between 1 and 300),
  description text not null default '',
  materials text not null default '',
  care text not null default '',
  primary key (maison_id, product_id, language),
  foreign key (maison_id, product_id) references catalogue.product
);
-- Without a SKU a variant is known by its options; a later SKU renames it and never makes a second one.
create table catalogue.variant (
  maison_id uuid not null,
  id uuid not null,
  product_id uuid not null,
  option_key text not null,
  options jsonb not null,
  sku text,
  barcode text not null default '',
  colour text not null default '',
  size text not null default '',
  position integer not null default 0,
  primary key (maison_id, id),
  foreign key (maison_id, product_id) references catalogue.product,
  constraint variant_options_once unique (maison_id, product_id, option_key),
  constraint variant_sku_once unique (maison_id, sku)
);
create index variant_barcode on catalogue.variant (maison_id, barcode) where barcode <> '';
-- Price lists are dated: the price in force is the latest one that has begun.
create table catalogue.price (
  maison_id uuid not null,
  variant_id uuid not null,
  market text not null,
  valid_from timestamptz not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null constraint price_not_negative check (amount_minor >= 0),
  primary key (maison_id, variant_id, market, valid_from),
  foreign key (maison_id, variant_id) references catalogue.variant,
  foreign key (maison_id, market) references maisons.market
);
create table catalogue.picture (
  maison_id uuid not null,
  product_id uuid not null,
  position integer not null,
  name text not null default '',
  source_url text not null default '',
  alt text not null default '',
  primary key (maison_id, product_id, position),
  foreign key (maison_id, product_id) references catalogue.product,
  constraint picture_named check (name <> '' or source_url <> '')
);

do $$ declare t text; begin
  foreach t in array array['product', 'product_text', 'variant', 'price', 'picture'] loop
    execute format('alter table catalogue.%I enable row level security', t);
    execute format('create policy own_maison on catalogue.%I for select to enfilade_app using (maison_id = base.maison())', t);
    execute format('create policy kept_inside on catalogue.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on catalogue.%I to enfilade_app', t);
  end loop;
end $$;

create table public_facts.product (
  id uuid primary key,
  maison_id uuid not null,
  slug text not null unique,
  brand text not null,
  family text not null,
  gender text not null,
  made_in text not null,
  position integer not null,
  pictures jsonb not null,
  published_at timestamptz not null
);
create index product_of_maison on public_facts.product (maison_id, position, id);
create table public_facts.product_text (
  product_id uuid not null,
  language text not null,
  name text not null,
  description text not null,
  materials text not null,
  care text not null,
  primary key (product_id, language)
);
create table public_facts.variant (
  id uuid primary key,
  product_id uuid not null,
  maison_id uuid not null,
  sku text,
  colour text not null,
  size text not null,
  options jsonb not null,
  position integer not null
);
create index variant_of_product on public_facts.variant (product_id, position, id);
create table public_facts.price (
  variant_id uuid not null,
  market text not null,
  currency text not null,
  amount_minor bigint not null,
  primary key (variant_id, market)
);
grant select on public_facts.product, public_facts.product_text, public_facts.variant, public_facts.price to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.product, public_facts.product_text, public_facts.variant, public_facts.price to enfilade_app;
