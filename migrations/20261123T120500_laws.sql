-- Laws of segments: what a kind of goods is bound to, as it is shipped with its source, and what a maison adds of its own.

-- Of what kinds a product is under law; null: those of its family.
alter table catalogue.product add column kinds text[];
alter table catalogue.product add constraint kinds_are_known check
  (kinds <@ array['wine', 'spirits', 'perfume', 'cosmetics', 'jewellery', 'watch', 'exotic_skin', 'book', 'food']) not valid;
alter table catalogue.product validate constraint kinds_are_known;
alter table public_facts.product add column kinds text[] not null default '{}';
-- Of what kinds the pieces of a family are, where its name alone does not tell.
create table catalogue.family_kinds (
  maison_id uuid not null,
  family text not null,
  kinds text[] not null constraint family_kinds_are_known check
    (kinds <@ array['wine', 'spirits', 'perfume', 'cosmetics', 'jewellery', 'watch', 'exotic_skin', 'book', 'food']),
  constraint one_answer_a_family primary key (maison_id, family),
  constraint family_is_short check (length(family) <= 200)
);
alter table catalogue.family_kinds enable row level security;
create policy kept_inside on catalogue.family_kinds to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select, insert, update, delete on catalogue.family_kinds to enfilade_app;

-- Of what kinds the pieces of a family are whose name is one of these words.
create function public_facts.kinds_known(family text) returns text[] language sql immutable parallel safe as $$
  select case
    when lower(family) in ('wine', 'wines', 'vin', 'vins', 'wijn', 'wijnen', 'champagne', 'champagnes', '葡萄酒', '香槟')
      then array['wine']
    when lower(family) in ('spirit', 'spirits', 'spiritueux', 'gedistilleerd', 'cognac', 'cognacs', 'whisky', 'rum', 'rhum', 'gin', 'vodka', 'liqueur', 'liqueurs', 'decanter', '烈酒')
      then array['spirits']
    when lower(family) in ('perfume', 'perfumes', 'parfum', 'parfums', 'fragrance', 'fragrances', '香水')
      then array['perfume']
    when lower(family) in ('cosmetics', 'cosmetic', 'cosmétiques', 'make-up', 'makeup', 'maquillage', 'lipstick', 'powder', 'cream', 'jar', 'care', 'soins', 'verzorging', 'skincare', '彩妆', '护肤')
      then array['cosmetics']
    when lower(family) in ('jewellery', 'jewelry', 'joaillerie', 'bijoux', 'juwelen', 'sieraden', 'ring', 'rings', 'bague', 'bagues', 'ringen', 'necklace', 'necklaces', 'collier', 'colliers', 'bracelet', 'bracelets', 'armband', 'armbanden', 'earrings', '珠宝', '戒指', '项链', '手镯')
      then array['jewellery']
    when lower(family) in ('watch', 'watches', 'montre', 'montres', 'horloge', 'horloges', '腕表')
      then array['watch']
    when lower(family) in ('book', 'books', 'livre', 'livres', 'boek', 'boeken', '图书')
      then array['book']
    when lower(family) in ('food', 'chocolate', 'chocolates', 'chocolat', 'chocolats', 'chocolade', 'tea', 'thé', 'thee', '食品')
      then array['food']
    else '{}'::text[] end
$$;
grant execute on function public_facts.kinds_known to enfilade_app;

-- What is shipped. Country '*': wherever no row of the country says otherwise. Value of `age`: years; `ground`, `opened`: 1;
-- `border`: 1 not out of the customs union, 2 not out of the country; `insured_from`: whole euros; `tax`: hundredths of a per cent.
create function public_facts.shipped_law() returns table (kind text, rule text, country text, value integer, source text)
  language sql immutable parallel safe as $$
  values
    ('wine', 'age', '*', 18, 'No law looked at: eighteen, as a caution'),
    ('wine', 'age', 'AT', 16, 'Austria: youth protection acts of the Länder'),
    ('wine', 'age', 'BE', 16, 'Belgium: act of 24 January 1977, art. 6 § 6'),
    ('wine', 'age', 'CA', 19, 'Canada: acts of the provinces, the highest age of them'),
    ('wine', 'age', 'CH', 16, 'Switzerland: foodstuffs act, art. 14'),
    ('wine', 'age', 'CN', 18, 'China: law on the protection of minors, art. 59'),
    ('wine', 'age', 'DE', 16, 'Germany: Jugendschutzgesetz, § 9'),
    ('wine', 'age', 'ES', 18, 'Spain: acts of the autonomous communities'),
    ('wine', 'age', 'FI', 18, 'Finland: alcohol act 1102/2017, § 37'),
    ('wine', 'age', 'FR', 18, 'France: code de la santé publique, art. L3342-1'),
    ('wine', 'age', 'GB', 18, 'United Kingdom: Licensing Act 2003, s. 146'),
    ('wine', 'age', 'HK', 18, 'Hong Kong: Dutiable Commodities (Liquor) Regulations, Cap. 109B'),
    ('wine', 'age', 'IE', 18, 'Ireland: Intoxicating Liquor Act 1988, s. 31'),
    ('wine', 'age', 'IT', 18, 'Italy: legge 30 marzo 2001 n. 125, art. 14-ter'),
    ('wine', 'age', 'JP', 20, 'Japan: act on prohibition of drinking under the age of twenty'),
    ('wine', 'age', 'KR', 19, 'South Korea: youth protection act, art. 28'),
    ('wine', 'age', 'LU', 16, 'Luxembourg: act of 22 December 2006 on the sale of alcohol to minors'),
    ('wine', 'age', 'NL', 18, 'Netherlands: Alcoholwet, art. 20'),
    ('wine', 'age', 'NO', 18, 'Norway: Alkoholloven, § 1-5'),
    ('wine', 'age', 'PT', 18, 'Portugal: Decreto-Lei 50/2013, art. 3'),
    ('wine', 'age', 'SE', 20, 'Sweden: Alkohollag (2010:1622), 3 kap. 7 §'),
    ('wine', 'age', 'US', 21, 'United States: 23 U.S.C. § 158 and the acts of the states'),
    ('spirits', 'age', '*', 18, 'No law looked at: eighteen, as a caution'),
    ('spirits', 'age', 'AT', 18, 'Austria: youth protection acts of the Länder'),
    ('spirits', 'age', 'BE', 18, 'Belgium: act of 24 January 1977, art. 6 § 6'),
    ('spirits', 'age', 'CA', 19, 'Canada: acts of the provinces, the highest age of them'),
    ('spirits', 'age', 'CH', 18, 'Switzerland: alcohol act, art. 41'),
    ('spirits', 'age', 'CN', 18, 'China: law on the protection of minors, art. 59'),
    ('spirits', 'age', 'DE', 18, 'Germany: Jugendschutzgesetz, § 9'),
    ('spirits', 'age', 'ES', 18, 'Spain: acts of the autonomous communities'),
    ('spirits', 'age', 'FI', 20, 'Finland: alcohol act 1102/2017, § 37'),
    ('spirits', 'age', 'FR', 18, 'France: code de la santé publique, art. L3342-1'),
    ('spirits', 'age', 'GB', 18, 'United Kingdom: Licensing Act 2003, s. 146'),
    ('spirits', 'age', 'HK', 18, 'Hong Kong: Dutiable Commodities (Liquor) Regulations, Cap. 109B'),
    ('spirits', 'age', 'IE', 18, 'Ireland: Intoxicating Liquor Act 1988, s. 31'),
    ('spirits', 'age', 'IT', 18, 'Italy: legge 30 marzo 2001 n. 125, art. 14-ter'),
    ('spirits', 'age', 'JP', 20, 'Japan: act on prohibition of drinking under the age of twenty'),
    ('spirits', 'age', 'KR', 19, 'South Korea: youth protection act, art. 28'),
    ('spirits', 'age', 'LU', 16, 'Luxembourg: act of 22 December 2006 on the sale of alcohol to minors'),
    ('spirits', 'age', 'NL', 18, 'Netherlands: Alcoholwet, art. 20'),
    ('spirits', 'age', 'NO', 20, 'Norway: Alkoholloven, § 1-5'),
    ('spirits', 'age', 'PT', 18, 'Portugal: Decreto-Lei 50/2013, art. 3'),
    ('spirits', 'age', 'SE', 20, 'Sweden: Alkohollag (2010:1622), 3 kap. 7 §'),
    ('spirits', 'age', 'US', 21, 'United States: 23 U.S.C. § 158 and the acts of the states'),
    ('perfume', 'ground', '*', 1, 'Flammable liquid UN 1266: ICAO Technical Instructions (Doc 9284); by road as a limited quantity, ADR 3.4'),
    ('exotic_skin', 'border', '*', 1, 'CITES, art. III to V; in the Union Regulation (EC) 338/97, art. 4, 5 and 8'),
    ('jewellery', 'insured_from', '*', 500, 'Usage, no law: by the CMR convention, art. 23, a carrier owes 8.33 SDR a kilogram and no more'),
    ('watch', 'insured_from', '*', 500, 'Usage, no law: by the CMR convention, art. 23, a carrier owes 8.33 SDR a kilogram and no more'),
    ('perfume', 'opened', '*', 1, 'Hygiene: Directive 2011/83/EU, art. 16 (e)'),
    ('cosmetics', 'opened', '*', 1, 'Hygiene: Directive 2011/83/EU, art. 16 (e)'),
    ('wine', 'opened', '*', 1, 'Food safety: Regulation (EC) 178/2002, art. 14'),
    ('spirits', 'opened', '*', 1, 'Food safety: Regulation (EC) 178/2002, art. 14'),
    ('food', 'opened', '*', 1, 'Food safety: Regulation (EC) 178/2002, art. 14'),
    ('book', 'tax', 'BE', 600, 'Belgium: arrêté royal n° 20, table A'),
    ('book', 'tax', 'CH', 260, 'Switzerland: VAT act, art. 25 (2)'),
    ('book', 'tax', 'DE', 700, 'Germany: UStG, § 12 (2) and annex 2'),
    ('book', 'tax', 'ES', 400, 'Spain: Ley 37/1992, art. 91'),
    ('book', 'tax', 'FR', 550, 'France: code général des impôts, art. 278-0 bis'),
    ('book', 'tax', 'GB', 0, 'United Kingdom: VAT Act 1994, schedule 8, group 3'),
    ('book', 'tax', 'IE', 0, 'Ireland: VAT Consolidation Act 2010, schedule 2'),
    ('book', 'tax', 'IT', 400, 'Italy: D.P.R. 633/1972, table A, part II'),
    ('book', 'tax', 'LU', 300, 'Luxembourg: act of 12 February 1979 on VAT, annex B'),
    ('book', 'tax', 'NL', 900, 'Netherlands: Wet op de omzetbelasting 1968, table I'),
    ('food', 'tax', 'BE', 600, 'Belgium: arrêté royal n° 20, table A'),
    ('food', 'tax', 'CH', 260, 'Switzerland: VAT act, art. 25 (2)'),
    ('food', 'tax', 'DE', 700, 'Germany: UStG, § 12 (2) and annex 2'),
    ('food', 'tax', 'FR', 550, 'France: code général des impôts, art. 278-0 bis'),
    ('food', 'tax', 'JP', 800, 'Japan: consumption tax act, reduced rate of 2019'),
    ('food', 'tax', 'LU', 300, 'Luxembourg: act of 12 February 1979 on VAT, annex B'),
    ('food', 'tax', 'NL', 900, 'Netherlands: Wet op de omzetbelasting 1968, table I')
$$;
-- The shipped value for a country; null: none.
create function public_facts.shipped_value(of_kind text, of_rule text, in_country text) returns integer
  language sql immutable parallel safe as $$
  select s.value from public_facts.shipped_law() s
  where s.kind = of_kind and s.rule = of_rule and s.country in (in_country, '*') order by s.country = '*' limit 1
$$;

-- A maison's own, beside what is shipped: of both the stricter holds.
create table public_facts.law (
  maison_id uuid not null,
  kind text not null,
  rule text not null,
  country text not null,
  value integer not null,
  constraint one_law_a_place primary key (maison_id, kind, rule, country),
  constraint law_kind check
    (kind in ('wine', 'spirits', 'perfume', 'cosmetics', 'jewellery', 'watch', 'exotic_skin', 'book', 'food')),
  constraint law_country check (country ~ '^([A-Z]{2}|[*])$'),
  constraint law_value check (case rule when 'age' then value between 16 and 25 when 'ground' then value = 1
    when 'opened' then value = 1 when 'border' then value between 1 and 2 when 'insured_from' then value between 0 and 1000000
    else false end),
  constraint never_looser_than_shipped check (case when rule = 'insured_from'
    then value <= coalesce(public_facts.shipped_value(kind, rule, country), value)
    else value >= coalesce(public_facts.shipped_value(kind, rule, country), value) end)
);
alter table public_facts.law enable row level security;
create policy published on public_facts.law for select using (true);
create policy kept_inside on public_facts.law to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.law to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.law to enfilade_app;

-- What holds for a piece of these kinds in a country: the strictest of what is shipped and of the maison's own; null: nothing.
create function public_facts.law_of(maison uuid, kinds text[], of_rule text, in_country text) returns integer
  language sql stable parallel safe as $$
  select case when of_rule = 'insured_from' then min(x.value) else max(x.value) end from (
    select public_facts.shipped_value(k.kind, of_rule, in_country) as value from unnest(kinds) as k(kind)
    union all
    select l.value from public_facts.law l
    where l.maison_id = maison and l.kind = any(kinds) and l.rule = of_rule and l.country in (in_country, '*')) x
$$;

-- Members of the European Union.
create function public_facts.in_union(country text) returns boolean language sql immutable parallel safe as $$
  select country in ('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU',
    'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK')
$$;
-- Within a customs union goods pass without papers; whoever is in none is one alone. Monaco is in that of the Union.
create function public_facts.customs_union(country text) returns text language sql immutable parallel safe as $$
  select case when public_facts.in_union(country) or country = 'MC' then 'EU' when country in ('CH', 'LI') then 'CH'
    else country end
$$;
-- Countries that parcels reach from one another by road, rail, tunnel or ferry, with a carrier's ground service.
create function public_facts.ground(country text) returns text language sql immutable parallel safe as $$
  select case
    when public_facts.in_union(country) and country not in ('CY', 'MT')
      or country in ('MC', 'CH', 'LI', 'NO', 'GB', 'AD', 'SM', 'VA') then 'europe'
    when country in ('US', 'CA', 'MX') then 'north_america'
    when country in ('CN', 'HK', 'MO') then 'china'
    when country in ('SG', 'MY', 'TH') then 'malay_peninsula'
    when country in ('AE', 'SA', 'QA', 'KW', 'BH', 'OM') then 'gulf'
    else country end
$$;
-- Whether the law lets a piece of these kinds go from a country to another.
create function public_facts.may_go(maison uuid, kinds text[], origin text, destination text) returns boolean
  language sql stable parallel safe as $$
  select origin = destination or coalesce(kinds, '{}') = '{}' or (
    (public_facts.ground(origin) = public_facts.ground(destination)
      or greatest(public_facts.law_of(maison, kinds, 'ground', origin),
        public_facts.law_of(maison, kinds, 'ground', destination)) is null)
    and case greatest(public_facts.law_of(maison, kinds, 'border', origin),
        public_facts.law_of(maison, kinds, 'border', destination))
      when 2 then false when 1 then public_facts.customs_union(origin) = public_facts.customs_union(destination)
      else true end)
$$;
-- Whether a parcel with it reaches a market's first country from some place that has it, as far as the law goes.
create function public_facts.sendable(maison uuid, variant uuid, kinds text[], in_market text) returns boolean
  language sql stable parallel safe as $$
  select cardinality(kinds) = 0
    or exists (select 1 from public_facts.market k
      join public_facts.availability a on a.maison_id = k.maison_id and a.variant_id = variant and a.ship > 0
      join public_facts.boutique b on b.id = a.location_id
      where k.maison_id = maison and k.code = in_market and public_facts.may_go(maison, kinds, b.country, k.countries[1]))
$$;
grant execute on function public_facts.sendable, public_facts.shipped_law, public_facts.shipped_value, public_facts.law_of, public_facts.in_union,
  public_facts.customs_union, public_facts.ground, public_facts.may_go to enfilade_app, enfilade_public;

-- The rate of tax of a kind in a market, where it is not the market's.
create table public_facts.market_rate (
  maison_id uuid not null,
  market text not null,
  kind text not null,
  tax_rate_basis_points integer not null,
  constraint one_rate_a_kind primary key (maison_id, market, kind),
  constraint rate_kind check
    (kind in ('wine', 'spirits', 'perfume', 'cosmetics', 'jewellery', 'watch', 'exotic_skin', 'book', 'food')),
  constraint rate_bounded check (tax_rate_basis_points between 0 and 5000)
);
alter table public_facts.market_rate enable row level security;
create policy published on public_facts.market_rate for select using (true);
create policy kept_inside on public_facts.market_rate to enfilade_app
  using (maison_id = base.maison() and base.inside()) with check (maison_id = base.maison() and base.inside());
grant select on public_facts.market_rate to enfilade_public, enfilade_app;
grant insert, update, delete on public_facts.market_rate to enfilade_app;

-- Of a checkout: what its lines are under law, the age its client must have, and the age they said they have.
alter table orders.checkout_line add column kinds text[], add column age_min smallint;
alter table orders.checkout add column age_min smallint, add column age_confirmed smallint;
alter table orders.checkout add constraint age_confirmed_before_paying check
  (age_min is null or state in ('open', 'released') or coalesce(age_confirmed, 0) >= age_min) not valid;
alter table orders.checkout validate constraint age_confirmed_before_paying;

-- Of an order, frozen with it.
alter table orders."order" add column age_min smallint, add column age_confirmed smallint;
alter table orders."order" add constraint age_confirmed check
  (age_min is null or coalesce(age_confirmed, 0) >= age_min) not valid;
alter table orders."order" validate constraint age_confirmed;
alter table orders.order_line add column kinds text[], add column age_min smallint, add column age_checked_by uuid;
alter table orders.order_line add constraint age_checked_before_hand_over check
  (age_min is null or state <> 'handed_over' or age_checked_by is not null) not valid;
alter table orders.order_line validate constraint age_checked_before_hand_over;

-- Of a sale at a counter.
alter table orders.sale_line add column kinds text[], add column age_min smallint;

-- Of what comes back: whether it had been opened, where the law asks.
alter table orders.return_line add column opened boolean;
alter table orders.return_line add constraint opened_is_never_sold_again check
  (opened is not true or disposition is null or disposition = 'damaged') not valid;
alter table orders.return_line validate constraint opened_is_never_sold_again;
-- allowed while the shop runs: the new check takes every row the old one took
alter table orders.return_line drop constraint return_reason, add constraint return_reason
  check (reason in ('worn', 'damaged', 'incomplete', 'not_ours', 'missing', 'too_late', 'opened')) not valid;
alter table orders.return_line validate constraint return_reason;

-- Of a price that was reduced, where the law asks for it: the lowest of the thirty days before.
alter table public_facts.price add column lowest_minor bigint;
