-- The third-party brands of a store of many maisons: whose goods the store sells, or who sells in it.

create table catalogue.brand (
  maison_id uuid not null,
  id uuid not null,
  slug text not null constraint brand_slug check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  -- A piece is the brand's when it says this name.
  name text not null constraint brand_name_given check (name = btrim(name) and length(name) between 1 and 80),
  -- On consignment the brand owns the goods and the store sells them; in a concession the brand itself sells.
  terms text not null constraint brand_terms check (terms in ('consignment', 'concession')),
  -- The company behind the brand: who owns the goods, or who sells.
  company_name text not null default '',
  company_city text not null default '',
  company_country text not null default '' constraint brand_country check (company_country = '' or company_country ~ '^[A-Z]{2}$'),
  company_number text not null default '',
  -- Language → what is said of the brand.
  texts jsonb not null,
  changed_at timestamptz not null,
  -- Null: neither the brand nor its pieces are shown.
  published_at timestamptz,
  primary key (maison_id, id),
  constraint brand_slug_once unique (maison_id, slug),
  constraint concession_names_its_seller check (terms <> 'concession'
    or company_name <> '' and company_country <> '' and company_number <> '')
);
create unique index brand_name_once on catalogue.brand (maison_id, lower(name));

create table public_facts.brand (
  maison_id uuid not null,
  id uuid not null,
  slug text not null,
  name text not null,
  -- Of a concession; '' where the store itself sells.
  seller_name text not null,
  seller_city text not null,
  seller_country text not null,
  seller_number text not null,
  texts jsonb not null,
  published_at timestamptz not null,
  primary key (maison_id, id),
  constraint brand_published_once unique (maison_id, slug)
);

alter table catalogue.brand enable row level security;
create policy kept_inside on catalogue.brand to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on catalogue.brand to enfilade_app;

alter table public_facts.brand enable row level security;
create policy published on public_facts.brand for select using (true);
-- Only a store of many maisons shows brands that are not its own.
create policy kept_inside on public_facts.brand to enfilade_app
  using (maison_id = base.maison() and base.inside())
  with check (maison_id = base.maison() and base.inside() and exists (
    select 1 from public_facts.store s where s.maison_id = base.maison() and s.multi_brand));
grant select on public_facts.brand to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.brand to enfilade_app;

-- Which of the store's brands a piece is of, by its name when it was published; null: the maison's own.
alter table public_facts.product add column brand_id uuid;
alter table public_facts.product add constraint product_of_own_brand
  foreign key (maison_id, brand_id) references public_facts.brand (maison_id, id) not valid;
alter table public_facts.product validate constraint product_of_own_brand;
