-- Of a box that is packed for a boutique some pieces are cancelled: so many are to be taken out before it is packed again.

alter table stock.transfer_line add column take_out integer not null default 0;
alter table stock.transfer_line add constraint taken_out_not_negative check (take_out >= 0) not valid;
alter table stock.transfer_line validate constraint taken_out_not_negative;
