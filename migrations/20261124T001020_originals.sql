-- Files that are served as they came: models of pieces in three dimensions, films of stories and their captions.

create table media.original (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  format text not null constraint original_format check (format in ('glb', 'mp4', 'webm', 'vtt')),
  name text not null constraint original_named_by_content check (name ~ '^[0-9a-f]{64}$'),
  bytes bigint not null constraint original_is_not_empty check (bytes > 0),
  file_name text not null constraint original_file_name_short check (length(file_name) <= 200),
  uploaded_at timestamptz not null,
  uploaded_by uuid,
  primary key (maison_id, id),
  constraint original_once unique (maison_id, name)
);
create index original_newest on media.original (maison_id, format, uploaded_at desc, id desc);
alter table media.original enable row level security;
create policy kept_inside on media.original to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on media.original to enfilade_app;

-- Whoever knows the name may fetch it: the name is the SHA-256 of the bytes.
create table public_facts.original (
  maison_id uuid not null,
  id uuid not null,
  name text not null,
  format text not null,
  bytes bigint not null,
  primary key (maison_id, id)
);
create index original_called on public_facts.original (name);
alter table public_facts.original enable row level security;
create policy published on public_facts.original for select using (true);
create policy kept_inside on public_facts.original to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.original to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.original to enfilade_app;

-- A piece in three dimensions, in one of its colours ('': in every colour that has none of its own).
create table catalogue.model (
  maison_id uuid not null,
  product_id uuid not null,
  colour text not null,
  original_id uuid not null,
  primary key (maison_id, product_id, colour),
  constraint model_of_a_piece foreign key (maison_id, product_id) references catalogue.product,
  constraint model_is_the_maisons foreign key (maison_id, original_id) references media.original
);
create index model_of_original on catalogue.model (maison_id, original_id);
alter table catalogue.model enable row level security;
create policy own_maison on catalogue.model for select to enfilade_app using (maison_id = base.maison());
create policy kept_inside on catalogue.model to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on catalogue.model to enfilade_app;

alter table public_facts.product add column models jsonb not null default '[]';
