-- The words of an engraving: on the line of a basket, frozen on the lines of checkout and order; what a maison cuts, and for how much.

create table public_facts.engraving_terms (
  maison_id uuid primary key references maisons.maison,
  letterings text[] not null
    constraint letterings_known check (letterings <@ array['upright', 'italic', 'block'] and cardinality(letterings) > 0),
  scripts text[] not null constraint scripts_known check (scripts <@ array['latin', 'han'] and cardinality(scripts) > 0)
);
-- What the engraving of one piece costs in a market, in its currency, with the tax of the piece; without a row nothing.
create table public_facts.engraving_fee (
  maison_id uuid not null references maisons.maison,
  market text not null,
  amount_minor bigint not null constraint engraving_fee_bounded check (amount_minor between 1 and 100000000),
  primary key (maison_id, market)
);
alter table public_facts.engraving_terms enable row level security;
alter table public_facts.engraving_fee enable row level security;
create policy published on public_facts.engraving_terms for select using (true);
create policy published on public_facts.engraving_fee for select using (true);
create policy kept_inside on public_facts.engraving_terms to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on public_facts.engraving_fee to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.engraving_terms, public_facts.engraving_fee to enfilade_public;
grant select, insert, update, delete on public_facts.engraving_terms, public_facts.engraving_fee to enfilade_app;

-- '' for a piece that is not engraved; `lettering` is never '' for one that is, also when its words are erased.
alter table orders.basket_line add column engraving text not null default '', add column lettering text not null default '';
-- allowed while the shop runs: the new key takes every row the old one took, under its name, and baskets are small
alter table orders.basket_line drop constraint one_line_per_variant, add constraint one_line_per_variant
  primary key (maison_id, basket_id, variant_id, engraving, lettering, region);
alter table orders.checkout_line add column line smallint not null default 0,
  add column engraving text not null default '', add column lettering text not null default '',
  add column engraving_minor bigint not null default 0, add column engrave_by date;
-- allowed while the shop runs: the new key takes every row the old one took, and checkouts end within the hour
alter table orders.checkout_line drop constraint one_checkout_line_per_variant, add constraint one_checkout_line_per_variant
  primary key (maison_id, checkout_id, variant_id, line, region);
-- `engraving_minor` is part of the unit price; `engrave_by` the day on which it is to be back where it is prepared.
alter table orders.order_line add column engraving text not null default '', add column lettering text not null default '',
  add column engraving_minor bigint not null default 0, add column engrave_by date,
  add column engraving_begun_at timestamptz, add column engraving_begun_by uuid,
  add column engraved_at timestamptz, add column engraved_by uuid;
alter table orders.order_line add constraint engraved_in_a_lettering check (engraving = '' or lettering <> '') not valid;
alter table orders.order_line validate constraint engraved_in_a_lettering;
alter table orders.order_line add constraint engraved_once_begun check (engraved_at is null or engraving_begun_at is not null) not valid;
alter table orders.order_line validate constraint engraved_once_begun;
-- What was cut is cut: the piece leaves only when it is done.
alter table orders.order_line add constraint engraved_before_it_leaves
  check (lettering = '' or engraved_at is not null or state not in ('handed_over', 'dispatched')) not valid;
alter table orders.order_line validate constraint engraved_before_it_leaves;

-- The work is on a piece: a line that loses its piece begins anew with another one.
create function orders.engraving_goes_with_its_piece() returns trigger language plpgsql as $$ begin
  new.engraving_begun_at := null; new.engraving_begun_by := null; new.engraved_at := null; new.engraved_by := null;
  return new;
end $$;
create trigger engraving_goes_with_its_piece before update of state on orders.order_line for each row
  when (new.state in ('sourced', 'unsourced') and old.engraving_begun_at is not null)
  execute function orders.engraving_goes_with_its_piece();

-- Words may name a person: they go when the person's data goes, wherever they stand.
create function orders.words_go_with_the_person() returns trigger language plpgsql as $$ begin
  update orders.order_line l set engraving = '' from orders.order o
    where o.maison_id = new.maison_id and o.contact_id = new.id and l.maison_id = o.maison_id and l.order_id = o.id
      and l.engraving <> '';
  update orders.checkout_line l set engraving = ''
    where l.maison_id = new.maison_id and l.checkout_id = new.checkout_id and l.engraving <> '';
  delete from orders.basket_line l using orders.checkout c
    where c.maison_id = new.maison_id and c.id = new.checkout_id and l.maison_id = c.maison_id and l.basket_id = c.basket_id
      and l.engraving <> '';
  return null;
end $$;
create trigger words_go_with_the_person after update of erased_at on orders.contact for each row
  when (old.erased_at is null and new.erased_at is not null) execute function orders.words_go_with_the_person();

-- allowed while the shop runs: the new check takes every row the old one took
alter table orders.return_line drop constraint return_reason, add constraint return_reason
  check (reason in ('worn', 'damaged', 'incomplete', 'not_ours', 'missing', 'too_late', 'opened', 'engraved')) not valid;
alter table orders.return_line validate constraint return_reason;

-- The history of an order tells its client how far the engraving is.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentAwaited', 'FulfilmentUnderway', 'FulfilmentReady',
    'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched', 'FulfilmentDelivered', 'FulfilmentNotDelivered',
    'FulfilmentSentBack', 'FulfilmentNotCollected', 'LineResourced', 'LineEngravingBegun', 'LineEngraved', 'LineCancelled',
    'CancellationRefused', 'AddressChanged', 'ClientOnTheWay', 'ReturnAnnounced', 'ReturnUnderway', 'ReturnEnded', 'ReturnReceived', 'PaymentCaptured',
    'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
