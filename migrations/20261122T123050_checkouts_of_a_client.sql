-- outside a transaction
-- What a client bought, the last first, without walking through everybody's.

create index concurrently checkout_of_client on orders.checkout (maison_id, client_id, opened_at desc) where client_id is not null;
