-- Which of Stripe's PaymentIntents is which payment of ours, written before it is confirmed: ids only.

create schema stripe_provider authorization enfilade_owner;
grant usage on schema stripe_provider to enfilade_app;
create table stripe_provider.intent (
  reference uuid primary key,
  intent_id text not null constraint one_payment_an_intent unique,
  asked_at timestamptz not null
);
grant select, insert, update on stripe_provider.intent to enfilade_app;
