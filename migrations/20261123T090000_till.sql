-- Point of sale: a boutique's drawer from its float to its count, sales at the counter, the tenders that pay them.

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table stock.hold drop constraint hold_purpose, add constraint hold_purpose
  check (purpose in ('checkout', 'offer', 'appointment', 'selection', 'drop', 'transfer', 'sale')) not valid;
alter table stock.hold validate constraint hold_purpose;
-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table orders.order drop constraint order_method, add constraint order_method
  check (method in ('collect', 'reserve', 'ship', 'counter')) not valid;
alter table orders.order validate constraint order_method;
-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table payments.ledger_entry drop constraint kind_says_its_accounts, add constraint kind_says_its_accounts check (
  (kind, debit, credit) in (
    ('captured', 'provider', 'client'), ('captured_corrected', 'client', 'provider'),
    ('refunded', 'client', 'provider'), ('refunded_corrected', 'provider', 'client'),
    ('captured', 'cash', 'client'), ('captured_corrected', 'client', 'cash'), ('refunded', 'client', 'cash'),
    ('captured', 'terminal', 'client'), ('captured_corrected', 'client', 'terminal'), ('refunded', 'client', 'terminal'),
    ('captured', 'exchange', 'client'), ('captured_corrected', 'client', 'exchange'),
    ('refunded', 'client', 'exchange'), ('refunded_corrected', 'exchange', 'client'),
    ('sold', 'client', 'sales'), ('sold_corrected', 'sales', 'client'),
    ('sold', 'client', 'tax'), ('sold_corrected', 'tax', 'client'),
    ('returned', 'sales', 'client'), ('returned_corrected', 'client', 'sales'),
    ('returned', 'tax', 'client'), ('returned_corrected', 'client', 'tax'))) not valid;
alter table payments.ledger_entry validate constraint kind_says_its_accounts;

-- The cash of one boutique, from the float a person lays in to the count that closes it.
create table orders.drawer (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  location_id uuid not null,
  legal_entity_id uuid not null,
  market text not null,
  currency text not null constraint drawer_currency check (currency ~ '^[A-Z]{3}$'),
  -- By the calendar of the place.
  day date not null,
  opened_at timestamptz not null,
  opened_by uuid not null,
  -- The sum of its movements.
  cash_minor bigint not null constraint never_more_than_is_there check (cash_minor >= 0),
  closed_at timestamptz,
  closed_by uuid,
  counted_minor bigint constraint counted_is_an_amount check (counted_minor >= 0),
  words text not null default '' constraint few_words_of_a_count check (length(words) <= 200),
  primary key (maison_id, id, region),
  constraint drawer_of_a_place foreign key (maison_id, location_id, region) references boutiques.location (maison_id, id, region),
  constraint drawer_of_an_entity foreign key (maison_id, legal_entity_id) references maisons.legal_entity,
  constraint closed_is_counted check ((closed_at is null) = (counted_minor is null) and (closed_at is null) = (closed_by is null)),
  constraint difference_is_explained check (counted_minor is null or counted_minor = cash_minor or words <> '')
);
create unique index one_open_drawer on orders.drawer (maison_id, location_id, region) where closed_at is null;
create index drawer_of_place on orders.drawer (maison_id, location_id, opened_at desc);

create table orders.cash_movement (
  maison_id uuid not null,
  region text not null default base.region(),
  drawer_id uuid not null,
  kind text not null,
  -- The drawer of its float, the tender of what was taken or given back, else its own.
  cause_id uuid not null,
  amount_minor bigint not null,
  words text not null default '' constraint few_words_of_a_movement check (length(words) <= 200),
  recorded_at timestamptz not null,
  by_id uuid not null,
  constraint moved_once primary key (maison_id, kind, cause_id, region),
  constraint movement_of_a_drawer foreign key (maison_id, drawer_id, region) references orders.drawer,
  constraint kind_says_its_sign check (case kind when 'float' then amount_minor >= 0 when 'taken' then amount_minor > 0
    when 'paid_in' then amount_minor > 0 when 'given_back' then amount_minor < 0 when 'paid_out' then amount_minor < 0
    else false end),
  constraint paid_has_reason check (kind not in ('paid_in', 'paid_out') or words <> '')
);
create index movement_of_drawer on orders.cash_movement (maison_id, drawer_id, recorded_at);

create table orders.sale (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  drawer_id uuid not null,
  location_id uuid not null,
  store_id uuid not null,
  market text not null,
  currency text not null,
  client_id uuid,
  state text not null constraint sale_state check (state in ('open', 'settled', 'given_up')),
  total_minor bigint not null default 0 constraint sale_total check (total_minor >= 0),
  paid_minor bigint not null default 0,
  order_id uuid,
  opened_at timestamptz not null,
  opened_by uuid not null,
  changed_at timestamptz not null,
  ended_at timestamptz,
  ended_by uuid,
  primary key (maison_id, id, region),
  constraint sale_in_a_drawer foreign key (maison_id, drawer_id, region) references orders.drawer,
  constraint paid_before_pieces_leave check (state <> 'settled' or (paid_minor = total_minor and order_id is not null)),
  constraint ended_says_who check ((state = 'open') = (ended_at is null) and (state = 'open') = (ended_by is null))
);
create unique index settled_once on orders.sale (maison_id, order_id, region) where order_id is not null;
create index sale_of_drawer on orders.sale (maison_id, drawer_id, opened_at desc);

-- A piece as it was rung up: its price is frozen.
create table orders.sale_line (
  maison_id uuid not null,
  region text not null default base.region(),
  sale_id uuid not null,
  variant_id uuid not null,
  product_id uuid not null,
  sku text not null,
  brand text not null,
  name text not null,
  colour text not null,
  size text not null,
  quantity integer not null constraint sale_quantity check (quantity between 1 and 100),
  unit_price_minor bigint not null constraint sale_price check (unit_price_minor >= 0),
  tax_rate_basis_points integer not null,
  prices_include_tax boolean not null,
  quota_id uuid,
  quota_pieces_max integer,
  quota_period integer,
  rung_up_at timestamptz not null,
  constraint one_sale_line_per_variant primary key (maison_id, sale_id, variant_id, region),
  constraint line_of_a_sale foreign key (maison_id, sale_id, region) references orders.sale
);

-- What pays a sale, or is given back of it: cash, by a card terminal, or the worth of what came back.
create table payments.tender (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  payment_id uuid not null,
  drawer_id uuid not null,
  kind text not null constraint tender_kind check (kind in ('cash', 'card', 'exchange')),
  way text not null constraint tender_way check (way in ('in', 'back')),
  amount_minor bigint not null constraint tender_moves_something check (amount_minor > 0),
  -- What the client laid down, of which the rest is their change.
  given_minor bigint,
  state text not null constraint tender_state check (state in ('asked', 'done', 'refused')),
  -- Of what is given back: the tender it was paid by; of an exchange: that of the sale whose piece came back.
  of_tender_id uuid,
  -- The cash or card that money came from at first, through however many exchanges.
  root_tender_id uuid,
  return_id uuid,
  back_minor bigint not null default 0,
  slip text not null default '',
  asked_at timestamptz not null,
  ended_at timestamptz,
  by_id uuid not null,
  primary key (maison_id, id, region),
  constraint tender_of_a_payment foreign key (maison_id, payment_id, region) references payments.payment (maison_id, id, region),
  constraint given_covers check (given_minor is null or (kind = 'cash' and way = 'in' and given_minor >= amount_minor)),
  constraint never_back_beyond check (back_minor between 0 and amount_minor),
  constraint back_names_its_tender check ((way = 'in' and kind <> 'exchange') or (of_tender_id is not null and root_tender_id is not null)),
  constraint asked_of_a_terminal check (state = 'done' or kind = 'card'),
  constraint ended_tender check ((state = 'asked') = (ended_at is null))
);
-- One thing at a time is asked of a terminal for a sale: never two charges.
create unique index one_tender_asked on payments.tender (maison_id, payment_id, region) where state = 'asked';
create index tender_of_payment on payments.tender (maison_id, payment_id, asked_at);
create index tender_of_drawer on payments.tender (maison_id, drawer_id);

-- What a return of a sale at the counter is worth, until it is given back or set against another sale.
create table payments.till_refund (
  maison_id uuid not null,
  region text not null default base.region(),
  return_id uuid not null,
  payment_id uuid not null,
  amount_minor bigint not null constraint owes_something check (amount_minor > 0),
  given_minor bigint not null default 0,
  asked_at timestamptz not null,
  constraint owed_once primary key (maison_id, return_id, region),
  constraint refund_of_a_payment foreign key (maison_id, payment_id, region)
    references payments.payment (maison_id, id, region),
  constraint never_given_beyond check (given_minor between 0 and amount_minor)
);
create index till_refund_open on payments.till_refund (maison_id, asked_at) where given_minor < amount_minor;

-- The local twin of a card terminal keeps books of its own.
create table local_provider.slip (
  key text primary key,
  of_key text,
  amount_minor bigint not null,
  currency text not null,
  state text not null constraint slip_state check (state in ('approved', 'refused')),
  known_from timestamptz not null,
  back_minor bigint not null default 0 constraint never_more_back_than_taken check (back_minor between 0 and amount_minor)
);
grant select, insert, update on local_provider.slip to enfilade_app;

alter table orders.drawer enable row level security;
alter table orders.cash_movement enable row level security;
alter table orders.sale enable row level security;
alter table orders.sale_line enable row level security;
alter table payments.tender enable row level security;
alter table payments.till_refund enable row level security;
create policy read_inside on orders.drawer for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy opened on orders.drawer for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
-- What is closed is never changed.
create policy while_open on orders.drawer for update to enfilade_app
  using (maison_id = base.maison() and base.inside() and closed_at is null) with check (maison_id = base.maison() and base.inside());
create policy read_inside on orders.cash_movement for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy while_open on orders.cash_movement for insert to enfilade_app
  with check (maison_id = base.maison() and base.inside() and exists (select 1 from orders.drawer d
    where d.maison_id = cash_movement.maison_id and d.id = cash_movement.drawer_id and d.closed_at is null));
create policy inside on orders.sale to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy inside on orders.sale_line to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy inside on payments.tender to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy inside on payments.till_refund to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert on orders.drawer, orders.cash_movement to enfilade_app;
grant update (cash_minor, closed_at, closed_by, counted_minor, words) on orders.drawer to enfilade_app;
grant select, insert, update on orders.sale to enfilade_app;
grant select, insert, update, delete on orders.sale_line to enfilade_app;
grant select, insert on payments.tender, payments.till_refund to enfilade_app;
grant update (state, back_minor, slip, ended_at) on payments.tender to enfilade_app;
grant update (given_minor) on payments.till_refund to enfilade_app;
