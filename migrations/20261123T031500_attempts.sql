-- Which try of a checkout a payment belongs to: what was refused in an earlier one says nothing of this one.
alter table orders.checkout add column attempt integer not null default 0;
-- Null: made by a program that did not count.
alter table payments.payment add column attempt integer;
