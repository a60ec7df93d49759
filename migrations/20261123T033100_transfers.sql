-- Transfers between two places of a maison, their lines, and what was told of their arrival.

create table stock.transfer (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  from_location_id uuid not null,
  to_location_id uuid not null,
  reason text not null constraint transfer_reason check (reason in ('replenishment', 'for_order')),
  state text not null default 'asked' constraint transfer_state
    check (state in ('asked', 'packed', 'sent', 'received', 'declined', 'cancelled')),
  decline_reason text constraint decline_reason check (decline_reason in ('not_there', 'needed_here', 'damaged')),
  asked_at timestamptz not null,
  asked_by uuid,
  packed_at timestamptz,
  packed_by uuid,
  sent_at timestamptz,
  sent_by uuid,
  expected_on date,
  ended_at timestamptz,
  ended_by uuid,
  primary key (maison_id, id, region),
  constraint leaves_a_place_here foreign key (maison_id, from_location_id, region)
    references boutiques.location (maison_id, id, region),
  constraint reaches_a_place_here foreign key (maison_id, to_location_id, region)
    references boutiques.location (maison_id, id, region),
  constraint between_two_places check (from_location_id <> to_location_id),
  constraint sent_is_dated check ((state in ('sent', 'received')) = (sent_at is not null and expected_on is not null)),
  constraint ended_is_dated check ((state in ('received', 'declined', 'cancelled')) = (ended_at is not null)),
  constraint declined_with_a_reason check ((state = 'declined') = (decline_reason is not null))
);
create index transfer_open on stock.transfer (maison_id, asked_at) where ended_at is null;
create index transfer_ended on stock.transfer (maison_id, ended_at) where ended_at is not null;

-- received counts every piece that arrived, damaged those of them that cannot be sold.
create table stock.transfer_line (
  maison_id uuid not null,
  region text not null default base.region(),
  transfer_id uuid not null,
  variant_id uuid not null,
  asked integer not null constraint asked_bounded check (asked between 1 and 1000),
  packed integer not null default 0,
  sent integer not null default 0,
  received integer not null default 0,
  damaged integer not null default 0,
  lost integer not null default 0,
  constraint one_line_a_variant primary key (maison_id, transfer_id, variant_id, region),
  constraint line_of_a_transfer foreign key (maison_id, transfer_id, region) references stock.transfer,
  constraint line_of_a_variant foreign key (maison_id, variant_id) references catalogue.variant,
  constraint moved_not_negative check (least(packed, sent, received, damaged, lost) >= 0),
  constraint never_more_than_asked check (packed <= asked),
  constraint never_more_than_packed check (sent <= packed),
  constraint never_more_than_sent check (received + lost <= sent),
  constraint damaged_of_the_received check (damaged <= received)
);

-- What somebody told of a parcel; never changed.
create table stock.arrival (
  maison_id uuid not null,
  region text not null default base.region(),
  transfer_id uuid not null,
  receipt_id uuid not null,
  variant_id uuid not null,
  received integer not null default 0,
  damaged integer not null default 0,
  lost integer not null default 0,
  loss_reason text constraint loss_reason check (loss_reason in ('never_arrived', 'stolen', 'carrier_paid', 'miscounted')),
  told_at timestamptz not null,
  told_by uuid,
  constraint told_once_a_receipt primary key (maison_id, transfer_id, receipt_id, variant_id, region),
  constraint arrival_of_a_line foreign key (maison_id, transfer_id, variant_id, region) references stock.transfer_line,
  constraint arrival_says_something check (received + lost > 0),
  constraint arrival_not_negative check (least(received, damaged, lost) >= 0),
  constraint damaged_of_what_arrived check (damaged <= received),
  constraint loss_is_explained check ((lost > 0) = (loss_reason is not null)),
  constraint loss_is_said_by_somebody check (lost = 0 or told_by is not null)
);

alter table stock.transfer enable row level security;
alter table stock.transfer_line enable row level security;
alter table stock.arrival enable row level security;
create policy kept_inside on stock.transfer to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on stock.transfer_line to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
create policy kept_inside on stock.arrival to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update on stock.transfer, stock.transfer_line to enfilade_app;
grant select, insert on stock.arrival to enfilade_app;

-- Holds of transfers beside those there are.
-- allowed while the shop runs: the new check takes every row the old one took, and holds are few
alter table stock.hold drop constraint hold_purpose, add constraint hold_purpose
  check (purpose in ('checkout', 'offer', 'appointment', 'selection', 'drop', 'transfer')) not valid;
alter table stock.hold validate constraint hold_purpose;
