-- Exchanges of a return: another size or colour, held until the return is there, sent as an order of its own, paid by what the
-- client has with the maison. See docs/algorithms/exchanges.md.

create table orders.exchange (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  return_id uuid not null,
  order_id uuid not null,
  order_line_id uuid not null,
  -- What is wished in its place, and how many of it.
  variant_id uuid not null,
  quantity integer not null constraint exchange_quantity check (quantity between 1 and 100),
  state text not null constraint exchange_state check (state in ('wished', 'held', 'due', 'placed', 'ended')),
  because text constraint exchange_because check (because in ('client', 'kept', 'lapsed', 'not_accepted', 'gone', 'unpaid', 'worth')),
  -- The order it became, and the number it is called by, for who may not read that order.
  placed_order_id uuid,
  placed_number text not null default '',
  -- What was passed on for it.
  value_minor bigint not null default 0 constraint exchange_value check (value_minor >= 0),
  wished_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint exchange_of_a_return foreign key (maison_id, return_id, region) references orders.return (maison_id, id, region),
  constraint exchange_of_a_line foreign key (maison_id, order_line_id, region) references orders.order_line (maison_id, id, region),
  constraint exchange_placed foreign key (maison_id, placed_order_id, region) references orders.order (maison_id, id, region),
  constraint ended_says_why check ((state = 'ended') = (because is not null)),
  constraint placed_says_which check ((state = 'placed') = (placed_order_id is not null)),
  constraint worth_of_what_is_placed check (state = 'placed' or value_minor = 0)
);
create unique index one_open_exchange on orders.exchange (maison_id, return_id, order_line_id, region)
  where state in ('wished', 'held', 'due', 'placed');
create index exchange_of_order on orders.exchange (maison_id, order_id);
create index exchange_placed_as on orders.exchange (maison_id, placed_order_id) where placed_order_id is not null;

alter table orders.exchange enable row level security;
create policy own_order on orders.exchange for select to enfilade_app using (maison_id = base.maison()
  and (base.inside() or base.acts_as('link', order_id)));
create policy wished on orders.exchange for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or base.acts_as('link', order_id) and state = 'wished' and exists (select 1 from orders.return r
    join orders.order_line l on l.maison_id = r.maison_id and l.order_id = r.order_id
    where r.maison_id = exchange.maison_id and r.id = exchange.return_id and r.order_id = exchange.order_id
      and r.state = 'announced' and l.id = exchange.order_line_id)));
create policy taken_back on orders.exchange for update to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', order_id) and state in ('wished', 'held', 'due')))
  with check (maison_id = base.maison()
    and (base.inside() or base.acts_as('link', order_id) and state = 'ended' and because in ('client', 'kept')));
grant select, insert on orders.exchange to enfilade_app;
grant update (state, because, placed_order_id, placed_number, value_minor, changed_at) on orders.exchange to enfilade_app;

-- What was passed on to other payments and has not come back; whose money a payment is that stands on another.
alter table payments.payment add column passed_minor bigint not null default 0, add column of_payment_id uuid;
alter table payments.payment add constraint never_passed_beyond
  check (passed_minor >= 0 and refund_asked_minor + passed_minor <= captured_minor) not valid;
alter table payments.payment validate constraint never_passed_beyond;
alter table payments.payment add constraint stands_on_a_payment
  check ((provider = 'exchange') = (of_payment_id is not null)) not valid;
alter table payments.payment validate constraint stands_on_a_payment;
alter table payments.payment add constraint of_a_payment foreign key (maison_id, of_payment_id, region)
  references payments.payment (maison_id, id, region) not valid;
alter table payments.payment validate constraint of_a_payment;

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table stock.hold drop constraint hold_purpose, add constraint hold_purpose
  check (purpose in ('checkout', 'offer', 'appointment', 'selection', 'drop', 'transfer', 'sale', 'exchange')) not valid;
alter table stock.hold validate constraint hold_purpose;

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table payments.ledger_entry drop constraint kind_says_its_accounts, add constraint kind_says_its_accounts check (
  (kind, debit, credit) in (
    ('captured', 'provider', 'client'), ('captured_corrected', 'client', 'provider'),
    ('refunded', 'client', 'provider'), ('refunded_corrected', 'provider', 'client'),
    ('captured', 'cash', 'client'), ('captured_corrected', 'client', 'cash'), ('refunded', 'client', 'cash'),
    ('captured', 'terminal', 'client'), ('captured_corrected', 'client', 'terminal'), ('refunded', 'client', 'terminal'),
    ('captured', 'exchange', 'client'), ('captured_corrected', 'client', 'exchange'),
    ('refunded', 'client', 'exchange'), ('refunded_corrected', 'exchange', 'client'),
    ('passed', 'client', 'exchange'), ('passed_back', 'exchange', 'client'),
    ('sold', 'client', 'sales'), ('sold_corrected', 'sales', 'client'),
    ('sold', 'client', 'tax'), ('sold_corrected', 'tax', 'client'),
    ('returned', 'sales', 'client'), ('returned_corrected', 'client', 'sales'),
    ('returned', 'tax', 'client'), ('returned_corrected', 'client', 'tax'),
    ('goodwill', 'sales', 'client'), ('goodwill_corrected', 'client', 'sales'),
    ('goodwill', 'tax', 'client'), ('goodwill_corrected', 'client', 'tax'),
    ('owed', 'sales', 'partner'), ('owed', 'tax', 'partner'),
    ('owed_back', 'partner', 'sales'), ('owed_back', 'partner', 'tax'))) not valid;
alter table payments.ledger_entry validate constraint kind_says_its_accounts;

-- The history of an order tells its client what became of their exchange.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentAwaited', 'FulfilmentUnderway', 'FulfilmentReady',
    'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched', 'FulfilmentDelivered', 'FulfilmentNotDelivered',
    'FulfilmentSentBack', 'FulfilmentNotCollected', 'LineResourced', 'LineEngravingBegun', 'LineEngraved', 'LineToMake',
    'LineMakingBegun', 'LineMakingDelayed', 'LineMade', 'LineCancelled',
    'CancellationRefused', 'AddressChanged', 'ClientOnTheWay', 'WithdrawalStated', 'ReturnAnnounced', 'ReturnUnderway',
    'ReturnEnded', 'ReturnReceived', 'LineExchanged', 'ExchangeEnded', 'PaymentCaptured', 'PaymentRefunded',
    'PaymentPassedBack', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
