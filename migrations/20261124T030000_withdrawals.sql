-- Withdrawals: what a consumer states by the function that directive 2011/83/EU asks for (article 11a), with day and hour, and
-- what each piece became: not given any more, or awaited back. See docs/algorithms/withdrawal.md.

-- name, mail: who states it and where the receipt goes, of the statement alone; '' once erased.
create table orders.withdrawal (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  -- Of the form that was sent: sent twice, it is one statement.
  form_key uuid not null,
  name text not null constraint withdrawal_name check (length(name) <= 120),
  mail text not null constraint withdrawal_mail check (length(mail) <= 254),
  stated_at timestamptz not null,
  primary key (maison_id, id, region),
  constraint withdrawal_stated_once unique (maison_id, order_id, form_key, region),
  constraint withdrawal_of_an_order foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region)
);
create table orders.withdrawal_line (
  maison_id uuid not null,
  region text not null default base.region(),
  withdrawal_id uuid not null,
  order_line_id uuid not null,
  quantity integer not null constraint withdrawal_quantity check (quantity between 1 and 100),
  cancellation_id uuid,
  return_id uuid,
  primary key (maison_id, withdrawal_id, order_line_id, region),
  constraint line_of_a_withdrawal foreign key (maison_id, withdrawal_id, region) references orders.withdrawal (maison_id, id, region),
  constraint withdrawn_of_a_line foreign key (maison_id, order_line_id, region)
    references orders.order_line (maison_id, id, region),
  constraint withdrawn_by_cancellation foreign key (maison_id, cancellation_id, region)
    references orders.cancellation (maison_id, id, region),
  constraint withdrawn_by_return foreign key (maison_id, return_id, region) references orders.return (maison_id, id, region),
  constraint withdrawn_has_effect check (cancellation_id is not null or return_id is not null)
);
create index withdrawal_line_cancelled on orders.withdrawal_line (maison_id, cancellation_id) where cancellation_id is not null;

alter table orders.withdrawal enable row level security;
alter table orders.withdrawal_line enable row level security;
create policy own_order on orders.withdrawal for select to enfilade_app using (maison_id = base.maison()
  and (base.inside() or base.acts_as('link', order_id)));
create policy stated on orders.withdrawal for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or base.acts_as('link', order_id)));
create policy own_order on orders.withdrawal_line for select to enfilade_app using (maison_id = base.maison()
  and (base.inside() or exists (select 1 from orders.withdrawal w
    where w.maison_id = withdrawal_line.maison_id and w.id = withdrawal_line.withdrawal_id)));
create policy stated on orders.withdrawal_line for insert to enfilade_app with check (maison_id = base.maison()
  and (base.inside() or exists (select 1 from orders.withdrawal w
    join orders.order_line l on l.maison_id = w.maison_id and l.order_id = w.order_id
    where w.maison_id = withdrawal_line.maison_id and w.id = withdrawal_line.withdrawal_id
      and l.id = withdrawal_line.order_line_id)));
create policy followed on orders.withdrawal_line for update to enfilade_app
  using (maison_id = base.maison() and base.inside());
grant select, insert on orders.withdrawal to enfilade_app;
grant select, insert on orders.withdrawal_line to enfilade_app;
grant update (return_id) on orders.withdrawal_line to enfilade_app;

-- They go when the person's data goes.
create policy erased on orders.withdrawal for update to enfilade_app using (maison_id = base.maison() and base.inside())
  with check (maison_id = base.maison() and base.inside() and name = '' and mail = '');
grant update (name, mail) on orders.withdrawal to enfilade_app;
create function orders.withdrawal_goes_with_the_person() returns trigger language plpgsql as $$ begin
  update orders.withdrawal w set name = '', mail = '' from orders.order o
    where o.maison_id = new.maison_id and o.contact_id = new.id and w.maison_id = o.maison_id and w.order_id = o.id;
  return null;
end $$;
create trigger withdrawal_goes_with_the_person after update of erased_at on orders.contact for each row
  when (old.erased_at is null and new.erased_at is not null) execute function orders.withdrawal_goes_with_the_person();

-- The orders of a number that were placed with a mail address, of all maisons: a letter with their link goes there.
create function door.orders_of_number(number text, mail text) returns table (maison_id uuid, region text, order_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select o.maison_id, o.region, o.id
  from public_facts.maison m
  join orders.order o on o.maison_id = m.maison_id and o.number = orders_of_number.number
  join orders.contact c on c.maison_id = o.maison_id and c.id = o.contact_id and c.erased_at is null
  where lower(c.mail) = lower(orders_of_number.mail) and c.mail <> ''
  limit 5;
end;
alter function door.orders_of_number(text, text) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.orders_of_number(text, text) from public;
grant execute on function door.orders_of_number(text, text) to enfilade_app;

-- How long, and where, a maison takes its pieces back, for whoever thinks of buying.
create view public_facts.return_terms with (security_barrier) as
  select t.maison_id, t.return_days, t.return_abroad from maisons.policy t;
alter view public_facts.return_terms owner to enfilade_owner;
grant select on public_facts.return_terms to enfilade_app, enfilade_public;

-- The history of an order tells its client what they stated.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentAwaited', 'FulfilmentUnderway', 'FulfilmentReady',
    'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched', 'FulfilmentDelivered', 'FulfilmentNotDelivered',
    'FulfilmentSentBack', 'FulfilmentNotCollected', 'LineResourced', 'LineEngravingBegun', 'LineEngraved', 'LineCancelled',
    'CancellationRefused', 'AddressChanged', 'ClientOnTheWay', 'WithdrawalStated', 'ReturnAnnounced', 'ReturnUnderway',
    'ReturnEnded', 'ReturnReceived', 'PaymentCaptured', 'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
