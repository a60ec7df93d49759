-- What is published under something is published by whoever owns it: a size under one's own piece, a file under one's own picture,
-- a word of search for one's own things; and a maison appears in its own store and in those of many maisons alone.

alter policy kept_inside on public_facts.variant with check (maison_id = base.maison() and base.inside() and exists (
  select 1 from public_facts.product p where p.id = product_id and p.maison_id = base.maison()));
alter policy kept_inside on public_facts.quota with check (maison_id = base.maison() and base.inside() and exists (
  select 1 from public_facts.product p where p.id = product_id and p.maison_id = base.maison()));
alter policy kept_inside on public_facts.medium_file with check (maison_id = base.maison() and base.inside() and exists (
  select 1 from public_facts.medium m where m.id = medium_id and m.maison_id = base.maison()));
alter policy kept_inside on public_facts.store_maison with check (maison_id = base.maison() and base.inside() and exists (
  select 1 from public_facts.store s where s.id = store_id and (s.multi_brand or s.maison_id = base.maison())));
alter policy kept_inside on public_facts.search_document with check (maison_id = base.maison() and base.inside() and case kind
  when 'piece' then exists (select 1 from public_facts.product p where p.id = search_document.id and p.maison_id = base.maison())
  when 'boutique' then exists (select 1 from public_facts.boutique b where b.id = search_document.id and b.maison_id = base.maison())
  when 'story' then exists (select 1 from public_facts.story s where s.id = search_document.id and s.maison_id = base.maison())
  else search_document.id = base.maison() end);
