-- Who may ask for a client's sign-in code and use it; what preparing an order needs beside its first columns.

-- The asker of a code acts as the holder of its link: sees and uses that one row, never another's.
create policy asked on clients.sign_in_code for insert to enfilade_app
  with check (maison_id = base.maison() and base.acts_as('link', id));
create policy held on clients.sign_in_code for select to enfilade_app
  using (maison_id = base.maison() and base.acts_as('link', id));
create policy used on clients.sign_in_code for update to enfilade_app
  using (maison_id = base.maison() and base.acts_as('link', id))
  with check (maison_id = base.maison() and base.acts_as('link', id));
-- Only once the code was used does its holder learn which client the address belongs to, become that client's
-- first contact point where it belongs to nobody, and open a session for that client alone.
create policy proven on clients.contact_point for select to enfilade_app
  using (maison_id = base.maison() and exists (select 1 from clients.sign_in_code c
    where c.maison_id = contact_point.maison_id and c.id = base.actor_id() and base.acts_as('link', c.id)
      and c.kind = contact_point.kind and c.value = contact_point.value and c.used_at is not null));
create policy first_sign_in on clients.contact_point for insert to enfilade_app
  with check (maison_id = base.maison() and exists (select 1 from clients.sign_in_code c
    where c.maison_id = contact_point.maison_id and c.id = base.actor_id() and base.acts_as('link', c.id)
      and c.kind = contact_point.kind and c.value = contact_point.value and c.used_at is not null));
create policy first_sign_in on clients.client for insert to enfilade_app
  with check (maison_id = base.maison() and exists (select 1 from clients.sign_in_code c
    where c.maison_id = client.maison_id and c.id = base.actor_id() and base.acts_as('link', c.id)
      and c.used_at is not null));
create policy opened on clients.session for insert to enfilade_app
  with check (maison_id = base.maison() and base.actor_kind() = 'link' and exists (select 1 from clients.contact_point p
    where p.maison_id = session.maison_id and p.client_id = session.client_id));
create policy signed_out on clients.session for update to enfilade_app
  using (maison_id = base.maison() and base.acts_as('client', client_id))
  with check (maison_id = base.maison() and base.acts_as('client', client_id));
create index sign_in_code_age on clients.sign_in_code (maison_id, expires_at);
create index contact_point_of_client on clients.contact_point (maison_id, client_id);

alter table orders.fulfilment add column tracking text not null default ''
  constraint tracking_bounded check (length(tracking) <= 100);
-- The rounds look for what is due, the counter for what can still be undone.
create index fulfilment_due on orders.fulfilment (maison_id, pick_by) where state in ('asked', 'accepted');
create index fulfilment_uncollected on orders.fulfilment (maison_id, collect_by) where state = 'ready';
create index order_of_payment on orders.order (maison_id, payment_id) where payment_id is not null;
create index fulfilment_undoable on orders.fulfilment (maison_id, location_id, capture_after) where capture_after is not null;
create index line_unsourced on orders.order_line (maison_id, order_id) where state = 'unsourced';
