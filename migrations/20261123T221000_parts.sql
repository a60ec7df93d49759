-- A part of a line's quantity is cancelled: how many of it go on. 0: none, the whole line ends.
alter table orders.cancellation_line add column keep integer not null default 0;
alter table orders.cancellation_line add constraint keeps_some check (keep between 0 and 99) not valid;
alter table orders.cancellation_line validate constraint keeps_some;
