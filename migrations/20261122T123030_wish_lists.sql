-- What a visitor or a client of a store wishes for. A visitor's becomes the client's at sign-in.

create table clients.wish (
  maison_id uuid not null,
  region text not null default base.region(),
  store_id uuid not null,
  holder_kind text not null,
  holder_id uuid not null,
  product_id uuid not null,
  wished_at timestamptz not null,
  constraint wished_once primary key (maison_id, region, holder_kind, holder_id, store_id, product_id),
  constraint wish_holder check (holder_kind in ('visitor', 'client'))
);
create index wish_by_age on clients.wish (maison_id, wished_at) where holder_kind = 'visitor';
alter table clients.wish enable row level security;
create policy own_wish on clients.wish to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as(holder_kind, holder_id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as(holder_kind, holder_id)));
grant select, insert, update, delete on clients.wish to enfilade_app;
