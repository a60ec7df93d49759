-- Invoices and credit notes: documents of a legal entity, numbered without a gap by year, never changed.

-- As it stands on its documents, a line a line.
alter table maisons.legal_entity add column address text not null default '';

-- Nothing here says who bought: that is the order's contact, as long as it is kept.
create table orders.invoice (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  legal_entity_id uuid not null,
  kind text not null constraint invoice_kind check (kind in ('invoice', 'credit_note')),
  year integer not null,
  number integer not null,
  previous integer generated always as (nullif(number - 1, 0)) stored,
  issued_on date not null,
  issued_at timestamptz not null,
  order_id uuid not null,
  -- The fulfilment that left, or the return that came back.
  cause_id uuid not null,
  seller_name text not null,
  seller_address text not null,
  seller_country text not null,
  seller_tax_id text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor bigint not null,
  tax_minor bigint not null,
  -- Pieces as they were sold: sku, name, colour, size, quantity, total_minor, tax_minor, tax_rate_basis_points, and on a
  -- credit note the invoice each stood on.
  lines jsonb not null,
  primary key (maison_id, id, region),
  foreign key (maison_id, legal_entity_id) references maisons.legal_entity,
  foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint invoice_number_once unique (maison_id, legal_entity_id, kind, year, number, region),
  constraint no_number_is_left_out foreign key (maison_id, legal_entity_id, kind, year, previous, region)
    references orders.invoice (maison_id, legal_entity_id, kind, year, number, region),
  constraint invoiced_once unique (maison_id, kind, cause_id, region),
  constraint numbered_from_one check (number >= 1),
  constraint number_of_its_year check (year = extract(year from issued_on)),
  constraint tax_within_total check (tax_minor between 0 and total_minor),
  constraint has_lines check (jsonb_typeof(lines) = 'array' and jsonb_array_length(lines) >= 1)
);
create index invoice_of_order on orders.invoice (maison_id, order_id);
create index invoice_by_day on orders.invoice (maison_id, issued_on);

alter table orders.invoice enable row level security;
create policy own_order on orders.invoice for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or exists (select 1 from orders.order o where o.maison_id = invoice.maison_id and o.id = invoice.order_id)));
create policy issued on orders.invoice for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
-- Only read and added to, by whomever.
grant select, insert on orders.invoice to enfilade_app;
