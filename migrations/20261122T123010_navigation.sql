-- A maison's own tree: nodes in its order and under its names. Without rows the tree follows from the pieces.

create table public_facts.node (
  maison_id uuid not null,
  key text not null,
  position integer not null,
  gender text not null,
  families text[] not null,
  names jsonb not null,
  constraint node_once primary key (maison_id, key),
  constraint node_key check (key ~ '^[a-z0-9]+(-[a-z0-9]+)*$')
);
alter table public_facts.node enable row level security;
create policy kept_inside on public_facts.node to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy published on public_facts.node for select using (true);
grant select on public_facts.node to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.node to enfilade_app;
