-- Which variants have a serial on each piece: they are not brought to another boutique for an order.
create view public_facts.serialised with (security_barrier) as
  select s.maison_id, s.variant_id from stock.serialised s;
grant select on public_facts.serialised to enfilade_app, enfilade_public;
