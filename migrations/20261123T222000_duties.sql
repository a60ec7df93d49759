-- Duties and import tax of what leaves the customs union, quoted before it is paid.

-- In which markets they are paid with the order, and whether it is sold all the same where nobody can quote them: then the client
-- pays them at the door.
create table public_facts.duty_terms (
  maison_id uuid not null,
  market text not null,
  at_door boolean not null,
  constraint one_terms_a_market primary key (maison_id, market)
);
-- What customs call the pieces of a family: six digits of the Harmonized System, and what a country adds to them.
create table public_facts.customs_code (
  maison_id uuid not null,
  family text not null,
  hs_code text not null constraint hs_code_digits check (hs_code ~ '^[0-9]{6}([0-9]{2}){0,2}$'),
  constraint one_code_a_family primary key (maison_id, family)
);
alter table public_facts.duty_terms enable row level security;
alter table public_facts.customs_code enable row level security;
create policy published on public_facts.duty_terms for select using (true);
create policy kept_inside on public_facts.duty_terms to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy published on public_facts.customs_code for select using (true);
create policy kept_inside on public_facts.customs_code to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.duty_terms, public_facts.customs_code to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.duty_terms, public_facts.customs_code to enfilade_app;

-- asked: not quoted yet, so it is not paid for; paid: with the order; at_door: by whoever receives it.
alter table orders.checkout_line add column duty_minor bigint not null default 0, add column duties text,
  add column duties_country text, add column duties_until timestamptz;
alter table orders.checkout_line add constraint duties_of_a_checkout check (coalesce(duties, 'paid') in ('asked', 'paid', 'at_door')
  and duty_minor >= 0 and (duty_minor = 0 or duties = 'paid')) not valid;
alter table orders.checkout_line validate constraint duties_of_a_checkout;
-- Paid with the line, beside its total: taken with it, let go with it, not given back with a return.
alter table orders.order_line add column duty_minor bigint not null default 0, add column duties text;
alter table orders.order_line add constraint duties_of_a_line check (coalesce(duties, 'paid') in ('paid', 'at_door')
  and duty_minor >= 0 and (duty_minor = 0 or duties is not null)) not valid;
alter table orders.order_line validate constraint duties_of_a_line;
