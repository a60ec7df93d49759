-- Who owns a piece, who sells it and what of its price is whose: frozen on the line when it is sold.

-- The zone by whose calendar a maison closes its days and months: the one most of its places lie in.
create function public_facts.zone_of(maison uuid) returns text language sql stable parallel safe
  return coalesce((select b.zone from public_facts.boutique b where b.maison_id = zone_of.maison
    group by b.zone order by count(*) desc, b.zone limit 1), 'UTC');

-- The company that sold it where it was not the maison: name, city, country, number. Null: the maison itself.
alter table orders.order_line add column seller jsonb;
alter table orders.order_line add constraint seller_is_named check (coalesce(seller ->> 'name', 'the maison') <> '') not valid;
alter table orders.order_line validate constraint seller_is_named;

-- What the store keeps of the price without tax of a brand's pieces, from day to day.
create table catalogue.commission (
  maison_id uuid not null,
  brand_id uuid not null,
  -- By the calendar of the store; without an end while no other follows.
  valid daterange not null constraint commission_begins check (not isempty(valid) and not lower_inf(valid)),
  basis_points integer not null constraint commission_is_a_share check (basis_points between 0 and 10000),
  agreed_at timestamptz not null,
  agreed_by uuid,
  constraint one_commission_a_day exclude using gist (maison_id with =, brand_id with =, valid with &&),
  constraint commission_begins_once unique (maison_id, brand_id, valid),
  constraint commission_of_a_brand foreign key (maison_id, brand_id) references catalogue.brand (maison_id, id)
);

-- Whose goods a sold line was, or who shares in it; a line without a row was the maison's own.
create table orders.line_terms (
  maison_id uuid not null,
  region text not null default base.region(),
  order_line_id uuid not null,
  -- A brand of the store, or a partner of a collaboration.
  partner_id uuid not null,
  kind text not null constraint terms_kind check (kind in ('consignment', 'concession', 'collaboration')),
  -- Of the price without tax, in hundredths of a per cent: what the store keeps of a brand's piece, what a partner of a
  -- collaboration gets. Null: nothing was agreed when it was sold.
  basis_points integer constraint terms_are_a_share check (basis_points between 0 and 10000),
  primary key (maison_id, order_line_id, partner_id, region),
  constraint terms_of_a_line foreign key (maison_id, order_line_id, region) references orders.order_line (maison_id, id, region)
);
create index terms_of_partner on orders.line_terms (maison_id, partner_id);

alter table catalogue.commission enable row level security;
create policy kept_inside on catalogue.commission to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
-- A checkout freezes on its order's lines what was agreed.
create policy frozen_by_checkout on catalogue.commission for select to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'checkout');
create policy frozen_by_checkout on catalogue.brand for select to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'checkout');
grant select, insert, update, delete on catalogue.commission to enfilade_app;

alter table orders.line_terms enable row level security;
create policy read_inside on orders.line_terms for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy frozen on orders.line_terms for insert to enfilade_app
  with check (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'checkout'));
-- Only read and added to, by whomever.
grant select, insert on orders.line_terms to enfilade_app;
