-- outside a transaction
-- How many pieces a maison has for whom and of which family, counted from the index alone.

create index concurrently product_of_gender on public_facts.product (maison_id, gender, family);
