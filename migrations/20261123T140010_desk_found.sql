-- outside a transaction
-- What the desk looks for: a part of a name, a mail address, the last digits of a phone, a parcel's number.

create index concurrently contact_name_resembles on orders.contact using gin (base.folded(name) public.gin_trgm_ops);
create index concurrently contact_of_name on orders.contact (maison_id, base.folded(name) text_pattern_ops);
create index concurrently contact_of_mail on orders.contact (maison_id, lower(mail) text_pattern_ops) where mail <> '';
create index concurrently contact_of_phone on orders.contact
  (maison_id, reverse(regexp_replace(phone, '\D', '', 'g')) text_pattern_ops) where phone <> '';
create index concurrently fulfilment_of_tracking on orders.fulfilment (maison_id, tracking) where tracking <> '';
