-- A serialised piece says whose it is and who holds it. Whose goods it is until it is sold is written once, when it comes into
-- the books; all else follows from where it is, so that no step of it can forget to say so.

alter table stock.piece add column belongs_to uuid;
alter table stock.piece add constraint piece_of_a_brand foreign key (maison_id, belongs_to) references catalogue.brand (maison_id, id)
  not valid;
alter table stock.piece validate constraint piece_of_a_brand;

-- As the sale judges it too: by the brand that the catalogue names.
create function stock.whose_it_is() returns trigger language plpgsql set search_path = '' as $$
begin
  if new.belongs_to is null then
    select b.id into new.belongs_to from catalogue.variant v
    join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
    join catalogue.brand b on b.maison_id = p.maison_id and lower(b.name) = lower(p.brand)
    where v.maison_id = new.maison_id and v.id = new.variant_id;
  end if;
  return new;
end $$;
alter function stock.whose_it_is() owner to enfilade_owner;
create trigger whose_it_is before insert on stock.piece for each row execute function stock.whose_it_is();

update stock.piece x set belongs_to = b.id
from catalogue.variant v
join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
join catalogue.brand b on b.maison_id = p.maison_id and lower(b.name) = lower(p.brand)
where v.maison_id = x.maison_id and v.id = x.variant_id and x.belongs_to is null;

alter table stock.piece add column owner text generated always as (case
  when whereabouts = 'sold' then 'client' when belongs_to is not null then 'brand' else 'maison' end) virtual;
alter table stock.piece add column holder text generated always as (case whereabouts
  when 'here' then 'place' when 'on_its_way' then 'carrier' when 'sold' then 'client' else 'nobody' end) virtual;
