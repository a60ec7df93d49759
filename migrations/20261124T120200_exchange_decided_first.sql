-- A return's refund is decided when nothing of it is to be exchanged any more. A process that knows nothing of exchanges is refused,
-- and whoever knows of them decides: it would pay back what the client is sent another piece for.
create function orders.exchange_decided_first() returns trigger language plpgsql as $$ begin
  if exists (select 1 from orders.exchange e where e.maison_id = new.maison_id and e.return_id = new.id
      and e.state in ('wished', 'held', 'due')) then
    raise check_violation using constraint = 'exchange_decided_first', schema = 'orders', table = 'return',
      message = 'a piece of this return is to be exchanged: that is decided first';
  end if;
  return null;
end $$;
create trigger exchange_decided_first after update of refund_minor on orders.return for each row
  when (old.refund_minor is null and new.refund_minor is not null) execute function orders.exchange_decided_first();
