-- Published rows are read by everybody and written only by those inside the maison they belong to.
do $$ declare t text; begin
  foreach t in array array['maison', 'maison_text', 'store', 'market', 'promise_terms', 'store_maison', 'product', 'product_text',
      'variant', 'price', 'boutique', 'opening'] loop
    execute format('alter table public_facts.%I enable row level security', t);
    execute format('create policy published on public_facts.%I for select using (true)', t);
  end loop;
  foreach t in array array['maison', 'maison_text', 'store', 'market', 'promise_terms', 'store_maison', 'product', 'variant',
      'boutique'] loop
    execute format('create policy kept_inside on public_facts.%I to enfilade_app
      using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside())', t);
  end loop;
end $$;
-- These carry no maison of their own; what they belong to does.
create policy kept_inside on public_facts.product_text to enfilade_app
  using (base.inside() and exists (select 1 from catalogue.product p where p.maison_id = base.maison() and p.id = product_id))
  with check (base.inside() and exists (select 1 from catalogue.product p where p.maison_id = base.maison() and p.id = product_id));
create policy kept_inside on public_facts.price to enfilade_app
  using (base.inside() and exists (select 1 from catalogue.variant v where v.maison_id = base.maison() and v.id = variant_id))
  with check (base.inside() and exists (select 1 from catalogue.variant v where v.maison_id = base.maison() and v.id = variant_id));
create policy kept_inside on public_facts.opening to enfilade_app
  using (base.inside() and exists (select 1 from boutiques.location l where l.maison_id = base.maison() and l.id = location_id))
  with check (base.inside() and exists (select 1 from boutiques.location l where l.maison_id = base.maison() and l.id = location_id));
