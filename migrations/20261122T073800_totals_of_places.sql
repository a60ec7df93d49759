-- What is at each place of a maison, added up now and then, so that no page walks through all positions.

create table stock.place_total (
  maison_id uuid not null,
  region text not null default base.region(),
  location_id uuid not null,
  on_hand bigint not null,
  unavailable bigint not null,
  allocated bigint not null,
  held bigint not null,
  oldest_count timestamptz not null,
  added_up_at timestamptz not null,
  primary key (maison_id, location_id, region),
  constraint total_of_a_place foreign key (maison_id, location_id, region) references boutiques.location (maison_id, id, region)
);

alter table stock.place_total enable row level security;
create policy kept_inside on stock.place_total to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on stock.place_total to enfilade_app;
