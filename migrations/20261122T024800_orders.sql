-- Baskets, checkouts, orders, fulfilments: the way of a piece to its client.

create schema orders authorization enfilade_owner;
grant usage on schema orders to enfilade_app;

-- maison_id of a basket and a checkout is the tenant of the store they belong to; lines name the selling maison.
create table orders.basket (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  store_id uuid not null,
  visitor_id uuid not null,
  state text not null constraint basket_state check (state in ('open', 'ordered')),
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (maison_id, id, region)
);
create unique index one_open_basket on orders.basket (maison_id, store_id, visitor_id, region) where state = 'open';
create table orders.basket_line (
  maison_id uuid not null,
  region text not null default base.region(),
  basket_id uuid not null,
  selling_maison_id uuid not null,
  variant_id uuid not null,
  quantity integer not null constraint basket_quantity check (quantity between 1 and 100),
  added_at timestamptz not null,
  constraint one_line_per_variant primary key (maison_id, basket_id, variant_id, region),
  foreign key (maison_id, basket_id, region) references orders.basket (maison_id, id, region) on delete cascade
);

create table orders.checkout (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  basket_id uuid not null,
  store_id uuid not null,
  visitor_id uuid not null,
  client_id uuid,
  state text not null constraint checkout_state check (state in ('open', 'paying', 'choosing', 'completed', 'released')),
  language text not null,
  market text not null,
  method text not null constraint checkout_method check (method in ('collect', 'reserve', 'ship')),
  payment_method text,
  contact_id uuid,
  expires_at timestamptz not null,
  opened_at timestamptz not null,
  changed_at timestamptz not null,
  ended_at timestamptz,
  primary key (maison_id, id, region),
  constraint completed_has_contact check (state in ('open', 'released') or contact_id is not null)
);
create index checkout_of_visitor on orders.checkout (maison_id, visitor_id, state);
create unique index one_live_checkout on orders.checkout (maison_id, basket_id, region)
  where state in ('open', 'paying', 'choosing');
create index checkout_unfinished on orders.checkout (changed_at) where state in ('open', 'paying', 'choosing');
create table orders.checkout_line (
  maison_id uuid not null,
  region text not null default base.region(),
  checkout_id uuid not null,
  selling_maison_id uuid not null,
  variant_id uuid not null,
  product_id uuid not null,
  sku text not null,
  brand text not null,
  quantity integer not null constraint checkout_quantity check (quantity between 1 and 100),
  location_id uuid not null,
  name text not null,
  colour text not null,
  size text not null,
  currency text not null,
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  tax_rate_basis_points integer not null,
  prices_include_tax boolean not null,
  constraint one_checkout_line_per_variant primary key (maison_id, checkout_id, variant_id, region),
  foreign key (maison_id, checkout_id, region) references orders.checkout (maison_id, id, region)
);
-- What became of the checkout at each selling maison: what the store may know of its own buyers' orders.
create table orders.checkout_seller (
  maison_id uuid not null,
  region text not null default base.region(),
  checkout_id uuid not null,
  selling_maison_id uuid not null,
  order_id uuid,
  order_number text,
  refusal text,
  primary key (maison_id, checkout_id, selling_maison_id, region),
  foreign key (maison_id, checkout_id, region) references orders.checkout (maison_id, id, region)
);
-- The one place where a person's name and address stand; erased without touching the order.
create table orders.contact (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  checkout_id uuid not null,
  name text not null,
  mail text not null default '',
  phone text not null default '',
  address jsonb,
  collector_name text not null default '',
  erased_at timestamptz,
  primary key (maison_id, id, region)
);

create table orders.order (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  number text not null,
  store_id uuid not null,
  store_maison_id uuid not null,
  checkout_id uuid not null,
  payment_id uuid,
  legal_entity_id uuid,
  client_id uuid,
  contact_id uuid not null,
  channel text not null constraint order_channel check (channel in
    ('web', 'boutique', 'reserve', 'pay_by_link', 'endless_aisle', 'phone', 'marketplace')),
  method text not null constraint order_method check (method in ('collect', 'reserve', 'ship')),
  state text not null constraint order_state check (state in ('placed', 'completed', 'cancelled')),
  language text not null,
  market text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  total_minor bigint not null check (total_minor >= 0),
  tax_minor bigint not null check (tax_minor >= 0),
  link_hash bytea not null constraint order_link_once unique,
  placed_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint placed_once unique (maison_id, checkout_id, region),
  constraint order_number_once unique (maison_id, number, region),
  constraint order_has_contact foreign key (maison_id, contact_id, region) references orders.contact (maison_id, id, region)
);
create index order_recent on orders.order (maison_id, placed_at desc, id desc);
create index order_of_contact on orders.order (maison_id, contact_id);
create index order_of_client on orders.order (maison_id, client_id) where client_id is not null;

create table orders.fulfilment (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  location_id uuid not null,
  method text not null,
  state text not null constraint fulfilment_state check (state in
    ('asked', 'accepted', 'ready', 'handed_over', 'dispatched', 'rejected', 'expired', 'cancelled', 'no_show')),
  attempt integer not null check (attempt >= 1),
  asked_at timestamptz not null,
  pick_by timestamptz not null,
  warned_at timestamptz,
  accepted_at timestamptz,
  accepted_by uuid,
  ready_at timestamptz,
  collect_by timestamptz,
  code_hash bytea,
  on_my_way_at timestamptz,
  ended_at timestamptz,
  ended_by uuid,
  capture_after timestamptz,
  version integer not null default 1,
  primary key (maison_id, id, region),
  foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region)
);
create index fulfilment_of_order on orders.fulfilment (maison_id, order_id);
create index fulfilment_open on orders.fulfilment (maison_id, location_id, asked_at)
  where state in ('asked', 'accepted', 'ready');
create unique index pickup_code_once on orders.fulfilment (maison_id, location_id, code_hash, region) where state = 'ready';

create table orders.order_line (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  fulfilment_id uuid,
  variant_id uuid not null,
  product_id uuid not null,
  sku text not null,
  brand text not null,
  name text not null,
  colour text not null,
  size text not null,
  quantity integer not null constraint line_quantity check (quantity between 1 and 100),
  unit_price_minor bigint not null check (unit_price_minor >= 0),
  total_minor bigint not null check (total_minor >= 0),
  tax_minor bigint not null check (tax_minor between 0 and total_minor),
  tax_rate_basis_points integer not null,
  promised_online boolean not null,
  state text not null constraint line_state check (state in
    ('sourced', 'unsourced', 'picked', 'handed_over', 'dispatched', 'refused', 'cancelled')),
  attempts integer not null default 1,
  credited_channel text not null,
  credited_location_id uuid,
  credited_staff_id uuid,
  primary key (maison_id, id, region),
  foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint sourced_has_fulfilment check (state in ('unsourced', 'cancelled') or fulfilment_id is not null)
);
create index line_of_order on orders.order_line (maison_id, order_id);
create index line_of_fulfilment on orders.order_line (maison_id, fulfilment_id);

create table orders.rejection (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_line_id uuid not null,
  location_id uuid not null,
  reason text not null constraint rejection_reason check (reason in
    ('not_in_stock', 'mismatch', 'damaged', 'worn_display', 'expired', 'shortage')),
  rejected_by uuid,
  rejected_at timestamptz not null,
  primary key (maison_id, id, region)
);
create index rejection_of_line on orders.rejection (maison_id, order_line_id);

-- Sales made elsewhere (the maison's tills and its present shop), imported: figures, no client.
create table orders.external_sale (
  maison_id uuid not null,
  reference text not null,
  sold_at timestamptz not null,
  channel text not null,
  location_id uuid,
  sku text not null,
  quantity integer not null,
  net_minor bigint not null,
  tax_minor bigint not null,
  currency text not null,
  promised_online boolean not null,
  collected boolean not null,
  primary key (maison_id, reference, sku)
);
create index external_sale_day on orders.external_sale (maison_id, sold_at);

-- Visitors and their checkouts.
alter table orders.basket enable row level security;
create policy own_basket on orders.basket to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('visitor', visitor_id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('visitor', visitor_id)));
alter table orders.basket_line enable row level security;
create policy own_basket on orders.basket_line to enfilade_app
  using (maison_id = base.maison() and (base.inside() or exists (select 1 from orders.basket b
    where b.maison_id = basket_line.maison_id and b.id = basket_line.basket_id)))
  with check (maison_id = base.maison() and (base.inside() or exists (select 1 from orders.basket b
    where b.maison_id = basket_line.maison_id and b.id = basket_line.basket_id)));
alter table orders.checkout enable row level security;
create policy own_checkout on orders.checkout to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('visitor', visitor_id) or base.acts_as('checkout', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('visitor', visitor_id) or base.acts_as('checkout', id)));
alter table orders.checkout_seller enable row level security;
create policy own_checkout on orders.checkout_seller to enfilade_app
  using (maison_id = base.maison() and (base.inside() or exists (select 1 from orders.checkout c
    where c.maison_id = checkout_seller.maison_id and c.id = checkout_seller.checkout_id)));
create policy opened on orders.checkout_seller for insert to enfilade_app
  with check (maison_id = base.maison() and base.actor_kind() in ('visitor', 'staff', 'job'));
alter table orders.checkout_line enable row level security;
create policy own_checkout on orders.checkout_line to enfilade_app
  using (maison_id = base.maison() and (base.inside() or exists (select 1 from orders.checkout c
    where c.maison_id = checkout_line.maison_id and c.id = checkout_line.checkout_id)));
create policy opened on orders.checkout_line for insert to enfilade_app
  with check (maison_id = base.maison() and base.actor_kind() in ('visitor', 'staff', 'job'));
-- Orders: the maison's people, the checkout that places them, the client, and whoever holds the order's link.
alter table orders.order enable row level security;
create policy own_order on orders.order to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('checkout', checkout_id)
    or base.acts_as('client', client_id) or base.acts_as('link', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('checkout', checkout_id)));
do $$ declare t text; begin
  foreach t in array array['fulfilment', 'order_line'] loop
    execute format('alter table orders.%I enable row level security', t);
    execute format('create policy own_order on orders.%I for select to enfilade_app
      using (maison_id = base.maison() and (base.inside() or exists (select 1 from orders.order o
        where o.maison_id = %I.maison_id and o.id = %I.order_id)))', t, t, t);
    -- Placed in one statement with its order, whose snapshot does not see the order yet.
    execute format('create policy placed on orders.%I for insert to enfilade_app
      with check (maison_id = base.maison() and (base.inside() or base.actor_kind() = ''checkout''))', t);
    execute format('create policy worked_on on orders.%I for update to enfilade_app
      using (maison_id = base.maison() and base.inside())', t);
  end loop;
end $$;
alter table orders.contact enable row level security;
create policy own_contact on orders.contact for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('checkout', checkout_id)
    or exists (select 1 from orders.order o where o.maison_id = contact.maison_id and o.checkout_id = contact.checkout_id
      and o.contact_id = contact.id)
    or exists (select 1 from orders.checkout c where c.maison_id = contact.maison_id and c.id = contact.checkout_id)));
create policy written on orders.contact for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or base.acts_as('checkout', checkout_id)
    or exists (select 1 from orders.checkout c where c.maison_id = contact.maison_id and c.id = contact.checkout_id)));
create policy changed on orders.contact for update to enfilade_app using (maison_id = base.maison() and base.inside());
do $$ declare t text; begin
  foreach t in array array['rejection', 'external_sale'] loop
    execute format('alter table orders.%I enable row level security', t);
    execute format('create policy own_maison on orders.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
  end loop;
end $$;
grant select, insert, update on orders.basket, orders.checkout, orders.checkout_line, orders.checkout_seller, orders.contact, orders.order,
  orders.fulfilment, orders.order_line, orders.external_sale to enfilade_app;
grant select, insert, update, delete on orders.basket_line to enfilade_app;
grant select, insert on orders.rejection to enfilade_app;
