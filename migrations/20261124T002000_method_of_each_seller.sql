-- One basket, one piece collected and another sent: each selling maison's part has a method of its own. A checkout's is the one
-- that asks most of its client (an address before a payment before nothing). Null: opened by a release that knew only that one.
alter table orders.checkout_seller add column method text;
alter table orders.checkout_seller add constraint part_method check (method in ('collect', 'reserve', 'ship')) not valid;
alter table orders.checkout_seller validate constraint part_method;
