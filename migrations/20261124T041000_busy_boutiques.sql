-- A boutique that was asked for all it prepares in a day promises the day on which it has time again.

-- Of boutiques with a daily number alone; what counts as asked is what `orders.spare` counts. A reader learns the moment, no number.
create view public_facts.busy with (security_barrier = true) as
select l.id as location_id, (day.today + least(28, asked.orders / l.daily_cap) * interval '1 day') at time zone l.zone as free_from
from boutiques.location l
cross join lateral (select date_trunc('day', now() at time zone l.zone) as today) day
cross join lateral (select day.today at time zone l.zone as begins) b
cross join lateral (
  select (select count(*) from orders.fulfilment f
      where f.maison_id = l.maison_id and f.location_id = l.id and f.asked_at >= b.begins
        and f.state not in ('rejected', 'expired', 'cancelled', 'awaited'))::integer
    + (select count(*) from stock.transfer t
      where t.maison_id = l.maison_id and t.from_location_id = l.id and t.reason = 'for_order' and t.asked_at >= b.begins
        and t.state not in ('declined', 'cancelled'))::integer as orders) asked
where l.daily_cap is not null and l.published and asked.orders >= l.daily_cap;
alter view public_facts.busy owner to enfilade_owner;
grant select on public_facts.busy to enfilade_public, enfilade_app;
