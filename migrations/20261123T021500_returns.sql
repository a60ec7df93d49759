-- Returns: announced by the client or simply brought, taken in somewhere, refunded to where the money came from.

create table orders.return (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  state text not null constraint return_state check (state in ('announced', 'received', 'withdrawn', 'lapsed')),
  -- Where a parcel with it goes, said to the client when it was announced; null where nothing was announced.
  send_to_id uuid,
  -- While it is announced: what the client shows.
  code_hash bytea,
  announced_at timestamptz,
  lapses_at timestamptz,
  received_at timestamptz,
  received_by uuid,
  -- Where its pieces are.
  location_id uuid,
  late boolean not null default false,
  -- What was taken back is worth to the client, of it tax; zero until it is received.
  value_minor bigint not null default 0,
  tax_minor bigint not null default 0,
  -- What is asked of the provider; null until it is decided.
  refund_minor bigint,
  changed_at timestamptz not null,
  primary key (maison_id, id, region),
  foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint announced_can_be_found check (state <> 'announced'
    or (announced_at is not null and lapses_at is not null and code_hash is not null)),
  constraint received_says_where check ((state = 'received') = (received_at is not null)
    and (state = 'received') = (location_id is not null) and (state = 'received') = (received_by is not null)),
  constraint value_when_received check (tax_minor between 0 and value_minor and (state = 'received' or value_minor = 0)),
  constraint refunded_within_value check (refund_minor between 0 and value_minor),
  constraint nothing_else_is_refunded check (state = 'received' or refund_minor is null)
);
create unique index one_announced_an_order on orders.return (maison_id, order_id, region) where state = 'announced';
create unique index return_code_once on orders.return (maison_id, code_hash, region) where state = 'announced';
create index return_of_order on orders.return (maison_id, order_id);
create index return_lapsing on orders.return (maison_id, lapses_at) where state = 'announced';
create index return_received on orders.return (maison_id, received_at) where state = 'received';
create index return_undecided on orders.return (maison_id, received_at) where state = 'received' and refund_minor is null;

-- What the client says comes back.
create table orders.return_wish (
  maison_id uuid not null,
  region text not null default base.region(),
  return_id uuid not null,
  order_line_id uuid not null,
  quantity integer not null constraint wish_quantity check (quantity between 1 and 100),
  reason text constraint wish_reason check (reason in ('changed_mind', 'too_small', 'too_large', 'not_as_shown', 'faulty',
    'wrong_piece', 'arrived_late', 'gift', 'other')),
  wished_at timestamptz not null,
  primary key (maison_id, return_id, order_line_id, region),
  foreign key (maison_id, return_id, region) references orders.return (maison_id, id, region),
  foreign key (maison_id, order_line_id, region) references orders.order_line (maison_id, id, region)
);
create index wish_of_line on orders.return_wish (maison_id, order_line_id);

-- What somebody found when it was there: so many pieces of a line that stay, or go back to the client.
create table orders.return_line (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  return_id uuid not null,
  order_line_id uuid not null,
  quantity integer not null constraint return_quantity check (quantity between 1 and 100),
  -- Where they go; null: they are not taken back.
  disposition text constraint return_disposition check (disposition in ('sellable', 'display', 'quality_control', 'damaged', 'at_atelier')),
  -- Why they are not taken back, or why less is paid for them.
  reason text constraint return_reason check (reason in ('worn', 'damaged', 'incomplete', 'not_ours', 'missing', 'too_late')),
  deduction_minor bigint not null default 0,
  -- Their part of the line's total less the deduction, of it tax.
  value_minor bigint not null default 0,
  tax_minor bigint not null default 0,
  primary key (maison_id, id, region),
  foreign key (maison_id, return_id, region) references orders.return (maison_id, id, region),
  foreign key (maison_id, order_line_id, region) references orders.order_line (maison_id, id, region),
  constraint value_of_what_stays check (deduction_minor >= 0 and tax_minor between 0 and value_minor
    and (disposition is not null or (value_minor = 0 and deduction_minor = 0))),
  constraint less_has_reason check ((reason is not null) = (disposition is null or deduction_minor > 0))
);
create index return_line_of_return on orders.return_line (maison_id, return_id);
create index return_line_of_line on orders.return_line (maison_id, order_line_id);

alter table orders.return enable row level security;
alter table orders.return_wish enable row level security;
alter table orders.return_line enable row level security;
create policy own_order on orders.return for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or exists (select 1 from orders.order o where o.maison_id = return.maison_id and o.id = return.order_id)));
create policy own_order on orders.return_wish for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or exists (select 1 from orders.return r where r.maison_id = return_wish.maison_id and r.id = return_wish.return_id)));
create policy own_order on orders.return_line for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or exists (select 1 from orders.return r where r.maison_id = return_line.maison_id and r.id = return_line.return_id)));
-- The holder of an order's link announces and withdraws for that order, and for pieces of it.
create policy announced on orders.return for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or (base.acts_as('link', order_id) and state = 'announced')));
create policy announced on orders.return_wish for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or (base.actor_kind() = 'link' and exists (select 1 from orders.return r
    join orders.order_line l on l.maison_id = r.maison_id and l.order_id = r.order_id
    where r.maison_id = return_wish.maison_id and r.id = return_wish.return_id and r.state = 'announced'
      and l.id = return_wish.order_line_id))));
create policy found on orders.return_line for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
create policy worked_on on orders.return for update to enfilade_app using (maison_id = base.maison() and base.inside());
create policy announced_anew on orders.return for update to enfilade_app
  using (maison_id = base.maison() and base.acts_as('link', order_id) and state = 'announced')
  with check (maison_id = base.maison() and base.acts_as('link', order_id) and state in ('announced', 'withdrawn'));
create policy announced_anew on orders.return_wish for update to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'link') and exists (select 1 from orders.return r
    where r.maison_id = return_wish.maison_id and r.id = return_wish.return_id and r.state = 'announced'));
grant select, insert, update on orders.return, orders.return_wish to enfilade_app;
grant select, insert on orders.return_line to enfilade_app;

-- How many pieces of the line came back.
alter table orders.order_line add column returned integer not null default 0;
alter table orders.order_line add constraint never_returned_beyond
  check (returned between 0 and quantity and (returned = 0 or state in ('handed_over', 'dispatched'))) not valid;

-- Until when a client may return, and whether a boutique abroad takes it. What was said when an order was placed stays so.
alter table maisons.policy add column return_days integer not null default 30;
alter table maisons.policy add column return_abroad boolean not null default true;
alter table maisons.policy add constraint policy_return_days_check check (return_days between 0 and 365) not valid;
alter table orders.order add column return_days integer;
