-- Whoever writes lines writes them into what is theirs. A policy cannot ask it: the line comes in one statement with its
-- checkout or order, which the statement's snapshot does not show yet. A trigger at the end of the statement sees both,
-- through the same policies, since it runs as whoever wrote. Those inside are known already and not asked.
-- One look by key for each checkout or order written into: a join with the rows written would read the whole table,
-- since nobody can tell beforehand how few they are; and a plan made while the table was empty must not read it later.
create function orders.written_into_own_checkout() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  into_id uuid;
begin
  for into_id in select distinct w.checkout_id from written w loop
    perform from orders.checkout c where c.maison_id = base.maison() and c.id = into_id;
    if not found then
      raise insufficient_privilege using message = 'a line of a checkout that is not the writer''s',
        schema = tg_table_schema, table = tg_table_name;
    end if;
  end loop;
  return null;
end $$;

create function orders.written_into_own_order() returns trigger language plpgsql set enable_seqscan = off as $$
declare
  into_id uuid;
begin
  for into_id in select distinct w.order_id from written w loop
    perform from orders.order o where o.maison_id = base.maison() and o.id = into_id;
    if not found then
      raise insufficient_privilege using message = 'a row of an order that is not the writer''s',
        schema = tg_table_schema, table = tg_table_name;
    end if;
  end loop;
  return null;
end $$;

create trigger own_checkout after insert on orders.checkout_line referencing new table as written
  for each statement when (base.actor_kind() is not null and not base.inside())
  execute function orders.written_into_own_checkout();
create trigger own_checkout after insert on orders.checkout_seller referencing new table as written
  for each statement when (base.actor_kind() is not null and not base.inside())
  execute function orders.written_into_own_checkout();
create trigger own_order after insert on orders.order_line referencing new table as written
  for each statement when (base.actor_kind() is not null and not base.inside())
  execute function orders.written_into_own_order();
create trigger own_order after insert on orders.fulfilment referencing new table as written
  for each statement when (base.actor_kind() is not null and not base.inside())
  execute function orders.written_into_own_order();
