-- outside a transaction
-- What is to be cut at a maison, the earliest promise first. There is little of it.
create index concurrently order_line_to_engrave on orders.order_line (maison_id, engrave_by)
  where lettering <> '' and engraved_at is null and state in ('sourced', 'picked');
