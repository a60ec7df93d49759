-- A piece sold at the till may be engraved: it is paid and the client's, and left with us until it is cut and fetched.

alter table orders.sale_line add column engraving text not null default '', add column lettering text not null default '',
  add column engraving_minor bigint not null default 0, add column engrave_by date;
alter table orders.sale_line add constraint engraved_in_a_lettering check (engraving = '' or lettering <> '') not valid;
alter table orders.sale_line validate constraint engraved_in_a_lettering;
-- `kept_at`: since when a piece that is sold is with us to be engraved; `fetched_at`: its client has it.
alter table orders.order_line add column kept_at timestamptz, add column fetched_at timestamptz, add column fetched_by uuid;
-- allowed while the shop runs: the new check takes every row the old one took
alter table orders.order_line drop constraint engraved_before_it_leaves, add constraint engraved_before_it_leaves
  check (lettering = '' or engraved_at is not null or state not in ('handed_over', 'dispatched') or kept_at is not null) not valid;
alter table orders.order_line validate constraint engraved_before_it_leaves;
alter table orders.order_line add constraint kept_to_be_engraved
  check (kept_at is null or (lettering <> '' and state = 'handed_over')) not valid;
alter table orders.order_line validate constraint kept_to_be_engraved;
alter table orders.order_line add constraint fetched_once_engraved
  check (fetched_at is null or (kept_at is not null and engraved_at is not null)) not valid;
alter table orders.order_line validate constraint fetched_once_engraved;

-- A process that knows nothing of engraving at a till settles no sale that has some: it would take the fee and lose the words.
create function orders.words_stay_with_the_sale() returns trigger language plpgsql as $$ begin
  if exists (select 1 from orders.sale_line l where l.maison_id = new.maison_id and l.sale_id = new.id and l.lettering <> ''
      and not exists (select 1 from orders.order_line o where o.maison_id = l.maison_id and o.order_id = new.order_id
        and o.variant_id = l.variant_id and o.lettering = l.lettering and o.kept_at is not null)) then
    raise check_violation using constraint = 'words_stay_with_the_sale', schema = 'orders', table = 'sale',
      message = 'a piece of this sale is to be engraved, and its order does not say so';
  end if;
  return null;
end $$;
create trigger words_stay_with_the_sale after update of state on orders.sale for each row
  when (new.state = 'settled' and old.state <> 'settled') execute function orders.words_stay_with_the_sale();

create or replace function orders.words_go_with_the_person() returns trigger language plpgsql as $$ begin
  update orders.order_line l set engraving = '' from orders.order o
    where o.maison_id = new.maison_id and o.contact_id = new.id and l.maison_id = o.maison_id and l.order_id = o.id
      and l.engraving <> '';
  update orders.checkout_line l set engraving = ''
    where l.maison_id = new.maison_id and l.checkout_id = new.checkout_id and l.engraving <> '';
  update orders.sale_line l set engraving = ''
    where l.maison_id = new.maison_id and l.sale_id = new.checkout_id and l.engraving <> '';
  delete from orders.basket_line l using orders.checkout c
    where c.maison_id = new.maison_id and c.id = new.checkout_id and l.maison_id = c.maison_id and l.basket_id = c.basket_id
      and l.engraving <> '';
  return null;
end $$;
