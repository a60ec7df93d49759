-- outside a transaction
-- The studio lists open and cancelled orders by themselves; among millions of completed ones they are few.
create index concurrently order_not_completed on orders.order (maison_id, state, placed_at desc, id desc)
  where state <> 'completed';
