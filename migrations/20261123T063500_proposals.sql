-- Proposals: what an advisor put together for one client, who opens it by a link and pays at the checkout like everybody.

create table orders.proposal (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  location_id uuid not null,
  staff_id uuid not null,
  store_id uuid not null,
  market text not null,
  language text not null,
  method text not null constraint proposal_method check (method in ('collect', 'ship')),
  collect_at uuid,
  link_hash bytea not null constraint proposal_link_once unique,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  opened_at timestamptz,
  withdrawn_at timestamptz,
  withdrawn_by uuid,
  primary key (maison_id, id, region),
  constraint proposed_by_a_place_here foreign key (maison_id, location_id, region)
    references boutiques.location (maison_id, id, region),
  constraint collected_at_a_place_here foreign key (maison_id, collect_at, region)
    references boutiques.location (maison_id, id, region),
  constraint collected_somewhere check ((method = 'collect') = (collect_at is not null)),
  constraint stands_seven_days_at_most check (expires_at > made_at and expires_at <= made_at + interval '7 days')
);
create index proposal_of_place on orders.proposal (maison_id, location_id, made_at desc, id desc);

create table orders.proposal_line (
  maison_id uuid not null,
  region text not null default base.region(),
  proposal_id uuid not null,
  variant_id uuid not null,
  quantity integer not null constraint proposed_quantity check (quantity between 1 and 100),
  place integer not null,
  constraint one_proposed_line_per_variant primary key (maison_id, proposal_id, variant_id, region),
  constraint line_of_a_proposal foreign key (maison_id, proposal_id, region) references orders.proposal
);

-- What a proposal says of people: the advisor's first name, a line to the client, the client's mail address. Erased apart.
create table orders.proposal_note (
  maison_id uuid not null,
  region text not null default base.region(),
  proposal_id uuid not null,
  advisor text not null,
  words text not null default '',
  mail text not null default '',
  agreed_at timestamptz,
  forget_at timestamptz not null,
  primary key (maison_id, proposal_id, region),
  constraint note_of_a_proposal foreign key (maison_id, proposal_id, region) references orders.proposal,
  constraint mailed_by_agreement check (mail = '' or agreed_at is not null),
  constraint few_words check (length(words) <= 200)
);

-- A visitor's own basket of a proposal stands beside the open one, and its checkout says what it pays.
alter table orders.basket add column proposal_id uuid;
-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table orders.basket drop constraint basket_state, add constraint basket_state
  check (state in ('open', 'ordered', 'proposed')) not valid;
alter table orders.basket validate constraint basket_state;
alter table orders.checkout add column proposal_id uuid;
-- Who sold an order that was proposed; null: nobody but the store.
alter table orders.order add column proposal_id uuid, add column sold_by_location_id uuid, add column sold_by_staff_id uuid;

alter table orders.proposal enable row level security;
alter table orders.proposal_line enable row level security;
alter table orders.proposal_note enable row level security;
-- Read by the maison's people, by who holds its link, and by the checkout that pays it.
create policy own_proposal on orders.proposal for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', id) or exists (
    select 1 from orders.checkout c where c.maison_id = proposal.maison_id and c.proposal_id = proposal.id)));
create policy made on orders.proposal for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
create policy moved on orders.proposal for update to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', id)))
  with check (maison_id = base.maison() and (base.inside() or base.acts_as('link', id)));
create policy own_proposal on orders.proposal_line for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', proposal_id)));
create policy made on orders.proposal_line for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
create policy own_proposal on orders.proposal_note for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', proposal_id)));
create policy made on orders.proposal_note for insert to enfilade_app with check (maison_id = base.maison() and base.inside());
create policy forgotten on orders.proposal_note for delete to enfilade_app using (maison_id = base.maison() and base.inside());
grant select, insert on orders.proposal, orders.proposal_line to enfilade_app;
grant update (opened_at, withdrawn_at, withdrawn_by) on orders.proposal to enfilade_app;
grant select, insert, delete on orders.proposal_note to enfilade_app;

grant select on orders.proposal to enfilade_door;
create policy door on orders.proposal for select to enfilade_door using (true);
create function door.proposal_of_link(link bytea)
  returns table (maison_id uuid, region text, proposal_id uuid, paying boolean, paid boolean, held boolean)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  -- Who pays it is not for its holder to read, only that somebody does.
  select p.maison_id, p.region, p.id, exists (select 1 from orders.checkout c where c.maison_id = p.maison_id
      and c.proposal_id = p.id and c.state in ('paying', 'choosing', 'completed')),
    exists (select 1 from orders.order o where o.maison_id = p.maison_id and o.proposal_id = p.id),
    exists (select 1 from orders.checkout c where c.maison_id = p.maison_id and c.proposal_id = p.id and c.state = 'open')
  from orders.proposal p where p.link_hash = link;
end;
-- The store of a proposal's checkout, which may have no host of its own; whose checkout it is, the store's policies say.
create function door.store_of_proposed(checkout uuid)
  returns table (store_id uuid, maison_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select c.store_id, c.maison_id from orders.checkout c where c.id = checkout and c.proposal_id is not null;
end;
alter function door.proposal_of_link(bytea) owner to enfilade_door;
alter function door.store_of_proposed(uuid) owner to enfilade_door;
-- allowed while the shop runs: the functions are new here, so no running process may use them yet
revoke all on function door.proposal_of_link(bytea), door.store_of_proposed(uuid) from public;
grant execute on function door.proposal_of_link(bytea), door.store_of_proposed(uuid) to enfilade_app;
