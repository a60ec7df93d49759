-- Ship to store: a piece that lies elsewhere is brought to the boutique in which its client collects it.

-- How many working days a parcel takes within a country; null: nothing is brought.
alter table maisons.policy add column ship_to_store_days integer;
alter table maisons.policy add constraint ship_to_store_days_bounded check (ship_to_store_days between 0 and 20) not valid;
alter table maisons.policy validate constraint ship_to_store_days_bounded;
alter table public_facts.promise_terms add column ship_to_store_days integer;

-- Where it takes otherwise, and the only ways over a border. Each end is a country (two letters) or a place (its id).
create table public_facts.travel (
  maison_id uuid not null,
  origin text not null,
  destination text not null,
  days integer not null constraint travel_days_bounded check (days between 0 and 20),
  constraint one_way_a_pair primary key (maison_id, origin, destination),
  constraint travel_between check (origin ~ '^([A-Z]{2}|[0-9a-f-]{36})$' and destination ~ '^([A-Z]{2}|[0-9a-f-]{36})$')
);
alter table public_facts.travel enable row level security;
create policy published on public_facts.travel for select using (true);
create policy kept_inside on public_facts.travel to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.travel to enfilade_public;
grant select, insert, update, delete on public_facts.travel to enfilade_app;

-- The first moment by which a place has been open for so long since then; null where its hours are not known so far.
create function public_facts.open_for(place uuid, minutes integer, since timestamptz) returns timestamptz
  language sql stable parallel safe
  return (
    select min(greatest(i.opens_at, since) + (make_interval(mins => minutes) - i.before))
    from (select o.opens_at, o.closes_at, coalesce(sum(o.closes_at - greatest(o.opens_at, since))
        over (order by o.opens_at rows between unbounded preceding and 1 preceding), interval '0') as before
      from public_facts.opening o where o.location_id = place and o.closes_at > since) i
    where i.before + (i.closes_at - greatest(i.opens_at, since)) > make_interval(mins => minutes));
-- So many days later, Saturdays and Sundays not counted.
create function public_facts.working_day(day date, days integer) returns date language sql immutable parallel safe
  return coalesce((
    select d.day from (select g::date as day, row_number() over (order by g) as n
      from generate_series(day + 1, day + 2 * days + 7, interval '1 day') g where extract(isodow from g) < 6) d
    where d.n = days), day);
-- How long pieces travel from a place to another; null: they do not. What is said of a place goes before what is said of its country.
create function public_facts.travel_days(maison uuid, origin uuid, origin_country text, destination uuid,
  destination_country text) returns integer language sql stable parallel safe
  return (
    select coalesce(
      (select t.days from public_facts.travel t
        where t.maison_id = maison and t.origin in (travel_days.origin::text, origin_country)
          and t.destination in (travel_days.destination::text, destination_country)
        order by length(t.origin) + length(t.destination) desc, t.days limit 1),
      case when origin_country = destination_country then p.ship_to_store_days end)
    from public_facts.promise_terms p where p.maison_id = maison and p.ship_to_store_days is not null
      and origin <> destination);
-- On which day what is asked of a place now leaves it; where its hours are not known, tomorrow.
create function public_facts.leaves_on(place uuid, minutes integer, zone text, since timestamptz) returns date
  language sql stable parallel safe
  return (coalesce(public_facts.open_for(place, minutes, since), since + interval '1 day') at time zone zone)::date;
-- When it can be collected, having arrived in the course of that day.
create function public_facts.ready_after(place uuid, minutes integer, zone text, arrives date) returns timestamptz
  language sql stable parallel safe
  return public_facts.open_for(place, minutes, (arrives + 1)::timestamp at time zone zone);
grant execute on function public_facts.open_for, public_facts.working_day, public_facts.travel_days, public_facts.leaves_on,
  public_facts.ready_after to enfilade_app, enfilade_public;

-- Of a checkout: where it is collected, if elsewhere than it lies, and from when.
alter table orders.checkout_line add column collect_location_id uuid, add column ready_about timestamptz;

-- Of an order: work that waits for what is on its way; the transfer a line comes by.
-- allowed while the shop runs: the new check takes every row the old one took
alter table orders.fulfilment drop constraint fulfilment_state, add constraint fulfilment_state
  check (state in ('awaited', 'asked', 'accepted', 'ready', 'handed_over', 'dispatched', 'rejected', 'expired', 'cancelled',
    'no_show')) not valid;
alter table orders.fulfilment validate constraint fulfilment_state;
alter table orders.fulfilment add column ready_about timestamptz;
alter table orders.fulfilment add constraint awaited_is_promised check (state <> 'awaited' or ready_about is not null) not valid;
alter table orders.fulfilment validate constraint awaited_is_promised;
alter table orders.order_line add column transfer_id uuid;
-- allowed while the shop runs: the new check takes every row the old one took
alter table orders.rejection drop constraint rejection_reason, add constraint rejection_reason
  check (reason in ('not_in_stock', 'mismatch', 'damaged', 'worn_display', 'expired', 'shortage', 'declined', 'lost_on_way'))
  not valid;
alter table orders.rejection validate constraint rejection_reason;

-- The order line whose allocation goes with the pieces; null: nobody waits for them.
alter table stock.transfer_line add column order_line_id uuid;
create policy asked_for_an_order on stock.transfer for insert to enfilade_app with check (maison_id = base.maison()
  and base.actor_kind() = 'checkout' and reason = 'for_order' and state = 'asked' and asked_by is null);
create policy asked_for_an_order on stock.transfer_line for insert to enfilade_app with check (maison_id = base.maison()
  and base.actor_kind() = 'checkout' and packed = 0 and exists (select 1 from stock.allocation a
    where a.maison_id = transfer_line.maison_id and a.order_line_id = transfer_line.order_line_id
      and a.variant_id = transfer_line.variant_id and a.quantity = transfer_line.asked));

-- The client is told that it is brought, and that it is on its way.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentAwaited', 'FulfilmentUnderway', 'FulfilmentReady',
    'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched',
    'FulfilmentNotCollected', 'LineResourced', 'LineCancelled', 'CancellationRefused', 'AddressChanged', 'ClientOnTheWay',
    'ReturnAnnounced', 'ReturnEnded', 'ReturnReceived', 'PaymentCaptured', 'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));

-- What a place is asked to send to another boutique for an order fills its day as a parcel does; what is on its way to it does not yet.
create or replace view orders.spare with (security_barrier) as
select l.maison_id, l.id as location_id,
  case when l.opening_hours <> '' and not exists (select 1 from public_facts.opening o
      where o.location_id = l.id and o.opens_at < day.ends and o.closes_at > day.begins) then 0
    when l.daily_cap is not null then greatest(0, l.daily_cap - (select count(*)::integer from orders.fulfilment f
      where f.maison_id = l.maison_id and f.location_id = l.id and f.asked_at >= day.begins
        and f.state not in ('rejected', 'expired', 'cancelled', 'awaited')) - (select count(*)::integer from stock.transfer t
      where t.maison_id = l.maison_id and t.from_location_id = l.id and t.reason = 'for_order' and t.asked_at >= day.begins
        and t.state not in ('declined', 'cancelled')))
  end as parcels
from boutiques.location l
cross join lateral (select date_trunc('day', now() at time zone l.zone) as today) d
cross join lateral (select d.today at time zone l.zone as begins, (d.today + interval '1 day') at time zone l.zone as ends) day
where l.maison_id = base.maison() or base.actor_kind() = 'visitor' and exists (select 1 from public_facts.store s
  join public_facts.store_maison m on m.store_id = s.id
  where s.maison_id = base.maison() and m.maison_id = l.maison_id);

-- Which boutiques let clients collect at all, whatever lies in them.
create view public_facts.collects with (security_barrier) as
  select e.maison_id, e.location_id from stock.exposure e where e.collect;
grant select on public_facts.collects to enfilade_app, enfilade_public;
