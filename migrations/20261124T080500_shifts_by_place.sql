-- outside a transaction
-- Shifts are read for some boutiques at a time: all of theirs, most of them in the time asked about.
create index concurrently shift_at_place on appointments.shift (maison_id, location_id);
