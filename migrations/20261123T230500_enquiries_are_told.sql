-- Who asks what a piece costs tells that it was asked, and nothing else: docs/algorithms/webhooks.md.

create policy told_by_enquirer on base.fact for insert to enfilade_app with check (
  maison_id = base.maison() and kind = 'EnquiryAsked' and base.acts_as('link', subject_id));
