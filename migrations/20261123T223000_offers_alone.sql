-- Up to what an advisor makes an offer without a manager: so much off each piece, and so many euros off all of it together.
alter table maisons.policy add column offer_percent integer not null default 0, add column offer_euros integer;
alter table maisons.policy add constraint offers_alone_bounded check
  (offer_percent between 0 and 90 and coalesce(offer_euros, 0) between 0 and 1000000) not valid;
alter table maisons.policy validate constraint offers_alone_bounded;
