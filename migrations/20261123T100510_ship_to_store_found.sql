-- outside a transaction
-- What waits for pieces on their way, by its boutique; the line of a transfer; what a place was asked to send on a day.

create index concurrently fulfilment_awaited on orders.fulfilment (maison_id, location_id) where state = 'awaited';
create index concurrently line_of_transfer on orders.order_line (maison_id, transfer_id) where transfer_id is not null;
create index concurrently transfer_for_orders on stock.transfer (maison_id, from_location_id, asked_at)
  where reason = 'for_order';
