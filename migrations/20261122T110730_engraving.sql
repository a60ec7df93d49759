-- How many letters a maison engraves on a piece: none where it does not engrave.
alter table catalogue.product add column engraving_letters_max smallint not null default 0;
alter table catalogue.product
  add constraint engraving_is_short check (engraving_letters_max between 0 and 60) not valid;
alter table catalogue.product validate constraint engraving_is_short;
alter table public_facts.product add column engraving_letters_max smallint not null default 0;
