-- Cancellations: who wished that pieces which have not left are not given, and what became of it.

create table orders.cancellation (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  asked_by text not null constraint cancellation_asked_by check (asked_by in ('client', 'boutique', 'maison')),
  staff_id uuid,
  -- Why, where somebody of the maison did it; the client need not say.
  reason text constraint cancellation_reason check (reason in ('client_wish', 'not_deliverable', 'wrong_price', 'fraud', 'other')),
  state text not null constraint cancellation_state check (state in ('asked', 'done', 'refused')),
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (maison_id, id, region),
  foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint cancellation_says_who check ((asked_by = 'client') = (staff_id is null) and (asked_by = 'client') = (reason is null)),
  constraint cancellation_is_ended check ((state = 'asked') = (ended_at is null)),
  constraint only_a_client_waits check (state <> 'asked' or asked_by = 'client')
);
create unique index one_cancellation_asked on orders.cancellation (maison_id, order_id, region) where state = 'asked';
create index cancellation_of_order on orders.cancellation (maison_id, order_id);
create index cancellation_waiting on orders.cancellation (maison_id, asked_at) where state = 'asked';

-- The lines it names, and what became of each; null while it waits.
create table orders.cancellation_line (
  maison_id uuid not null,
  region text not null default base.region(),
  cancellation_id uuid not null,
  order_line_id uuid not null,
  outcome text constraint cancellation_outcome check (outcome in ('cancelled', 'left', 'ended')),
  primary key (maison_id, cancellation_id, order_line_id, region),
  foreign key (maison_id, cancellation_id, region) references orders.cancellation (maison_id, id, region),
  foreign key (maison_id, order_line_id, region) references orders.order_line (maison_id, id, region)
);
create unique index cancelled_once on orders.cancellation_line (maison_id, order_line_id, region) where outcome = 'cancelled';
create index cancellation_line_of_line on orders.cancellation_line (maison_id, order_line_id);

-- Pieces that were set apart when their line was cancelled: somebody puts them back where they belong.
create table orders.putting_away (
  maison_id uuid not null,
  region text not null default base.region(),
  order_line_id uuid not null,
  fulfilment_id uuid not null,
  location_id uuid not null,
  asked_at timestamptz not null,
  done_at timestamptz,
  done_by uuid,
  primary key (maison_id, order_line_id, region),
  foreign key (maison_id, order_line_id, region) references orders.order_line (maison_id, id, region),
  constraint put_away_by_somebody check ((done_at is null) = (done_by is null))
);
create index to_put_away on orders.putting_away (maison_id, location_id) where done_at is null;
create index putting_away_of_fulfilment on orders.putting_away (maison_id, fulfilment_id);

alter table orders.cancellation enable row level security;
alter table orders.cancellation_line enable row level security;
alter table orders.putting_away enable row level security;
create policy own_order on orders.cancellation for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or exists (select 1 from orders.order o where o.maison_id = cancellation.maison_id and o.id = cancellation.order_id)));
create policy own_order on orders.cancellation_line for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or exists (select 1 from orders.cancellation c
    where c.maison_id = cancellation_line.maison_id and c.id = cancellation_line.cancellation_id)));
-- The holder of an order's link says what they wish of that order; what becomes of it is the maison's to write.
create policy wished on orders.cancellation for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or (base.acts_as('link', order_id) and state = 'asked')));
create policy wished on orders.cancellation_line for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or (base.actor_kind() = 'link' and outcome is null and exists (select 1 from orders.cancellation c
    join orders.order_line l on l.maison_id = c.maison_id and l.order_id = c.order_id
    where c.maison_id = cancellation_line.maison_id and c.id = cancellation_line.cancellation_id and c.state = 'asked'
      and l.id = cancellation_line.order_line_id))));
create policy carried_out on orders.cancellation for update to enfilade_app using (maison_id = base.maison() and base.inside());
create policy carried_out on orders.cancellation_line for update to enfilade_app using (maison_id = base.maison() and base.inside());
create policy own_maison on orders.putting_away to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on orders.cancellation, orders.cancellation_line, orders.putting_away to enfilade_app;

-- Of what happened to an order, its client reads what is theirs to know, by the order's link; the sentences stand in the program.
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentReady', 'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched',
    'FulfilmentNotCollected', 'LineResourced', 'LineCancelled', 'CancellationRefused', 'ClientOnTheWay', 'ReturnAnnounced',
    'ReturnEnded', 'ReturnReceived', 'PaymentCaptured', 'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
