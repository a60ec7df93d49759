-- Stories: what a maison or the multi-brand store tells, block by block, in its languages side by side.

create schema editorial authorization enfilade_owner;
grant usage on schema editorial to enfilade_app;

create table editorial.story (
  maison_id uuid not null,
  id uuid not null,
  slug text not null constraint story_slug_form check (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$' and length(slug) <= 120),
  draft jsonb not null,
  -- Counts the writings of the draft: whoever saves says which one they saw.
  revision integer not null default 1,
  drafted_at timestamptz not null,
  drafted_by uuid,
  begun_at timestamptz not null,
  published_version integer,
  published_at timestamptz,
  primary key (maison_id, id),
  constraint story_slug_once unique (slug),
  constraint published_since check ((published_version is null) = (published_at is null))
);
-- A version never changes; a draft that is published becomes the next one.
create table editorial.version (
  maison_id uuid not null,
  story_id uuid not null,
  number integer not null constraint version_number check (number > 0),
  content jsonb not null,
  kept_at timestamptz not null,
  kept_by uuid,
  primary key (maison_id, story_id, number),
  foreign key (maison_id, story_id) references editorial.story on delete cascade
);
create table editorial.schedule (
  maison_id uuid not null,
  story_id uuid not null,
  market text not null,
  shown_from timestamptz not null,
  shown_until timestamptz,
  primary key (maison_id, story_id, market),
  foreign key (maison_id, story_id) references editorial.story on delete cascade,
  constraint from_before_until check (shown_until > shown_from)
);

create table public_facts.story (
  id uuid primary key,
  maison_id uuid not null,
  slug text not null unique,
  version integer not null,
  content jsonb not null,
  -- The pieces it shows, by slug, so that a piece's page finds its stories.
  pieces text[] not null,
  published_at timestamptz not null,
  changed_at timestamptz not null
);
create index story_of_maison on public_facts.story (maison_id, published_at desc, id);
create index story_of_piece on public_facts.story using gin (pieces);
-- What lists, feeds and search need of it, in each language it has a title in.
create table public_facts.story_text (
  story_id uuid not null references public_facts.story on delete cascade,
  maison_id uuid not null,
  language text not null,
  title text not null,
  standfirst text not null,
  plain text not null,
  primary key (story_id, language)
);
-- Read with the clock: a story appears and goes at its moment without anybody writing.
create table public_facts.story_market (
  story_id uuid not null references public_facts.story on delete cascade,
  maison_id uuid not null,
  market text not null,
  shown_from timestamptz not null,
  shown_until timestamptz,
  primary key (story_id, market)
);

do $$ declare t text; begin
  foreach t in array array['editorial.story', 'editorial.version', 'editorial.schedule'] loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy kept_inside on %s to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
  end loop;
  foreach t in array array['public_facts.story', 'public_facts.story_text', 'public_facts.story_market'] loop
    execute format('alter table %s enable row level security', t);
    execute format('create policy published on %s for select using (true)', t);
    execute format('create policy kept_inside on %s to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select on %s to enfilade_public, enfilade_app', t);
    execute format('grant insert, update, delete on %s to enfilade_app', t);
  end loop;
end $$;
grant select, insert, update, delete on editorial.story, editorial.schedule to enfilade_app;
grant select, insert on editorial.version to enfilade_app;
