-- outside a transaction
-- The pieces of a family in the maison's order, and how many of each family there are, without walking through all of them;
-- and the boutiques of a city, however it is written.

create index concurrently product_of_family on public_facts.product (maison_id, family, position, id);
create index concurrently boutique_of_city on public_facts.boutique (lower(city));
