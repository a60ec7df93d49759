-- When what is published of a piece last changed: its row, its words or a price. Search engines ask for it.

alter table public_facts.product add column changed_at timestamptz not null default now();
