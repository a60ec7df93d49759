-- outside a transaction
-- The pieces of an appointment that are brought, by their transfer and by whom it is for.
create index concurrently transfer_keeps_for on stock.transfer (maison_id, keeps_for) where keeps_for is not null;
create index concurrently piece_brought_by on appointments.piece (maison_id, transfer_id) where transfer_id is not null;
