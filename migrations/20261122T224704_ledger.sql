-- The ledger of money: every move once, from account to account, in the books of the legal entity that sells; and its daily statements.

create table payments.ledger_entry (
  maison_id uuid not null,
  region text not null default base.region(),
  legal_entity_id uuid not null,
  debit text not null,
  credit text not null,
  currency text not null constraint entry_currency check (currency ~ '^[A-Z]{3}$'),
  amount_minor bigint not null constraint entry_moves_something check (amount_minor > 0),
  kind text not null,
  -- What made it true: the operation that ended, the fulfilment that left, later the return.
  cause_id uuid not null,
  payment_id uuid not null,
  order_id uuid,
  posted_at timestamptz not null,
  constraint posted_once primary key (maison_id, kind, cause_id, debit, credit, region),
  constraint kind_says_its_accounts check ((kind, debit, credit) in (
    ('captured', 'provider', 'client'), ('captured_corrected', 'client', 'provider'),
    ('refunded', 'client', 'provider'), ('refunded_corrected', 'provider', 'client'),
    ('sold', 'client', 'sales'), ('sold_corrected', 'sales', 'client'),
    ('sold', 'client', 'tax'), ('sold_corrected', 'tax', 'client'),
    ('returned', 'sales', 'client'), ('returned_corrected', 'client', 'sales'),
    ('returned', 'tax', 'client'), ('returned_corrected', 'client', 'tax'))),
  constraint entry_of_a_payment foreign key (maison_id, payment_id, region) references payments.payment (maison_id, id, region)
);
create index entry_of_day on payments.ledger_entry (maison_id, posted_at);

-- Nobody changes or removes an entry: the application may read and add.
alter table payments.ledger_entry enable row level security;
create policy read_inside on payments.ledger_entry for select to enfilade_app
  using (maison_id = base.maison() and base.inside());
-- Whoever may record what a provider says of a payment posts it too.
create policy posted on payments.ledger_entry for insert to enfilade_app
  with check (maison_id = base.maison() and exists (select 1 from payments.payment p
    where p.maison_id = ledger_entry.maison_id and p.id = ledger_entry.payment_id));
grant select, insert on payments.ledger_entry to enfilade_app;

-- What a day came to, by our ledger and by the provider; written once, when the day is over.
create table payments.statement (
  maison_id uuid not null,
  region text not null default base.region(),
  legal_entity_id uuid not null,
  provider text not null,
  day date not null,
  currency text not null,
  captured_minor bigint not null,
  refunded_minor bigint not null,
  provider_captured_minor bigint not null,
  provider_refunded_minor bigint not null,
  written_at timestamptz not null,
  constraint one_statement_a_day primary key (maison_id, provider, day, legal_entity_id, currency, region)
);
-- A payment that the provider told otherwise than our ledger when the day's statement was written.
create table payments.statement_difference (
  maison_id uuid not null,
  region text not null default base.region(),
  legal_entity_id uuid not null,
  provider text not null,
  day date not null,
  currency text not null,
  payment_id uuid not null,
  what text not null constraint difference_what check (what in ('captured', 'refunded')),
  ledger_minor bigint not null,
  provider_minor bigint not null,
  constraint one_difference_a_day primary key (maison_id, provider, day, payment_id, what, region),
  constraint difference_differs check (ledger_minor <> provider_minor),
  constraint difference_of_a_statement foreign key (maison_id, provider, day, legal_entity_id, currency, region)
    references payments.statement (maison_id, provider, day, legal_entity_id, currency, region)
);
alter table payments.statement enable row level security;
create policy kept_inside on payments.statement to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
alter table payments.statement_difference enable row level security;
create policy kept_inside on payments.statement_difference to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert on payments.statement, payments.statement_difference to enfilade_app;
