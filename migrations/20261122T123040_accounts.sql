-- What a client keeps with a store: addresses, and what they agreed to or no longer agree to, each with its day.

create table clients.address (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  client_id uuid not null,
  name text not null,
  line1 text not null,
  line2 text not null,
  postcode text not null,
  city text not null,
  country text not null,
  kept_at timestamptz not null,
  constraint address_pkey primary key (maison_id, region, id),
  constraint address_country check (country ~ '^[A-Z]{2}$')
);
create index address_of_client on clients.address (maison_id, client_id);

-- One row each time a client says yes or no: what holds now is the last of its purpose.
create table clients.consent (
  maison_id uuid not null,
  region text not null default base.region(),
  client_id uuid not null,
  purpose text not null,
  given boolean not null,
  said_at timestamptz not null,
  wording text not null,
  constraint consent_said_once primary key (maison_id, region, client_id, purpose, said_at),
  constraint consent_purpose check (purpose in ('news_by_mail', 'news_by_phone', 'advisor', 'profile'))
);

do $$
declare
  kept text;
begin
  foreach kept in array array['address', 'consent'] loop
    execute format('alter table clients.%I enable row level security', kept);
    execute format('create policy own_client on clients.%I to enfilade_app
      using (maison_id = base.maison() and (base.inside() or base.acts_as(''client'', client_id)))
      with check (maison_id = base.maison() and (base.inside() or base.acts_as(''client'', client_id)))', kept);
  end loop;
end $$;
grant select, insert, update, delete on clients.address to enfilade_app;
-- What was said is never changed.
grant select, insert, delete on clients.consent to enfilade_app;

-- A client sees the checkouts of their own, and through them what was bought where.
create policy own_checkout_of_client on orders.checkout for select to enfilade_app
  using (maison_id = base.maison() and base.acts_as('client', client_id));
