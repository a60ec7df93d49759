-- outside a transaction
-- What is to be made at a maison, the earliest day first. There is little of it.
create index concurrently order_line_to_make on orders.order_line (maison_id, make_by)
  where make_by is not null and made_at is null and state = 'sourced';
