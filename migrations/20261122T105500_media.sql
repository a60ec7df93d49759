-- Pictures that maisons upload: where their bytes lie, what they show, how far they are made, and what of them is published.

create schema media authorization enfilade_owner;
grant usage on schema media to enfilade_app;

create table media.picture (
  maison_id uuid not null references maisons.maison,
  id uuid not null,
  upload text not null constraint upload_named_by_content check (upload ~ '^[0-9a-f]{64}$'),
  file_name text not null constraint file_name_short check (length(file_name) <= 200),
  state text not null default 'waiting' constraint picture_state check (state in ('waiting', 'made', 'refused')),
  refusal text not null default '',
  steps_done integer not null default 0,
  steps integer not null default 0,
  master text not null default '' constraint master_named_by_content check (master ~ '^([0-9a-f]{64})?$'),
  width integer not null default 0,
  height integer not null default 0,
  focal_x real not null default 0.5 constraint focal_x_within check (focal_x between 0 and 1),
  focal_y real not null default 0.5 constraint focal_y_within check (focal_y between 0 and 1),
  alts jsonb not null default '{}' constraint alts_by_language check (jsonb_typeof(alts) = 'object'),
  uploaded_at timestamptz not null,
  uploaded_by uuid,
  primary key (maison_id, id),
  constraint upload_once unique (maison_id, upload),
  constraint made_has_size check (state <> 'made' or (width > 0 and height > 0 and master <> ''))
);
create index picture_newest on media.picture (maison_id, uploaded_at desc, id desc);

create table media.file (
  maison_id uuid not null,
  picture_id uuid not null,
  width integer not null,
  format text not null constraint file_format check (format in ('avif', 'webp')),
  name text not null constraint file_named_by_content check (name ~ '^[0-9a-f]{64}$'),
  primary key (maison_id, picture_id, width, format),
  constraint file_of_a_picture foreign key (maison_id, picture_id) references media.picture on delete cascade
);

-- What everybody may see: pictures that say what they show.
create table public_facts.medium (
  id uuid primary key,
  maison_id uuid not null,
  width integer not null,
  height integer not null,
  focal_x real not null,
  focal_y real not null,
  alts jsonb not null constraint medium_says_what_it_shows check (alts <> '{}')
);
create index medium_of_maison on public_facts.medium (maison_id);
create table public_facts.medium_file (
  name text not null,
  medium_id uuid not null references public_facts.medium on delete cascade,
  maison_id uuid not null,
  width integer not null,
  format text not null,
  primary key (name, medium_id)
);
create index medium_file_of on public_facts.medium_file (medium_id, width);

do $$ declare t text; begin
  foreach t in array array['picture', 'file'] loop
    execute format('alter table media.%I enable row level security', t);
    execute format('create policy kept_inside on media.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select, insert, update, delete on media.%I to enfilade_app', t);
  end loop;
  foreach t in array array['medium', 'medium_file'] loop
    execute format('alter table public_facts.%I enable row level security', t);
    execute format('create policy published on public_facts.%I for select using (true)', t);
    execute format('create policy kept_inside on public_facts.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
    execute format('grant select on public_facts.%I to enfilade_public, enfilade_app', t);
    execute format('grant insert, update, delete on public_facts.%I to enfilade_app', t);
  end loop;
end $$;
