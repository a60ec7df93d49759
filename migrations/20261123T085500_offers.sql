-- Offers: a proposal's piece at a price of its own, for who holds the link alone, once a manager has approved it.

alter table orders.proposal_line add column offered_minor bigint, add column offered_currency text;
alter table orders.proposal_line
  add constraint offered_for_something check (offered_minor > 0) not valid,
  add constraint offer_has_its_currency check ((offered_minor is null) = (offered_currency is null)) not valid;
alter table orders.proposal_line validate constraint offered_for_something;
alter table orders.proposal_line validate constraint offer_has_its_currency;

create table orders.proposal_approval (
  maison_id uuid not null,
  region text not null default base.region(),
  proposal_id uuid not null,
  approved_at timestamptz not null,
  approved_by uuid not null,
  constraint approved_once primary key (maison_id, proposal_id, region),
  constraint approval_of_a_proposal foreign key (maison_id, proposal_id, region) references orders.proposal
);
alter table orders.proposal_approval enable row level security;
create policy own_proposal on orders.proposal_approval for select to enfilade_app
  using (maison_id = base.maison() and (base.inside() or base.acts_as('link', proposal_id)));
create policy approved on orders.proposal_approval for insert to enfilade_app
  with check (maison_id = base.maison() and base.inside());
grant select, insert on orders.proposal_approval to enfilade_app;

-- The checkout reads what was offered where it was written down, not from the basket, which is its visitor's to write.
create policy own_basket on orders.proposal_line for select to enfilade_app
  using (maison_id = base.maison() and exists (select 1 from orders.basket b
    where b.maison_id = proposal_line.maison_id and b.proposal_id = proposal_line.proposal_id and b.state = 'proposed'));
