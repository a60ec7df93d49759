-- Payments: what was asked of a provider, what it answered, what was captured and given back.

create schema payments authorization enfilade_owner;
grant usage on schema payments to enfilade_app;

create table payments.payment (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  checkout_id uuid not null,
  legal_entity_id uuid,
  provider text not null,
  method text not null,
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null check (amount_minor >= 0),
  captured_minor bigint not null default 0,
  refunded_minor bigint not null default 0,
  capture_asked_minor bigint not null default 0,
  refund_asked_minor bigint not null default 0,
  state text not null constraint payment_state check (state in
    ('asked', 'second_step', 'authorised', 'refused', 'captured', 'voided')),
  separate_capture boolean not null,
  authorised_until timestamptz,
  second_step_url text,
  provider_reference text,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint never_captured_beyond check (captured_minor between 0 and amount_minor),
  constraint never_refunded_beyond check (refunded_minor between 0 and captured_minor),
  constraint never_asked_beyond check (capture_asked_minor between captured_minor and amount_minor),
  constraint never_refund_asked_beyond check (refund_asked_minor between refunded_minor and captured_minor)
);
-- A refused card does not stand in the way of the next one; of those that live there is one a checkout.
create unique index one_live_payment on payments.payment (maison_id, checkout_id, region)
  where state in ('asked', 'second_step', 'authorised', 'captured');
create unique index payment_reference_once on payments.payment (maison_id, provider, provider_reference)
  where provider_reference is not null;
-- Each call to the provider is an operation, committed before it is made; its id is the provider's idempotency key.
-- `cause_id` is what it is for: the checkout that asks for money, the fulfilment that takes it, the line that gives it back.
create table payments.operation (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  payment_id uuid not null,
  kind text not null constraint operation_kind check (kind in ('authorise', 'capture', 'void', 'refund')),
  amount_minor bigint not null check (amount_minor >= 0),
  state text not null constraint operation_state check (state in ('asked', 'done', 'refused')),
  cause_id uuid not null,
  asked_at timestamptz not null,
  ended_at timestamptz,
  primary key (maison_id, id, region),
  foreign key (maison_id, payment_id, region) references payments.payment (maison_id, id, region),
  constraint operation_once_per_cause unique (maison_id, payment_id, kind, cause_id, region)
);
create index operation_open on payments.operation (maison_id, asked_at) where state = 'asked';

alter table payments.payment enable row level security;
create policy own_payment on payments.payment to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'provider' or base.acts_as('checkout', checkout_id)))
  with check (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'provider' or base.acts_as('checkout', checkout_id)));
alter table payments.operation enable row level security;
create policy own_payment on payments.operation to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'provider' or base.acts_as('checkout', cause_id)))
  with check (maison_id = base.maison() and (base.inside() or base.actor_kind() = 'provider' or base.acts_as('checkout', cause_id)));
grant select, insert, update on payments.payment, payments.operation to enfilade_app;

-- The local provider's own books: the outside world's twin, written in transactions of its own, read by nobody else.
create schema local_provider authorization enfilade_owner;
grant usage on schema local_provider to enfilade_app;
create table local_provider.charge (
  reference text primary key,
  amount_minor bigint not null,
  currency text not null,
  captured_minor bigint not null default 0 check (captured_minor <= amount_minor),
  refunded_minor bigint not null default 0 check (refunded_minor <= captured_minor),
  state text not null check (state in ('second_step', 'authorised', 'refused', 'voided')),
  known_from timestamptz not null,
  authorised_until timestamptz not null,
  second_step_token text unique,
  return_url text not null,
  metadata jsonb not null
);
create table local_provider.request (
  key text primary key,
  reference text not null,
  kind text not null,
  amount_minor bigint not null,
  done boolean not null
);
grant select, insert, update on local_provider.charge, local_provider.request to enfilade_app;
