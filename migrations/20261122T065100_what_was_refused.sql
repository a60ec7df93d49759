-- outside a transaction
-- What a provider refused to take or give back is shown until somebody has looked; there is little of it.
create index concurrently operation_refused on payments.operation (maison_id, ended_at)
  where state = 'refused' and kind in ('capture', 'refund');
