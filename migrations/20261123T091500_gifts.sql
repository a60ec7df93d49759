-- A gift: wrapped, without prices, with a card. Null: none; '': a card without words.
alter table orders.contact add column gift_words text;
alter table orders.contact add constraint gift_words_fit_a_card check (length(gift_words) <= 200) not valid;
alter table orders.contact validate constraint gift_words_fit_a_card;
