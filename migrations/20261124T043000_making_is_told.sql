-- The history of an order tells its client how far the making is.
drop policy told_to_client on base.fact;
create policy told_to_client on base.fact for select to enfilade_app using (maison_id = base.maison()
  and base.actor_kind() = 'link'
  and kind in ('OrderPlaced', 'OrderClosed', 'FulfilmentAwaited', 'FulfilmentUnderway', 'FulfilmentReady',
    'FulfilmentHandedOver', 'HandOverUndone', 'FulfilmentDispatched', 'FulfilmentDelivered', 'FulfilmentNotDelivered',
    'FulfilmentSentBack', 'FulfilmentNotCollected', 'LineResourced', 'LineEngravingBegun', 'LineEngraved', 'LineToMake',
    'LineMakingBegun', 'LineMakingDelayed', 'LineMade', 'LineCancelled',
    'CancellationRefused', 'AddressChanged', 'ClientOnTheWay', 'WithdrawalStated', 'ReturnAnnounced', 'ReturnUnderway',
    'ReturnEnded', 'ReturnReceived', 'PaymentCaptured', 'PaymentRefunded', 'PaymentVoided')
  and (base.acts_as('link', subject_id) or base.acts_as('link', (body ->> 'order_id')::uuid)
    or exists (select 1 from orders.order o
      where o.maison_id = fact.maison_id and base.acts_as('link', o.id) and o.payment_id = fact.subject_id)));
