-- Windows: the scene a maison composes for a season, and the order in which a store of many maisons shows them, day by day.

create table editorial.window (
  maison_id uuid not null,
  id uuid not null,
  -- What its makers call it; no client reads it.
  name text not null constraint window_name_given check (name <> '' and length(name) <= 120),
  draft jsonb not null,
  revision integer not null default 1,
  drafted_at timestamptz not null,
  drafted_by uuid,
  -- Null: nobody outside the maison sees it.
  shown_at timestamptz,
  primary key (maison_id, id)
);
create table editorial.window_schedule (
  maison_id uuid not null,
  window_id uuid not null,
  market text not null,
  shown_from timestamptz not null,
  shown_until timestamptz,
  primary key (maison_id, window_id, market),
  foreign key (maison_id, window_id) references editorial.window on delete cascade,
  constraint from_before_until check (shown_until > shown_from),
  constraint within_our_time check (shown_from >= '2000-01-01' and shown_from < '2200-01-01'
    and (shown_until is null or shown_until < '2200-01-01'))
);
-- Beside whom a maison will not stand. It is said to the stores that show the maison, and to nobody else.
create table editorial.apart (
  maison_id uuid not null,
  other_maison_id uuid not null,
  -- From a few: who stands beside nobody empties the row.
  number integer not null constraint apart_from_five_at_most check (number between 1 and 5),
  said_at timestamptz not null,
  said_by uuid,
  primary key (maison_id, other_maison_id),
  constraint apart_number_once unique (maison_id, number),
  constraint apart_from_others_only check (maison_id <> other_maison_id)
);

create table public_facts.window (
  id uuid primary key,
  maison_id uuid not null,
  content jsonb not null,
  shown_at timestamptz not null,
  constraint window_of_maison unique (maison_id, id)
);
-- Read with the clock, as stories are.
create table public_facts.window_market (
  window_id uuid not null,
  maison_id uuid not null,
  market text not null,
  shown_from timestamptz not null,
  shown_until timestamptz,
  primary key (window_id, market),
  foreign key (maison_id, window_id) references public_facts.window (maison_id, id) on delete cascade
);
-- Whose windows a store shows on a day, in their order; `maison_id` is the store's own. What stood is never forgotten: who
-- leaves is `gone`, and stays `first` if it was.
create table public_facts.arrangement (
  maison_id uuid not null,
  store_id uuid not null references public_facts.store on delete cascade,
  market text not null,
  day date not null,
  place integer not null constraint arrangement_place check (place > 0),
  shown_maison_id uuid not null,
  first boolean not null,
  gone boolean not null default false,
  primary key (store_id, market, day, place),
  constraint one_place_a_day unique (store_id, market, day, shown_maison_id)
);
create index arrangement_by_day on public_facts.arrangement (maison_id, day);

do $$ declare t text; begin
  foreach t in array array['editorial.window', 'editorial.window_schedule', 'editorial.apart'] loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy kept_inside on %s to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on %s to enfilade_app', t);
  end loop;
  foreach t in array array['public_facts.window', 'public_facts.window_market', 'public_facts.arrangement'] loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy published on %s for select using (true)', t);
    if t <> 'public_facts.arrangement' then
      execute format('create policy kept_inside on %s to enfilade_app
        using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    end if;
    execute format('grant insert, update, delete on %s to enfilade_app', t);
  end loop;
end $$;
-- A row is arranged by the maison whose store it is.
create policy kept_inside on public_facts.arrangement to enfilade_app
  using (maison_id = base.maison() and base.inside())
  with check (maison_id = base.maison() and base.inside() and exists (
    select 1 from public_facts.store s where s.id = store_id and s.maison_id = base.maison()));
-- And what is published of a story is of a story of one's own.
alter policy kept_inside on public_facts.story_text with check (maison_id = base.maison() and base.inside() and exists (
  select 1 from public_facts.story s where s.id = story_id and s.maison_id = base.maison()));
alter policy kept_inside on public_facts.story_market with check (maison_id = base.maison() and base.inside() and exists (
  select 1 from public_facts.story s where s.id = story_id and s.maison_id = base.maison()));
grant select on public_facts.window, public_facts.window_market to enfilade_public, enfilade_app;
grant select on public_facts.arrangement to enfilade_public, enfilade_app, enfilade_group;
grant select on public_facts.store to enfilade_group;
-- A store reads what the maisons in it said of each other.
create policy told_the_store on editorial.apart for select to enfilade_app using (base.inside() and exists (
  select 1 from public_facts.store s join public_facts.store_maison m on m.store_id = s.id
  join public_facts.store_maison o on o.store_id = s.id
  where s.maison_id = base.maison() and s.multi_brand and m.maison_id = apart.maison_id
    and o.maison_id = apart.other_maison_id));

-- Purchases in a store of many maisons, as its own maison tells the group: whole months, nobody's few.
create table aggregates.purchase (
  maison_id uuid not null,
  region text not null default base.region(),
  first_month date not null,
  last_month date not null,
  purchases integer not null,
  by_new integer not null,
  second integer not null,
  over_several integer not null,
  primary key (maison_id, region, first_month),
  constraint whole_months check (first_month <= last_month
    and extract(day from first_month) = 1 and extract(day from last_month) = 1),
  -- Each class, and what is left of it, is empty or five.
  constraint no_small_cell check (purchases >= 5
    and (by_new = 0 or by_new >= 5) and (second = 0 or second >= 5)
    and (purchases - by_new - second = 0 or purchases - by_new - second >= 5)
    and (over_several = 0 or over_several >= 5) and (purchases - over_several = 0 or purchases - over_several >= 5))
);
alter table aggregates.purchase enable row level security;
create policy own_maison on aggregates.purchase to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy group_reads on aggregates.purchase for select to enfilade_group using (true);
grant select, insert, update, delete on aggregates.purchase to enfilade_app;
grant select on aggregates.purchase to enfilade_group;
