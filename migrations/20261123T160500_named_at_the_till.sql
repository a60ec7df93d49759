-- Which serialised pieces are in the hand of who sells at the counter.

-- Serials that were scanned or typed for the line, at most as many as its pieces; the others are still to be named.
alter table orders.sale_line add column serials text[] not null default '{}';
