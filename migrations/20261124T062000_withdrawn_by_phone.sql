-- A client who phones withdraws by somebody at the desk: who wrote it down stands with the statement, and a note beside it.

-- Null: the client stated it.
alter table orders.withdrawal add column by_id uuid;
alter table orders.withdrawal add constraint withdrawal_written_by foreign key (maison_id, by_id)
  references staff.person (maison_id, id) not valid;
alter table orders.withdrawal validate constraint withdrawal_written_by;

-- allowed while the shop runs: the new check takes every row the old one took, and is validated without keeping writers out
alter table orders.desk_note drop constraint desk_act;
alter table orders.desk_note add constraint desk_act check (act in ('note', 'cancellation', 'address', 'letter', 'return',
  'withdrawal', 'goodwill', 'goodwill_approved', 'goodwill_declined', 'proposal', 'call')) not valid;
alter table orders.desk_note validate constraint desk_act;
