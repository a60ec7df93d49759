-- outside a transaction
-- A proposal is paid once: one of its checkouts at a time is being paid or has been, and one order comes of it.

create unique index concurrently one_paying_a_proposal on orders.checkout (maison_id, proposal_id, region)
  where proposal_id is not null and state in ('paying', 'choosing', 'completed');
create unique index concurrently proposal_paid_once on orders.order (maison_id, proposal_id, region)
  where proposal_id is not null;
create unique index concurrently one_basket_of_a_proposal on orders.basket (maison_id, proposal_id, visitor_id, region)
  where proposal_id is not null;
create index concurrently checkout_proposed on orders.checkout (id) where proposal_id is not null;
create index concurrently checkout_of_proposal on orders.checkout (maison_id, proposal_id) where proposal_id is not null;
