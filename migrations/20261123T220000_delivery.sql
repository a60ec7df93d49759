-- What delivery costs the client: said by the maison for each market and service, frozen by the checkout, on the order.

-- `price_minor`: in the market's currency, with the tax in it where the market's prices have it. `steps`: what the carrier asks
-- with the maison's margin, by pieces in the parcel, as it was last told; empty until it was.
create table public_facts.delivery_service (
  maison_id uuid not null,
  market text not null,
  service text not null constraint known_service check (service in ('standard', 'express', 'by_hand')),
  price_minor bigint not null constraint price_of_delivery check (price_minor between 0 and 100000000),
  free_from_minor bigint constraint free_from check (free_from_minor between 0 and 100000000000),
  by_carrier boolean not null default false,
  margin_basis_points integer not null default 0 constraint margin_bounded check (margin_basis_points between 0 and 100000),
  days_min smallint not null,
  days_max smallint not null,
  given_back boolean not null default false,
  steps jsonb not null default '[]' constraint steps_are_a_list check (jsonb_typeof(steps) = 'array'),
  constraint one_price_a_service primary key (maison_id, market, service),
  constraint days_of_delivery check (days_min >= 0 and days_max between days_min and 90)
);
alter table public_facts.delivery_service enable row level security;
create policy published on public_facts.delivery_service for select using (true);
create policy kept_inside on public_facts.delivery_service to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.delivery_service to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.delivery_service to enfilade_app;

-- What a carrier last asked for a parcel of so many pieces to a market; the maison's own cost, so nobody else's to read.
create table carriers.rate (
  maison_id uuid not null,
  market text not null,
  carrier text not null,
  service text not null,
  pieces integer not null constraint rate_of_pieces check (pieces between 1 and 1000),
  price_minor bigint not null constraint rate_price check (price_minor >= 0),
  currency text not null constraint rate_currency check (currency ~ '^[A-Z]{3}$'),
  asked_at timestamptz not null,
  constraint one_rate_a_parcel primary key (maison_id, market, carrier, service, pieces)
);
alter table carriers.rate enable row level security;
create policy inside on carriers.rate to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on carriers.rate to enfilade_app;

-- For which of the maison's services to its clients a carrier's is used, and what an order was promised.
alter table carriers.offered add column delivery text not null default 'standard';
alter table carriers.offered add constraint offered_for check (delivery in ('standard', 'express', 'by_hand')) not valid;
alter table carriers.offered validate constraint offered_for;
alter table carriers.label add column delivery text not null default 'standard';

-- What a checkout froze of it for each selling maison, and what its client chose: {maison: service}.
alter table orders.checkout_seller add column deliveries jsonb, add column leaves_on date;
alter table orders.checkout add column chosen_deliveries jsonb not null default '{}';

-- Delivery of an order: what it costs, the tax in it by the rates of what it carries, and how much of it goes back where all
-- comes back. `fulfilment_id`: the parcel it was charged with, the first that left; `return_id`: what gave it back.
create table orders.delivery (
  maison_id uuid not null,
  region text not null default base.region(),
  order_id uuid not null,
  service text not null constraint delivery_service check (service in ('standard', 'express', 'by_hand')),
  total_minor bigint not null,
  tax_minor bigint not null,
  parts jsonb not null constraint parts_are_a_list check (jsonb_typeof(parts) = 'array'),
  back_minor bigint not null,
  back_tax_minor bigint not null,
  back_parts jsonb not null constraint back_parts_are_a_list check (jsonb_typeof(back_parts) = 'array'),
  back_always boolean not null,
  promised_from date,
  promised_on date,
  fulfilment_id uuid,
  return_id uuid,
  constraint one_delivery_an_order primary key (maison_id, order_id, region),
  constraint delivery_of_an_order foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint delivery_costs check (total_minor >= 0 and tax_minor between 0 and total_minor),
  constraint never_back_beyond check (back_minor between 0 and total_minor and back_tax_minor between 0 and tax_minor
    and back_tax_minor <= back_minor),
  constraint back_once_charged check (return_id is null or fulfilment_id is not null)
);
create index delivery_charged_with on orders.delivery (maison_id, fulfilment_id) where fulfilment_id is not null;
create index delivery_given_back_with on orders.delivery (maison_id, return_id) where return_id is not null;
alter table orders.delivery enable row level security;
create policy own_order on orders.delivery for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or exists (select 1 from orders.order o
    where o.maison_id = delivery.maison_id and o.id = delivery.order_id)));
create policy placed on orders.delivery for insert to enfilade_app
  with check (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'checkout'));
create policy worked_on on orders.delivery for update to enfilade_app
  using (maison_id = base.maison() and base.inside());
grant select, insert, update on orders.delivery to enfilade_app;

-- The part of a return's value that is delivery.
alter table orders.return add column delivery_minor bigint not null default 0,
  add column delivery_tax_minor bigint not null default 0;
alter table orders.return add constraint delivery_within_value check
  (delivery_minor between 0 and value_minor and delivery_tax_minor between 0 and least(delivery_minor, tax_minor)) not valid;
alter table orders.return validate constraint delivery_within_value;
