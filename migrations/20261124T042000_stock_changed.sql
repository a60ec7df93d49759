-- Positions of which movements were told since their message `stock.changed`, for maisons where somebody wants to hear of it.

create table stock.moved (
  maison_id uuid not null,
  region text not null default base.region(),
  location_id uuid not null,
  variant_id uuid not null,
  moved_at timestamptz not null,
  primary key (maison_id, location_id, variant_id, region)
);
alter table stock.moved owner to enfilade_owner;
alter table stock.moved enable row level security;
create policy told_by_the_round on stock.moved to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'job') with check (maison_id = base.maison() and base.actor_kind() = 'job');
grant select, update, delete on stock.moved to enfilade_app;

-- Whoever moves stock marks its position, with the same transaction and behind the position's lock. A mark that is there is written
-- anew, so that it stays locked until that transaction ends: the round passes it over, and finds it the next time.
create policy door on stock.moved to enfilade_door using (true) with check (true);
grant usage on schema stock to enfilade_door;
grant select, insert, update on stock.moved to enfilade_door;
grant select (types) on channels.webhook_endpoint to enfilade_door;
create function door.mark_moved() returns trigger
  language plpgsql security definer set search_path = pg_catalog as $$
begin
  insert into stock.moved as m (maison_id, region, location_id, variant_id, moved_at)
  select distinct w.maison_id, w.region, w.location_id, w.variant_id, now() from written w
  where w.maison_id in (select e.maison_id from channels.webhook_endpoint e where 'stock.changed' = any(e.types))
  order by 1, 3, 4
  on conflict (maison_id, location_id, variant_id, region) do update set moved_at = excluded.moved_at;
  return null;
end $$;
alter function door.mark_moved() owner to enfilade_door;
-- allowed while the shop runs: the function is new, and nobody calls what a trigger does
revoke all on function door.mark_moved() from public;
create trigger mark_moved after insert on stock.movement referencing new table as written
  for each statement execute function door.mark_moved();
