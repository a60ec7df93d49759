-- Certificates: what a serialised piece is, said to whoever holds the code; one that stands a piece, void once it came back.

-- Nothing here says who bought. code_hash: of the code that is printed on it.
create table orders.certificate (
  maison_id uuid not null,
  region text not null default base.region(),
  id uuid not null,
  code_hash bytea not null constraint certificate_code_once unique,
  piece_id uuid not null,
  order_line_id uuid not null,
  order_id uuid not null,
  -- As the piece was sold: its serial, and the words of the order's line.
  serial text not null,
  sku text not null,
  brand text not null,
  name text not null,
  colour text not null,
  size text not null,
  sold_on date not null,
  -- The boutique that sold it, '' where it was sent.
  sold_at text not null,
  issued_at timestamptz not null,
  void_since timestamptz,
  void_because text constraint why_void check (void_because in ('returned', 'undone')),
  primary key (maison_id, id, region),
  constraint certificate_of_a_piece foreign key (maison_id, piece_id, region) references stock.piece,
  constraint certificate_of_an_order foreign key (maison_id, order_id, region) references orders.order (maison_id, id, region),
  constraint void_says_why check ((void_since is null) = (void_because is null))
);
create unique index one_valid_certificate on orders.certificate (maison_id, piece_id, region) where void_since is null;
create index certificate_of_line on orders.certificate (maison_id, order_line_id);
create index certificate_of_order on orders.certificate (maison_id, order_id);
create index certificate_of_piece on orders.certificate (maison_id, piece_id, issued_at);

alter table orders.certificate enable row level security;
create policy own_order on orders.certificate for select to enfilade_app using (maison_id = base.maison() and (base.inside()
  or base.acts_as('link', id)
  or exists (select 1 from orders.order o where o.maison_id = certificate.maison_id and o.id = certificate.order_id)));
create policy issued on orders.certificate for insert to enfilade_app
  with check (maison_id = base.maison() and base.inside() and void_since is null);
-- Void is the last that is said of it.
create policy voided on orders.certificate for update to enfilade_app
  using (maison_id = base.maison() and base.inside() and void_since is null)
  with check (maison_id = base.maison() and base.inside() and void_since is not null);
grant select, insert on orders.certificate to enfilade_app;
grant update (void_since, void_because) on orders.certificate to enfilade_app;

grant select on orders.certificate to enfilade_door;
create policy door on orders.certificate for select to enfilade_door using (true);
create function door.certificate_of_code(code bytea) returns table (maison_id uuid, region text, certificate_id uuid)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select c.maison_id, c.region, c.id from orders.certificate c where c.code_hash = code;
end;
-- Of all maisons, those of the orders whose links one holds.
create function door.certificates_of_links(links bytea[])
  returns table (maison_id uuid, order_id uuid, certificate_id uuid, serial text, name text, void boolean)
  language sql stable security definer set search_path = pg_catalog
begin atomic
  select c.maison_id, c.order_id, c.id, c.serial, c.name, c.void_since is not null
  from orders.order o join orders.certificate c on c.maison_id = o.maison_id and c.order_id = o.id
  where o.link_hash = any(links)
  order by c.issued_at desc, c.id;
end;
alter function door.certificate_of_code(bytea) owner to enfilade_door;
alter function door.certificates_of_links(bytea[]) owner to enfilade_door;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.certificate_of_code(bytea) from public;
-- allowed while the shop runs: the function is new here, so no running process may use it yet
revoke all on function door.certificates_of_links(bytea[]) from public;
grant execute on function door.certificate_of_code(bytea) to enfilade_app;
grant execute on function door.certificates_of_links(bytea[]) to enfilade_app;
