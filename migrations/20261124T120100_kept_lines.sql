-- outside a transaction
-- What is sold and with us to be engraved, or cut and not fetched. There is little of it.
create index concurrently order_line_kept on orders.order_line (maison_id, kept_at)
  where kept_at is not null and fetched_at is null;
