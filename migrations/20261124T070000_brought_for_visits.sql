-- Pieces brought for an appointment from another place of the maison, by a transfer that keeps what arrives for who comes.
alter table stock.transfer add column keeps_for uuid, add column keeps_until timestamptz;
alter table stock.transfer add constraint keeps_until_for_somebody check (keeps_until is null or keeps_for is not null) not valid;
alter table stock.transfer validate constraint keeps_until_for_somebody;

-- How many of the pieces of a visit may be brought from elsewhere: none unless the maison says so.
alter table appointments.service add column brought_max integer not null default 0;
alter table appointments.service add constraint brought_bounded check (brought_max between 0 and 10) not valid;
alter table appointments.service validate constraint brought_bounded;

-- Which transfer brings it; `lacking`: it cannot be there by then, and nobody has dealt with it (open), or its client comes without (settled).
alter table appointments.piece add column transfer_id uuid, add column lacking text;
alter table appointments.piece add constraint piece_lacking check (lacking in ('open', 'settled')) not valid;
alter table appointments.piece validate constraint piece_lacking;
grant update (transfer_id, lacking) on appointments.piece to enfilade_app;

-- A booking asks for what is brought to it, and lets it go; it sees no other transfer.
create policy brought_for_booking on stock.transfer to enfilade_app
  using (maison_id = base.maison() and base.acts_as('booking', keeps_for))
  with check (maison_id = base.maison() and base.acts_as('booking', keeps_for) and reason = 'for_order' and asked_by is null);
create policy seen_by_booking on stock.transfer_line for select to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking' and exists (select 1 from stock.transfer t
    where t.maison_id = transfer_line.maison_id and t.id = transfer_line.transfer_id and base.acts_as('booking', t.keeps_for)));
create policy brought_for_booking on stock.transfer_line for insert to enfilade_app
  with check (maison_id = base.maison() and base.actor_kind() = 'booking' and packed = 0 and order_line_id is null
    and exists (select 1 from stock.transfer t where t.maison_id = transfer_line.maison_id and t.id = transfer_line.transfer_id
      and base.acts_as('booking', t.keeps_for)));
create policy brought_for_booking on stock.hold to enfilade_app
  using (maison_id = base.maison() and base.actor_kind() = 'booking')
  with check (maison_id = base.maison() and purpose = 'transfer' and base.actor_kind() = 'booking'
    and exists (select 1 from stock.transfer t where t.maison_id = hold.maison_id and t.id = hold.holder_id
      and base.acts_as('booking', t.keeps_for)));
create policy brought_for_booking on base.fact for insert to enfilade_app
  with check (maison_id = base.maison() and base.actor_kind() = 'booking' and kind in ('TransferAsked', 'TransferCancelled')
    and exists (select 1 from stock.transfer t where t.maison_id = fact.maison_id and t.id = fact.subject_id
      and base.acts_as('booking', t.keeps_for)));
