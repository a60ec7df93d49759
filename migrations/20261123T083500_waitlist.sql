-- The waitlist: who asked a store to be told, once, when a piece can be had again.

create table orders.wait (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  store_id uuid not null,
  variant_id uuid not null,
  market text not null,
  language text not null,
  mail text not null,
  link_hash bytea not null constraint wait_link_once unique,
  asked_at timestamptz not null,
  -- Whoever reads this mailbox said so; until then nobody waits.
  confirmed_at timestamptz,
  told_at timestamptz,
  left_at timestamptz,
  primary key (maison_id, id, region),
  constraint told_who_confirmed check (told_at is null or confirmed_at is not null),
  constraint waits_for_a_mailbox check (mail like '%@%' and length(mail) <= 254)
);
create unique index waits_once on orders.wait (maison_id, region, store_id, variant_id, mail)
  where confirmed_at is not null and told_at is null and left_at is null;
create index wait_in_order on orders.wait (maison_id, variant_id, confirmed_at)
  where confirmed_at is not null and told_at is null and left_at is null;
create index wait_told on orders.wait (maison_id, variant_id, told_at) where told_at is not null;
create index wait_by_age on orders.wait (maison_id, asked_at);

alter table orders.wait enable row level security;
create policy own_wait on orders.wait for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', id)));
create policy asked on orders.wait for insert to enfilade_app
  with check (maison_id = base.maison() and base.acts_as('link', id) and confirmed_at is null and told_at is null);
create policy said on orders.wait for update to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('link', id)));
create policy forgotten on orders.wait for delete to enfilade_app using (maison_id = base.maison() and base.inside());
grant select, insert, delete on orders.wait to enfilade_app;
grant update (confirmed_at, told_at, left_at) on orders.wait to enfilade_app;

grant select on orders.wait to enfilade_door;
create policy door on orders.wait for select to enfilade_door using (true);
create function door.wait_of_link(link bytea)
  returns table (maison_id uuid, region text, wait_id uuid, store_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select w.maison_id, w.region, w.id, w.store_id from orders.wait w where w.link_hash = link;
end;
alter function door.wait_of_link(bytea) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.wait_of_link(bytea) from public;
grant execute on function door.wait_of_link(bytea) to enfilade_app;
