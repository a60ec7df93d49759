-- outside a transaction
-- What a place was asked on a day, whatever became of it, without walking through its years.

create index concurrently fulfilment_asked on orders.fulfilment (maison_id, location_id, asked_at);
