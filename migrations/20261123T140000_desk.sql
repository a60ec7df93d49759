-- Client service at a desk: its role, what it notes and calls back about, goodwill refunds, proposals made by phone.

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table staff.person drop constraint staff_role, add constraint staff_role check (role in
  ('advisor', 'boutique_manager', 'client_service', 'maison_manager', 'group_analyst', 'group_administrator')) not valid;
alter table staff.person validate constraint staff_role;

-- How much of an order somebody at the desk gives back at their own word; above it a manager approves.
alter table maisons.policy add column goodwill_percent integer not null default 10;
alter table maisons.policy add constraint goodwill_percent_bounded check (goodwill_percent between 0 and 100) not valid;
alter table maisons.policy validate constraint goodwill_percent_bounded;

-- Put together at the desk: `location_id` says the market and the clock, and is credited with nothing.
alter table orders.proposal add column by_desk boolean not null default false;

-- What was given back of a line without its pieces, as far as it rests on those that are still the client's.
alter table orders.order_line
  add column goodwill_minor bigint not null default 0,
  add column goodwill_tax_minor bigint not null default 0;
alter table orders.order_line add constraint never_goodwill_beyond check (goodwill_minor >= 0
  and goodwill_minor <= total_minor - total_minor * returned / quantity
  and goodwill_tax_minor between 0 and goodwill_minor
  and (goodwill_minor = 0 or state in ('handed_over', 'dispatched'))) not valid;
alter table orders.order_line validate constraint never_goodwill_beyond;

-- How much of it was taken off what a return was worth, and the tax in it.
alter table orders.return_line
  add column goodwill_minor bigint not null default 0,
  add column goodwill_tax_minor bigint not null default 0;

create table orders.goodwill (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  order_line_id uuid not null,
  amount_minor bigint not null constraint goodwill_of_something check (amount_minor > 0),
  tax_minor bigint not null,
  currency text not null,
  reason text not null constraint goodwill_reason check (reason in ('late', 'damaged', 'service', 'price', 'other')),
  state text not null constraint goodwill_state check (state in ('asked', 'given', 'declined')),
  asked_at timestamptz not null,
  asked_by uuid not null,
  decided_at timestamptz,
  decided_by uuid,
  constraint goodwill_pkey primary key (maison_id, id, region),
  constraint goodwill_of_an_order foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint goodwill_of_a_line foreign key (maison_id, order_line_id, region)
    references orders.order_line (maison_id, id, region),
  constraint goodwill_tax_within check (tax_minor between 0 and amount_minor),
  constraint goodwill_decided check ((state = 'asked') = (decided_at is null) and (state = 'asked') = (decided_by is null))
);
create unique index one_goodwill_asked on orders.goodwill (maison_id, order_id, region) where state = 'asked';
create index goodwill_of_order on orders.goodwill (maison_id, order_id);
create index goodwill_waiting on orders.goodwill (maison_id, asked_at) where state = 'asked';

-- What somebody at the desk did or heard, by which way, in their words. Only ever added to.
create table orders.desk_note (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid not null,
  staff_id uuid not null,
  noted_at timestamptz not null,
  way text not null constraint desk_way check (way in ('phone', 'chat', 'message')),
  act text not null constraint desk_act check (act in ('note', 'cancellation', 'address', 'letter', 'return', 'goodwill',
    'goodwill_approved', 'goodwill_declined', 'proposal', 'call')),
  words text not null constraint desk_words_bounded check (length(words) <= 1000),
  constraint desk_note_pkey primary key (maison_id, id, region),
  constraint desk_note_of_an_order foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint a_note_says_something check (act <> 'note' or words <> '')
);
create index desk_note_of_order on orders.desk_note (maison_id, order_id, noted_at);

-- Somebody is to be called back; about an order, or not.
create table orders.call_back (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  order_id uuid,
  -- Whom, where no order says it: a name and a number.
  whom text not null default '' constraint call_whom_bounded check (length(whom) <= 200),
  words text not null default '' constraint call_words_bounded check (length(words) <= 1000),
  due_at timestamptz not null,
  asked_at timestamptz not null,
  asked_by uuid not null,
  outcome text constraint call_outcome check (outcome in ('reached', 'not_reached', 'not_needed')),
  done_at timestamptz,
  done_by uuid,
  constraint call_back_pkey primary key (maison_id, id, region),
  constraint call_about_an_order foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint call_calls_somebody check (order_id is not null or whom <> ''),
  constraint call_is_done check ((done_at is null) = (done_by is null) and (done_at is null) = (outcome is null))
);
create index call_back_open on orders.call_back (maison_id, due_at) where done_at is null;
create index call_back_of_order on orders.call_back (maison_id, order_id) where order_id is not null;

alter table orders.goodwill enable row level security;
alter table orders.desk_note enable row level security;
alter table orders.call_back enable row level security;
create policy own_maison on orders.goodwill to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy own_maison on orders.desk_note to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy own_maison on orders.call_back to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert on orders.goodwill, orders.desk_note, orders.call_back to enfilade_app;
grant update (state, decided_at, decided_by) on orders.goodwill to enfilade_app;
grant update (outcome, done_at, done_by) on orders.call_back to enfilade_app;

-- Goodwill takes from what was sold: a move of its own in the books, and a credit note.
-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table payments.ledger_entry drop constraint kind_says_its_accounts, add constraint kind_says_its_accounts check (
  (kind, debit, credit) in (
    ('captured', 'provider', 'client'), ('captured_corrected', 'client', 'provider'),
    ('refunded', 'client', 'provider'), ('refunded_corrected', 'provider', 'client'),
    ('captured', 'cash', 'client'), ('captured_corrected', 'client', 'cash'), ('refunded', 'client', 'cash'),
    ('captured', 'terminal', 'client'), ('captured_corrected', 'client', 'terminal'), ('refunded', 'client', 'terminal'),
    ('captured', 'exchange', 'client'), ('captured_corrected', 'client', 'exchange'),
    ('refunded', 'client', 'exchange'), ('refunded_corrected', 'exchange', 'client'),
    ('sold', 'client', 'sales'), ('sold_corrected', 'sales', 'client'),
    ('sold', 'client', 'tax'), ('sold_corrected', 'tax', 'client'),
    ('returned', 'sales', 'client'), ('returned_corrected', 'client', 'sales'),
    ('returned', 'tax', 'client'), ('returned_corrected', 'client', 'tax'),
    ('goodwill', 'sales', 'client'), ('goodwill_corrected', 'client', 'sales'),
    ('goodwill', 'tax', 'client'), ('goodwill_corrected', 'client', 'tax'))) not valid;
alter table payments.ledger_entry validate constraint kind_says_its_accounts;

-- A name as it is looked for: small letters, no accents.
create function base.folded(text text) returns text language sql immutable strict parallel safe
  return translate(lower(regexp_replace(normalize(text, nfd), '[\u0300-\u036f]', '', 'g')), 'łøđıðþ', 'lodidt');
grant execute on function base.folded(text) to enfilade_app, enfilade_door;

-- Row security keeps an index of trigrams or of expressions from being used: what is sought is looked up behind a door that
-- opens to client service and managers of the maison alone, and gives ids. `kind`: name (patterns, all of which fit), alike
-- (a name, misspelt perhaps), begins (a name of fewer letters than a trigram has), mail (its beginning), phone (its last digits, backwards). Newest first, `most` at most.
grant select on orders.contact to enfilade_door;
create policy door on orders.contact for select to enfilade_door using (true);
create function door.orders_sought(kind text, words text[], before timestamptz, before_id uuid, most integer)
  returns table (order_id uuid) language plpgsql stable security definer
  set search_path = pg_catalog set plan_cache_mode = force_custom_plan as $$
declare
  own uuid := base.maison();
  -- Of a name that thousands bear, the newest: whoever asks says more of them.
  contacts_most constant integer := 1000;
  -- A name that many bear is soon met among the newest orders; one that few bear is looked up in the index.
  walked_most constant integer := 600;
  newest uuid[];
  contacts uuid[];
begin
  if not exists (select 1 from staff.person p where p.maison_id = own and base.acts_as('staff', p.id) and p.active
      and p.role in ('client_service', 'maison_manager')) then
    return;
  end if;
  if kind = 'name' then
    newest := array(select w.id from (select o.id, o.contact_id, o.placed_at from orders.order o
        where o.maison_id = own and (o.placed_at, o.id) < (before, before_id)
        order by o.placed_at desc, o.id desc limit walked_most) w
      join orders.contact c on c.maison_id = own and c.id = w.contact_id and c.erased_at is null
      where base.folded(c.name) like all (words) order by w.placed_at desc, w.id desc limit most);
    if cardinality(newest) = most then
      return query select unnest(newest);
      return;
    end if;
  end if;
  -- The contacts first, by the index of what was asked; then their orders. Together, the newest orders would be walked.
  contacts := case kind
    when 'name' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and base.folded(c.name) like words[1] and (cardinality(words) = 1
          or base.folded(c.name) like words[2] and base.folded(c.name) like all (words)) offset 0) f
      order by f.id desc limit contacts_most)
    when 'alike' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and base.folded(c.name) operator(public.%>) words[1] offset 0) f order by f.id desc limit contacts_most)
    when 'begins' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and base.folded(c.name) ~>=~ words[1] and base.folded(c.name) ~<~ (words[1] || chr(1114111)) offset 0) f
      order by f.id desc limit contacts_most)
    when 'mail' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and c.mail <> '' and lower(c.mail) ~>=~ words[1] and lower(c.mail) ~<~ (words[1] || chr(1114111)) offset 0) f
      order by f.id desc limit contacts_most)
    when 'phone' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and c.phone <> '' and reverse(regexp_replace(c.phone, '\D', '', 'g')) ~>=~ words[1]
        and reverse(regexp_replace(c.phone, '\D', '', 'g')) ~<~ (words[1] || ':') offset 0) f
      order by f.id desc limit contacts_most)
    else '{}' end;
  return query select o.id from orders.order o
    where o.maison_id = own and o.contact_id = any(contacts) and (o.placed_at, o.id) < (before, before_id)
    order by o.placed_at desc, o.id desc limit most;
end $$;
alter function door.orders_sought(text, text[], timestamptz, uuid, integer) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.orders_sought(text, text[], timestamptz, uuid, integer) from public;
grant execute on function door.orders_sought(text, text[], timestamptz, uuid, integer) to enfilade_app;
