-- What is due to those whose goods a maison sells, or who share in what it sells: line by line, in the books, and told in statements.

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
    ('goodwill', 'tax', 'client'), ('goodwill_corrected', 'client', 'tax'),
    ('owed', 'sales', 'partner'), ('owed', 'tax', 'partner'),
    ('owed_back', 'partner', 'sales'), ('owed_back', 'partner', 'tax'))) not valid;
alter table payments.ledger_entry validate constraint kind_says_its_accounts;

create table orders.due (
  maison_id uuid not null,
  region text not null default base.region(),
  partner_id uuid not null,
  kind text not null constraint due_kind check (kind in ('sold', 'returned')),
  -- The order line that left for good, or the line of the return that came back.
  cause_id uuid not null,
  order_line_id uuid not null,
  order_id uuid not null,
  legal_entity_id uuid,
  -- By the calendar of the maison.
  day date not null,
  quantity integer not null,
  currency text not null constraint due_currency check (currency ~ '^[A-Z]{3}$'),
  -- What the client paid, and the tax in it; less than nothing where it was given back.
  total_minor bigint not null,
  tax_minor bigint not null,
  basis_points integer not null constraint due_by_a_share check (basis_points between 0 and 10000),
  -- Of the price without tax, what is not the partner's; what is, with the tax where the partner owes it.
  kept_minor bigint not null,
  due_minor bigint not null,
  posted_at timestamptz not null,
  constraint due_once primary key (maison_id, kind, cause_id, partner_id, region),
  constraint due_of_a_line foreign key (maison_id, order_line_id, partner_id, region)
    references orders.line_terms (maison_id, order_line_id, partner_id, region),
  constraint kind_says_its_direction check (case kind when 'sold' then quantity > 0 and least(total_minor, tax_minor, kept_minor,
    due_minor) >= 0 else quantity < 0 and greatest(total_minor, tax_minor, kept_minor, due_minor) <= 0 end),
  constraint shared_to_the_cent check (kept_minor + due_minor in (total_minor, total_minor - tax_minor))
);
create index due_of_partner on orders.due (maison_id, partner_id, day);

create table orders.partner_statement (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  partner_id uuid not null,
  kind text not null constraint statement_kind check (kind in ('brand', 'collaboration')),
  -- Where the partner is a house of the group: it reads its statements, and nothing they are made of.
  partner_maison_id uuid,
  number integer not null constraint statements_from_one check (number >= 1),
  previous integer generated always as (nullif(number - 1, 0)) stored,
  -- From the first day on, until before the last one, by the calendar of the maison.
  begins date not null,
  ends date not null,
  issued_at timestamptz not null,
  issued_by uuid,
  -- As they were when it was issued: who issues, to whom; the lines, their sums, the pieces held.
  issuer jsonb not null,
  partner jsonb not null,
  lines jsonb not null,
  sums jsonb not null,
  stock jsonb not null,
  primary key (maison_id, id, region),
  constraint period_forward check (ends > begins),
  constraint statement_number_once unique (maison_id, number, region),
  constraint no_statement_is_left_out foreign key (maison_id, previous, region)
    references orders.partner_statement (maison_id, number, region),
  constraint statements_apart exclude using gist (maison_id with =, partner_id with =, region with =,
    daterange(begins, ends) with &&)
);
create index statement_of_house on orders.partner_statement (partner_maison_id) where partner_maison_id is not null;

-- Which statement tells a line: one, and for ever.
create table orders.partner_statement_line (
  maison_id uuid not null,
  region text not null default base.region(),
  statement_id uuid not null,
  kind text not null,
  cause_id uuid not null,
  partner_id uuid not null,
  constraint stated_once primary key (maison_id, kind, cause_id, partner_id, region),
  constraint line_of_a_statement foreign key (maison_id, statement_id, region) references orders.partner_statement,
  constraint states_what_is_due foreign key (maison_id, kind, cause_id, partner_id, region) references orders.due
);
create index line_of_statement on orders.partner_statement_line (maison_id, statement_id);

alter table orders.due enable row level security;
create policy inside on orders.due to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
alter table orders.partner_statement enable row level security;
create policy inside on orders.partner_statement to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy told_the_partner on orders.partner_statement for select to enfilade_app
  using (partner_maison_id = base.maison() and base.inside());
alter table orders.partner_statement_line enable row level security;
create policy inside on orders.partner_statement_line to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
-- Only read and added to, by whomever.
grant select, insert on orders.due, orders.partner_statement, orders.partner_statement_line to enfilade_app;
