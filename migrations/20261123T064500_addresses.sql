-- Another address for an order: whoever holds its link may write it while the order is open; of a contact nothing else changes.

-- allowed while the shop runs: no released program changes a contact after it was written
revoke update on orders.contact from enfilade_app;
grant update (address) on orders.contact to enfilade_app;
create policy readdressed on orders.contact for update to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link' and erased_at is null
  and exists (select 1 from orders.order o where o.maison_id = contact.maison_id and o.contact_id = contact.id
    and base.acts_as('link', o.id) and o.method = 'ship' and o.state = 'placed'));

-- The client is told of it on the page of their order.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentReady', 'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched',
    'FulfilmentNotCollected', 'LineResourced', 'LineCancelled', 'CancellationRefused', 'AddressChanged', 'ClientOnTheWay',
    'ReturnAnnounced', 'ReturnEnded', 'ReturnReceived', 'PaymentCaptured', 'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
