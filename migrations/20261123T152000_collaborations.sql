-- Pieces that a maison makes with others: who shares in what they are sold for, where and while they may be sold.

create table catalogue.collaboration (
  maison_id uuid not null,
  id uuid not null,
  name text not null constraint collaboration_named check (name = btrim(name) and length(name) between 1 and 80),
  state text not null constraint collaboration_state check (state in ('draft', 'proposed', 'in_force', 'ended')),
  -- Counts what was written anew: an answer is to one version.
  version integer not null,
  begins_at timestamptz not null,
  ends_at timestamptz,
  -- Null: every store that shows the maison, every market.
  stores uuid[],
  markets text[],
  -- The other houses of the group in it, who read it once it is proposed.
  houses uuid[] not null,
  changed_at timestamptz not null,
  changed_by uuid,
  in_force_at timestamptz,
  primary key (maison_id, id),
  constraint collaboration_forward check (ends_at > begins_at),
  constraint somewhere check (cardinality(stores) > 0 and cardinality(markets) > 0),
  constraint ended_has_an_end check (state <> 'ended' or ends_at is not null)
);

create table catalogue.collaboration_partner (
  maison_id uuid not null,
  collaboration_id uuid not null,
  id uuid not null,
  kind text not null,
  partner_maison_id uuid,
  name text not null constraint partner_named check (name = btrim(name) and length(name) between 1 and 120),
  city text not null default '',
  country text not null default '' constraint partner_country check (country = '' or country ~ '^[A-Z]{2}$'),
  number text not null default '',
  -- Of the price without tax, in hundredths of a per cent.
  share_basis_points integer not null constraint partner_share check (share_basis_points between 0 and 10000),
  -- An artist has no studio: when the agreement was signed, which the maison keeps.
  signed_on date,
  primary key (maison_id, id),
  constraint partner_of_a_collaboration foreign key (maison_id, collaboration_id) references catalogue.collaboration (maison_id, id),
  constraint partner_once unique (maison_id, collaboration_id, partner_maison_id),
  constraint kind_says_who check (case kind when 'seller' then partner_maison_id is not null and partner_maison_id = maison_id
    when 'house' then partner_maison_id is not null and partner_maison_id <> maison_id
    when 'artist' then partner_maison_id is null and signed_on is not null else false end)
);

create function catalogue.shares_add_up() returns trigger language plpgsql as $$ begin
  if (select sum(p.share_basis_points) <> 10000 or count(*) filter (where p.kind = 'seller') <> 1
      from catalogue.collaboration_partner p where p.maison_id = new.maison_id and p.collaboration_id = new.collaboration_id) then
    raise check_violation using constraint = 'shares_add_up', message = 'the shares of a collaboration come to a whole';
  end if;
  return null;
end $$;
-- Looked at when the transaction ends: shares are written row by row.
create constraint trigger shares_add_up after insert or update on catalogue.collaboration_partner
  deferrable initially deferred for each row execute function catalogue.shares_add_up();

create table catalogue.collaboration_piece (
  maison_id uuid not null,
  product_id uuid not null,
  collaboration_id uuid not null,
  constraint one_collaboration_a_piece primary key (maison_id, product_id),
  constraint piece_of_a_collaboration foreign key (maison_id, collaboration_id) references catalogue.collaboration (maison_id, id),
  constraint piece_of_its_maison foreign key (maison_id, product_id) references catalogue.product (maison_id, id)
);

-- What another house says to it, in its own tenant: the maison that proposed it reads the answer there.
create table catalogue.collaboration_answer (
  maison_id uuid not null,
  selling_maison_id uuid not null,
  collaboration_id uuid not null,
  version integer not null,
  approved boolean not null,
  answered_at timestamptz not null,
  answered_by uuid,
  constraint answered_once primary key (maison_id, collaboration_id, version),
  constraint answered_to_another check (maison_id <> selling_maison_id)
);
create index answer_to on catalogue.collaboration_answer (selling_maison_id, collaboration_id);

-- Made by whom, for the piece's page.
create table public_facts.collaboration (
  id uuid primary key,
  maison_id uuid not null,
  name text not null,
  -- The partners, the seller first: name, and the id of a maison of the group or null.
  partners jsonb not null
);
-- Pieces that may be sold in a time, in some stores and markets only; one without a row everywhere and always.
create table public_facts.exclusive (
  product_id uuid primary key,
  maison_id uuid not null,
  collaboration_id uuid not null,
  sold tstzrange not null,
  stores uuid[],
  markets text[],
  constraint exclusive_of_its_maison foreign key (maison_id, product_id) references catalogue.product (maison_id, id)
);
create index exclusive_of_collaboration on public_facts.exclusive (collaboration_id);

create function public_facts.may_be_sold(product uuid, store uuid, market text, at timestamptz) returns boolean
  language sql stable parallel safe
  return not exists (select 1 from public_facts.exclusive x where x.product_id = may_be_sold.product
    and not (x.sold @> may_be_sold.at and (x.stores is null or may_be_sold.store = any(x.stores))
      and (x.markets is null or may_be_sold.market = any(x.markets))));

alter table catalogue.collaboration enable row level security;
create policy kept_inside on catalogue.collaboration to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy told_its_partners on catalogue.collaboration for select to enfilade_app
  using (base.inside() and state <> 'draft' and base.maison() = any(houses));
alter table catalogue.collaboration_partner enable row level security;
create policy kept_inside on catalogue.collaboration_partner to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy told_its_partners on catalogue.collaboration_partner for select to enfilade_app
  using (base.inside() and exists (select 1 from catalogue.collaboration c where c.maison_id = collaboration_partner.maison_id
    and c.id = collaboration_partner.collaboration_id and c.state <> 'draft' and base.maison() = any(c.houses)));
-- A checkout freezes on its order's lines what was agreed.
create policy frozen_by_checkout on catalogue.collaboration_partner for select to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'checkout');
alter table catalogue.collaboration_piece enable row level security;
create policy kept_inside on catalogue.collaboration_piece to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy told_its_partners on catalogue.collaboration_piece for select to enfilade_app
  using (base.inside() and exists (select 1 from catalogue.collaboration c where c.maison_id = collaboration_piece.maison_id
    and c.id = collaboration_piece.collaboration_id and c.state <> 'draft' and base.maison() = any(c.houses)));
alter table catalogue.collaboration_answer enable row level security;
create policy kept_inside on catalogue.collaboration_answer to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy told_who_asked on catalogue.collaboration_answer for select to enfilade_app
  using (selling_maison_id = base.maison() and base.inside());
alter table public_facts.collaboration enable row level security;
create policy published on public_facts.collaboration for select using (true);
create policy kept_inside on public_facts.collaboration to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
alter table public_facts.exclusive enable row level security;
create policy published on public_facts.exclusive for select using (true);
create policy kept_inside on public_facts.exclusive to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on catalogue.collaboration, catalogue.collaboration_partner, catalogue.collaboration_piece
  to enfilade_app;
-- An answer is given once.
grant select, insert on catalogue.collaboration_answer to enfilade_app;
grant select on public_facts.collaboration, public_facts.exclusive to enfilade_public;
grant select, insert, update, delete on public_facts.collaboration, public_facts.exclusive to enfilade_app;
