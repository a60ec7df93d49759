-- A client is erased: what names them goes at once; what they were reached by stays a day, for the packages that are told of it.

create table clients.erasure (
  maison_id uuid not null,
  region text not null default base.region(),
  client_id uuid not null,
  points jsonb not null default '[]' constraint erasure_points check (jsonb_typeof(points) = 'array'),
  erased_at timestamptz not null,
  forget_at timestamptz not null,
  constraint erased_once primary key (maison_id, client_id, region),
  constraint erasure_of_a_client foreign key (maison_id, client_id, region) references clients.client (maison_id, id, region)
);
alter table clients.erasure enable row level security;
-- What somebody was reached by is for the work that erases it elsewhere, and for nobody's eyes.
create policy by_work on clients.erasure to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() in ('job', 'importer'))
  with check (maison_id = base.maison() and base.actor_kind() in ('job', 'importer'));
grant select, insert, update on clients.erasure to enfilade_app;
-- Whose an appointment was is forgotten, and its link opens nothing any more.
grant update (client_id, booker, link_hash) on appointments.appointment to enfilade_app;
