-- What search finds: one document for everything published, and the words that occur, for typing errors. Read by everybody,
-- written by who indexes. Lexemes are made by the program, the same way for documents and for questions, so that no text search
-- configuration of the server is part of what is stored.

create extension if not exists pg_trgm with schema public;

create table public_facts.search_document (
  maison_id uuid not null,
  kind text not null,
  id uuid not null,
  -- Among equals the maison's own order decides.
  position integer not null,
  -- 'kind:bag', 'colour:red': what a facet counts.
  facets text[] not null,
  -- Market → lowest price in minor units.
  prices jsonb not null,
  -- Names and labels; and all words, those of descriptions behind a '~'.
  names tsvector not null,
  words tsvector not null,
  constraint search_document_once primary key (maison_id, kind, id),
  constraint search_document_kind check (kind in ('piece', 'maison', 'boutique', 'story'))
);
-- Never read but through its index: it leaves the row first, so that names stay in it.
alter table public_facts.search_document alter column words set storage external;
create index search_document_words on public_facts.search_document using gin (words) with (fastupdate = off);

create table public_facts.search_word (
  maison_id uuid not null,
  word text collate "C" not null,
  lexeme text not null,
  constraint search_word_once primary key (maison_id, word)
);
create index search_word_begins on public_facts.search_word (word);
create index search_word_resembles on public_facts.search_word using gin (word public.gin_trgm_ops) with (fastupdate = off);

alter table public_facts.search_document enable row level security;
create policy published on public_facts.search_document for select using (true);
create policy kept_inside on public_facts.search_document to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.search_document to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.search_document to enfilade_app;

alter table public_facts.search_word enable row level security;
create policy published on public_facts.search_word for select using (true);
create policy kept_inside on public_facts.search_word to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.search_word to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.search_word to enfilade_app;
