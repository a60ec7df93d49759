-- A picture of a piece may be one the maison uploaded: what is seen on it, and in which colour of the piece ('': any).

alter table catalogue.picture add column medium_id uuid, add column view text not null default '', add column colour text not null default '';
alter table catalogue.picture
  add constraint picture_is_the_maisons foreign key (maison_id, medium_id) references media.picture not valid,
  add constraint picture_called_by_its_medium check (medium_id is null or name = 'upload-' || medium_id) not valid,
  add constraint picture_view check (view in ('', 'front', 'worn', 'detail', 'back')) not valid;
alter table catalogue.picture validate constraint picture_is_the_maisons;
alter table catalogue.picture validate constraint picture_called_by_its_medium;
alter table catalogue.picture validate constraint picture_view;
-- allowed while the shop runs: it holds only rows with an upload, and no released program writes one; the table is read once
create unique index picture_shown_once on catalogue.picture (maison_id, medium_id, product_id) where medium_id is not null;
