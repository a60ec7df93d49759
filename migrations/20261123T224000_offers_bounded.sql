-- The bound of each term of its own, as the form of the policy asks for it.
alter table maisons.policy add constraint offer_euros_bounded check (offer_euros between 0 and 1000000) not valid;
alter table maisons.policy validate constraint offer_euros_bounded;
