-- Enquiries: somebody asks a maison what a piece on request costs, and an advisor answers.

create table orders.enquiry (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  variant_id uuid not null,
  market text not null,
  language text not null,
  -- Of the boutiques in this city; '' of any advisor of the maison.
  city text not null,
  name text not null constraint enquiry_name check (length(name) between 1 and 100),
  mail text not null,
  phone text not null,
  words text not null constraint enquiry_words check (length(words) <= 500),
  asked_at timestamptz not null,
  -- They said that the maison may answer them.
  agreed_at timestamptz not null,
  taken_at timestamptz,
  taken_by uuid,
  closed_at timestamptz,
  closed_by uuid,
  closed_because text constraint why_closed check (closed_because in ('offered', 'told', 'unreachable', 'nothing')),
  -- What answered it.
  proposal_id uuid,
  primary key (maison_id, id, region),
  constraint one_way_to_answer check ((mail <> '') <> (phone <> '')),
  constraint taken_by_somebody check ((taken_at is null) = (taken_by is null)),
  constraint closed_says_why check (num_nonnulls(closed_at, closed_by, closed_because) in (0, 3)),
  constraint offered_by_a_proposal check ((coalesce(closed_because, '') = 'offered') = (proposal_id is not null)),
  constraint answers_one_enquiry unique (maison_id, proposal_id, region),
  constraint enquiry_of_a_proposal foreign key (maison_id, proposal_id, region) references orders.proposal
);
create index enquiry_by_age on orders.enquiry (maison_id, asked_at);

alter table orders.enquiry enable row level security;
-- Who asks writes, and reads nothing back.
create policy asked on orders.enquiry for insert to enfilade_app with check (maison_id = base.maison()
  and base.acts_as('link', id) and taken_at is null and closed_at is null and proposal_id is null);
create policy answered on orders.enquiry for select to enfilade_app using (maison_id = base.maison() and base.inside());
create policy taken on orders.enquiry for update to enfilade_app
  using (maison_id = base.maison() and base.inside() and closed_at is null)
  with check (maison_id = base.maison() and base.inside());
create policy forgotten on orders.enquiry for delete to enfilade_app using (maison_id = base.maison() and base.inside());
grant select, insert, delete on orders.enquiry to enfilade_app;
grant update (taken_at, taken_by, closed_at, closed_by, closed_because, proposal_id) on orders.enquiry to enfilade_app;
