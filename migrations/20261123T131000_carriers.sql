-- Delivery by carriers: which a maison uses, a label a parcel, what its carrier tells of it.

create schema carriers authorization enfilade_owner;
grant usage on schema carriers to enfilade_app;

-- How a maison's parcels are reckoned. No row: nothing is asked of a carrier, numbers are typed by hand.
create table carriers.terms (
  maison_id uuid not null primary key,
  piece_grams integer not null constraint piece_weighs check (piece_grams between 1 and 50000),
  wrapping_grams integer not null constraint wrapping_weighs check (wrapping_grams between 0 and 50000),
  insured boolean not null,
  return_labels boolean not null,
  changed_at timestamptz not null,
  changed_by uuid
);

-- What of a carrier's a maison offers in a market.
create table carriers.offered (
  maison_id uuid not null,
  market text not null,
  carrier text not null,
  service text not null,
  primary key (maison_id, market, carrier, service)
);

-- purpose: out to a client for a fulfilment, back from them for a return; cause_id names it.
-- letting_go: it is not used, and the carrier is to be told; kept: it would not take it back.
create table carriers.label (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  purpose text not null constraint label_purpose check (purpose in ('out', 'back')),
  cause_id uuid not null,
  order_id uuid not null,
  -- Where it leaves from, or comes back to.
  location_id uuid not null,
  market text not null,
  state text not null constraint label_state check (state in ('asked', 'made', 'refused', 'letting_go', 'void', 'kept')),
  carrier text not null default '',
  service text not null default '',
  tracking text not null default '',
  url text not null default '',
  price_minor bigint,
  currency text,
  ground_only boolean not null default false,
  insured_minor bigint,
  adult_signature boolean not null default false,
  -- The carrier's words, or ours, for why it was not made or not taken back.
  reason text not null default '' constraint short_reason check (length(reason) <= 300),
  standing text constraint label_standing check (standing in ('label_made', 'accepted', 'in_transit', 'out_for_delivery',
    'failed_attempt', 'delivered', 'returned_to_sender', 'lost')),
  standing_at timestamptz,
  asked_at timestamptz not null,
  asked_by uuid,
  made_at timestamptz,
  ended_at timestamptz,
  followed_at timestamptz,
  -- A person has seen to what went wrong with it.
  settled_at timestamptz,
  settled_by uuid,
  primary key (maison_id, id, region),
  constraint made_has_its_number check (state not in ('made', 'kept') or (tracking <> '' and made_at is not null)),
  constraint refused_says_why check (state <> 'refused' or reason <> ''),
  constraint asked_of_a_service check ((carrier = '') = (service = '')),
  constraint ended_label check ((state in ('refused', 'void', 'kept')) = (ended_at is not null))
);
create unique index one_live_label on carriers.label (maison_id, purpose, cause_id, region) where state in ('asked', 'made');
create unique index tracking_once on carriers.label (maison_id, carrier, tracking, region) where tracking <> '';
create index label_of_cause on carriers.label (maison_id, cause_id);
create index label_of_order on carriers.label (maison_id, order_id);
create index label_to_carry_out on carriers.label (maison_id, asked_at) where state in ('asked', 'letting_go');
create index label_on_its_way on carriers.label (maison_id, followed_at) where state = 'made';

-- What stands on a label, names and addresses among it: apart, and not kept.
create table carriers.label_paper (
  maison_id uuid not null,
  region text not null default base.region(),
  label_id uuid not null,
  sender jsonb not null,
  recipient jsonb not null,
  grams integer not null,
  worth_minor bigint not null,
  currency text not null,
  pdf bytea,
  primary key (maison_id, label_id, region),
  constraint paper_of_a_label foreign key (maison_id, label_id, region) references carriers.label
);

create table carriers.scan (
  maison_id uuid not null,
  region text not null default base.region(),
  label_id uuid not null,
  scan_id text not null,
  standing text not null constraint scan_standing check (standing in ('label_made', 'accepted', 'in_transit',
    'out_for_delivery', 'failed_attempt', 'delivered', 'returned_to_sender', 'lost')),
  at timestamptz not null,
  place text not null default '',
  heard_at timestamptz not null,
  constraint scanned_once primary key (maison_id, label_id, scan_id, region),
  constraint scan_of_a_label foreign key (maison_id, label_id, region) references carriers.label
);

alter table carriers.terms enable row level security;
alter table carriers.offered enable row level security;
alter table carriers.label enable row level security;
alter table carriers.label_paper enable row level security;
alter table carriers.scan enable row level security;
create policy inside on carriers.terms to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy inside on carriers.offered to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy inside on carriers.label to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy own_order on carriers.label for select to enfilade_app
  using (maison_id = base.maison() and base.acts_as('link', order_id));
create policy inside on carriers.label_paper to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
-- The holder of an order's link prints the label of what they send back, and no other.
create policy own_return on carriers.label_paper for select to enfilade_app
  using (maison_id = base.maison() and exists (select 1 from carriers.label l where l.maison_id = label_paper.maison_id
    and l.id = label_paper.label_id and l.purpose = 'back' and base.acts_as('link', l.order_id)));
create policy inside on carriers.scan to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy own_order on carriers.scan for select to enfilade_app
  using (maison_id = base.maison() and exists (select 1 from carriers.label l where l.maison_id = scan.maison_id
    and l.id = scan.label_id and base.acts_as('link', l.order_id)));
grant select, insert, update on carriers.terms to enfilade_app;
grant select, insert, delete on carriers.offered to enfilade_app;
grant select, insert, update on carriers.label to enfilade_app;
grant select, insert, update, delete on carriers.label_paper to enfilade_app;
grant select, insert on carriers.scan to enfilade_app;

-- When the carrier said that it arrived; null where none has.
alter table orders.fulfilment add column delivered_at timestamptz;

-- The local twin of a carrier keeps books of its own.
create schema local_carrier authorization enfilade_owner;
grant usage on schema local_carrier to enfilade_app;
create table local_carrier.parcel (
  key text primary key,
  tracking text not null unique,
  service text not null,
  digest bytea not null,
  state text not null constraint parcel_state check (state in ('made', 'void')),
  price_minor bigint not null,
  currency text not null,
  metadata jsonb not null,
  made_at timestamptz not null
);
create table local_carrier.scan (
  tracking text not null references local_carrier.parcel (tracking),
  id text not null,
  standing text not null,
  at timestamptz not null,
  place text not null,
  told bigint generated always as identity,
  primary key (tracking, id)
);
grant select, insert, update on local_carrier.parcel, local_carrier.scan to enfilade_app;

-- The history of an order tells its client what the carrier said.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentAwaited', 'FulfilmentUnderway', 'FulfilmentReady',
    'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched', 'FulfilmentDelivered', 'FulfilmentNotDelivered',
    'FulfilmentSentBack', 'FulfilmentNotCollected', 'LineResourced', 'LineCancelled', 'CancellationRefused', 'AddressChanged',
    'ClientOnTheWay', 'ReturnAnnounced', 'ReturnUnderway', 'ReturnEnded', 'ReturnReceived', 'PaymentCaptured',
    'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
