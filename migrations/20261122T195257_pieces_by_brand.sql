-- outside a transaction
-- A brand's pieces in the store's order, read from an index that holds no maison's own.

create index concurrently product_of_brand on public_facts.product (maison_id, brand_id, position, id) where brand_id is not null;
