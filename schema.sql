CREATE SCHEMA aggregates;
ALTER SCHEMA aggregates OWNER TO enfilade_owner;
CREATE SCHEMA appointments;
ALTER SCHEMA appointments OWNER TO enfilade_owner;
CREATE SCHEMA base;
ALTER SCHEMA base OWNER TO enfilade_owner;
CREATE SCHEMA boutiques;
ALTER SCHEMA boutiques OWNER TO enfilade_owner;
CREATE SCHEMA carriers;
ALTER SCHEMA carriers OWNER TO enfilade_owner;
CREATE SCHEMA catalogue;
ALTER SCHEMA catalogue OWNER TO enfilade_owner;
CREATE SCHEMA channels;
ALTER SCHEMA channels OWNER TO enfilade_owner;
CREATE SCHEMA clients;
ALTER SCHEMA clients OWNER TO enfilade_owner;
CREATE SCHEMA closures;
ALTER SCHEMA closures OWNER TO enfilade_owner;
CREATE SCHEMA door;
ALTER SCHEMA door OWNER TO enfilade_owner;
CREATE SCHEMA editorial;
ALTER SCHEMA editorial OWNER TO enfilade_owner;
CREATE SCHEMA local_carrier;
ALTER SCHEMA local_carrier OWNER TO enfilade_owner;
CREATE SCHEMA local_provider;
ALTER SCHEMA local_provider OWNER TO enfilade_owner;
CREATE SCHEMA maisons;
ALTER SCHEMA maisons OWNER TO enfilade_owner;
CREATE SCHEMA media;
ALTER SCHEMA media OWNER TO enfilade_owner;
CREATE SCHEMA orders;
ALTER SCHEMA orders OWNER TO enfilade_owner;
CREATE SCHEMA payments;
ALTER SCHEMA payments OWNER TO enfilade_owner;
CREATE SCHEMA public_facts;
ALTER SCHEMA public_facts OWNER TO enfilade_owner;
CREATE SCHEMA staff;
ALTER SCHEMA staff OWNER TO enfilade_owner;
CREATE SCHEMA stock;
ALTER SCHEMA stock OWNER TO enfilade_owner;
CREATE SCHEMA stripe_provider;
ALTER SCHEMA stripe_provider OWNER TO enfilade_owner;
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;
COMMENT ON EXTENSION btree_gist IS 'support for indexing common datatypes in GiST';
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'text similarity measurement and index searching based on trigrams';
CREATE FUNCTION base.actor_id() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('enfilade.actor_id'::text, true), ''::text))::uuid;
ALTER FUNCTION base.actor_id() OWNER TO enfilade_owner;
CREATE FUNCTION base.actor_kind() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN NULLIF(current_setting('enfilade.actor_kind'::text, true), ''::text);
ALTER FUNCTION base.actor_kind() OWNER TO enfilade_owner;
CREATE FUNCTION base.acts_as(kind text, id uuid) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((COALESCE(current_setting('enfilade.actor_kind'::text, true), ''::text) = kind) AND (id = (NULLIF(current_setting('enfilade.actor_id'::text, true), ''::text))::uuid));
ALTER FUNCTION base.acts_as(kind text, id uuid) OWNER TO enfilade_owner;
CREATE FUNCTION base.each_once(words text[]) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN (SELECT (count(*) = count(DISTINCT word.word)) FROM unnest(each_once.words) word(word));
ALTER FUNCTION base.each_once(words text[]) OWNER TO enfilade_owner;
CREATE FUNCTION base.folded(text text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN translate(lower(regexp_replace(NORMALIZE(text, NFD), '[\u0300-\u036f]'::text, ''::text, 'g'::text)), 'łøđıðþ'::text, 'lodidt'::text);
ALTER FUNCTION base.folded(text text) OWNER TO enfilade_owner;
CREATE FUNCTION base.inside() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (COALESCE(current_setting('enfilade.actor_kind'::text, true), ''::text) = ANY (ARRAY['staff'::text, 'job'::text, 'importer'::text]));
ALTER FUNCTION base.inside() OWNER TO enfilade_owner;
CREATE FUNCTION base.maison() RETURNS uuid
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NULLIF(current_setting('enfilade.maison'::text, true), ''::text))::uuid;
ALTER FUNCTION base.maison() OWNER TO enfilade_owner;
CREATE FUNCTION base.region() RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE(NULLIF(current_setting('enfilade.region'::text, true), ''::text), 'eu'::text);
ALTER FUNCTION base.region() OWNER TO enfilade_owner;
CREATE FUNCTION base.tells_facts() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (COALESCE(current_setting('enfilade.actor_kind'::text, true), ''::text) = ANY (ARRAY['staff'::text, 'job'::text, 'importer'::text, 'checkout'::text, 'provider'::text]));
ALTER FUNCTION base.tells_facts() OWNER TO enfilade_owner;
CREATE FUNCTION base.writes_stock() RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (COALESCE(current_setting('enfilade.actor_kind'::text, true), ''::text) = ANY (ARRAY['staff'::text, 'job'::text, 'importer'::text, 'checkout'::text]));
ALTER FUNCTION base.writes_stock() OWNER TO enfilade_owner;
CREATE FUNCTION catalogue.shares_add_up() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  if (select sum(p.share_basis_points) <> 10000 or count(*) filter (where p.kind = 'seller') <> 1
      from catalogue.collaboration_partner p where p.maison_id = new.maison_id and p.collaboration_id = new.collaboration_id) then
    raise check_violation using constraint = 'shares_add_up', message = 'the shares of a collaboration come to a whole';
  end if;
  return null;
end $$;
ALTER FUNCTION catalogue.shares_add_up() OWNER TO enfilade_owner;
CREATE TABLE appointments.advisor (
    maison_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    shown_name text NOT NULL,
    languages text[] NOT NULL,
    skills text[] DEFAULT '{}'::text[] NOT NULL,
    bookable boolean DEFAULT true NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    by_name boolean DEFAULT false NOT NULL,
    CONSTRAINT advisor_named CHECK (((length(shown_name) >= 1) AND (length(shown_name) <= 60))),
    CONSTRAINT advisor_speaks CHECK ((((cardinality(languages) >= 1) AND (cardinality(languages) <= 10)) AND base.each_once(languages)))
);
ALTER TABLE appointments.advisor OWNER TO enfilade_owner;
CREATE TABLE appointments.service (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    minutes integer NOT NULL,
    preparation_minutes integer DEFAULT 0 NOT NULL,
    clearing_minutes integer DEFAULT 0 NOT NULL,
    step_minutes integer NOT NULL,
    skill text DEFAULT ''::text NOT NULL,
    needs_seat boolean DEFAULT false NOT NULL,
    pieces_max integer DEFAULT 0 NOT NULL,
    notice_minutes integer NOT NULL,
    horizon_days integer NOT NULL,
    cancel_until_minutes integer DEFAULT 0 NOT NULL,
    active boolean DEFAULT true NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    remind_days integer DEFAULT 1 NOT NULL,
    remind_hour integer DEFAULT 10 NOT NULL,
    late_minutes integer DEFAULT 15 NOT NULL,
    brought_max integer DEFAULT 0 NOT NULL,
    CONSTRAINT brought_bounded CHECK (((brought_max >= 0) AND (brought_max <= 10))),
    CONSTRAINT service_cancel_until CHECK (((cancel_until_minutes >= 0) AND (cancel_until_minutes <= 20160))),
    CONSTRAINT service_clearing CHECK (((clearing_minutes >= 0) AND (clearing_minutes <= 240))),
    CONSTRAINT service_horizon CHECK (((horizon_days >= 1) AND (horizon_days <= 27))),
    CONSTRAINT service_kind CHECK ((kind = ANY (ARRAY['try'::text, 'shopping'::text, 'care'::text, 'engraving'::text, 'made_to_measure'::text, 'viewing'::text]))),
    CONSTRAINT service_late CHECK (((late_minutes >= 0) AND (late_minutes <= 240))),
    CONSTRAINT service_length CHECK (((minutes >= 5) AND (minutes <= 480))),
    CONSTRAINT service_notice CHECK (((notice_minutes >= 0) AND (notice_minutes <= 20160))),
    CONSTRAINT service_pieces CHECK (((pieces_max >= 0) AND (pieces_max <= 10))),
    CONSTRAINT service_preparation CHECK (((preparation_minutes >= 0) AND (preparation_minutes <= 240))),
    CONSTRAINT service_reminder CHECK (((remind_days >= 0) AND (remind_days <= 7))),
    CONSTRAINT service_reminder_hour CHECK (((remind_hour >= 0) AND (remind_hour <= 23))),
    CONSTRAINT service_step CHECK ((step_minutes = ANY (ARRAY[5, 10, 15, 20, 30, 60, 120])))
);
ALTER TABLE appointments.service OWNER TO enfilade_owner;
CREATE TABLE staff.person (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL,
    password_hash text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    created_at timestamp with time zone NOT NULL,
    first_password_ends_at timestamp with time zone,
    CONSTRAINT staff_email_lower CHECK ((email = lower(email))),
    CONSTRAINT staff_role CHECK ((role = ANY (ARRAY['advisor'::text, 'boutique_manager'::text, 'client_service'::text, 'maison_manager'::text, 'group_analyst'::text, 'group_administrator'::text])))
);
ALTER TABLE staff.person OWNER TO enfilade_owner;
CREATE TABLE staff.post (
    maison_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    location_id uuid NOT NULL
);
ALTER TABLE staff.post OWNER TO enfilade_owner;
CREATE FUNCTION door.advisors_by_name(maison uuid, service uuid, place uuid) RETURNS TABLE(id uuid, shown_name text, languages text[])
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT a.staff_id,
     a.shown_name,
     a.languages
    FROM (((appointments.service s
      JOIN appointments.advisor a ON (((a.maison_id = s.maison_id) AND a.bookable AND a.by_name AND ((s.skill = ''::text) OR (s.skill = ANY (a.skills))))))
      JOIN staff.person p ON (((p.maison_id = a.maison_id) AND (p.id = a.staff_id) AND p.active)))
      JOIN staff.post t ON (((t.maison_id = a.maison_id) AND (t.staff_id = a.staff_id) AND (t.location_id = advisors_by_name.place))))
   WHERE ((s.maison_id = advisors_by_name.maison) AND (s.id = advisors_by_name.service) AND s.active)
   ORDER BY a.shown_name, a.staff_id;
END;
ALTER FUNCTION door.advisors_by_name(maison uuid, service uuid, place uuid) OWNER TO enfilade_door;
CREATE TABLE appointments.appointment (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    service_id uuid NOT NULL,
    location_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    needs_seat boolean NOT NULL,
    seat_id uuid,
    store_id uuid NOT NULL,
    client_id uuid,
    booker bytea NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    asked_language text DEFAULT ''::text NOT NULL,
    wall timestamp without time zone NOT NULL,
    zone text NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    preparation_minutes integer NOT NULL,
    clearing_minutes integer NOT NULL,
    busy tstzrange NOT NULL,
    state text DEFAULT 'booked'::text NOT NULL,
    sequence integer DEFAULT 0 NOT NULL,
    link_hash bytea NOT NULL,
    booked_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    ended_by uuid,
    told integer DEFAULT '-1'::integer NOT NULL,
    reminded_of timestamp with time zone,
    CONSTRAINT appointment_state CHECK ((state = ANY (ARRAY['booked'::text, 'arrived'::text, 'served'::text, 'missed'::text, 'cancelled'::text]))),
    CONSTRAINT busy_is_the_visit CHECK (((starts_at < ends_at) AND ((ends_at - starts_at) <= '08:00:00'::interval) AND (preparation_minutes >= 0) AND (clearing_minutes >= 0) AND (busy = tstzrange((starts_at - make_interval(mins => preparation_minutes)), (ends_at + make_interval(mins => clearing_minutes)))))),
    CONSTRAINT seat_where_needed CHECK ((needs_seat = (seat_id IS NOT NULL)))
);
ALTER TABLE appointments.appointment OWNER TO enfilade_owner;
CREATE FUNCTION door.appointment_of_link(link bytea) RETURNS TABLE(maison_id uuid, region text, appointment_id uuid, store_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT a.maison_id,
     a.region,
     a.id,
     a.store_id
    FROM appointments.appointment a
   WHERE (a.link_hash = appointment_of_link.link);
END;
ALTER FUNCTION door.appointment_of_link(link bytea) OWNER TO enfilade_door;
CREATE TABLE clients.session (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    token_hash bytea NOT NULL,
    client_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone
);
ALTER TABLE clients.session OWNER TO enfilade_owner;
CREATE FUNCTION door.client_of_session(token bytea, at timestamp with time zone) RETURNS TABLE(maison_id uuid, region text, client_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT s.maison_id,
     s.region,
     s.client_id
    FROM clients.session s
   WHERE ((s.token_hash = client_of_session.token) AND (s.revoked_at IS NULL) AND (s.expires_at > client_of_session.at));
END;
ALTER FUNCTION door.client_of_session(token bytea, at timestamp with time zone) OWNER TO enfilade_door;
CREATE TABLE appointments.piece (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    appointment_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    place integer NOT NULL,
    result text,
    transfer_id uuid,
    lacking text,
    CONSTRAINT piece_lacking CHECK ((lacking = ANY (ARRAY['open'::text, 'settled'::text]))),
    CONSTRAINT piece_result CHECK ((result = ANY (ARRAY['tried'::text, 'liked'::text, 'bought'::text])))
);
ALTER TABLE appointments.piece OWNER TO enfilade_owner;
CREATE TABLE appointments.service_text (
    maison_id uuid NOT NULL,
    service_id uuid NOT NULL,
    language text NOT NULL,
    name text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    questions text[] DEFAULT '{}'::text[] NOT NULL,
    CONSTRAINT service_named CHECK (((length(name) >= 1) AND (length(name) <= 120))),
    CONSTRAINT service_questions CHECK ((cardinality(questions) <= 5)),
    CONSTRAINT service_words CHECK ((length(words) <= 1000))
);
ALTER TABLE appointments.service_text OWNER TO enfilade_owner;
CREATE TABLE public_facts.boutique (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    city text NOT NULL,
    postcode text NOT NULL,
    address text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    zone text NOT NULL,
    opening_hours text NOT NULL,
    phone text NOT NULL,
    preparation_minutes integer NOT NULL
);
ALTER TABLE public_facts.boutique OWNER TO enfilade_owner;
CREATE TABLE public_facts.maison (
    maison_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    segment text NOT NULL,
    founded integer,
    city text,
    default_language text NOT NULL,
    theme jsonb NOT NULL,
    wordmark text NOT NULL
);
ALTER TABLE public_facts.maison OWNER TO enfilade_owner;
CREATE FUNCTION door.appointments_of_session(token bytea, at timestamp with time zone, spoken text) RETURNS TABLE(id uuid, maison_name text, state text, service text, location_name text, city text, zone text, starts_at timestamp with time zone, ends_at timestamp with time zone, pieces integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT a.id,
     m.name,
     a.state,
     t.name,
     b.name,
     b.city,
     a.zone,
     a.starts_at,
     a.ends_at,
     (( SELECT count(*) AS count
            FROM appointments.piece x
           WHERE ((x.maison_id = a.maison_id) AND (x.appointment_id = a.id))))::integer AS count
    FROM ((((door.client_of_session(appointments_of_session.token, appointments_of_session.at) c(maison_id, region, client_id)
      JOIN appointments.appointment a ON ((a.client_id = c.client_id)))
      JOIN public_facts.maison m ON ((m.maison_id = a.maison_id)))
      JOIN public_facts.boutique b ON ((b.id = a.location_id)))
      CROSS JOIN LATERAL ( SELECT x.name
            FROM appointments.service_text x
           WHERE ((x.maison_id = a.maison_id) AND (x.service_id = a.service_id))
           ORDER BY (x.language = appointments_of_session.spoken) DESC, (x.language = 'en'::text) DESC, x.language
          LIMIT 1) t)
   ORDER BY a.starts_at DESC, a.id DESC
  LIMIT 100;
END;
ALTER FUNCTION door.appointments_of_session(token bytea, at timestamp with time zone, spoken text) OWNER TO enfilade_door;
CREATE TABLE appointments.calendar_link (
    maison_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    id uuid NOT NULL,
    link_hash bytea NOT NULL,
    made_at timestamp with time zone NOT NULL
);
ALTER TABLE appointments.calendar_link OWNER TO enfilade_owner;
CREATE FUNCTION door.calendar_of_link(link bytea) RETURNS TABLE(maison_id uuid, staff_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT c.maison_id,
     c.staff_id
    FROM (appointments.calendar_link c
      JOIN staff.person p ON (((p.maison_id = c.maison_id) AND (p.id = c.staff_id) AND p.active)))
   WHERE (c.link_hash = calendar_of_link.link);
END;
ALTER FUNCTION door.calendar_of_link(link bytea) OWNER TO enfilade_door;
CREATE TABLE orders.certificate (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    code_hash bytea NOT NULL,
    piece_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    order_id uuid NOT NULL,
    serial text NOT NULL,
    sku text NOT NULL,
    brand text NOT NULL,
    name text NOT NULL,
    colour text NOT NULL,
    size text NOT NULL,
    sold_on date NOT NULL,
    sold_at text NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    void_since timestamp with time zone,
    void_because text,
    CONSTRAINT void_says_why CHECK (((void_since IS NULL) = (void_because IS NULL))),
    CONSTRAINT why_void CHECK ((void_because = ANY (ARRAY['returned'::text, 'undone'::text])))
);
ALTER TABLE orders.certificate OWNER TO enfilade_owner;
CREATE FUNCTION door.certificate_of_code(code bytea) RETURNS TABLE(maison_id uuid, region text, certificate_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT c.maison_id,
     c.region,
     c.id
    FROM orders.certificate c
   WHERE (c.code_hash = certificate_of_code.code);
END;
ALTER FUNCTION door.certificate_of_code(code bytea) OWNER TO enfilade_door;
CREATE TABLE orders."order" (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    number text NOT NULL,
    store_id uuid NOT NULL,
    store_maison_id uuid NOT NULL,
    checkout_id uuid NOT NULL,
    payment_id uuid,
    legal_entity_id uuid,
    client_id uuid,
    contact_id uuid NOT NULL,
    channel text NOT NULL,
    method text NOT NULL,
    state text NOT NULL,
    language text NOT NULL,
    market text NOT NULL,
    currency text NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    link_hash bytea NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    return_days integer,
    proposal_id uuid,
    sold_by_location_id uuid,
    sold_by_staff_id uuid,
    age_min smallint,
    age_confirmed smallint,
    CONSTRAINT age_confirmed CHECK (((age_min IS NULL) OR (COALESCE((age_confirmed)::integer, 0) >= age_min))),
    CONSTRAINT order_channel CHECK ((channel = ANY (ARRAY['web'::text, 'boutique'::text, 'reserve'::text, 'pay_by_link'::text, 'endless_aisle'::text, 'phone'::text, 'marketplace'::text]))),
    CONSTRAINT order_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT order_method CHECK ((method = ANY (ARRAY['collect'::text, 'reserve'::text, 'ship'::text, 'counter'::text]))),
    CONSTRAINT order_state CHECK ((state = ANY (ARRAY['placed'::text, 'completed'::text, 'cancelled'::text]))),
    CONSTRAINT order_tax_minor_check CHECK ((tax_minor >= 0)),
    CONSTRAINT order_total_minor_check CHECK ((total_minor >= 0))
);
ALTER TABLE orders."order" OWNER TO enfilade_owner;
CREATE FUNCTION door.certificates_of_links(links bytea[]) RETURNS TABLE(maison_id uuid, order_id uuid, certificate_id uuid, serial text, name text, void boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT c.maison_id,
     c.order_id,
     c.id,
     c.serial,
     c.name,
     (c.void_since IS NOT NULL)
    FROM (orders."order" o
      JOIN orders.certificate c ON (((c.maison_id = o.maison_id) AND (c.order_id = o.id))))
   WHERE (o.link_hash = ANY (certificates_of_links.links))
   ORDER BY c.issued_at DESC, c.id;
END;
ALTER FUNCTION door.certificates_of_links(links bytea[]) OWNER TO enfilade_door;
CREATE TABLE appointments.absence (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    during tstzrange NOT NULL,
    said_at timestamp with time zone NOT NULL,
    source text DEFAULT 'said'::text NOT NULL,
    CONSTRAINT absence_bounded CHECK (((NOT isempty(during)) AND ((upper(during) - lower(during)) <= '400 days'::interval))),
    CONSTRAINT absence_source CHECK ((source = ANY (ARRAY['said'::text, 'outside'::text])))
);
ALTER TABLE appointments.absence OWNER TO enfilade_owner;
CREATE TABLE appointments.alternative (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    appointment_id uuid,
    cause uuid NOT NULL,
    state text DEFAULT 'open'::text NOT NULL,
    location_id uuid,
    staff_id uuid,
    seat_id uuid,
    wall timestamp without time zone,
    zone text,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    busy tstzrange,
    answer_by timestamp with time zone,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    waiting_id uuid,
    CONSTRAINT alternative_for_one CHECK ((num_nonnulls(appointment_id, waiting_id) = 1)),
    CONSTRAINT alternative_forward CHECK (((starts_at < ends_at) AND (busy @> tstzrange(starts_at, ends_at)))),
    CONSTRAINT alternative_state CHECK ((state = ANY (ARRAY['open'::text, 'accepted'::text, 'changed'::text, 'withdrawn'::text, 'lapsed'::text, 'nowhere'::text]))),
    CONSTRAINT nowhere_has_no_time CHECK (
CASE
    WHEN (state = 'nowhere'::text) THEN (num_nonnulls(location_id, staff_id, seat_id, wall, zone, starts_at, ends_at, busy, answer_by) = 0)
    ELSE ((num_nulls(location_id, staff_id, wall, zone, starts_at, ends_at, busy, answer_by) = 0) OR (state = ANY (ARRAY['changed'::text, 'withdrawn'::text])))
END),
    CONSTRAINT open_has_no_end CHECK (((state = 'open'::text) <= (ended_at IS NULL)))
);
ALTER TABLE appointments.alternative OWNER TO enfilade_owner;
CREATE TABLE appointments.seat (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    room text NOT NULL,
    active boolean DEFAULT true NOT NULL,
    CONSTRAINT seat_named CHECK (((length(room) >= 1) AND (length(room) <= 60)))
);
ALTER TABLE appointments.seat OWNER TO enfilade_owner;
CREATE TABLE appointments.service_at (
    maison_id uuid NOT NULL,
    service_id uuid NOT NULL,
    location_id uuid NOT NULL
);
ALTER TABLE appointments.service_at OWNER TO enfilade_owner;
CREATE TABLE appointments.shift (
    maison_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    location_id uuid NOT NULL,
    during tstzrange NOT NULL,
    CONSTRAINT shift_bounded CHECK (((NOT isempty(during)) AND ((upper(during) - lower(during)) <= '30:00:00'::interval)))
);
ALTER TABLE appointments.shift OWNER TO enfilade_owner;
CREATE TABLE public_facts.closure (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    location_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    stops text[] NOT NULL,
    CONSTRAINT closure_forward CHECK (((ends_at IS NULL) OR (ends_at > starts_at)))
);
ALTER TABLE public_facts.closure OWNER TO enfilade_owner;
CREATE TABLE public_facts.opening (
    location_id uuid NOT NULL,
    opens_at timestamp with time zone NOT NULL,
    closes_at timestamp with time zone NOT NULL,
    CONSTRAINT opening_forward CHECK ((closes_at > opens_at))
);
ALTER TABLE public_facts.opening OWNER TO enfilade_owner;
CREATE FUNCTION door.free_times(maison uuid, service uuid, places uuid[], since timestamp with time zone, until timestamp with time zone, apart uuid) RETURNS TABLE(location_id uuid, zone text, part text, id uuid, languages text[], begins bigint[], ends bigint[], busy_minutes integer)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 WITH offered AS (
          SELECT a.location_id,
             b.zone,
             s_1.skill,
             s_1.needs_seat
            FROM ((appointments.service s_1
              JOIN appointments.service_at a ON (((a.maison_id = s_1.maison_id) AND (a.service_id = s_1.id))))
              JOIN public_facts.boutique b ON (((b.id = a.location_id) AND (b.maison_id = free_times.maison))))
           WHERE ((s_1.maison_id = free_times.maison) AND (s_1.id = free_times.service) AND s_1.active AND (a.location_id = ANY (free_times.places)))
         ), opened AS (
          SELECT o_1.location_id,
             (range_agg(tstzrange(o_1.opens_at, o_1.closes_at)) - COALESCE(( SELECT range_agg(tstzrange(c.starts_at, c.ends_at)) AS range_agg
                    FROM public_facts.closure c
                   WHERE ((c.location_id = o_1.location_id) AND ('appointments'::text = ANY (c.stops)))), '{}'::tstzmultirange)) AS spans
            FROM (offered f_1
              JOIN public_facts.opening o_1 ON ((o_1.location_id = f_1.location_id)))
           WHERE ((o_1.closes_at > free_times.since) AND (o_1.opens_at < free_times.until))
           GROUP BY o_1.location_id
         ), working AS (
          SELECT h.location_id,
             h.staff_id,
             range_agg(h.during) AS spans
            FROM (offered f_1
              JOIN appointments.shift h ON (((h.maison_id = free_times.maison) AND (h.location_id = f_1.location_id) AND (h.during && tstzrange(free_times.since, free_times.until)))))
           GROUP BY h.location_id, h.staff_id
         ), advising AS (
          SELECT w.location_id,
             w.staff_id,
             a.languages,
             (((w.spans - COALESCE(( SELECT range_agg(b.during) AS range_agg
                    FROM appointments.absence b
                   WHERE ((b.maison_id = free_times.maison) AND (b.staff_id = w.staff_id) AND (b.during && tstzrange(free_times.since, free_times.until)))), '{}'::tstzmultirange)) - COALESCE(k.spans, '{}'::tstzmultirange)) - COALESCE(q.spans, '{}'::tstzmultirange)) AS spans,
             COALESCE(k.minutes, 0) AS minutes
            FROM ((((((working w
              JOIN offered f_1 ON ((f_1.location_id = w.location_id)))
              JOIN appointments.advisor a ON (((a.maison_id = free_times.maison) AND (a.staff_id = w.staff_id) AND a.bookable AND ((f_1.skill = ''::text) OR (f_1.skill = ANY (a.skills))))))
              JOIN staff.person p ON (((p.maison_id = free_times.maison) AND (p.id = w.staff_id) AND p.active)))
              JOIN staff.post t ON (((t.maison_id = free_times.maison) AND (t.staff_id = w.staff_id) AND (t.location_id = w.location_id))))
              LEFT JOIN LATERAL ( SELECT range_agg(x.busy) AS spans,
                     ((sum(EXTRACT(epoch FROM (upper(x.busy) - lower(x.busy)))) / (60)::numeric))::integer AS minutes
                    FROM appointments.appointment x
                   WHERE ((x.maison_id = free_times.maison) AND (x.staff_id = w.staff_id) AND (x.busy && tstzrange(free_times.since, free_times.until)) AND (x.state = ANY (ARRAY['booked'::text, 'arrived'::text])) AND (x.id IS DISTINCT FROM free_times.apart))) k ON (true))
              LEFT JOIN LATERAL ( SELECT range_agg(x.busy) AS spans
                    FROM appointments.alternative x
                   WHERE ((x.maison_id = free_times.maison) AND (x.staff_id = w.staff_id) AND (x.busy && tstzrange(free_times.since, free_times.until)) AND (x.state = 'open'::text) AND (COALESCE(x.appointment_id, x.waiting_id) IS DISTINCT FROM free_times.apart))) q ON (true))
         ), seated AS (
          SELECT t.location_id,
             t.id,
             ((tstzmultirange(tstzrange(free_times.since, free_times.until)) - COALESCE(( SELECT range_agg(x.busy) AS range_agg
                    FROM appointments.appointment x
                   WHERE ((x.maison_id = free_times.maison) AND (x.seat_id = t.id) AND (x.busy && tstzrange(free_times.since, free_times.until)) AND (x.state = ANY (ARRAY['booked'::text, 'arrived'::text])) AND (x.seat_id IS NOT NULL) AND (x.id IS DISTINCT FROM free_times.apart))), '{}'::tstzmultirange)) - COALESCE(( SELECT range_agg(x.busy) AS range_agg
                    FROM appointments.alternative x
                   WHERE ((x.maison_id = free_times.maison) AND (x.seat_id = t.id) AND (x.busy && tstzrange(free_times.since, free_times.until)) AND (x.state = 'open'::text) AND (COALESCE(x.appointment_id, x.waiting_id) IS DISTINCT FROM free_times.apart))), '{}'::tstzmultirange)) AS spans
            FROM (offered f_1
              JOIN appointments.seat t ON (((t.maison_id = free_times.maison) AND (t.location_id = f_1.location_id) AND t.active)))
           WHERE f_1.needs_seat
         ), found AS (
          SELECT o_1.location_id,
             'open'::text AS part,
             o_1.location_id AS id,
             NULL::text[] AS languages,
             o_1.spans,
             0 AS minutes
            FROM opened o_1
         UNION ALL
          SELECT a.location_id,
             'advisor'::text,
             a.staff_id,
             a.languages,
             a.spans,
             a.minutes
            FROM advising a
         UNION ALL
          SELECT t.location_id,
             'seat'::text,
             t.id,
             NULL::text[],
             t.spans,
             0
            FROM seated t
         )
  SELECT f.location_id,
     o.zone,
     f.part,
     f.id,
     f.languages,
     s.begins,
     s.ends,
     f.minutes
    FROM ((found f
      JOIN offered o ON ((o.location_id = f.location_id)))
      CROSS JOIN LATERAL ( SELECT array_agg((date_part('epoch'::text, lower(r.r)))::bigint ORDER BY r.r) AS begins,
             array_agg((date_part('epoch'::text, upper(r.r)))::bigint ORDER BY r.r) AS ends
            FROM unnest(f.spans) r(r)) s)
   WHERE (s.begins IS NOT NULL);
END;
ALTER FUNCTION door.free_times(maison uuid, service uuid, places uuid[], since timestamp with time zone, until timestamp with time zone, apart uuid) OWNER TO enfilade_door;
CREATE FUNCTION door.mark_moved() RETURNS trigger
    LANGUAGE plpgsql SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    AS $$
begin
  insert into stock.moved as m (maison_id, region, location_id, variant_id, moved_at)
  select distinct w.maison_id, w.region, w.location_id, w.variant_id, now() from written w
  where w.maison_id in (select e.maison_id from channels.webhook_endpoint e where 'stock.changed' = any(e.types))
  order by 1, 3, 4
  on conflict (maison_id, location_id, variant_id, region) do update set moved_at = excluded.moved_at;
  return null;
end $$;
ALTER FUNCTION door.mark_moved() OWNER TO enfilade_door;
CREATE TABLE base.fact (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    location_id uuid,
    body jsonb NOT NULL,
    xid xid8 DEFAULT pg_current_xact_id() NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
ALTER TABLE base.fact OWNER TO enfilade_owner;
CREATE FUNCTION door.news_since(seen xid8, most integer) RETURNS TABLE(xid xid8, maison_id uuid, location_id uuid, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT f.xid,
     f.maison_id,
     f.location_id,
     f.kind
    FROM base.fact f
   WHERE ((f.xid > news_since.seen) AND (f.xid < pg_snapshot_xmin(pg_current_snapshot())))
   ORDER BY f.xid
  FETCH FIRST (news_since.most) ROWS WITH TIES;
END;
ALTER FUNCTION door.news_since(seen xid8, most integer) OWNER TO enfilade_door;
CREATE FUNCTION door.order_of_link(link bytea) RETURNS TABLE(maison_id uuid, region text, order_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT o.maison_id,
     o.region,
     o.id
    FROM orders."order" o
   WHERE (o.link_hash = order_of_link.link);
END;
ALTER FUNCTION door.order_of_link(link bytea) OWNER TO enfilade_door;
CREATE TABLE orders.contact (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    checkout_id uuid NOT NULL,
    name text NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    address jsonb,
    collector_name text DEFAULT ''::text NOT NULL,
    erased_at timestamp with time zone,
    gift_words text,
    CONSTRAINT gift_words_fit_a_card CHECK ((length(gift_words) <= 200))
);
ALTER TABLE orders.contact OWNER TO enfilade_owner;
CREATE FUNCTION door.orders_of_number(number text, mail text) RETURNS TABLE(maison_id uuid, region text, order_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT o.maison_id,
     o.region,
     o.id
    FROM ((public_facts.maison m
      JOIN orders."order" o ON (((o.maison_id = m.maison_id) AND (o.number = orders_of_number.number))))
      JOIN orders.contact c ON (((c.maison_id = o.maison_id) AND (c.id = o.contact_id) AND (c.erased_at IS NULL))))
   WHERE ((lower(c.mail) = lower(orders_of_number.mail)) AND (c.mail <> ''::text))
  LIMIT 5;
END;
ALTER FUNCTION door.orders_of_number(number text, mail text) OWNER TO enfilade_door;
CREATE FUNCTION door.orders_sought(kind text, words text[], before timestamp with time zone, before_id uuid, most integer) RETURNS TABLE(order_id uuid)
    LANGUAGE plpgsql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    SET plan_cache_mode TO 'force_custom_plan'
    AS $$
declare
  own uuid := base.maison();
  -- Of a name that thousands bear, the newest: whoever asks says more of them.
  contacts_most constant integer := 1000;
  -- A name that many bear is soon met among the newest orders; one that few bear is looked up in the index.
  walked_most constant integer := 600;
  newest uuid[];
  contacts uuid[];
begin
  if not exists (select 1 from staff.person p where p.maison_id = own and base.acts_as('staff', p.id) and p.active
      and p.role in ('client_service', 'maison_manager')) then
    return;
  end if;
  if kind = 'name' then
    newest := array(select w.id from (select o.id, o.contact_id, o.placed_at from orders.order o
        where o.maison_id = own and (o.placed_at, o.id) < (before, before_id)
        order by o.placed_at desc, o.id desc limit walked_most) w
      join orders.contact c on c.maison_id = own and c.id = w.contact_id and c.erased_at is null
      where base.folded(c.name) like all (words) order by w.placed_at desc, w.id desc limit most);
    if cardinality(newest) = most then
      return query select unnest(newest);
      return;
    end if;
  end if;
  -- The contacts first, by the index of what was asked; then their orders. Together, the newest orders would be walked.
  contacts := case kind
    when 'name' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and base.folded(c.name) like words[1] and (cardinality(words) = 1
          or base.folded(c.name) like words[2] and base.folded(c.name) like all (words)) offset 0) f
      order by f.id desc limit contacts_most)
    when 'alike' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and base.folded(c.name) operator(public.%>) words[1] offset 0) f order by f.id desc limit contacts_most)
    when 'begins' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and base.folded(c.name) ~>=~ words[1] and base.folded(c.name) ~<~ (words[1] || chr(1114111)) offset 0) f
      order by f.id desc limit contacts_most)
    when 'mail' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and c.mail <> '' and lower(c.mail) ~>=~ words[1] and lower(c.mail) ~<~ (words[1] || chr(1114111)) offset 0) f
      order by f.id desc limit contacts_most)
    when 'phone' then array(select f.id from (select c.id from orders.contact c where c.maison_id = own and c.erased_at is null
        and c.phone <> '' and reverse(regexp_replace(c.phone, '\D', '', 'g')) ~>=~ words[1]
        and reverse(regexp_replace(c.phone, '\D', '', 'g')) ~<~ (words[1] || ':') offset 0) f
      order by f.id desc limit contacts_most)
    else '{}' end;
  return query select o.id from orders.order o
    where o.maison_id = own and o.contact_id = any(contacts) and (o.placed_at, o.id) < (before, before_id)
    order by o.placed_at desc, o.id desc limit most;
end $$;
ALTER FUNCTION door.orders_sought(kind text, words text[], before timestamp with time zone, before_id uuid, most integer) OWNER TO enfilade_door;
CREATE TABLE orders.checkout (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    basket_id uuid NOT NULL,
    store_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    client_id uuid,
    state text NOT NULL,
    language text NOT NULL,
    market text NOT NULL,
    method text NOT NULL,
    payment_method text,
    contact_id uuid,
    expires_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    attempt integer DEFAULT 0 NOT NULL,
    proposal_id uuid,
    age_min smallint,
    age_confirmed smallint,
    chosen_deliveries jsonb DEFAULT '{}'::jsonb NOT NULL,
    CONSTRAINT age_confirmed_before_paying CHECK (((age_min IS NULL) OR (state = ANY (ARRAY['open'::text, 'released'::text])) OR (COALESCE((age_confirmed)::integer, 0) >= age_min))),
    CONSTRAINT checkout_method CHECK ((method = ANY (ARRAY['collect'::text, 'reserve'::text, 'ship'::text]))),
    CONSTRAINT checkout_state CHECK ((state = ANY (ARRAY['open'::text, 'paying'::text, 'choosing'::text, 'completed'::text, 'released'::text]))),
    CONSTRAINT completed_has_contact CHECK (((state = ANY (ARRAY['open'::text, 'released'::text])) OR (contact_id IS NOT NULL)))
);
ALTER TABLE orders.checkout OWNER TO enfilade_owner;
CREATE TABLE orders.proposal (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    store_id uuid NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    method text NOT NULL,
    collect_at uuid,
    link_hash bytea NOT NULL,
    made_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    opened_at timestamp with time zone,
    withdrawn_at timestamp with time zone,
    withdrawn_by uuid,
    by_desk boolean DEFAULT false NOT NULL,
    brought boolean DEFAULT false NOT NULL,
    CONSTRAINT brought_where_collected CHECK (((NOT brought) OR (collect_at IS NOT NULL))),
    CONSTRAINT collected_somewhere CHECK (((method = 'collect'::text) = (collect_at IS NOT NULL))),
    CONSTRAINT proposal_method CHECK ((method = ANY (ARRAY['collect'::text, 'ship'::text]))),
    CONSTRAINT stands_seven_days_at_most CHECK (((expires_at > made_at) AND (expires_at <= (made_at + '7 days'::interval))))
);
ALTER TABLE orders.proposal OWNER TO enfilade_owner;
CREATE FUNCTION door.proposal_of_link(link bytea) RETURNS TABLE(maison_id uuid, region text, proposal_id uuid, paying boolean, paid boolean, held boolean)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT p.maison_id,
     p.region,
     p.id,
     (EXISTS ( SELECT 1
            FROM orders.checkout c
           WHERE ((c.maison_id = p.maison_id) AND (c.proposal_id = p.id) AND (c.state = ANY (ARRAY['paying'::text, 'choosing'::text, 'completed'::text]))))) AS "exists",
     (EXISTS ( SELECT 1
            FROM orders."order" o
           WHERE ((o.maison_id = p.maison_id) AND (o.proposal_id = p.id)))) AS "exists",
     (EXISTS ( SELECT 1
            FROM orders.checkout c
           WHERE ((c.maison_id = p.maison_id) AND (c.proposal_id = p.id) AND (c.state = 'open'::text)))) AS "exists"
    FROM orders.proposal p
   WHERE (p.link_hash = proposal_of_link.link);
END;
ALTER FUNCTION door.proposal_of_link(link bytea) OWNER TO enfilade_door;
CREATE TABLE clients.sign_in_code (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    language text NOT NULL,
    code_hash bytea NOT NULL,
    link_hash bytea NOT NULL,
    attempts integer DEFAULT 0 NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    CONSTRAINT attempts_bounded CHECK ((attempts <= 5))
);
ALTER TABLE clients.sign_in_code OWNER TO enfilade_owner;
CREATE FUNCTION door.sign_in_of_link(link bytea, at timestamp with time zone) RETURNS TABLE(maison_id uuid, region text, sign_in_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT c.maison_id,
     c.region,
     c.id
    FROM clients.sign_in_code c
   WHERE ((c.link_hash = sign_in_of_link.link) AND (c.used_at IS NULL) AND (c.expires_at > sign_in_of_link.at));
END;
ALTER FUNCTION door.sign_in_of_link(link bytea, at timestamp with time zone) OWNER TO enfilade_door;
CREATE FUNCTION door.staff_of_mail(mail text) RETURNS TABLE(maison_id uuid, staff_id uuid, password_hash text, first_password_ends_at timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT p.maison_id,
     p.id,
     p.password_hash,
     p.first_password_ends_at
    FROM staff.person p
   WHERE ((p.email = lower(staff_of_mail.mail)) AND p.active);
END;
ALTER FUNCTION door.staff_of_mail(mail text) OWNER TO enfilade_door;
CREATE TABLE staff.session (
    maison_id uuid NOT NULL,
    token_hash bytea NOT NULL,
    staff_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    idle_until timestamp with time zone
);
ALTER TABLE staff.session OWNER TO enfilade_owner;
CREATE FUNCTION door.staff_of_session(token bytea, at timestamp with time zone) RETURNS TABLE(maison_id uuid, staff_id uuid, name text, role text, first_password boolean, idle_until timestamp with time zone)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT p.maison_id,
     p.id,
     p.name,
     p.role,
     (p.first_password_ends_at IS NOT NULL),
     s.idle_until
    FROM (staff.session s
      JOIN staff.person p ON (((p.maison_id = s.maison_id) AND (p.id = s.staff_id))))
   WHERE ((s.token_hash = staff_of_session.token) AND (s.revoked_at IS NULL) AND (s.expires_at > staff_of_session.at) AND (COALESCE(s.idle_until, s.expires_at) > staff_of_session.at) AND p.active AND (COALESCE(p.first_password_ends_at, s.expires_at) > staff_of_session.at));
END;
ALTER FUNCTION door.staff_of_session(token bytea, at timestamp with time zone) OWNER TO enfilade_door;
CREATE FUNCTION door.store_of_proposed(checkout uuid) RETURNS TABLE(store_id uuid, maison_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT c.store_id,
     c.maison_id
    FROM orders.checkout c
   WHERE ((c.id = store_of_proposed.checkout) AND (c.proposal_id IS NOT NULL));
END;
ALTER FUNCTION door.store_of_proposed(checkout uuid) OWNER TO enfilade_door;
CREATE FUNCTION door.tenants() RETURNS TABLE(maison_id uuid, slug text, kind text)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT m.maison_id,
     m.slug,
     m.kind
    FROM public_facts.maison m;
END;
ALTER FUNCTION door.tenants() OWNER TO enfilade_door;
CREATE FUNCTION door.unfinished_checkouts(before timestamp with time zone, most integer) RETURNS TABLE(maison_id uuid, region text, checkout_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT c.maison_id,
     c.region,
     c.id
    FROM orders.checkout c
   WHERE ((c.state = ANY (ARRAY['open'::text, 'paying'::text, 'choosing'::text])) AND (c.changed_at < unfinished_checkouts.before) AND ((c.state <> 'open'::text) OR (c.expires_at < unfinished_checkouts.before)))
   ORDER BY c.changed_at
  LIMIT unfinished_checkouts.most;
END;
ALTER FUNCTION door.unfinished_checkouts(before timestamp with time zone, most integer) OWNER TO enfilade_door;
CREATE TABLE orders.wait (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    store_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    mail text NOT NULL,
    link_hash bytea NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    confirmed_at timestamp with time zone,
    told_at timestamp with time zone,
    left_at timestamp with time zone,
    CONSTRAINT told_who_confirmed CHECK (((told_at IS NULL) OR (confirmed_at IS NOT NULL))),
    CONSTRAINT waits_for_a_mailbox CHECK (((mail ~~ '%@%'::text) AND (length(mail) <= 254)))
);
ALTER TABLE orders.wait OWNER TO enfilade_owner;
CREATE FUNCTION door.wait_of_link(link bytea) RETURNS TABLE(maison_id uuid, region text, wait_id uuid, store_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT w.maison_id,
     w.region,
     w.id,
     w.store_id
    FROM orders.wait w
   WHERE (w.link_hash = wait_of_link.link);
END;
ALTER FUNCTION door.wait_of_link(link bytea) OWNER TO enfilade_door;
CREATE TABLE appointments.waiting (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    service_id uuid NOT NULL,
    location_id uuid NOT NULL,
    on_day date NOT NULL,
    part integer,
    asked_language text DEFAULT ''::text NOT NULL,
    variant_ids uuid[] DEFAULT '{}'::uuid[] NOT NULL,
    store_id uuid NOT NULL,
    client_id uuid,
    booker bytea NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    name text NOT NULL,
    mail text NOT NULL,
    link_hash bytea NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT nobody_is_kept CHECK (((ended_at IS NULL) OR ((name = ''::text) AND (mail = ''::text)))),
    CONSTRAINT waiting_ended CHECK (((state = ANY (ARRAY['waiting'::text, 'offered'::text])) = (ended_at IS NULL))),
    CONSTRAINT waiting_part CHECK (((part >= 0) AND (part <= 2))),
    CONSTRAINT waiting_state CHECK ((state = ANY (ARRAY['waiting'::text, 'offered'::text, 'booked'::text, 'left'::text, 'lapsed'::text, 'over'::text])))
);
ALTER TABLE appointments.waiting OWNER TO enfilade_owner;
CREATE FUNCTION door.waiting_of_link(link bytea) RETURNS TABLE(maison_id uuid, region text, waiting_id uuid, store_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT w.maison_id,
     w.region,
     w.id,
     w.store_id
    FROM appointments.waiting w
   WHERE (w.link_hash = waiting_of_link.link);
END;
ALTER FUNCTION door.waiting_of_link(link bytea) OWNER TO enfilade_door;
CREATE TABLE channels.webhook_delivery (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    fact_id uuid,
    type text NOT NULL,
    body text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    tries integer DEFAULT 0 NOT NULL,
    due_at timestamp with time zone NOT NULL,
    written_at timestamp with time zone NOT NULL,
    tried_at timestamp with time zone,
    status integer,
    why text DEFAULT ''::text NOT NULL,
    answer text DEFAULT ''::text NOT NULL,
    CONSTRAINT answer_bounded CHECK ((length(answer) <= 200)),
    CONSTRAINT body_bounded CHECK ((length(body) <= 200000)),
    CONSTRAINT delivery_state CHECK ((state = ANY (ARRAY['waiting'::text, 'delivered'::text, 'dead'::text]))),
    CONSTRAINT status_of_http CHECK (((status >= 100) AND (status <= 999))),
    CONSTRAINT tries_counted CHECK ((tries >= 0)),
    CONSTRAINT why_bounded CHECK ((length(why) <= 200))
);
ALTER TABLE channels.webhook_delivery OWNER TO enfilade_owner;
CREATE TABLE channels.webhook_endpoint (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    number smallint NOT NULL,
    url text NOT NULL,
    types text[] NOT NULL,
    off text DEFAULT ''::text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    CONSTRAINT endpoint_address CHECK (((url ~ '^https?://[!-~]+$'::text) AND (length(url) <= 500))),
    CONSTRAINT off_why CHECK ((off = ANY (ARRAY[''::text, 'person'::text, 'gone'::text, 'away'::text]))),
    CONSTRAINT ten_endpoints CHECK (((number >= 1) AND (number <= 10))),
    CONSTRAINT types_chosen CHECK (((cardinality(types) >= 1) AND (cardinality(types) <= 100))),
    CONSTRAINT types_once CHECK (base.each_once(types))
);
ALTER TABLE channels.webhook_endpoint OWNER TO enfilade_owner;
CREATE TABLE channels.webhook_progress (
    maison_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    seen xid8 DEFAULT pg_snapshot_xmin(pg_current_snapshot()) NOT NULL,
    served_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    failures integer DEFAULT 0 NOT NULL,
    away_since timestamp with time zone,
    rests_until timestamp with time zone DEFAULT '-infinity'::timestamp with time zone NOT NULL,
    CONSTRAINT away_has_failed CHECK (((failures > 0) = (away_since IS NOT NULL))),
    CONSTRAINT failures_counted CHECK ((failures >= 0))
);
ALTER TABLE channels.webhook_progress OWNER TO enfilade_owner;
CREATE FUNCTION door.webhooks_due(at timestamp with time zone, most integer) RETURNS TABLE(maison_id uuid, region text, endpoint_id uuid)
    LANGUAGE sql STABLE SECURITY DEFINER
    SET search_path TO 'pg_catalog'
    BEGIN ATOMIC
 SELECT p.maison_id,
     p.region,
     p.endpoint_id
    FROM (channels.webhook_progress p
      JOIN channels.webhook_endpoint e ON (((e.maison_id = p.maison_id) AND (e.id = p.endpoint_id))))
   WHERE ((e.off = ''::text) AND (p.served_until <= webhooks_due.at) AND (p.rests_until <= webhooks_due.at) AND ((EXISTS ( SELECT 1
            FROM base.fact f
           WHERE ((f.maison_id = p.maison_id) AND (f.region = p.region) AND (f.xid >= p.seen) AND (f.xid < pg_snapshot_xmin(pg_current_snapshot()))))) OR (EXISTS ( SELECT 1
            FROM channels.webhook_delivery d
           WHERE ((d.maison_id = p.maison_id) AND (d.endpoint_id = p.endpoint_id) AND (d.region = p.region) AND (d.state = 'waiting'::text) AND (d.due_at <= webhooks_due.at))))))
   ORDER BY p.served_until, p.endpoint_id
  LIMIT webhooks_due.most;
END;
ALTER FUNCTION door.webhooks_due(at timestamp with time zone, most integer) OWNER TO enfilade_door;
CREATE FUNCTION orders.engraving_goes_with_its_piece() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  new.engraving_begun_at := null; new.engraving_begun_by := null; new.engraved_at := null; new.engraved_by := null;
  return new;
end $$;
ALTER FUNCTION orders.engraving_goes_with_its_piece() OWNER TO enfilade_owner;
CREATE FUNCTION orders.exchange_decided_first() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  if exists (select 1 from orders.exchange e where e.maison_id = new.maison_id and e.return_id = new.id
      and e.state in ('wished', 'held', 'due')) then
    raise check_violation using constraint = 'exchange_decided_first', schema = 'orders', table = 'return',
      message = 'a piece of this return is to be exchanged: that is decided first';
  end if;
  return null;
end $$;
ALTER FUNCTION orders.exchange_decided_first() OWNER TO enfilade_owner;
CREATE FUNCTION orders.found_is_not_made() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  new.make_by := null; new.workshop_id := null; new.making_begun_at := null; new.making_begun_by := null;
  new.made_at := null; new.made_by := null; new.to_specification := false;
  return new;
end $$;
ALTER FUNCTION orders.found_is_not_made() OWNER TO enfilade_owner;
CREATE FUNCTION orders.withdrawal_goes_with_the_person() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  update orders.withdrawal w set name = '', mail = '' from orders.order o
    where o.maison_id = new.maison_id and o.contact_id = new.id and w.maison_id = o.maison_id and w.order_id = o.id;
  return null;
end $$;
ALTER FUNCTION orders.withdrawal_goes_with_the_person() OWNER TO enfilade_owner;
CREATE FUNCTION orders.words_go_with_the_person() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  update orders.order_line l set engraving = '' from orders.order o
    where o.maison_id = new.maison_id and o.contact_id = new.id and l.maison_id = o.maison_id and l.order_id = o.id
      and l.engraving <> '';
  update orders.checkout_line l set engraving = ''
    where l.maison_id = new.maison_id and l.checkout_id = new.checkout_id and l.engraving <> '';
  update orders.sale_line l set engraving = ''
    where l.maison_id = new.maison_id and l.sale_id = new.checkout_id and l.engraving <> '';
  delete from orders.basket_line l using orders.checkout c
    where c.maison_id = new.maison_id and c.id = new.checkout_id and l.maison_id = c.maison_id and l.basket_id = c.basket_id
      and l.engraving <> '';
  return null;
end $$;
ALTER FUNCTION orders.words_go_with_the_person() OWNER TO enfilade_owner;
CREATE FUNCTION orders.words_stay_with_the_sale() RETURNS trigger
    LANGUAGE plpgsql
    AS $$ begin
  if exists (select 1 from orders.sale_line l where l.maison_id = new.maison_id and l.sale_id = new.id and l.lettering <> ''
      and not exists (select 1 from orders.order_line o where o.maison_id = l.maison_id and o.order_id = new.order_id
        and o.variant_id = l.variant_id and o.lettering = l.lettering and o.kept_at is not null)) then
    raise check_violation using constraint = 'words_stay_with_the_sale', schema = 'orders', table = 'sale',
      message = 'a piece of this sale is to be engraved, and its order does not say so';
  end if;
  return null;
end $$;
ALTER FUNCTION orders.words_stay_with_the_sale() OWNER TO enfilade_owner;
CREATE FUNCTION orders.written_into_own_checkout() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
  into_id uuid;
begin
  for into_id in select distinct w.checkout_id from written w loop
    perform from orders.checkout c where c.maison_id = base.maison() and c.id = into_id;
    if not found then
      raise insufficient_privilege using message = 'a line of a checkout that is not the writer''s',
        schema = tg_table_schema, table = tg_table_name;
    end if;
  end loop;
  return null;
end $$;
ALTER FUNCTION orders.written_into_own_checkout() OWNER TO enfilade_owner;
CREATE FUNCTION orders.written_into_own_order() RETURNS trigger
    LANGUAGE plpgsql
    SET enable_seqscan TO 'off'
    AS $$
declare
  into_id uuid;
begin
  for into_id in select distinct w.order_id from written w loop
    perform from orders.order o where o.maison_id = base.maison() and o.id = into_id;
    if not found then
      raise insufficient_privilege using message = 'a row of an order that is not the writer''s',
        schema = tg_table_schema, table = tg_table_name;
    end if;
  end loop;
  return null;
end $$;
ALTER FUNCTION orders.written_into_own_order() OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.customs_union(country text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case when public_facts.in_union(country) or country = 'MC' then 'EU' when country in ('CH', 'LI') then 'CH'
    else country end
$$;
ALTER FUNCTION public_facts.customs_union(country text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.distance_km(latitude double precision, longitude double precision, to_latitude double precision, to_longitude double precision) RETURNS double precision
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN CASE WHEN ((latitude IS NOT NULL) AND (to_latitude IS NOT NULL)) THEN (((6371 * 2))::double precision * asin(sqrt(LEAST((1)::double precision, (power(sin((radians((to_latitude - latitude)) / (2)::double precision)), (2)::double precision) + ((cos(radians(latitude)) * cos(radians(to_latitude))) * power(sin((radians((to_longitude - longitude)) / (2)::double precision)), (2)::double precision))))))) ELSE NULL::double precision END;
ALTER FUNCTION public_facts.distance_km(latitude double precision, longitude double precision, to_latitude double precision, to_longitude double precision) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.working_day(day date, days integer) RETURNS date
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN COALESCE((SELECT d.day FROM (SELECT (g.g)::date AS day, row_number() OVER (ORDER BY g.g) AS n FROM generate_series(((working_day.day + 1))::timestamp with time zone, (((working_day.day + (2 * working_day.days)) + 7))::timestamp with time zone, '1 day'::interval) g(g) WHERE (EXTRACT(isodow FROM g.g) < (6)::numeric)) d WHERE (d.n = working_day.days)), day);
ALTER FUNCTION public_facts.working_day(day date, days integer) OWNER TO enfilade_owner;
CREATE TABLE boutiques.making_claim (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    workshop_id uuid NOT NULL,
    day date NOT NULL,
    holder_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    units integer NOT NULL,
    takes integer NOT NULL,
    expires_at timestamp with time zone,
    claimed_at timestamp with time zone NOT NULL,
    CONSTRAINT making_claim_of_some CHECK ((units > 0)),
    CONSTRAINT making_claim_takes CHECK ((takes > 0))
);
ALTER TABLE boutiques.making_claim OWNER TO enfilade_owner;
CREATE TABLE boutiques.workshop (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    name text NOT NULL,
    location_id uuid,
    zone text NOT NULL,
    pieces_a_day integer NOT NULL,
    there_days integer NOT NULL,
    back_days integer NOT NULL,
    stopped_at timestamp with time zone,
    changed_at timestamp with time zone NOT NULL,
    engraves boolean DEFAULT true NOT NULL,
    CONSTRAINT workshop_back CHECK (((back_days >= 0) AND (back_days <= 20))),
    CONSTRAINT workshop_is_named CHECK (((length(name) >= 1) AND (length(name) <= 80))),
    CONSTRAINT workshop_room CHECK (((pieces_a_day >= 1) AND (pieces_a_day <= 1000))),
    CONSTRAINT workshop_there CHECK (((there_days >= 0) AND (there_days <= 20)))
);
ALTER TABLE boutiques.workshop OWNER TO enfilade_owner;
CREATE TABLE boutiques.workshop_claim (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    workshop_id uuid NOT NULL,
    day date NOT NULL,
    holder_id uuid NOT NULL,
    pieces integer NOT NULL,
    expires_at timestamp with time zone,
    claimed_at timestamp with time zone NOT NULL,
    CONSTRAINT claim_of_some CHECK ((pieces > 0))
);
ALTER TABLE boutiques.workshop_claim OWNER TO enfilade_owner;
CREATE TABLE boutiques.workshop_day (
    maison_id uuid NOT NULL,
    workshop_id uuid NOT NULL,
    day date NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    room integer NOT NULL,
    taken integer DEFAULT 0 NOT NULL,
    closed boolean DEFAULT false NOT NULL,
    CONSTRAINT never_beyond_room CHECK (((taken >= 0) AND (taken <= room)))
);
ALTER TABLE boutiques.workshop_day OWNER TO enfilade_owner;
CREATE VIEW public_facts.workshop WITH (security_barrier='true') AS
 SELECT maison_id,
    id,
    zone,
    pieces_a_day,
    there_days,
    back_days
   FROM boutiques.workshop
  WHERE ((stopped_at IS NULL) AND engraves);
ALTER VIEW public_facts.workshop OWNER TO enfilade_owner;
CREATE VIEW public_facts.workshop_day WITH (security_barrier='true') AS
 SELECT maison_id,
    workshop_id,
    day,
        CASE
            WHEN closed THEN 0
            ELSE (((room - taken) + COALESCE(( SELECT (sum(c.pieces))::integer AS sum
               FROM boutiques.workshop_claim c
              WHERE ((c.maison_id = d.maison_id) AND (c.workshop_id = d.workshop_id) AND (c.day = d.day) AND (c.expires_at <= now()))), 0)) + COALESCE(( SELECT (sum(c.units))::integer AS sum
               FROM boutiques.making_claim c
              WHERE ((c.maison_id = d.maison_id) AND (c.workshop_id = d.workshop_id) AND (c.day = d.day) AND (c.expires_at <= now()))), 0))
        END AS free
   FROM boutiques.workshop_day d;
ALTER VIEW public_facts.workshop_day OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.engraved_by(maison uuid, pieces integer, at timestamp with time zone) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT min(public_facts.working_day(t.day, w.back_days)) AS min FROM ((public_facts.workshop w CROSS JOIN LATERAL (SELECT (public_facts.working_day(((engraved_by.at AT TIME ZONE w.zone))::date, GREATEST(1, w.there_days)) + n.n) AS day FROM generate_series(0, 20) n(n)) t) LEFT JOIN public_facts.workshop_day d ON (((d.maison_id = w.maison_id) AND (d.workshop_id = w.id) AND (d.day = t.day)))) WHERE ((w.maison_id = engraved_by.maison) AND (EXTRACT(isodow FROM t.day) < (6)::numeric) AND (COALESCE(d.free, w.pieces_a_day) >= engraved_by.pieces)));
ALTER FUNCTION public_facts.engraved_by(maison uuid, pieces integer, at timestamp with time zone) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.ground(country text) RETURNS text
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select case
    when public_facts.in_union(country) and country not in ('CY', 'MT')
      or country in ('MC', 'CH', 'LI', 'NO', 'GB', 'AD', 'SM', 'VA') then 'europe'
    when country in ('US', 'CA', 'MX') then 'north_america'
    when country in ('CN', 'HK', 'MO') then 'china'
    when country in ('SG', 'MY', 'TH') then 'malay_peninsula'
    when country in ('AE', 'SA', 'QA', 'KW', 'BH', 'OM') then 'gulf'
    else country end
$$;
ALTER FUNCTION public_facts.ground(country text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.in_union(country text) RETURNS boolean
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select country in ('AT', 'BE', 'BG', 'CY', 'CZ', 'DE', 'DK', 'EE', 'ES', 'FI', 'FR', 'GR', 'HR', 'HU', 'IE', 'IT', 'LT', 'LU',
    'LV', 'MT', 'NL', 'PL', 'PT', 'RO', 'SE', 'SI', 'SK')
$$;
ALTER FUNCTION public_facts.in_union(country text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.kinds_known(family text) RETURNS text[]
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
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
ALTER FUNCTION public_facts.kinds_known(family text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.law_of(maison uuid, kinds text[], of_rule text, in_country text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select case when of_rule = 'insured_from' then min(x.value) else max(x.value) end from (
    select public_facts.shipped_value(k.kind, of_rule, in_country) as value from unnest(kinds) as k(kind)
    union all
    select l.value from public_facts.law l
    where l.maison_id = maison and l.kind = any(kinds) and l.rule = of_rule and l.country in (in_country, '*')) x
$$;
ALTER FUNCTION public_facts.law_of(maison uuid, kinds text[], of_rule text, in_country text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.open_for(place uuid, minutes integer, since timestamp with time zone) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT min((GREATEST(i.opens_at, open_for.since) + (make_interval(mins => open_for.minutes) - i.before))) AS min FROM (SELECT o.opens_at, o.closes_at, COALESCE(sum((o.closes_at - GREATEST(o.opens_at, open_for.since))) OVER (ORDER BY o.opens_at ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), '00:00:00'::interval) AS before FROM public_facts.opening o WHERE ((o.location_id = open_for.place) AND (o.closes_at > open_for.since))) i WHERE ((i.before + (i.closes_at - GREATEST(i.opens_at, open_for.since))) > make_interval(mins => open_for.minutes)));
ALTER FUNCTION public_facts.open_for(place uuid, minutes integer, since timestamp with time zone) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.leaves_on(place uuid, minutes integer, zone text, since timestamp with time zone) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN ((COALESCE(public_facts.open_for(place, minutes, since), (since + '1 day'::interval)) AT TIME ZONE zone))::date;
ALTER FUNCTION public_facts.leaves_on(place uuid, minutes integer, zone text, since timestamp with time zone) OWNER TO enfilade_owner;
CREATE TABLE public_facts.made_to_order (
    maison_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    workshop_id uuid NOT NULL,
    lead_days integer NOT NULL,
    takes integer DEFAULT 1 NOT NULL,
    to_specification boolean DEFAULT false NOT NULL,
    CONSTRAINT made_in_days CHECK (((lead_days >= 0) AND (lead_days <= 250))),
    CONSTRAINT making_takes_room CHECK (((takes >= 1) AND (takes <= 1000)))
);
ALTER TABLE public_facts.made_to_order OWNER TO enfilade_owner;
CREATE VIEW public_facts.maker WITH (security_barrier='true') AS
 SELECT maison_id,
    id,
    zone,
    pieces_a_day,
    location_id
   FROM boutiques.workshop
  WHERE ((stopped_at IS NULL) AND (location_id IS NOT NULL));
ALTER VIEW public_facts.maker OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.made_by(maison uuid, variant uuid, pieces integer, at timestamp with time zone) RETURNS date
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT public_facts.working_day(f.day, f.lead_days) AS working_day FROM (SELECT t.day, m.lead_days, (m.takes * made_by.pieces) AS needed, sum(GREATEST(0, COALESCE(d.free, w.pieces_a_day))) OVER (ORDER BY t.day) AS so_far FROM (((public_facts.made_to_order m JOIN public_facts.maker w ON (((w.maison_id = m.maison_id) AND (w.id = m.workshop_id)))) CROSS JOIN LATERAL (SELECT (public_facts.working_day(((made_by.at AT TIME ZONE w.zone))::date, 1) + n.n) AS day FROM generate_series(0, 89) n(n)) t) LEFT JOIN public_facts.workshop_day d ON (((d.maison_id = w.maison_id) AND (d.workshop_id = w.id) AND (d.day = t.day)))) WHERE ((m.maison_id = made_by.maison) AND (m.variant_id = made_by.variant) AND (EXTRACT(isodow FROM t.day) < (6)::numeric))) f WHERE (f.so_far >= f.needed) ORDER BY f.day LIMIT 1);
ALTER FUNCTION public_facts.made_by(maison uuid, variant uuid, pieces integer, at timestamp with time zone) OWNER TO enfilade_owner;
CREATE TABLE public_facts.exclusive (
    product_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    collaboration_id uuid NOT NULL,
    sold tstzrange NOT NULL,
    stores uuid[],
    markets text[]
);
ALTER TABLE public_facts.exclusive OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.may_be_sold(product uuid, store uuid, market text, at timestamp with time zone) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (NOT (EXISTS (SELECT 1 FROM public_facts.exclusive x WHERE ((x.product_id = may_be_sold.product) AND (NOT ((x.sold @> may_be_sold.at) AND ((x.stores IS NULL) OR (may_be_sold.store = ANY (x.stores))) AND ((x.markets IS NULL) OR (may_be_sold.market = ANY (x.markets)))))))));
ALTER FUNCTION public_facts.may_be_sold(product uuid, store uuid, market text, at timestamp with time zone) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.may_go(maison uuid, kinds text[], origin text, destination text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select origin = destination or coalesce(kinds, '{}') = '{}' or (
    (public_facts.ground(origin) = public_facts.ground(destination)
      or greatest(public_facts.law_of(maison, kinds, 'ground', origin),
        public_facts.law_of(maison, kinds, 'ground', destination)) is null)
    and case greatest(public_facts.law_of(maison, kinds, 'border', origin),
        public_facts.law_of(maison, kinds, 'border', destination))
      when 2 then false when 1 then public_facts.customs_union(origin) = public_facts.customs_union(destination)
      else true end)
$$;
ALTER FUNCTION public_facts.may_go(maison uuid, kinds text[], origin text, destination text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.ready_after(place uuid, minutes integer, zone text, arrives date) RETURNS timestamp with time zone
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN public_facts.open_for(place, minutes, (((arrives + 1))::timestamp without time zone AT TIME ZONE zone));
ALTER FUNCTION public_facts.ready_after(place uuid, minutes integer, zone text, arrives date) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.sendable(maison uuid, variant uuid, kinds text[], in_market text) RETURNS boolean
    LANGUAGE sql STABLE PARALLEL SAFE
    AS $$
  select cardinality(kinds) = 0
    or exists (select 1 from public_facts.market k
      join public_facts.availability a on a.maison_id = k.maison_id and a.variant_id = variant and a.ship > 0
      join public_facts.boutique b on b.id = a.location_id
      where k.maison_id = maison and k.code = in_market and public_facts.may_go(maison, kinds, b.country, k.countries[1]))
$$;
ALTER FUNCTION public_facts.sendable(maison uuid, variant uuid, kinds text[], in_market text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.shipped_law() RETURNS TABLE(kind text, rule text, country text, value integer, source text)
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
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
ALTER FUNCTION public_facts.shipped_law() OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.shipped_value(of_kind text, of_rule text, in_country text) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    AS $$
  select s.value from public_facts.shipped_law() s
  where s.kind = of_kind and s.rule = of_rule and s.country in (in_country, '*') order by s.country = '*' limit 1
$$;
ALTER FUNCTION public_facts.shipped_value(of_kind text, of_rule text, in_country text) OWNER TO enfilade_owner;
CREATE TABLE public_facts.promise_terms (
    maison_id uuid NOT NULL,
    hold_minutes integer NOT NULL,
    as_of_limit_minutes integer NOT NULL,
    collect_days integer NOT NULL,
    delivery_days_min integer NOT NULL,
    delivery_days_max integer NOT NULL,
    pieces_per_line_max integer NOT NULL,
    ship_to_store_days integer,
    reserve_brought boolean DEFAULT false NOT NULL
);
ALTER TABLE public_facts.promise_terms OWNER TO enfilade_owner;
CREATE TABLE public_facts.travel (
    maison_id uuid NOT NULL,
    origin text NOT NULL,
    destination text NOT NULL,
    days integer NOT NULL,
    CONSTRAINT travel_between CHECK (((origin ~ '^([A-Z]{2}|[0-9a-f-]{36})$'::text) AND (destination ~ '^([A-Z]{2}|[0-9a-f-]{36})$'::text))),
    CONSTRAINT travel_days_bounded CHECK (((days >= 0) AND (days <= 20)))
);
ALTER TABLE public_facts.travel OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.travel_days(maison uuid, origin uuid, origin_country text, destination uuid, destination_country text) RETURNS integer
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN (SELECT COALESCE((SELECT t.days FROM public_facts.travel t WHERE ((t.maison_id = travel_days.maison) AND (t.origin = ANY (ARRAY[(travel_days.origin)::text, travel_days.origin_country])) AND (t.destination = ANY (ARRAY[(travel_days.destination)::text, travel_days.destination_country]))) ORDER BY (length(t.origin) + length(t.destination)) DESC, t.days LIMIT 1), CASE WHEN (travel_days.origin_country = travel_days.destination_country) THEN p.ship_to_store_days ELSE NULL::integer END) AS "coalesce" FROM public_facts.promise_terms p WHERE ((p.maison_id = travel_days.maison) AND (p.ship_to_store_days IS NOT NULL) AND (travel_days.origin <> travel_days.destination)));
ALTER FUNCTION public_facts.travel_days(maison uuid, origin uuid, origin_country text, destination uuid, destination_country text) OWNER TO enfilade_owner;
CREATE FUNCTION public_facts.zone_of(maison uuid) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN COALESCE((SELECT b.zone FROM public_facts.boutique b WHERE (b.maison_id = zone_of.maison) GROUP BY b.zone ORDER BY (count(*)) DESC, b.zone LIMIT 1), 'UTC'::text);
ALTER FUNCTION public_facts.zone_of(maison uuid) OWNER TO enfilade_owner;
CREATE FUNCTION stock.atp(on_hand integer, unavailable integer, allocated integer, held integer, lapsed integer, safety integer, safety_percent integer) RETURNS integer
    LANGUAGE sql IMMUTABLE PARALLEL SAFE
    RETURN GREATEST(0, (((((on_hand - unavailable) - allocated) - held) + lapsed) - GREATEST(safety, (((on_hand * safety_percent) + 99) / 100))));
ALTER FUNCTION stock.atp(on_hand integer, unavailable integer, allocated integer, held integer, lapsed integer, safety integer, safety_percent integer) OWNER TO enfilade_owner;
CREATE FUNCTION stock.is_serialised(maison_id uuid, variant_id uuid) RETURNS boolean
    LANGUAGE plpgsql
    AS $$ begin
  perform pg_advisory_xact_lock_shared(hashtextextended('serialised ' || is_serialised.maison_id::text, 0));
  return exists (select 1 from stock.serialised s
    where s.maison_id = is_serialised.maison_id and s.variant_id = is_serialised.variant_id);
end $$;
ALTER FUNCTION stock.is_serialised(maison_id uuid, variant_id uuid) OWNER TO enfilade_owner;
CREATE FUNCTION stock.whose_it_is() RETURNS trigger
    LANGUAGE plpgsql
    SET search_path TO ''
    AS $$
begin
  if new.belongs_to is null then
    select b.id into new.belongs_to from catalogue.variant v
    join catalogue.product p on p.maison_id = v.maison_id and p.id = v.product_id
    join catalogue.brand b on b.maison_id = p.maison_id and lower(b.name) = lower(p.brand)
    where v.maison_id = new.maison_id and v.id = new.variant_id;
  end if;
  return new;
end $$;
ALTER FUNCTION stock.whose_it_is() OWNER TO enfilade_owner;
CREATE TABLE aggregates.freshness (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    as_of timestamp with time zone NOT NULL
);
ALTER TABLE aggregates.freshness OWNER TO enfilade_owner;
CREATE TABLE aggregates.purchase (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    purchases integer NOT NULL,
    by_new integer NOT NULL,
    second integer NOT NULL,
    over_several integer NOT NULL,
    CONSTRAINT no_small_cell CHECK (((purchases >= 5) AND ((by_new = 0) OR (by_new >= 5)) AND ((second = 0) OR (second >= 5)) AND ((((purchases - by_new) - second) = 0) OR (((purchases - by_new) - second) >= 5)) AND ((over_several = 0) OR (over_several >= 5)) AND (((purchases - over_several) = 0) OR ((purchases - over_several) >= 5)))),
    CONSTRAINT whole_months CHECK (((first_month <= last_month) AND (EXTRACT(day FROM first_month) = (1)::numeric) AND (EXTRACT(day FROM last_month) = (1)::numeric)))
);
ALTER TABLE aggregates.purchase OWNER TO enfilade_owner;
CREATE TABLE aggregates.sales (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    currency text NOT NULL,
    detail text NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    part text NOT NULL,
    lines integer NOT NULL,
    net_minor bigint NOT NULL,
    CONSTRAINT no_small_cell CHECK ((lines >= 5)),
    CONSTRAINT sales_detail CHECK ((detail = ANY (ARRAY['total'::text, 'promise'::text, 'method'::text, 'channel'::text]))),
    CONSTRAINT whole_months CHECK (((first_month <= last_month) AND (EXTRACT(day FROM first_month) = (1)::numeric) AND (EXTRACT(day FROM last_month) = (1)::numeric)))
);
ALTER TABLE aggregates.sales OWNER TO enfilade_owner;
CREATE TABLE aggregates.service (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    fulfilments integer NOT NULL,
    lines_asked integer NOT NULL,
    rejections integer NOT NULL,
    ready integer NOT NULL,
    minutes_to_ready bigint NOT NULL,
    CONSTRAINT no_small_cell CHECK ((fulfilments >= 5)),
    CONSTRAINT whole_months CHECK (((first_month <= last_month) AND (EXTRACT(day FROM first_month) = (1)::numeric) AND (EXTRACT(day FROM last_month) = (1)::numeric)))
);
ALTER TABLE aggregates.service OWNER TO enfilade_owner;
CREATE TABLE aggregates.visit (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    detail text NOT NULL,
    first_month date NOT NULL,
    last_month date NOT NULL,
    part text NOT NULL,
    visits integer NOT NULL,
    net_minor bigint NOT NULL,
    CONSTRAINT no_small_cell CHECK ((visits >= 5)),
    CONSTRAINT visit_part CHECK ((((((detail = 'visits'::text) AND (part = 'tills_tell'::text)) OR ((detail = 'visits'::text) AND (part = 'tills_silent'::text))) OR ((detail = 'beside'::text) AND (part = 'something'::text))) OR ((detail = 'beside'::text) AND (part = 'nothing'::text)))),
    CONSTRAINT whole_months CHECK (((first_month <= last_month) AND (EXTRACT(day FROM first_month) = (1)::numeric) AND (EXTRACT(day FROM last_month) = (1)::numeric)))
);
ALTER TABLE aggregates.visit OWNER TO enfilade_owner;
CREATE TABLE appointments.contact (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    appointment_id uuid NOT NULL,
    name text NOT NULL,
    mail text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    noted text DEFAULT ''::text NOT NULL,
    forget_at timestamp with time zone NOT NULL,
    answers jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT advisor_words CHECK ((length(noted) <= 500)),
    CONSTRAINT visitor_answers CHECK ((jsonb_typeof(answers) = 'array'::text)),
    CONSTRAINT visitor_mail CHECK ((((mail ~~ '%@%'::text) AND (length(mail) <= 254)) OR ((mail = ''::text) AND (phone <> ''::text)))),
    CONSTRAINT visitor_named CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT visitor_phone CHECK ((length(phone) <= 20)),
    CONSTRAINT visitor_words CHECK ((length(words) <= 500))
);
ALTER TABLE appointments.contact OWNER TO enfilade_owner;
CREATE TABLE appointments.outside_calendar (
    maison_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    id uuid NOT NULL,
    url text NOT NULL,
    said_at timestamp with time zone NOT NULL,
    due_at timestamp with time zone NOT NULL,
    etag text DEFAULT ''::text NOT NULL,
    read_at timestamp with time zone,
    expanded_at timestamp with time zone,
    failing_since timestamp with time zone,
    failures integer DEFAULT 0 NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    told_of timestamp with time zone,
    CONSTRAINT outside_address CHECK (((url ~ '^https?://'::text) AND (length(url) <= 500))),
    CONSTRAINT outside_etag CHECK ((length(etag) <= 200)),
    CONSTRAINT outside_why CHECK ((length(why) <= 200))
);
ALTER TABLE appointments.outside_calendar OWNER TO enfilade_owner;
CREATE TABLE appointments.roster (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    staff_id uuid NOT NULL,
    location_id uuid NOT NULL,
    weekday integer NOT NULL,
    from_minute integer NOT NULL,
    until_minute integer NOT NULL,
    valid_from date NOT NULL,
    valid_until date,
    CONSTRAINT roster_forward CHECK (((until_minute > from_minute) AND ((valid_until IS NULL) OR (valid_until >= valid_from)))),
    CONSTRAINT roster_from CHECK (((from_minute >= 0) AND (from_minute <= 1439))),
    CONSTRAINT roster_until CHECK (((until_minute >= 1) AND (until_minute <= 1440))),
    CONSTRAINT roster_weekday CHECK (((weekday >= 1) AND (weekday <= 7)))
);
ALTER TABLE appointments.roster OWNER TO enfilade_owner;
CREATE TABLE appointments.turn (
    maison_id uuid NOT NULL,
    location_id uuid NOT NULL
);
ALTER TABLE appointments.turn OWNER TO enfilade_owner;
CREATE TABLE appointments.zone_rules (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    version text NOT NULL,
    looked_at timestamp with time zone NOT NULL
);
ALTER TABLE appointments.zone_rules OWNER TO enfilade_owner;
CREATE TABLE base.audit (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    staff_id uuid,
    act text NOT NULL,
    subject_kind text NOT NULL,
    subject_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL
);
ALTER TABLE base.audit OWNER TO enfilade_owner;
CREATE TABLE base.handled_fact (
    maison_id uuid NOT NULL,
    fact_id uuid NOT NULL,
    listener text NOT NULL,
    handled_at timestamp with time zone NOT NULL
);
ALTER TABLE base.handled_fact OWNER TO enfilade_owner;
CREATE TABLE base.idempotency (
    maison_id uuid DEFAULT base.maison() NOT NULL,
    actor text NOT NULL,
    key text NOT NULL,
    request_hash bytea NOT NULL,
    status integer,
    answer jsonb,
    asked_at timestamp with time zone NOT NULL,
    CONSTRAINT key_bounded CHECK (((length(key) >= 8) AND (length(key) <= 200)))
);
ALTER TABLE base.idempotency OWNER TO enfilade_owner;
CREATE TABLE base.import_run (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    format text NOT NULL,
    file_name text NOT NULL,
    rows_read integer DEFAULT 0 NOT NULL,
    rows_taken integer DEFAULT 0 NOT NULL,
    rows_refused integer DEFAULT 0 NOT NULL,
    dry_run boolean DEFAULT false NOT NULL,
    started_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone
);
ALTER TABLE base.import_run OWNER TO enfilade_owner;
CREATE TABLE base.rate_limit (
    bucket bytea NOT NULL,
    window_start timestamp with time zone NOT NULL,
    used integer NOT NULL
);
ALTER TABLE base.rate_limit OWNER TO enfilade_owner;
CREATE TABLE boutiques.closure (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    during tstzrange NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    act_id uuid,
    stops text[] DEFAULT '{doors}'::text[] NOT NULL,
    CONSTRAINT closure_not_empty CHECK ((NOT isempty(during))),
    CONSTRAINT closure_stops CHECK (((stops <@ ARRAY['doors'::text, 'collect'::text, 'reserve'::text, 'ship'::text, 'appointments'::text]) AND (cardinality(stops) > 0)))
);
ALTER TABLE boutiques.closure OWNER TO enfilade_owner;
CREATE TABLE boutiques.location (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    code text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    city text NOT NULL,
    postcode text DEFAULT ''::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    latitude double precision NOT NULL,
    longitude double precision NOT NULL,
    zone text NOT NULL,
    opening_hours text NOT NULL,
    phone text DEFAULT ''::text NOT NULL,
    preparation_minutes integer DEFAULT 60 NOT NULL,
    daily_cap integer,
    published boolean DEFAULT true NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT location_country_check CHECK ((country ~ '^[A-Z]{2}$'::text)),
    CONSTRAINT location_daily_cap_check CHECK ((daily_cap > 0)),
    CONSTRAINT location_kind CHECK ((kind = ANY (ARRAY['boutique'::text, 'warehouse'::text, 'atelier'::text]))),
    CONSTRAINT location_latitude_check CHECK (((latitude >= ('-90'::integer)::double precision) AND (latitude <= (90)::double precision))),
    CONSTRAINT location_longitude_check CHECK (((longitude >= ('-180'::integer)::double precision) AND (longitude <= (180)::double precision))),
    CONSTRAINT location_preparation_minutes_check CHECK (((preparation_minutes >= 0) AND (preparation_minutes <= 10080)))
);
ALTER TABLE boutiques.location OWNER TO enfilade_owner;
CREATE TABLE carriers.label (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    purpose text NOT NULL,
    cause_id uuid NOT NULL,
    order_id uuid NOT NULL,
    location_id uuid NOT NULL,
    market text NOT NULL,
    state text NOT NULL,
    carrier text DEFAULT ''::text NOT NULL,
    service text DEFAULT ''::text NOT NULL,
    tracking text DEFAULT ''::text NOT NULL,
    url text DEFAULT ''::text NOT NULL,
    price_minor bigint,
    currency text,
    ground_only boolean DEFAULT false NOT NULL,
    insured_minor bigint,
    adult_signature boolean DEFAULT false NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    standing text,
    standing_at timestamp with time zone,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid,
    made_at timestamp with time zone,
    ended_at timestamp with time zone,
    followed_at timestamp with time zone,
    settled_at timestamp with time zone,
    settled_by uuid,
    delivery text DEFAULT 'standard'::text NOT NULL,
    CONSTRAINT asked_of_a_service CHECK (((carrier = ''::text) = (service = ''::text))),
    CONSTRAINT ended_label CHECK (((state = ANY (ARRAY['refused'::text, 'void'::text, 'kept'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT label_purpose CHECK ((purpose = ANY (ARRAY['out'::text, 'back'::text]))),
    CONSTRAINT label_standing CHECK ((standing = ANY (ARRAY['label_made'::text, 'accepted'::text, 'in_transit'::text, 'out_for_delivery'::text, 'failed_attempt'::text, 'delivered'::text, 'returned_to_sender'::text, 'lost'::text]))),
    CONSTRAINT label_state CHECK ((state = ANY (ARRAY['asked'::text, 'made'::text, 'refused'::text, 'letting_go'::text, 'void'::text, 'kept'::text]))),
    CONSTRAINT made_has_its_number CHECK (((state <> ALL (ARRAY['made'::text, 'kept'::text])) OR ((tracking <> ''::text) AND (made_at IS NOT NULL)))),
    CONSTRAINT refused_says_why CHECK (((state <> 'refused'::text) OR (reason <> ''::text))),
    CONSTRAINT short_reason CHECK ((length(reason) <= 300))
);
ALTER TABLE carriers.label OWNER TO enfilade_owner;
CREATE TABLE carriers.label_paper (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    label_id uuid NOT NULL,
    sender jsonb NOT NULL,
    recipient jsonb NOT NULL,
    grams integer NOT NULL,
    worth_minor bigint NOT NULL,
    currency text NOT NULL,
    pdf bytea
);
ALTER TABLE carriers.label_paper OWNER TO enfilade_owner;
CREATE TABLE carriers.offered (
    maison_id uuid NOT NULL,
    market text NOT NULL,
    carrier text NOT NULL,
    service text NOT NULL,
    delivery text DEFAULT 'standard'::text NOT NULL,
    CONSTRAINT offered_for CHECK ((delivery = ANY (ARRAY['standard'::text, 'express'::text, 'by_hand'::text])))
);
ALTER TABLE carriers.offered OWNER TO enfilade_owner;
CREATE TABLE carriers.rate (
    maison_id uuid NOT NULL,
    market text NOT NULL,
    carrier text NOT NULL,
    service text NOT NULL,
    pieces integer NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    CONSTRAINT rate_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT rate_of_pieces CHECK (((pieces >= 1) AND (pieces <= 1000))),
    CONSTRAINT rate_price CHECK ((price_minor >= 0))
);
ALTER TABLE carriers.rate OWNER TO enfilade_owner;
CREATE TABLE carriers.scan (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    label_id uuid NOT NULL,
    scan_id text NOT NULL,
    standing text NOT NULL,
    at timestamp with time zone NOT NULL,
    place text DEFAULT ''::text NOT NULL,
    heard_at timestamp with time zone NOT NULL,
    CONSTRAINT scan_standing CHECK ((standing = ANY (ARRAY['label_made'::text, 'accepted'::text, 'in_transit'::text, 'out_for_delivery'::text, 'failed_attempt'::text, 'delivered'::text, 'returned_to_sender'::text, 'lost'::text])))
);
ALTER TABLE carriers.scan OWNER TO enfilade_owner;
CREATE TABLE carriers.terms (
    maison_id uuid NOT NULL,
    piece_grams integer NOT NULL,
    wrapping_grams integer NOT NULL,
    insured boolean NOT NULL,
    return_labels boolean NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    CONSTRAINT piece_weighs CHECK (((piece_grams >= 1) AND (piece_grams <= 50000))),
    CONSTRAINT wrapping_weighs CHECK (((wrapping_grams >= 0) AND (wrapping_grams <= 50000)))
);
ALTER TABLE carriers.terms OWNER TO enfilade_owner;
CREATE TABLE catalogue.brand (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    terms text NOT NULL,
    company_name text DEFAULT ''::text NOT NULL,
    company_city text DEFAULT ''::text NOT NULL,
    company_country text DEFAULT ''::text NOT NULL,
    company_number text DEFAULT ''::text NOT NULL,
    texts jsonb NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    published_at timestamp with time zone,
    CONSTRAINT brand_country CHECK (((company_country = ''::text) OR (company_country ~ '^[A-Z]{2}$'::text))),
    CONSTRAINT brand_name_given CHECK (((name = btrim(name)) AND ((length(name) >= 1) AND (length(name) <= 80)))),
    CONSTRAINT brand_slug CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 120))),
    CONSTRAINT brand_terms CHECK ((terms = ANY (ARRAY['consignment'::text, 'concession'::text]))),
    CONSTRAINT concession_names_its_seller CHECK (((terms <> 'concession'::text) OR ((company_name <> ''::text) AND (company_country <> ''::text) AND (company_number <> ''::text))))
);
ALTER TABLE catalogue.brand OWNER TO enfilade_owner;
CREATE TABLE catalogue.collaboration (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    version integer NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    stores uuid[],
    markets text[],
    houses uuid[] NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    in_force_at timestamp with time zone,
    CONSTRAINT collaboration_forward CHECK ((ends_at > begins_at)),
    CONSTRAINT collaboration_named CHECK (((name = btrim(name)) AND ((length(name) >= 1) AND (length(name) <= 80)))),
    CONSTRAINT collaboration_state CHECK ((state = ANY (ARRAY['draft'::text, 'proposed'::text, 'in_force'::text, 'ended'::text]))),
    CONSTRAINT ended_has_an_end CHECK (((state <> 'ended'::text) OR (ends_at IS NOT NULL))),
    CONSTRAINT somewhere CHECK (((cardinality(stores) > 0) AND (cardinality(markets) > 0)))
);
ALTER TABLE catalogue.collaboration OWNER TO enfilade_owner;
CREATE TABLE catalogue.collaboration_answer (
    maison_id uuid NOT NULL,
    selling_maison_id uuid NOT NULL,
    collaboration_id uuid NOT NULL,
    version integer NOT NULL,
    approved boolean NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    answered_by uuid,
    CONSTRAINT answered_to_another CHECK ((maison_id <> selling_maison_id))
);
ALTER TABLE catalogue.collaboration_answer OWNER TO enfilade_owner;
CREATE TABLE catalogue.collaboration_partner (
    maison_id uuid NOT NULL,
    collaboration_id uuid NOT NULL,
    id uuid NOT NULL,
    kind text NOT NULL,
    partner_maison_id uuid,
    name text NOT NULL,
    city text DEFAULT ''::text NOT NULL,
    country text DEFAULT ''::text NOT NULL,
    number text DEFAULT ''::text NOT NULL,
    share_basis_points integer NOT NULL,
    signed_on date,
    CONSTRAINT kind_says_who CHECK (
CASE kind
    WHEN 'seller'::text THEN ((partner_maison_id IS NOT NULL) AND (partner_maison_id = maison_id))
    WHEN 'house'::text THEN ((partner_maison_id IS NOT NULL) AND (partner_maison_id <> maison_id))
    WHEN 'artist'::text THEN ((partner_maison_id IS NULL) AND (signed_on IS NOT NULL))
    ELSE false
END),
    CONSTRAINT partner_country CHECK (((country = ''::text) OR (country ~ '^[A-Z]{2}$'::text))),
    CONSTRAINT partner_named CHECK (((name = btrim(name)) AND ((length(name) >= 1) AND (length(name) <= 120)))),
    CONSTRAINT partner_share CHECK (((share_basis_points >= 0) AND (share_basis_points <= 10000)))
);
ALTER TABLE catalogue.collaboration_partner OWNER TO enfilade_owner;
CREATE TABLE catalogue.collaboration_piece (
    maison_id uuid NOT NULL,
    product_id uuid NOT NULL,
    collaboration_id uuid NOT NULL
);
ALTER TABLE catalogue.collaboration_piece OWNER TO enfilade_owner;
CREATE TABLE catalogue.commission (
    maison_id uuid NOT NULL,
    brand_id uuid NOT NULL,
    valid daterange NOT NULL,
    basis_points integer NOT NULL,
    agreed_at timestamp with time zone NOT NULL,
    agreed_by uuid,
    CONSTRAINT commission_begins CHECK (((NOT isempty(valid)) AND (NOT lower_inf(valid)))),
    CONSTRAINT commission_is_a_share CHECK (((basis_points >= 0) AND (basis_points <= 10000)))
);
ALTER TABLE catalogue.commission OWNER TO enfilade_owner;
CREATE TABLE catalogue.family_kinds (
    maison_id uuid NOT NULL,
    family text NOT NULL,
    kinds text[] NOT NULL,
    CONSTRAINT family_is_short CHECK ((length(family) <= 200)),
    CONSTRAINT family_kinds_are_known CHECK ((kinds <@ ARRAY['wine'::text, 'spirits'::text, 'perfume'::text, 'cosmetics'::text, 'jewellery'::text, 'watch'::text, 'exotic_skin'::text, 'book'::text, 'food'::text]))
);
ALTER TABLE catalogue.family_kinds OWNER TO enfilade_owner;
CREATE TABLE catalogue.model (
    maison_id uuid NOT NULL,
    product_id uuid NOT NULL,
    colour text NOT NULL,
    original_id uuid NOT NULL
);
ALTER TABLE catalogue.model OWNER TO enfilade_owner;
CREATE TABLE catalogue.picture (
    maison_id uuid NOT NULL,
    product_id uuid NOT NULL,
    "position" integer NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    source_url text DEFAULT ''::text NOT NULL,
    alt text DEFAULT ''::text NOT NULL,
    medium_id uuid,
    view text DEFAULT ''::text NOT NULL,
    colour text DEFAULT ''::text NOT NULL,
    CONSTRAINT picture_called_by_its_medium CHECK (((medium_id IS NULL) OR (name = ('upload-'::text || medium_id)))),
    CONSTRAINT picture_named CHECK (((name <> ''::text) OR (source_url <> ''::text))),
    CONSTRAINT picture_view CHECK ((view = ANY (ARRAY[''::text, 'front'::text, 'worn'::text, 'detail'::text, 'back'::text])))
);
ALTER TABLE catalogue.picture OWNER TO enfilade_owner;
CREATE TABLE catalogue.price (
    maison_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    market text NOT NULL,
    valid_from timestamp with time zone NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT price_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT price_not_negative CHECK ((amount_minor >= 0))
);
ALTER TABLE catalogue.price OWNER TO enfilade_owner;
CREATE TABLE catalogue.product (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    source text NOT NULL,
    handle text NOT NULL,
    slug text NOT NULL,
    brand text NOT NULL,
    family text NOT NULL,
    gender text DEFAULT ''::text NOT NULL,
    made_in text DEFAULT ''::text NOT NULL,
    published boolean DEFAULT false NOT NULL,
    "position" integer DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    engraving_letters_max smallint DEFAULT 0 NOT NULL,
    kinds text[],
    CONSTRAINT engraving_is_short CHECK (((engraving_letters_max >= 0) AND (engraving_letters_max <= 60))),
    CONSTRAINT kinds_are_known CHECK ((kinds <@ ARRAY['wine'::text, 'spirits'::text, 'perfume'::text, 'cosmetics'::text, 'jewellery'::text, 'watch'::text, 'exotic_skin'::text, 'book'::text, 'food'::text]))
);
ALTER TABLE catalogue.product OWNER TO enfilade_owner;
CREATE TABLE catalogue.product_text (
    maison_id uuid NOT NULL,
    product_id uuid NOT NULL,
    language text NOT NULL,
    name text NOT NULL,
    description text DEFAULT ''::text NOT NULL,
    materials text DEFAULT ''::text NOT NULL,
    care text DEFAULT ''::text NOT NULL,
    CONSTRAINT product_text_name_check CHECK (((length(name) >= 1) AND (length(name) <= 300)))
);
ALTER TABLE catalogue.product_text OWNER TO enfilade_owner;
CREATE TABLE catalogue.variant (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    option_key text NOT NULL,
    options jsonb NOT NULL,
    sku text,
    barcode text DEFAULT ''::text NOT NULL,
    colour text DEFAULT ''::text NOT NULL,
    size text DEFAULT ''::text NOT NULL,
    "position" integer DEFAULT 0 NOT NULL
);
ALTER TABLE catalogue.variant OWNER TO enfilade_owner;
CREATE TABLE channels.webhook_secret (
    maison_id uuid NOT NULL,
    endpoint_id uuid NOT NULL,
    id uuid NOT NULL,
    made_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone
);
ALTER TABLE channels.webhook_secret OWNER TO enfilade_owner;
CREATE TABLE clients.address (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    client_id uuid NOT NULL,
    name text NOT NULL,
    line1 text NOT NULL,
    line2 text NOT NULL,
    postcode text NOT NULL,
    city text NOT NULL,
    country text NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    CONSTRAINT address_country CHECK ((country ~ '^[A-Z]{2}$'::text))
);
ALTER TABLE clients.address OWNER TO enfilade_owner;
CREATE TABLE clients.client (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    name text DEFAULT ''::text NOT NULL,
    language text NOT NULL,
    created_at timestamp with time zone NOT NULL
);
ALTER TABLE clients.client OWNER TO enfilade_owner;
CREATE TABLE clients.consent (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    client_id uuid NOT NULL,
    purpose text NOT NULL,
    given boolean NOT NULL,
    said_at timestamp with time zone NOT NULL,
    wording text NOT NULL,
    CONSTRAINT consent_purpose CHECK ((purpose = ANY (ARRAY['news_by_mail'::text, 'news_by_phone'::text, 'advisor'::text, 'profile'::text])))
);
ALTER TABLE clients.consent OWNER TO enfilade_owner;
CREATE TABLE clients.contact_point (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    client_id uuid NOT NULL,
    kind text NOT NULL,
    value text NOT NULL,
    verified_at timestamp with time zone NOT NULL,
    CONSTRAINT contact_point_kind_check CHECK ((kind = ANY (ARRAY['mail'::text, 'phone'::text, 'openid'::text])))
);
ALTER TABLE clients.contact_point OWNER TO enfilade_owner;
CREATE TABLE clients.erasure (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    client_id uuid NOT NULL,
    points jsonb DEFAULT '[]'::jsonb NOT NULL,
    erased_at timestamp with time zone NOT NULL,
    forget_at timestamp with time zone NOT NULL,
    CONSTRAINT erasure_points CHECK ((jsonb_typeof(points) = 'array'::text))
);
ALTER TABLE clients.erasure OWNER TO enfilade_owner;
CREATE TABLE clients.wish (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    store_id uuid NOT NULL,
    holder_kind text NOT NULL,
    holder_id uuid NOT NULL,
    product_id uuid NOT NULL,
    wished_at timestamp with time zone NOT NULL,
    CONSTRAINT wish_holder CHECK ((holder_kind = ANY (ARRAY['visitor'::text, 'client'::text])))
);
ALTER TABLE clients.wish OWNER TO enfilade_owner;
CREATE TABLE closures.act (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    scope text NOT NULL,
    scope_value text DEFAULT ''::text NOT NULL,
    stops text[] NOT NULL,
    reason text DEFAULT ''::text NOT NULL,
    seen jsonb DEFAULT '{}'::jsonb NOT NULL,
    asked_by uuid,
    confirmed_at timestamp with time zone NOT NULL,
    CONSTRAINT act_reason_bounded CHECK ((length(reason) <= 200)),
    CONSTRAINT act_scope CHECK ((scope = ANY (ARRAY['boutiques'::text, 'city'::text, 'country'::text, 'all'::text]))),
    CONSTRAINT act_stops CHECK (((stops <@ ARRAY['doors'::text, 'collect'::text, 'reserve'::text, 'ship'::text, 'appointments'::text]) AND (cardinality(stops) > 0))),
    CONSTRAINT doors_stop_the_rest CHECK (((NOT ('doors'::text = ANY (stops))) OR (stops @> ARRAY['collect'::text, 'reserve'::text, 'appointments'::text]))),
    CONSTRAINT scope_is_named CHECK (((scope = ANY (ARRAY['city'::text, 'country'::text])) = (scope_value <> ''::text)))
);
ALTER TABLE closures.act OWNER TO enfilade_owner;
CREATE TABLE closures.effect (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    act_id uuid NOT NULL,
    location_id uuid NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    state text DEFAULT 'to_do'::text NOT NULL,
    why text DEFAULT ''::text NOT NULL,
    found_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT effect_ended CHECK (((state = 'to_do'::text) = (ended_at IS NULL))),
    CONSTRAINT effect_kind CHECK ((kind = ANY (ARRAY['resource'::text, 'extend'::text, 'postpone'::text, 'divert'::text, 'welcome'::text, 'propose'::text, 'keep'::text]))),
    CONSTRAINT effect_state CHECK ((state = ANY (ARRAY['to_do'::text, 'done'::text, 'impossible'::text, 'undone'::text]))),
    CONSTRAINT not_done_says_why CHECK (((state <> ALL (ARRAY['impossible'::text, 'undone'::text])) OR (why <> ''::text)))
);
ALTER TABLE closures.effect OWNER TO enfilade_owner;
CREATE TABLE closures.place (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    act_id uuid NOT NULL,
    location_id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone,
    reopened_at timestamp with time zone,
    reopened_by uuid,
    over_at timestamp with time zone,
    CONSTRAINT place_forward CHECK (((ends_at IS NULL) OR (ends_at > starts_at))),
    CONSTRAINT reopened_is_over CHECK (((reopened_at IS NULL) OR (over_at IS NOT NULL)))
);
ALTER TABLE closures.place OWNER TO enfilade_owner;
CREATE TABLE editorial.apart (
    maison_id uuid NOT NULL,
    other_maison_id uuid NOT NULL,
    number integer NOT NULL,
    said_at timestamp with time zone NOT NULL,
    said_by uuid,
    CONSTRAINT apart_from_five_at_most CHECK (((number >= 1) AND (number <= 5))),
    CONSTRAINT apart_from_others_only CHECK ((maison_id <> other_maison_id))
);
ALTER TABLE editorial.apart OWNER TO enfilade_owner;
CREATE TABLE editorial.schedule (
    maison_id uuid NOT NULL,
    story_id uuid NOT NULL,
    market text NOT NULL,
    shown_from timestamp with time zone NOT NULL,
    shown_until timestamp with time zone,
    CONSTRAINT from_before_until CHECK ((shown_until > shown_from))
);
ALTER TABLE editorial.schedule OWNER TO enfilade_owner;
CREATE TABLE editorial.story (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    draft jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    drafted_by uuid,
    begun_at timestamp with time zone NOT NULL,
    published_version integer,
    published_at timestamp with time zone,
    CONSTRAINT published_since CHECK (((published_version IS NULL) = (published_at IS NULL))),
    CONSTRAINT story_slug_form CHECK (((slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text) AND (length(slug) <= 120)))
);
ALTER TABLE editorial.story OWNER TO enfilade_owner;
CREATE TABLE editorial.version (
    maison_id uuid NOT NULL,
    story_id uuid NOT NULL,
    number integer NOT NULL,
    content jsonb NOT NULL,
    kept_at timestamp with time zone NOT NULL,
    kept_by uuid,
    CONSTRAINT version_number CHECK ((number > 0))
);
ALTER TABLE editorial.version OWNER TO enfilade_owner;
CREATE TABLE editorial."window" (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    draft jsonb NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    drafted_at timestamp with time zone NOT NULL,
    drafted_by uuid,
    shown_at timestamp with time zone,
    CONSTRAINT window_name_given CHECK (((name <> ''::text) AND (length(name) <= 120)))
);
ALTER TABLE editorial."window" OWNER TO enfilade_owner;
CREATE TABLE editorial.window_schedule (
    maison_id uuid NOT NULL,
    window_id uuid NOT NULL,
    market text NOT NULL,
    shown_from timestamp with time zone NOT NULL,
    shown_until timestamp with time zone,
    CONSTRAINT from_before_until CHECK ((shown_until > shown_from)),
    CONSTRAINT within_our_time CHECK (((shown_from >= '2000-01-01 00:00:00+00'::timestamp with time zone) AND (shown_from < '2200-01-01 00:00:00+00'::timestamp with time zone) AND ((shown_until IS NULL) OR (shown_until < '2200-01-01 00:00:00+00'::timestamp with time zone))))
);
ALTER TABLE editorial.window_schedule OWNER TO enfilade_owner;
CREATE TABLE local_carrier.parcel (
    key text NOT NULL,
    tracking text NOT NULL,
    service text NOT NULL,
    digest bytea NOT NULL,
    state text NOT NULL,
    price_minor bigint NOT NULL,
    currency text NOT NULL,
    metadata jsonb NOT NULL,
    made_at timestamp with time zone NOT NULL,
    CONSTRAINT parcel_state CHECK ((state = ANY (ARRAY['made'::text, 'void'::text])))
);
ALTER TABLE local_carrier.parcel OWNER TO enfilade_owner;
CREATE TABLE local_carrier.scan (
    tracking text NOT NULL,
    id text NOT NULL,
    standing text NOT NULL,
    at timestamp with time zone NOT NULL,
    place text NOT NULL,
    told bigint NOT NULL
);
ALTER TABLE local_carrier.scan OWNER TO enfilade_owner;
ALTER TABLE local_carrier.scan ALTER COLUMN told ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME local_carrier.scan_told_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE local_provider.charge (
    reference text NOT NULL,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    captured_minor bigint DEFAULT 0 NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    known_from timestamp with time zone NOT NULL,
    authorised_until timestamp with time zone NOT NULL,
    second_step_token text,
    return_url text NOT NULL,
    metadata jsonb NOT NULL,
    fingerprint text DEFAULT ''::text NOT NULL,
    CONSTRAINT charge_check CHECK ((captured_minor <= amount_minor)),
    CONSTRAINT charge_check1 CHECK ((refunded_minor <= captured_minor)),
    CONSTRAINT charge_state_check CHECK ((state = ANY (ARRAY['second_step'::text, 'authorised'::text, 'refused'::text, 'voided'::text])))
);
ALTER TABLE local_provider.charge OWNER TO enfilade_owner;
CREATE TABLE local_provider.request (
    key text NOT NULL,
    reference text NOT NULL,
    kind text NOT NULL,
    amount_minor bigint NOT NULL,
    done boolean NOT NULL
);
ALTER TABLE local_provider.request OWNER TO enfilade_owner;
CREATE TABLE local_provider.signature (
    key text NOT NULL,
    counter bigint NOT NULL,
    signature text NOT NULL,
    signed_at timestamp with time zone NOT NULL
);
ALTER TABLE local_provider.signature OWNER TO enfilade_owner;
ALTER TABLE local_provider.signature ALTER COLUMN counter ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME local_provider.signature_counter_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE local_provider.slip (
    key text NOT NULL,
    of_key text,
    amount_minor bigint NOT NULL,
    currency text NOT NULL,
    state text NOT NULL,
    known_from timestamp with time zone NOT NULL,
    back_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT never_more_back_than_taken CHECK (((back_minor >= 0) AND (back_minor <= amount_minor))),
    CONSTRAINT slip_state CHECK ((state = ANY (ARRAY['approved'::text, 'refused'::text])))
);
ALTER TABLE local_provider.slip OWNER TO enfilade_owner;
CREATE TABLE maisons.capability (
    maison_id uuid NOT NULL,
    name text NOT NULL,
    state text NOT NULL,
    since timestamp with time zone NOT NULL,
    CONSTRAINT capability_state_check CHECK ((state = ANY (ARRAY['not_started'::text, 'importing'::text, 'shadow'::text, 'live'::text, 'retired'::text])))
);
ALTER TABLE maisons.capability OWNER TO enfilade_owner;
CREATE TABLE maisons.legal_entity (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    country text NOT NULL,
    tax_id text DEFAULT ''::text NOT NULL,
    payment_account text DEFAULT 'local'::text NOT NULL,
    address text DEFAULT ''::text NOT NULL,
    CONSTRAINT legal_entity_country_check CHECK ((country ~ '^[A-Z]{2}$'::text))
);
ALTER TABLE maisons.legal_entity OWNER TO enfilade_owner;
CREATE TABLE maisons.maison (
    maison_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    segment text NOT NULL,
    founded integer,
    city text,
    default_language text NOT NULL,
    theme jsonb DEFAULT '{}'::jsonb NOT NULL,
    wordmark text DEFAULT ''::text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT maison_kind CHECK ((kind = ANY (ARRAY['maison'::text, 'retailer'::text, 'group'::text])))
);
ALTER TABLE maisons.maison OWNER TO enfilade_owner;
CREATE TABLE maisons.maison_text (
    maison_id uuid NOT NULL,
    language text NOT NULL,
    tagline text NOT NULL,
    story text NOT NULL
);
ALTER TABLE maisons.maison_text OWNER TO enfilade_owner;
CREATE TABLE maisons.market (
    maison_id uuid NOT NULL,
    code text NOT NULL,
    legal_entity_id uuid NOT NULL,
    countries text[] NOT NULL,
    currency text NOT NULL,
    languages text[] NOT NULL,
    tax_rate_basis_points integer NOT NULL,
    prices_include_tax boolean NOT NULL,
    CONSTRAINT market_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT market_tax_rate_basis_points_check CHECK (((tax_rate_basis_points >= 0) AND (tax_rate_basis_points <= 5000)))
);
ALTER TABLE maisons.market OWNER TO enfilade_owner;
CREATE TABLE maisons.policy (
    maison_id uuid NOT NULL,
    hold_minutes integer DEFAULT 15 NOT NULL,
    as_of_limit_minutes integer DEFAULT 1440 NOT NULL,
    pick_sla_minutes integer DEFAULT 120 NOT NULL,
    collect_days integer DEFAULT 7 NOT NULL,
    sourcing_attempts_max integer DEFAULT 3 NOT NULL,
    capture_delay_minutes integer DEFAULT 10 NOT NULL,
    delivery_days_min integer DEFAULT 2 NOT NULL,
    delivery_days_max integer DEFAULT 4 NOT NULL,
    pieces_per_line_max integer DEFAULT 5 NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    return_days integer DEFAULT 30 NOT NULL,
    return_abroad boolean DEFAULT true NOT NULL,
    ship_to_store_days integer,
    goodwill_percent integer DEFAULT 10 NOT NULL,
    offer_percent integer DEFAULT 0 NOT NULL,
    offer_euros integer,
    reserve_brought boolean DEFAULT false NOT NULL,
    CONSTRAINT goodwill_percent_bounded CHECK (((goodwill_percent >= 0) AND (goodwill_percent <= 100))),
    CONSTRAINT offer_euros_bounded CHECK (((offer_euros >= 0) AND (offer_euros <= 1000000))),
    CONSTRAINT offers_alone_bounded CHECK ((((offer_percent >= 0) AND (offer_percent <= 90)) AND ((COALESCE(offer_euros, 0) >= 0) AND (COALESCE(offer_euros, 0) <= 1000000)))),
    CONSTRAINT policy_as_of_limit_minutes_check CHECK (((as_of_limit_minutes >= 1) AND (as_of_limit_minutes <= 43200))),
    CONSTRAINT policy_capture_delay_minutes_check CHECK (((capture_delay_minutes >= 0) AND (capture_delay_minutes <= 120))),
    CONSTRAINT policy_collect_days_check CHECK (((collect_days >= 1) AND (collect_days <= 30))),
    CONSTRAINT policy_delivery_days_max_check CHECK (((delivery_days_max >= 0) AND (delivery_days_max <= 90))),
    CONSTRAINT policy_delivery_days_min_check CHECK (((delivery_days_min >= 0) AND (delivery_days_min <= 60))),
    CONSTRAINT policy_hold_minutes_check CHECK (((hold_minutes >= 5) AND (hold_minutes <= 60))),
    CONSTRAINT policy_pick_sla_minutes_check CHECK (((pick_sla_minutes >= 5) AND (pick_sla_minutes <= 2880))),
    CONSTRAINT policy_pieces_per_line_max_check CHECK (((pieces_per_line_max >= 1) AND (pieces_per_line_max <= 100))),
    CONSTRAINT policy_return_days_check CHECK (((return_days >= 0) AND (return_days <= 365))),
    CONSTRAINT policy_sourcing_attempts_max_check CHECK (((sourcing_attempts_max >= 1) AND (sourcing_attempts_max <= 10))),
    CONSTRAINT ship_to_store_days_bounded CHECK (((ship_to_store_days >= 0) AND (ship_to_store_days <= 20)))
);
ALTER TABLE maisons.policy OWNER TO enfilade_owner;
CREATE TABLE maisons.store (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    multi_brand boolean NOT NULL,
    host text
);
ALTER TABLE maisons.store OWNER TO enfilade_owner;
CREATE TABLE media.file (
    maison_id uuid NOT NULL,
    picture_id uuid NOT NULL,
    width integer NOT NULL,
    format text NOT NULL,
    name text NOT NULL,
    CONSTRAINT file_format CHECK ((format = ANY (ARRAY['avif'::text, 'webp'::text]))),
    CONSTRAINT file_named_by_content CHECK ((name ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE media.file OWNER TO enfilade_owner;
CREATE TABLE media.original (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    format text NOT NULL,
    name text NOT NULL,
    bytes bigint NOT NULL,
    file_name text NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    uploaded_by uuid,
    CONSTRAINT original_file_name_short CHECK ((length(file_name) <= 200)),
    CONSTRAINT original_format CHECK ((format = ANY (ARRAY['glb'::text, 'mp4'::text, 'webm'::text, 'vtt'::text]))),
    CONSTRAINT original_is_not_empty CHECK ((bytes > 0)),
    CONSTRAINT original_named_by_content CHECK ((name ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE media.original OWNER TO enfilade_owner;
CREATE TABLE media.picture (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    upload text NOT NULL,
    file_name text NOT NULL,
    state text DEFAULT 'waiting'::text NOT NULL,
    refusal text DEFAULT ''::text NOT NULL,
    steps_done integer DEFAULT 0 NOT NULL,
    steps integer DEFAULT 0 NOT NULL,
    master text DEFAULT ''::text NOT NULL,
    width integer DEFAULT 0 NOT NULL,
    height integer DEFAULT 0 NOT NULL,
    focal_x real DEFAULT 0.5 NOT NULL,
    focal_y real DEFAULT 0.5 NOT NULL,
    alts jsonb DEFAULT '{}'::jsonb NOT NULL,
    uploaded_at timestamp with time zone NOT NULL,
    uploaded_by uuid,
    CONSTRAINT alts_by_language CHECK ((jsonb_typeof(alts) = 'object'::text)),
    CONSTRAINT file_name_short CHECK ((length(file_name) <= 200)),
    CONSTRAINT focal_x_within CHECK (((focal_x >= (0)::double precision) AND (focal_x <= (1)::double precision))),
    CONSTRAINT focal_y_within CHECK (((focal_y >= (0)::double precision) AND (focal_y <= (1)::double precision))),
    CONSTRAINT made_has_size CHECK (((state <> 'made'::text) OR ((width > 0) AND (height > 0) AND (master <> ''::text)))),
    CONSTRAINT master_named_by_content CHECK ((master ~ '^([0-9a-f]{64})?$'::text)),
    CONSTRAINT picture_state CHECK ((state = ANY (ARRAY['waiting'::text, 'made'::text, 'refused'::text]))),
    CONSTRAINT upload_named_by_content CHECK ((upload ~ '^[0-9a-f]{64}$'::text))
);
ALTER TABLE media.picture OWNER TO enfilade_owner;
CREATE TABLE orders.basket (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    store_id uuid NOT NULL,
    visitor_id uuid NOT NULL,
    state text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    proposal_id uuid,
    CONSTRAINT basket_state CHECK ((state = ANY (ARRAY['open'::text, 'ordered'::text, 'proposed'::text])))
);
ALTER TABLE orders.basket OWNER TO enfilade_owner;
CREATE TABLE orders.basket_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    basket_id uuid NOT NULL,
    selling_maison_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity integer NOT NULL,
    added_at timestamp with time zone NOT NULL,
    engraving text DEFAULT ''::text NOT NULL,
    lettering text DEFAULT ''::text NOT NULL,
    CONSTRAINT basket_quantity CHECK (((quantity >= 1) AND (quantity <= 100)))
);
ALTER TABLE orders.basket_line OWNER TO enfilade_owner;
CREATE TABLE orders.call_back (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid,
    whom text DEFAULT ''::text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    due_at timestamp with time zone NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid NOT NULL,
    outcome text,
    done_at timestamp with time zone,
    done_by uuid,
    CONSTRAINT call_calls_somebody CHECK (((order_id IS NOT NULL) OR (whom <> ''::text))),
    CONSTRAINT call_is_done CHECK ((((done_at IS NULL) = (done_by IS NULL)) AND ((done_at IS NULL) = (outcome IS NULL)))),
    CONSTRAINT call_outcome CHECK ((outcome = ANY (ARRAY['reached'::text, 'not_reached'::text, 'not_needed'::text]))),
    CONSTRAINT call_whom_bounded CHECK ((length(whom) <= 200)),
    CONSTRAINT call_words_bounded CHECK ((length(words) <= 1000))
);
ALTER TABLE orders.call_back OWNER TO enfilade_owner;
CREATE TABLE orders.cancellation (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    asked_by text NOT NULL,
    staff_id uuid,
    reason text,
    state text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT cancellation_asked_by CHECK ((asked_by = ANY (ARRAY['client'::text, 'boutique'::text, 'maison'::text]))),
    CONSTRAINT cancellation_is_ended CHECK (((state = 'asked'::text) = (ended_at IS NULL))),
    CONSTRAINT cancellation_reason CHECK ((reason = ANY (ARRAY['client_wish'::text, 'not_deliverable'::text, 'wrong_price'::text, 'fraud'::text, 'other'::text]))),
    CONSTRAINT cancellation_says_who CHECK ((((asked_by = 'client'::text) = (staff_id IS NULL)) AND ((asked_by = 'client'::text) = (reason IS NULL)))),
    CONSTRAINT cancellation_state CHECK ((state = ANY (ARRAY['asked'::text, 'done'::text, 'refused'::text]))),
    CONSTRAINT only_a_client_waits CHECK (((state <> 'asked'::text) OR (asked_by = 'client'::text)))
);
ALTER TABLE orders.cancellation OWNER TO enfilade_owner;
CREATE TABLE orders.cancellation_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    cancellation_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    outcome text,
    keep integer DEFAULT 0 NOT NULL,
    CONSTRAINT cancellation_outcome CHECK ((outcome = ANY (ARRAY['cancelled'::text, 'left'::text, 'ended'::text]))),
    CONSTRAINT keeps_some CHECK (((keep >= 0) AND (keep <= 99)))
);
ALTER TABLE orders.cancellation_line OWNER TO enfilade_owner;
CREATE TABLE orders.cash_movement (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    drawer_id uuid NOT NULL,
    kind text NOT NULL,
    cause_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    by_id uuid NOT NULL,
    CONSTRAINT few_words_of_a_movement CHECK ((length(words) <= 200)),
    CONSTRAINT kind_says_its_sign CHECK (
CASE kind
    WHEN 'float'::text THEN (amount_minor >= 0)
    WHEN 'taken'::text THEN (amount_minor > 0)
    WHEN 'paid_in'::text THEN (amount_minor > 0)
    WHEN 'given_back'::text THEN (amount_minor < 0)
    WHEN 'paid_out'::text THEN (amount_minor < 0)
    ELSE false
END),
    CONSTRAINT paid_has_reason CHECK (((kind <> ALL (ARRAY['paid_in'::text, 'paid_out'::text])) OR (words <> ''::text)))
);
ALTER TABLE orders.cash_movement OWNER TO enfilade_owner;
CREATE TABLE orders.checkout_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    checkout_id uuid NOT NULL,
    selling_maison_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    sku text NOT NULL,
    brand text NOT NULL,
    quantity integer NOT NULL,
    location_id uuid NOT NULL,
    name text NOT NULL,
    colour text NOT NULL,
    size text NOT NULL,
    currency text NOT NULL,
    unit_price_minor bigint NOT NULL,
    tax_rate_basis_points integer NOT NULL,
    prices_include_tax boolean NOT NULL,
    quota_id uuid,
    quota_pieces_max integer,
    quota_period integer,
    decided_by text,
    collect_location_id uuid,
    ready_about timestamp with time zone,
    kinds text[],
    age_min smallint,
    line smallint DEFAULT 0 NOT NULL,
    engraving text DEFAULT ''::text NOT NULL,
    lettering text DEFAULT ''::text NOT NULL,
    engraving_minor bigint DEFAULT 0 NOT NULL,
    engrave_by date,
    duty_minor bigint DEFAULT 0 NOT NULL,
    duties text,
    duties_country text,
    duties_until timestamp with time zone,
    make_by date,
    workshop_id uuid,
    to_specification boolean DEFAULT false NOT NULL,
    CONSTRAINT checkout_line_unit_price_minor_check CHECK ((unit_price_minor >= 0)),
    CONSTRAINT checkout_quantity CHECK (((quantity >= 1) AND (quantity <= 100))),
    CONSTRAINT duties_of_a_checkout CHECK (((COALESCE(duties, 'paid'::text) = ANY (ARRAY['asked'::text, 'paid'::text, 'at_door'::text])) AND (duty_minor >= 0) AND ((duty_minor = 0) OR (duties = 'paid'::text))))
);
ALTER TABLE orders.checkout_line OWNER TO enfilade_owner;
CREATE TABLE orders.checkout_seller (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    checkout_id uuid NOT NULL,
    selling_maison_id uuid NOT NULL,
    order_id uuid,
    order_number text,
    refusal text,
    deliveries jsonb,
    leaves_on date,
    method text,
    CONSTRAINT part_method CHECK ((method = ANY (ARRAY['collect'::text, 'reserve'::text, 'ship'::text])))
);
ALTER TABLE orders.checkout_seller OWNER TO enfilade_owner;
CREATE TABLE orders.delivery (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    order_id uuid NOT NULL,
    service text NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    parts jsonb NOT NULL,
    back_minor bigint NOT NULL,
    back_tax_minor bigint NOT NULL,
    back_parts jsonb NOT NULL,
    back_always boolean NOT NULL,
    promised_from date,
    promised_on date,
    fulfilment_id uuid,
    return_id uuid,
    CONSTRAINT back_once_charged CHECK (((return_id IS NULL) OR (fulfilment_id IS NOT NULL))),
    CONSTRAINT back_parts_are_a_list CHECK ((jsonb_typeof(back_parts) = 'array'::text)),
    CONSTRAINT delivery_costs CHECK (((total_minor >= 0) AND ((tax_minor >= 0) AND (tax_minor <= total_minor)))),
    CONSTRAINT delivery_service CHECK ((service = ANY (ARRAY['standard'::text, 'express'::text, 'by_hand'::text]))),
    CONSTRAINT never_back_beyond CHECK ((((back_minor >= 0) AND (back_minor <= total_minor)) AND ((back_tax_minor >= 0) AND (back_tax_minor <= tax_minor)) AND (back_tax_minor <= back_minor))),
    CONSTRAINT parts_are_a_list CHECK ((jsonb_typeof(parts) = 'array'::text))
);
ALTER TABLE orders.delivery OWNER TO enfilade_owner;
CREATE TABLE orders.desk_note (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    noted_at timestamp with time zone NOT NULL,
    way text NOT NULL,
    act text NOT NULL,
    words text NOT NULL,
    CONSTRAINT a_note_says_something CHECK (((act <> 'note'::text) OR (words <> ''::text))),
    CONSTRAINT desk_act CHECK ((act = ANY (ARRAY['note'::text, 'cancellation'::text, 'address'::text, 'letter'::text, 'return'::text, 'withdrawal'::text, 'goodwill'::text, 'goodwill_approved'::text, 'goodwill_declined'::text, 'proposal'::text, 'call'::text]))),
    CONSTRAINT desk_way CHECK ((way = ANY (ARRAY['phone'::text, 'chat'::text, 'message'::text]))),
    CONSTRAINT desk_words_bounded CHECK ((length(words) <= 1000))
);
ALTER TABLE orders.desk_note OWNER TO enfilade_owner;
CREATE TABLE orders.drawer (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    legal_entity_id uuid NOT NULL,
    market text NOT NULL,
    currency text NOT NULL,
    day date NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    opened_by uuid NOT NULL,
    cash_minor bigint NOT NULL,
    closed_at timestamp with time zone,
    closed_by uuid,
    counted_minor bigint,
    words text DEFAULT ''::text NOT NULL,
    CONSTRAINT closed_is_counted CHECK ((((closed_at IS NULL) = (counted_minor IS NULL)) AND ((closed_at IS NULL) = (closed_by IS NULL)))),
    CONSTRAINT counted_is_an_amount CHECK ((counted_minor >= 0)),
    CONSTRAINT difference_is_explained CHECK (((counted_minor IS NULL) OR (counted_minor = cash_minor) OR (words <> ''::text))),
    CONSTRAINT drawer_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT few_words_of_a_count CHECK ((length(words) <= 200)),
    CONSTRAINT never_more_than_is_there CHECK ((cash_minor >= 0))
);
ALTER TABLE orders.drawer OWNER TO enfilade_owner;
CREATE TABLE orders.due (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    partner_id uuid NOT NULL,
    kind text NOT NULL,
    cause_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    order_id uuid NOT NULL,
    legal_entity_id uuid,
    day date NOT NULL,
    quantity integer NOT NULL,
    currency text NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    basis_points integer NOT NULL,
    kept_minor bigint NOT NULL,
    due_minor bigint NOT NULL,
    posted_at timestamp with time zone NOT NULL,
    CONSTRAINT due_by_a_share CHECK (((basis_points >= 0) AND (basis_points <= 10000))),
    CONSTRAINT due_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT due_kind CHECK ((kind = ANY (ARRAY['sold'::text, 'returned'::text]))),
    CONSTRAINT kind_says_its_direction CHECK (
CASE kind
    WHEN 'sold'::text THEN ((quantity > 0) AND (LEAST(total_minor, tax_minor, kept_minor, due_minor) >= 0))
    ELSE ((quantity < 0) AND (GREATEST(total_minor, tax_minor, kept_minor, due_minor) <= 0))
END),
    CONSTRAINT shared_to_the_cent CHECK ((((kept_minor + due_minor) = total_minor) OR ((kept_minor + due_minor) = (total_minor - tax_minor))))
);
ALTER TABLE orders.due OWNER TO enfilade_owner;
CREATE TABLE orders.enquiry (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    market text NOT NULL,
    language text NOT NULL,
    city text NOT NULL,
    name text NOT NULL,
    mail text NOT NULL,
    phone text NOT NULL,
    words text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    agreed_at timestamp with time zone NOT NULL,
    taken_at timestamp with time zone,
    taken_by uuid,
    closed_at timestamp with time zone,
    closed_by uuid,
    closed_because text,
    proposal_id uuid,
    CONSTRAINT closed_says_why CHECK ((num_nonnulls(closed_at, closed_by, closed_because) = ANY (ARRAY[0, 3]))),
    CONSTRAINT enquiry_name CHECK (((length(name) >= 1) AND (length(name) <= 100))),
    CONSTRAINT enquiry_words CHECK ((length(words) <= 500)),
    CONSTRAINT offered_by_a_proposal CHECK (((COALESCE(closed_because, ''::text) = 'offered'::text) = (proposal_id IS NOT NULL))),
    CONSTRAINT one_way_to_answer CHECK (((mail <> ''::text) <> (phone <> ''::text))),
    CONSTRAINT taken_by_somebody CHECK (((taken_at IS NULL) = (taken_by IS NULL))),
    CONSTRAINT why_closed CHECK ((closed_because = ANY (ARRAY['offered'::text, 'told'::text, 'unreachable'::text, 'nothing'::text])))
);
ALTER TABLE orders.enquiry OWNER TO enfilade_owner;
CREATE TABLE orders.exchange (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    return_id uuid NOT NULL,
    order_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity integer NOT NULL,
    state text NOT NULL,
    because text,
    placed_order_id uuid,
    placed_number text DEFAULT ''::text NOT NULL,
    value_minor bigint DEFAULT 0 NOT NULL,
    wished_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT ended_says_why CHECK (((state = 'ended'::text) = (because IS NOT NULL))),
    CONSTRAINT exchange_because CHECK ((because = ANY (ARRAY['client'::text, 'kept'::text, 'lapsed'::text, 'not_accepted'::text, 'gone'::text, 'unpaid'::text, 'worth'::text]))),
    CONSTRAINT exchange_quantity CHECK (((quantity >= 1) AND (quantity <= 100))),
    CONSTRAINT exchange_state CHECK ((state = ANY (ARRAY['wished'::text, 'held'::text, 'due'::text, 'placed'::text, 'ended'::text]))),
    CONSTRAINT exchange_value CHECK ((value_minor >= 0)),
    CONSTRAINT placed_says_which CHECK (((state = 'placed'::text) = (placed_order_id IS NOT NULL))),
    CONSTRAINT worth_of_what_is_placed CHECK (((state = 'placed'::text) OR (value_minor = 0)))
);
ALTER TABLE orders.exchange OWNER TO enfilade_owner;
CREATE TABLE orders.external_sale (
    maison_id uuid NOT NULL,
    reference text NOT NULL,
    sold_at timestamp with time zone NOT NULL,
    channel text NOT NULL,
    location_id uuid,
    sku text NOT NULL,
    quantity integer NOT NULL,
    net_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    currency text NOT NULL,
    promised_online boolean NOT NULL,
    collected boolean NOT NULL,
    visit text DEFAULT ''::text NOT NULL,
    CONSTRAINT visit_is_a_word CHECK ((length(visit) <= 60))
);
ALTER TABLE orders.external_sale OWNER TO enfilade_owner;
CREATE TABLE orders.figures_read (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    seen xid8 NOT NULL,
    full_at timestamp with time zone NOT NULL
);
ALTER TABLE orders.figures_read OWNER TO enfilade_owner;
CREATE TABLE orders.fiscal_record (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    number bigint NOT NULL,
    kind text NOT NULL,
    subject_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    content bytea NOT NULL,
    previous bytea,
    digest bytea NOT NULL,
    previous_number bigint GENERATED ALWAYS AS (NULLIF((number - 1), 0)) STORED,
    device_due boolean DEFAULT false NOT NULL,
    device text,
    counter bigint,
    signature text,
    signed_at timestamp with time zone,
    CONSTRAINT first_follows_nothing CHECK (((number = 1) = (previous IS NULL))),
    CONSTRAINT fiscal_kind CHECK ((kind = ANY (ARRAY['opened'::text, 'sold'::text, 'given_back'::text, 'paid'::text, 'closed'::text]))),
    CONSTRAINT records_from_one CHECK ((number > 0)),
    CONSTRAINT seal_fits CHECK ((digest = sha256((COALESCE(previous, '\x'::bytea) || content)))),
    CONSTRAINT signed_whole CHECK ((num_nonnulls(device, counter, signature, signed_at) = ANY (ARRAY[0, 4])))
);
ALTER TABLE ONLY orders.fiscal_record FORCE ROW LEVEL SECURITY;
ALTER TABLE orders.fiscal_record OWNER TO enfilade_owner;
CREATE TABLE orders.fulfilment (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    location_id uuid NOT NULL,
    method text NOT NULL,
    state text NOT NULL,
    attempt integer NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    pick_by timestamp with time zone NOT NULL,
    warned_at timestamp with time zone,
    accepted_at timestamp with time zone,
    accepted_by uuid,
    ready_at timestamp with time zone,
    collect_by timestamp with time zone,
    code_hash bytea,
    on_my_way_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by uuid,
    capture_after timestamp with time zone,
    version integer DEFAULT 1 NOT NULL,
    tracking text DEFAULT ''::text NOT NULL,
    ready_about timestamp with time zone,
    delivered_at timestamp with time zone,
    CONSTRAINT awaited_is_promised CHECK (((state <> 'awaited'::text) OR (ready_about IS NOT NULL))),
    CONSTRAINT fulfilment_attempt_check CHECK ((attempt >= 1)),
    CONSTRAINT fulfilment_state CHECK ((state = ANY (ARRAY['awaited'::text, 'asked'::text, 'accepted'::text, 'ready'::text, 'handed_over'::text, 'dispatched'::text, 'rejected'::text, 'expired'::text, 'cancelled'::text, 'no_show'::text]))),
    CONSTRAINT tracking_bounded CHECK ((length(tracking) <= 100))
);
ALTER TABLE orders.fulfilment OWNER TO enfilade_owner;
CREATE TABLE orders.goodwill (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    currency text NOT NULL,
    reason text NOT NULL,
    state text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid NOT NULL,
    decided_at timestamp with time zone,
    decided_by uuid,
    CONSTRAINT goodwill_decided CHECK ((((state = 'asked'::text) = (decided_at IS NULL)) AND ((state = 'asked'::text) = (decided_by IS NULL)))),
    CONSTRAINT goodwill_of_something CHECK ((amount_minor > 0)),
    CONSTRAINT goodwill_reason CHECK ((reason = ANY (ARRAY['late'::text, 'damaged'::text, 'service'::text, 'price'::text, 'other'::text]))),
    CONSTRAINT goodwill_state CHECK ((state = ANY (ARRAY['asked'::text, 'given'::text, 'declined'::text]))),
    CONSTRAINT goodwill_tax_within CHECK (((tax_minor >= 0) AND (tax_minor <= amount_minor)))
);
ALTER TABLE orders.goodwill OWNER TO enfilade_owner;
CREATE TABLE orders.invoice (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    legal_entity_id uuid NOT NULL,
    kind text NOT NULL,
    year integer NOT NULL,
    number integer NOT NULL,
    previous integer GENERATED ALWAYS AS (NULLIF((number - 1), 0)) STORED,
    issued_on date NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    order_id uuid NOT NULL,
    cause_id uuid NOT NULL,
    seller_name text NOT NULL,
    seller_address text NOT NULL,
    seller_country text NOT NULL,
    seller_tax_id text NOT NULL,
    currency text NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    lines jsonb NOT NULL,
    CONSTRAINT has_lines CHECK (((jsonb_typeof(lines) = 'array'::text) AND (jsonb_array_length(lines) >= 1))),
    CONSTRAINT invoice_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT invoice_kind CHECK ((kind = ANY (ARRAY['invoice'::text, 'credit_note'::text]))),
    CONSTRAINT number_of_its_year CHECK (((year)::numeric = EXTRACT(year FROM issued_on))),
    CONSTRAINT numbered_from_one CHECK ((number >= 1)),
    CONSTRAINT tax_within_total CHECK (((tax_minor >= 0) AND (tax_minor <= total_minor)))
);
ALTER TABLE orders.invoice OWNER TO enfilade_owner;
CREATE TABLE orders.line_terms (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    order_line_id uuid NOT NULL,
    partner_id uuid NOT NULL,
    kind text NOT NULL,
    basis_points integer,
    CONSTRAINT terms_are_a_share CHECK (((basis_points >= 0) AND (basis_points <= 10000))),
    CONSTRAINT terms_kind CHECK ((kind = ANY (ARRAY['consignment'::text, 'concession'::text, 'collaboration'::text])))
);
ALTER TABLE orders.line_terms OWNER TO enfilade_owner;
CREATE TABLE orders.order_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    fulfilment_id uuid,
    variant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    sku text NOT NULL,
    brand text NOT NULL,
    name text NOT NULL,
    colour text NOT NULL,
    size text NOT NULL,
    quantity integer NOT NULL,
    unit_price_minor bigint NOT NULL,
    total_minor bigint NOT NULL,
    tax_minor bigint NOT NULL,
    tax_rate_basis_points integer NOT NULL,
    promised_online boolean NOT NULL,
    state text NOT NULL,
    attempts integer DEFAULT 1 NOT NULL,
    credited_channel text NOT NULL,
    credited_location_id uuid,
    credited_staff_id uuid,
    decided_by text,
    returned integer DEFAULT 0 NOT NULL,
    transfer_id uuid,
    kinds text[],
    age_min smallint,
    age_checked_by uuid,
    goodwill_minor bigint DEFAULT 0 NOT NULL,
    goodwill_tax_minor bigint DEFAULT 0 NOT NULL,
    seller jsonb,
    engraving text DEFAULT ''::text NOT NULL,
    lettering text DEFAULT ''::text NOT NULL,
    engraving_minor bigint DEFAULT 0 NOT NULL,
    engrave_by date,
    engraving_begun_at timestamp with time zone,
    engraving_begun_by uuid,
    engraved_at timestamp with time zone,
    engraved_by uuid,
    duty_minor bigint DEFAULT 0 NOT NULL,
    duties text,
    make_by date,
    workshop_id uuid,
    to_specification boolean DEFAULT false NOT NULL,
    making_begun_at timestamp with time zone,
    making_begun_by uuid,
    made_at timestamp with time zone,
    made_by uuid,
    kept_at timestamp with time zone,
    fetched_at timestamp with time zone,
    fetched_by uuid,
    CONSTRAINT age_checked_before_hand_over CHECK (((age_min IS NULL) OR (state <> 'handed_over'::text) OR (age_checked_by IS NOT NULL))),
    CONSTRAINT duties_of_a_line CHECK (((COALESCE(duties, 'paid'::text) = ANY (ARRAY['paid'::text, 'at_door'::text])) AND (duty_minor >= 0) AND ((duty_minor = 0) OR (duties IS NOT NULL)))),
    CONSTRAINT engraved_before_it_leaves CHECK (((lettering = ''::text) OR (engraved_at IS NOT NULL) OR (state <> ALL (ARRAY['handed_over'::text, 'dispatched'::text])) OR (kept_at IS NOT NULL))),
    CONSTRAINT engraved_in_a_lettering CHECK (((engraving = ''::text) OR (lettering <> ''::text))),
    CONSTRAINT engraved_once_begun CHECK (((engraved_at IS NULL) OR (engraving_begun_at IS NOT NULL))),
    CONSTRAINT fetched_once_engraved CHECK (((fetched_at IS NULL) OR ((kept_at IS NOT NULL) AND (engraved_at IS NOT NULL)))),
    CONSTRAINT kept_to_be_engraved CHECK (((kept_at IS NULL) OR ((lettering <> ''::text) AND (state = 'handed_over'::text)))),
    CONSTRAINT line_quantity CHECK (((quantity >= 1) AND (quantity <= 100))),
    CONSTRAINT line_state CHECK ((state = ANY (ARRAY['sourced'::text, 'unsourced'::text, 'picked'::text, 'handed_over'::text, 'dispatched'::text, 'refused'::text, 'cancelled'::text]))),
    CONSTRAINT made_before_it_is_picked CHECK (((make_by IS NULL) OR (made_at IS NOT NULL) OR (state = ANY (ARRAY['sourced'::text, 'unsourced'::text, 'cancelled'::text])))),
    CONSTRAINT made_in_a_workshop CHECK (((make_by IS NULL) OR (workshop_id IS NOT NULL))),
    CONSTRAINT made_once_begun CHECK (((made_at IS NULL) OR (making_begun_at IS NOT NULL))),
    CONSTRAINT never_goodwill_beyond CHECK (((goodwill_minor >= 0) AND (goodwill_minor <= (total_minor - ((total_minor * returned) / quantity))) AND ((goodwill_tax_minor >= 0) AND (goodwill_tax_minor <= goodwill_minor)) AND ((goodwill_minor = 0) OR (state = ANY (ARRAY['handed_over'::text, 'dispatched'::text]))))),
    CONSTRAINT never_returned_beyond CHECK ((((returned >= 0) AND (returned <= quantity)) AND ((returned = 0) OR (state = ANY (ARRAY['handed_over'::text, 'dispatched'::text]))))),
    CONSTRAINT order_line_check CHECK (((tax_minor >= 0) AND (tax_minor <= total_minor))),
    CONSTRAINT order_line_total_minor_check CHECK ((total_minor >= 0)),
    CONSTRAINT order_line_unit_price_minor_check CHECK ((unit_price_minor >= 0)),
    CONSTRAINT seller_is_named CHECK ((COALESCE((seller ->> 'name'::text), 'the maison'::text) <> ''::text)),
    CONSTRAINT sourced_has_fulfilment CHECK (((state = ANY (ARRAY['unsourced'::text, 'cancelled'::text])) OR (fulfilment_id IS NOT NULL)))
);
ALTER TABLE orders.order_line OWNER TO enfilade_owner;
CREATE TABLE orders.pace (
    maison_id uuid NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    sold_90d integer NOT NULL,
    CONSTRAINT pace_sold_something CHECK ((sold_90d > 0))
);
ALTER TABLE orders.pace OWNER TO enfilade_owner;
CREATE TABLE orders.partner_statement (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    partner_id uuid NOT NULL,
    kind text NOT NULL,
    partner_maison_id uuid,
    number integer NOT NULL,
    previous integer GENERATED ALWAYS AS (NULLIF((number - 1), 0)) STORED,
    begins date NOT NULL,
    ends date NOT NULL,
    issued_at timestamp with time zone NOT NULL,
    issued_by uuid,
    issuer jsonb NOT NULL,
    partner jsonb NOT NULL,
    lines jsonb NOT NULL,
    sums jsonb NOT NULL,
    stock jsonb NOT NULL,
    CONSTRAINT period_forward CHECK ((ends > begins)),
    CONSTRAINT statement_kind CHECK ((kind = ANY (ARRAY['brand'::text, 'collaboration'::text]))),
    CONSTRAINT statements_from_one CHECK ((number >= 1))
);
ALTER TABLE orders.partner_statement OWNER TO enfilade_owner;
CREATE TABLE orders.partner_statement_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    statement_id uuid NOT NULL,
    kind text NOT NULL,
    cause_id uuid NOT NULL,
    partner_id uuid NOT NULL
);
ALTER TABLE orders.partner_statement_line OWNER TO enfilade_owner;
CREATE TABLE orders.proposal_approval (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    proposal_id uuid NOT NULL,
    approved_at timestamp with time zone NOT NULL,
    approved_by uuid NOT NULL
);
ALTER TABLE orders.proposal_approval OWNER TO enfilade_owner;
CREATE TABLE orders.proposal_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    proposal_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity integer NOT NULL,
    place integer NOT NULL,
    offered_minor bigint,
    offered_currency text,
    CONSTRAINT offer_has_its_currency CHECK (((offered_minor IS NULL) = (offered_currency IS NULL))),
    CONSTRAINT offered_for_something CHECK ((offered_minor > 0)),
    CONSTRAINT proposed_quantity CHECK (((quantity >= 1) AND (quantity <= 100)))
);
ALTER TABLE orders.proposal_line OWNER TO enfilade_owner;
CREATE TABLE orders.proposal_note (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    proposal_id uuid NOT NULL,
    advisor text NOT NULL,
    words text DEFAULT ''::text NOT NULL,
    mail text DEFAULT ''::text NOT NULL,
    agreed_at timestamp with time zone,
    forget_at timestamp with time zone NOT NULL,
    CONSTRAINT few_words CHECK ((length(words) <= 200)),
    CONSTRAINT mailed_by_agreement CHECK (((mail = ''::text) OR (agreed_at IS NOT NULL)))
);
ALTER TABLE orders.proposal_note OWNER TO enfilade_owner;
CREATE TABLE orders.putting_away (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    order_line_id uuid NOT NULL,
    fulfilment_id uuid NOT NULL,
    location_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    done_by uuid,
    CONSTRAINT put_away_by_somebody CHECK (((done_at IS NULL) = (done_by IS NULL)))
);
ALTER TABLE orders.putting_away OWNER TO enfilade_owner;
CREATE TABLE orders.quota (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    pieces_max integer NOT NULL,
    period_days integer NOT NULL,
    begins_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    CONSTRAINT quota_name CHECK (((name <> ''::text) AND (length(name) <= 80))),
    CONSTRAINT quota_period CHECK (((period_days >= 1) AND (period_days <= 366))),
    CONSTRAINT quota_pieces CHECK (((pieces_max >= 1) AND (pieces_max <= 100)))
);
ALTER TABLE orders.quota OWNER TO enfilade_owner;
CREATE TABLE orders.quota_count (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    quota_id uuid NOT NULL,
    period integer NOT NULL,
    mark bytea NOT NULL,
    pieces integer DEFAULT 0 NOT NULL,
    pieces_max integer NOT NULL,
    CONSTRAINT within_quota CHECK (((pieces >= 0) AND (pieces <= pieces_max)))
);
ALTER TABLE orders.quota_count OWNER TO enfilade_owner;
CREATE TABLE orders.quota_use (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    quota_id uuid NOT NULL,
    period integer NOT NULL,
    mark bytea NOT NULL,
    checkout_id uuid NOT NULL,
    pieces integer NOT NULL,
    placed_at timestamp with time zone,
    CONSTRAINT quota_use_positive CHECK ((pieces > 0))
);
ALTER TABLE orders.quota_use OWNER TO enfilade_owner;
CREATE TABLE orders.rejection (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    location_id uuid NOT NULL,
    reason text NOT NULL,
    rejected_by uuid,
    rejected_at timestamp with time zone NOT NULL,
    CONSTRAINT rejection_reason CHECK ((reason = ANY (ARRAY['not_in_stock'::text, 'mismatch'::text, 'damaged'::text, 'worn_display'::text, 'expired'::text, 'shortage'::text, 'declined'::text, 'lost_on_way'::text, 'closed'::text])))
);
ALTER TABLE orders.rejection OWNER TO enfilade_owner;
CREATE TABLE orders.return (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    state text NOT NULL,
    send_to_id uuid,
    code_hash bytea,
    announced_at timestamp with time zone,
    lapses_at timestamp with time zone,
    received_at timestamp with time zone,
    received_by uuid,
    location_id uuid,
    late boolean DEFAULT false NOT NULL,
    value_minor bigint DEFAULT 0 NOT NULL,
    tax_minor bigint DEFAULT 0 NOT NULL,
    refund_minor bigint,
    changed_at timestamp with time zone NOT NULL,
    delivery_minor bigint DEFAULT 0 NOT NULL,
    delivery_tax_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT announced_can_be_found CHECK (((state <> 'announced'::text) OR ((announced_at IS NOT NULL) AND (lapses_at IS NOT NULL) AND (code_hash IS NOT NULL)))),
    CONSTRAINT delivery_within_value CHECK ((((delivery_minor >= 0) AND (delivery_minor <= value_minor)) AND ((delivery_tax_minor >= 0) AND (delivery_tax_minor <= LEAST(delivery_minor, tax_minor))))),
    CONSTRAINT nothing_else_is_refunded CHECK (((state = 'received'::text) OR (refund_minor IS NULL))),
    CONSTRAINT received_says_where CHECK ((((state = 'received'::text) = (received_at IS NOT NULL)) AND ((state = 'received'::text) = (location_id IS NOT NULL)) AND ((state = 'received'::text) = (received_by IS NOT NULL)))),
    CONSTRAINT refunded_within_value CHECK (((refund_minor >= 0) AND (refund_minor <= value_minor))),
    CONSTRAINT return_state CHECK ((state = ANY (ARRAY['announced'::text, 'received'::text, 'withdrawn'::text, 'lapsed'::text]))),
    CONSTRAINT value_when_received CHECK ((((tax_minor >= 0) AND (tax_minor <= value_minor)) AND ((state = 'received'::text) OR (value_minor = 0))))
);
ALTER TABLE orders.return OWNER TO enfilade_owner;
CREATE TABLE orders.return_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    return_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity integer NOT NULL,
    disposition text,
    reason text,
    deduction_minor bigint DEFAULT 0 NOT NULL,
    value_minor bigint DEFAULT 0 NOT NULL,
    tax_minor bigint DEFAULT 0 NOT NULL,
    opened boolean,
    goodwill_minor bigint DEFAULT 0 NOT NULL,
    goodwill_tax_minor bigint DEFAULT 0 NOT NULL,
    CONSTRAINT less_has_reason CHECK (((reason IS NOT NULL) = ((disposition IS NULL) OR (deduction_minor > 0)))),
    CONSTRAINT opened_is_never_sold_again CHECK (((opened IS NOT TRUE) OR (disposition IS NULL) OR (disposition = 'damaged'::text))),
    CONSTRAINT return_disposition CHECK ((disposition = ANY (ARRAY['sellable'::text, 'display'::text, 'quality_control'::text, 'damaged'::text, 'at_atelier'::text]))),
    CONSTRAINT return_quantity CHECK (((quantity >= 1) AND (quantity <= 100))),
    CONSTRAINT return_reason CHECK ((reason = ANY (ARRAY['worn'::text, 'damaged'::text, 'incomplete'::text, 'not_ours'::text, 'missing'::text, 'too_late'::text, 'opened'::text, 'engraved'::text]))),
    CONSTRAINT value_of_what_stays CHECK (((deduction_minor >= 0) AND ((tax_minor >= 0) AND (tax_minor <= value_minor)) AND ((disposition IS NOT NULL) OR ((value_minor = 0) AND (deduction_minor = 0)))))
);
ALTER TABLE orders.return_line OWNER TO enfilade_owner;
CREATE TABLE orders.return_wish (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    return_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity integer NOT NULL,
    reason text,
    wished_at timestamp with time zone NOT NULL,
    CONSTRAINT wish_quantity CHECK (((quantity >= 1) AND (quantity <= 100))),
    CONSTRAINT wish_reason CHECK ((reason = ANY (ARRAY['changed_mind'::text, 'too_small'::text, 'too_large'::text, 'not_as_shown'::text, 'faulty'::text, 'wrong_piece'::text, 'arrived_late'::text, 'gift'::text, 'other'::text])))
);
ALTER TABLE orders.return_wish OWNER TO enfilade_owner;
CREATE TABLE orders.sale (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    drawer_id uuid NOT NULL,
    location_id uuid NOT NULL,
    store_id uuid NOT NULL,
    market text NOT NULL,
    currency text NOT NULL,
    client_id uuid,
    state text NOT NULL,
    total_minor bigint DEFAULT 0 NOT NULL,
    paid_minor bigint DEFAULT 0 NOT NULL,
    order_id uuid,
    opened_at timestamp with time zone NOT NULL,
    opened_by uuid NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    ended_by uuid,
    CONSTRAINT ended_says_who CHECK ((((state = 'open'::text) = (ended_at IS NULL)) AND ((state = 'open'::text) = (ended_by IS NULL)))),
    CONSTRAINT paid_before_pieces_leave CHECK (((state <> 'settled'::text) OR ((paid_minor = total_minor) AND (order_id IS NOT NULL)))),
    CONSTRAINT sale_state CHECK ((state = ANY (ARRAY['open'::text, 'settled'::text, 'given_up'::text]))),
    CONSTRAINT sale_total CHECK ((total_minor >= 0))
);
ALTER TABLE orders.sale OWNER TO enfilade_owner;
CREATE TABLE orders.sale_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    sale_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    product_id uuid NOT NULL,
    sku text NOT NULL,
    brand text NOT NULL,
    name text NOT NULL,
    colour text NOT NULL,
    size text NOT NULL,
    quantity integer NOT NULL,
    unit_price_minor bigint NOT NULL,
    tax_rate_basis_points integer NOT NULL,
    prices_include_tax boolean NOT NULL,
    quota_id uuid,
    quota_pieces_max integer,
    quota_period integer,
    rung_up_at timestamp with time zone NOT NULL,
    kinds text[],
    age_min smallint,
    serials text[] DEFAULT '{}'::text[] NOT NULL,
    engraving text DEFAULT ''::text NOT NULL,
    lettering text DEFAULT ''::text NOT NULL,
    engraving_minor bigint DEFAULT 0 NOT NULL,
    engrave_by date,
    CONSTRAINT engraved_in_a_lettering CHECK (((engraving = ''::text) OR (lettering <> ''::text))),
    CONSTRAINT sale_price CHECK ((unit_price_minor >= 0)),
    CONSTRAINT sale_quantity CHECK (((quantity >= 1) AND (quantity <= 100)))
);
ALTER TABLE orders.sale_line OWNER TO enfilade_owner;
CREATE TABLE orders.sales_day (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    day date NOT NULL,
    channel text NOT NULL,
    promised_online boolean NOT NULL,
    collected boolean NOT NULL,
    currency text NOT NULL,
    lines integer NOT NULL,
    net_minor bigint NOT NULL
);
ALTER TABLE orders.sales_day OWNER TO enfilade_owner;
CREATE TABLE orders.service_day (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    day date NOT NULL,
    fulfilments integer NOT NULL,
    lines_asked integer NOT NULL,
    rejections integer NOT NULL,
    ready integer NOT NULL,
    minutes_to_ready bigint NOT NULL
);
ALTER TABLE orders.service_day OWNER TO enfilade_owner;
CREATE TABLE orders.sourcing_terms (
    maison_id uuid NOT NULL,
    rules text[] NOT NULL,
    currency text NOT NULL,
    parcel_minor integer NOT NULL,
    per_100_km_minor integer NOT NULL,
    border_minor integer NOT NULL,
    boutique_piece_minor integer NOT NULL,
    warehouse_piece_minor integer NOT NULL,
    lost_sale_percent integer NOT NULL,
    resupply_days integer NOT NULL,
    let_down_minor integer NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    changed_by uuid,
    CONSTRAINT border_bounded CHECK (((border_minor >= 0) AND (border_minor <= 10000000))),
    CONSTRAINT boutique_piece_bounded CHECK (((boutique_piece_minor >= 0) AND (boutique_piece_minor <= 10000000))),
    CONSTRAINT costs_in_a_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT let_down_bounded CHECK (((let_down_minor >= 0) AND (let_down_minor <= 100000000))),
    CONSTRAINT lost_sale_bounded CHECK (((lost_sale_percent >= 0) AND (lost_sale_percent <= 100))),
    CONSTRAINT parcel_bounded CHECK (((parcel_minor >= 0) AND (parcel_minor <= 10000000))),
    CONSTRAINT resupply_bounded CHECK (((resupply_days >= 1) AND (resupply_days <= 365))),
    CONSTRAINT rules_known CHECK ((rules <@ ARRAY['chosen_boutique'::text, 'one_parcel'::text, 'same_country'::text, 'same_customs'::text, 'with_time'::text, 'warehouse_first'::text, 'boutique_first'::text, 'slowest'::text, 'nearest'::text, 'most_stock'::text])),
    CONSTRAINT rules_once CHECK (base.each_once(rules)),
    CONSTRAINT warehouse_piece_bounded CHECK (((warehouse_piece_minor >= 0) AND (warehouse_piece_minor <= 10000000))),
    CONSTRAINT way_bounded CHECK (((per_100_km_minor >= 0) AND (per_100_km_minor <= 10000000)))
);
ALTER TABLE orders.sourcing_terms OWNER TO enfilade_owner;
CREATE TABLE public_facts.store (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    multi_brand boolean NOT NULL,
    host text
);
ALTER TABLE public_facts.store OWNER TO enfilade_owner;
CREATE TABLE public_facts.store_maison (
    store_id uuid NOT NULL,
    maison_id uuid NOT NULL
);
ALTER TABLE public_facts.store_maison OWNER TO enfilade_owner;
CREATE TABLE stock.transfer (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    from_location_id uuid NOT NULL,
    to_location_id uuid NOT NULL,
    reason text NOT NULL,
    state text DEFAULT 'asked'::text NOT NULL,
    decline_reason text,
    asked_at timestamp with time zone NOT NULL,
    asked_by uuid,
    packed_at timestamp with time zone,
    packed_by uuid,
    sent_at timestamp with time zone,
    sent_by uuid,
    expected_on date,
    ended_at timestamp with time zone,
    ended_by uuid,
    keeps_for uuid,
    keeps_until timestamp with time zone,
    CONSTRAINT between_two_places CHECK ((from_location_id <> to_location_id)),
    CONSTRAINT decline_reason CHECK ((decline_reason = ANY (ARRAY['not_there'::text, 'needed_here'::text, 'damaged'::text]))),
    CONSTRAINT declined_with_a_reason CHECK (((state = 'declined'::text) = (decline_reason IS NOT NULL))),
    CONSTRAINT ended_is_dated CHECK (((state = ANY (ARRAY['received'::text, 'declined'::text, 'cancelled'::text])) = (ended_at IS NOT NULL))),
    CONSTRAINT keeps_until_for_somebody CHECK (((keeps_until IS NULL) OR (keeps_for IS NOT NULL))),
    CONSTRAINT sent_is_dated CHECK (((state = ANY (ARRAY['sent'::text, 'received'::text])) = ((sent_at IS NOT NULL) AND (expected_on IS NOT NULL)))),
    CONSTRAINT transfer_reason CHECK ((reason = ANY (ARRAY['replenishment'::text, 'for_order'::text]))),
    CONSTRAINT transfer_state CHECK ((state = ANY (ARRAY['asked'::text, 'packed'::text, 'sent'::text, 'received'::text, 'declined'::text, 'cancelled'::text])))
);
ALTER TABLE stock.transfer OWNER TO enfilade_owner;
CREATE VIEW orders.spare WITH (security_barrier='true') AS
 SELECT l.maison_id,
    l.id AS location_id,
        CASE
            WHEN ((l.opening_hours <> ''::text) AND (NOT (EXISTS ( SELECT 1
               FROM public_facts.opening o
              WHERE ((o.location_id = l.id) AND (o.opens_at < day.ends) AND (o.closes_at > day.begins)))))) THEN 0
            WHEN (l.daily_cap IS NOT NULL) THEN GREATEST(0, ((l.daily_cap - ( SELECT (count(*))::integer AS count
               FROM orders.fulfilment f
              WHERE ((f.maison_id = l.maison_id) AND (f.location_id = l.id) AND (f.asked_at >= day.begins) AND (f.state <> ALL (ARRAY['rejected'::text, 'expired'::text, 'cancelled'::text, 'awaited'::text]))))) - ( SELECT (count(*))::integer AS count
               FROM stock.transfer t
              WHERE ((t.maison_id = l.maison_id) AND (t.from_location_id = l.id) AND (t.reason = 'for_order'::text) AND (t.asked_at >= day.begins) AND (t.state <> ALL (ARRAY['declined'::text, 'cancelled'::text]))))))
            ELSE NULL::integer
        END AS parcels
   FROM ((boutiques.location l
     CROSS JOIN LATERAL ( SELECT date_trunc('day'::text, (now() AT TIME ZONE l.zone)) AS today) d)
     CROSS JOIN LATERAL ( SELECT (d.today AT TIME ZONE l.zone) AS begins,
            ((d.today + '1 day'::interval) AT TIME ZONE l.zone) AS ends) day)
  WHERE ((l.maison_id = base.maison()) OR ((base.actor_kind() = 'visitor'::text) AND (EXISTS ( SELECT 1
           FROM (public_facts.store s
             JOIN public_facts.store_maison m ON ((m.store_id = s.id)))
          WHERE ((s.maison_id = base.maison()) AND (m.maison_id = l.maison_id))))));
ALTER VIEW orders.spare OWNER TO enfilade_owner;
CREATE TABLE orders.visit_day (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    day date NOT NULL,
    currency text NOT NULL,
    visits integer NOT NULL,
    with_beside integer NOT NULL,
    till_lines integer NOT NULL,
    net_minor bigint NOT NULL
);
ALTER TABLE orders.visit_day OWNER TO enfilade_owner;
CREATE TABLE orders.withdrawal (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    order_id uuid NOT NULL,
    form_key uuid NOT NULL,
    name text NOT NULL,
    mail text NOT NULL,
    stated_at timestamp with time zone NOT NULL,
    by_id uuid,
    CONSTRAINT withdrawal_mail CHECK ((length(mail) <= 254)),
    CONSTRAINT withdrawal_name CHECK ((length(name) <= 120))
);
ALTER TABLE orders.withdrawal OWNER TO enfilade_owner;
CREATE TABLE orders.withdrawal_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    withdrawal_id uuid NOT NULL,
    order_line_id uuid NOT NULL,
    quantity integer NOT NULL,
    cancellation_id uuid,
    return_id uuid,
    CONSTRAINT withdrawal_quantity CHECK (((quantity >= 1) AND (quantity <= 100))),
    CONSTRAINT withdrawn_has_effect CHECK (((cancellation_id IS NOT NULL) OR (return_id IS NOT NULL)))
);
ALTER TABLE orders.withdrawal_line OWNER TO enfilade_owner;
CREATE TABLE payments.ledger_entry (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    legal_entity_id uuid NOT NULL,
    debit text NOT NULL,
    credit text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    kind text NOT NULL,
    cause_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    order_id uuid,
    posted_at timestamp with time zone NOT NULL,
    CONSTRAINT entry_currency CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT entry_moves_something CHECK ((amount_minor > 0)),
    CONSTRAINT kind_says_its_accounts CHECK ((((((((((((((((((((((((((((((((((kind = 'captured'::text) AND (debit = 'provider'::text) AND (credit = 'client'::text)) OR ((kind = 'captured_corrected'::text) AND (debit = 'client'::text) AND (credit = 'provider'::text))) OR ((kind = 'refunded'::text) AND (debit = 'client'::text) AND (credit = 'provider'::text))) OR ((kind = 'refunded_corrected'::text) AND (debit = 'provider'::text) AND (credit = 'client'::text))) OR ((kind = 'captured'::text) AND (debit = 'cash'::text) AND (credit = 'client'::text))) OR ((kind = 'captured_corrected'::text) AND (debit = 'client'::text) AND (credit = 'cash'::text))) OR ((kind = 'refunded'::text) AND (debit = 'client'::text) AND (credit = 'cash'::text))) OR ((kind = 'captured'::text) AND (debit = 'terminal'::text) AND (credit = 'client'::text))) OR ((kind = 'captured_corrected'::text) AND (debit = 'client'::text) AND (credit = 'terminal'::text))) OR ((kind = 'refunded'::text) AND (debit = 'client'::text) AND (credit = 'terminal'::text))) OR ((kind = 'captured'::text) AND (debit = 'exchange'::text) AND (credit = 'client'::text))) OR ((kind = 'captured_corrected'::text) AND (debit = 'client'::text) AND (credit = 'exchange'::text))) OR ((kind = 'refunded'::text) AND (debit = 'client'::text) AND (credit = 'exchange'::text))) OR ((kind = 'refunded_corrected'::text) AND (debit = 'exchange'::text) AND (credit = 'client'::text))) OR ((kind = 'passed'::text) AND (debit = 'client'::text) AND (credit = 'exchange'::text))) OR ((kind = 'passed_back'::text) AND (debit = 'exchange'::text) AND (credit = 'client'::text))) OR ((kind = 'sold'::text) AND (debit = 'client'::text) AND (credit = 'sales'::text))) OR ((kind = 'sold_corrected'::text) AND (debit = 'sales'::text) AND (credit = 'client'::text))) OR ((kind = 'sold'::text) AND (debit = 'client'::text) AND (credit = 'tax'::text))) OR ((kind = 'sold_corrected'::text) AND (debit = 'tax'::text) AND (credit = 'client'::text))) OR ((kind = 'returned'::text) AND (debit = 'sales'::text) AND (credit = 'client'::text))) OR ((kind = 'returned_corrected'::text) AND (debit = 'client'::text) AND (credit = 'sales'::text))) OR ((kind = 'returned'::text) AND (debit = 'tax'::text) AND (credit = 'client'::text))) OR ((kind = 'returned_corrected'::text) AND (debit = 'client'::text) AND (credit = 'tax'::text))) OR ((kind = 'goodwill'::text) AND (debit = 'sales'::text) AND (credit = 'client'::text))) OR ((kind = 'goodwill_corrected'::text) AND (debit = 'client'::text) AND (credit = 'sales'::text))) OR ((kind = 'goodwill'::text) AND (debit = 'tax'::text) AND (credit = 'client'::text))) OR ((kind = 'goodwill_corrected'::text) AND (debit = 'client'::text) AND (credit = 'tax'::text))) OR ((kind = 'owed'::text) AND (debit = 'sales'::text) AND (credit = 'partner'::text))) OR ((kind = 'owed'::text) AND (debit = 'tax'::text) AND (credit = 'partner'::text))) OR ((kind = 'owed_back'::text) AND (debit = 'partner'::text) AND (credit = 'sales'::text))) OR ((kind = 'owed_back'::text) AND (debit = 'partner'::text) AND (credit = 'tax'::text))))
);
ALTER TABLE payments.ledger_entry OWNER TO enfilade_owner;
CREATE TABLE payments.operation (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    kind text NOT NULL,
    amount_minor bigint NOT NULL,
    state text NOT NULL,
    cause_id uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    CONSTRAINT operation_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT operation_kind CHECK ((kind = ANY (ARRAY['authorise'::text, 'capture'::text, 'void'::text, 'refund'::text]))),
    CONSTRAINT operation_state CHECK ((state = ANY (ARRAY['asked'::text, 'done'::text, 'refused'::text])))
);
ALTER TABLE payments.operation OWNER TO enfilade_owner;
CREATE TABLE payments.payment (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    checkout_id uuid NOT NULL,
    legal_entity_id uuid,
    provider text NOT NULL,
    method text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    captured_minor bigint DEFAULT 0 NOT NULL,
    refunded_minor bigint DEFAULT 0 NOT NULL,
    capture_asked_minor bigint DEFAULT 0 NOT NULL,
    refund_asked_minor bigint DEFAULT 0 NOT NULL,
    state text NOT NULL,
    separate_capture boolean NOT NULL,
    authorised_until timestamp with time zone,
    second_step_url text,
    provider_reference text,
    created_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    attempt integer,
    passed_minor bigint DEFAULT 0 NOT NULL,
    of_payment_id uuid,
    CONSTRAINT never_asked_beyond CHECK (((capture_asked_minor >= captured_minor) AND (capture_asked_minor <= amount_minor))),
    CONSTRAINT never_captured_beyond CHECK (((captured_minor >= 0) AND (captured_minor <= amount_minor))),
    CONSTRAINT never_passed_beyond CHECK (((passed_minor >= 0) AND ((refund_asked_minor + passed_minor) <= captured_minor))),
    CONSTRAINT never_refund_asked_beyond CHECK (((refund_asked_minor >= refunded_minor) AND (refund_asked_minor <= captured_minor))),
    CONSTRAINT never_refunded_beyond CHECK (((refunded_minor >= 0) AND (refunded_minor <= captured_minor))),
    CONSTRAINT payment_amount_minor_check CHECK ((amount_minor >= 0)),
    CONSTRAINT payment_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
    CONSTRAINT payment_state CHECK ((state = ANY (ARRAY['asked'::text, 'second_step'::text, 'authorised'::text, 'refused'::text, 'captured'::text, 'voided'::text]))),
    CONSTRAINT stands_on_a_payment CHECK (((provider = 'exchange'::text) = (of_payment_id IS NOT NULL)))
);
ALTER TABLE payments.payment OWNER TO enfilade_owner;
CREATE TABLE payments.statement (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    legal_entity_id uuid NOT NULL,
    provider text NOT NULL,
    day date NOT NULL,
    currency text NOT NULL,
    captured_minor bigint NOT NULL,
    refunded_minor bigint NOT NULL,
    provider_captured_minor bigint NOT NULL,
    provider_refunded_minor bigint NOT NULL,
    written_at timestamp with time zone NOT NULL
);
ALTER TABLE payments.statement OWNER TO enfilade_owner;
CREATE TABLE payments.statement_difference (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    legal_entity_id uuid NOT NULL,
    provider text NOT NULL,
    day date NOT NULL,
    currency text NOT NULL,
    payment_id uuid NOT NULL,
    what text NOT NULL,
    ledger_minor bigint NOT NULL,
    provider_minor bigint NOT NULL,
    CONSTRAINT difference_differs CHECK ((ledger_minor <> provider_minor)),
    CONSTRAINT difference_what CHECK ((what = ANY (ARRAY['captured'::text, 'refunded'::text])))
);
ALTER TABLE payments.statement_difference OWNER TO enfilade_owner;
CREATE TABLE payments.tender (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    payment_id uuid NOT NULL,
    drawer_id uuid NOT NULL,
    kind text NOT NULL,
    way text NOT NULL,
    amount_minor bigint NOT NULL,
    given_minor bigint,
    state text NOT NULL,
    of_tender_id uuid,
    root_tender_id uuid,
    return_id uuid,
    back_minor bigint DEFAULT 0 NOT NULL,
    slip text DEFAULT ''::text NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    by_id uuid NOT NULL,
    CONSTRAINT asked_of_a_terminal CHECK (((state = 'done'::text) OR (kind = 'card'::text))),
    CONSTRAINT back_names_its_tender CHECK ((((way = 'in'::text) AND (kind <> 'exchange'::text)) OR ((of_tender_id IS NOT NULL) AND (root_tender_id IS NOT NULL)))),
    CONSTRAINT ended_tender CHECK (((state = 'asked'::text) = (ended_at IS NULL))),
    CONSTRAINT given_covers CHECK (((given_minor IS NULL) OR ((kind = 'cash'::text) AND (way = 'in'::text) AND (given_minor >= amount_minor)))),
    CONSTRAINT never_back_beyond CHECK (((back_minor >= 0) AND (back_minor <= amount_minor))),
    CONSTRAINT tender_kind CHECK ((kind = ANY (ARRAY['cash'::text, 'card'::text, 'exchange'::text]))),
    CONSTRAINT tender_moves_something CHECK ((amount_minor > 0)),
    CONSTRAINT tender_state CHECK ((state = ANY (ARRAY['asked'::text, 'done'::text, 'refused'::text]))),
    CONSTRAINT tender_way CHECK ((way = ANY (ARRAY['in'::text, 'back'::text])))
);
ALTER TABLE payments.tender OWNER TO enfilade_owner;
CREATE TABLE payments.till_refund (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    return_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    amount_minor bigint NOT NULL,
    given_minor bigint DEFAULT 0 NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    CONSTRAINT never_given_beyond CHECK (((given_minor >= 0) AND (given_minor <= amount_minor))),
    CONSTRAINT owes_something CHECK ((amount_minor > 0))
);
ALTER TABLE payments.till_refund OWNER TO enfilade_owner;
CREATE TABLE public.migration (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);
ALTER TABLE public.migration OWNER TO enfilade_owner;
CREATE VIEW public_facts.appointments_at WITH (security_barrier='true') AS
 SELECT a.maison_id,
    a.location_id,
    bool_or((s.pieces_max > 0)) AS tries
   FROM (appointments.service_at a
     JOIN appointments.service s ON (((s.maison_id = a.maison_id) AND (s.id = a.service_id) AND s.active)))
  GROUP BY a.maison_id, a.location_id;
ALTER VIEW public_facts.appointments_at OWNER TO enfilade_owner;
CREATE TABLE public_facts.arrangement (
    maison_id uuid NOT NULL,
    store_id uuid NOT NULL,
    market text NOT NULL,
    day date NOT NULL,
    place integer NOT NULL,
    shown_maison_id uuid NOT NULL,
    first boolean NOT NULL,
    gone boolean DEFAULT false NOT NULL,
    CONSTRAINT arrangement_place CHECK ((place > 0))
);
ALTER TABLE public_facts.arrangement OWNER TO enfilade_owner;
CREATE TABLE public_facts.variant (
    id uuid NOT NULL,
    product_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    sku text,
    colour text NOT NULL,
    size text NOT NULL,
    options jsonb NOT NULL,
    "position" integer NOT NULL
);
ALTER TABLE public_facts.variant OWNER TO enfilade_owner;
CREATE TABLE stock.allocation (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    order_line_id uuid NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity integer NOT NULL,
    secured boolean DEFAULT false NOT NULL,
    allocated_at timestamp with time zone NOT NULL,
    CONSTRAINT allocation_positive CHECK ((quantity > 0))
);
ALTER TABLE stock.allocation OWNER TO enfilade_owner;
CREATE TABLE stock.exposure (
    maison_id uuid NOT NULL,
    location_id uuid NOT NULL,
    collect boolean DEFAULT false NOT NULL,
    reserve boolean DEFAULT false NOT NULL,
    ship boolean DEFAULT false NOT NULL,
    safety_collect integer DEFAULT 0 NOT NULL,
    safety_ship integer DEFAULT 0 NOT NULL,
    safety_collect_percent integer DEFAULT 0 NOT NULL,
    safety_ship_percent integer DEFAULT 0 NOT NULL,
    CONSTRAINT exposure_safety_collect_check CHECK ((safety_collect >= 0)),
    CONSTRAINT exposure_safety_collect_percent_check CHECK (((safety_collect_percent >= 0) AND (safety_collect_percent <= 100))),
    CONSTRAINT exposure_safety_ship_check CHECK ((safety_ship >= 0)),
    CONSTRAINT exposure_safety_ship_percent_check CHECK (((safety_ship_percent >= 0) AND (safety_ship_percent <= 100)))
);
ALTER TABLE stock.exposure OWNER TO enfilade_owner;
CREATE TABLE stock.hold (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    purpose text NOT NULL,
    holder_id uuid NOT NULL,
    quantity integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone NOT NULL,
    CONSTRAINT hold_positive CHECK ((quantity > 0)),
    CONSTRAINT hold_purpose CHECK ((purpose = ANY (ARRAY['checkout'::text, 'offer'::text, 'appointment'::text, 'selection'::text, 'drop'::text, 'transfer'::text, 'sale'::text, 'exchange'::text])))
);
ALTER TABLE stock.hold OWNER TO enfilade_owner;
CREATE TABLE stock."position" (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    on_hand integer DEFAULT 0 NOT NULL,
    display integer DEFAULT 0 NOT NULL,
    damaged integer DEFAULT 0 NOT NULL,
    quality_control integer DEFAULT 0 NOT NULL,
    on_approval integer DEFAULT 0 NOT NULL,
    vic_hold integer DEFAULT 0 NOT NULL,
    at_atelier integer DEFAULT 0 NOT NULL,
    unavailable integer GENERATED ALWAYS AS ((((((display + damaged) + quality_control) + on_approval) + vic_hold) + at_atelier)) STORED NOT NULL,
    allocated integer DEFAULT 0 NOT NULL,
    held integer DEFAULT 0 NOT NULL,
    as_of timestamp with time zone NOT NULL,
    serialised boolean DEFAULT false NOT NULL,
    CONSTRAINT counters_not_negative CHECK ((LEAST(on_hand, display, damaged, quality_control, on_approval, vic_hold, at_atelier, allocated, held) >= 0)),
    CONSTRAINT never_oversold CHECK ((((allocated + held) + unavailable) <= on_hand)),
    CONSTRAINT promised_by_the_piece CHECK (((NOT serialised) OR ((allocated = 0) AND (held = 0))))
)
WITH (fillfactor='80');
ALTER TABLE stock."position" OWNER TO enfilade_owner;
CREATE VIEW public_facts.availability AS
 SELECT p.maison_id,
    p.variant_id,
    p.location_id,
        CASE
            WHEN (e.collect AND (NOT (e.location_id IN ( SELECT c.location_id
               FROM public_facts.closure c
              WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('collect'::text = ANY (c.stops))))))) THEN LEAST(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_collect, e.safety_collect_percent))
            ELSE 0
        END AS collect,
        CASE
            WHEN (e.reserve AND (NOT (e.location_id IN ( SELECT c.location_id
               FROM public_facts.closure c
              WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('reserve'::text = ANY (c.stops))))))) THEN LEAST(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_collect, e.safety_collect_percent))
            ELSE 0
        END AS reserve,
        CASE
            WHEN (e.ship AND (NOT (e.location_id IN ( SELECT c.location_id
               FROM public_facts.closure c
              WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('ship'::text = ANY (c.stops))))))) THEN LEAST(9, stock.atp(p.on_hand, p.unavailable, l.allocated, l.held, l.lapsed, e.safety_ship, e.safety_ship_percent))
            ELSE 0
        END AS ship,
    p.as_of
   FROM (((stock."position" p
     JOIN public_facts.variant v ON ((v.id = p.variant_id)))
     JOIN stock.exposure e ON (((e.maison_id = p.maison_id) AND (e.location_id = p.location_id))))
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN p.serialised THEN ( SELECT (COALESCE(sum(a.quantity), (0)::bigint))::integer AS "coalesce"
                       FROM stock.allocation a
                      WHERE ((a.maison_id = p.maison_id) AND (a.location_id = p.location_id) AND (a.variant_id = p.variant_id)))
                    ELSE p.allocated
                END AS allocated,
                CASE
                    WHEN p.serialised THEN ( SELECT (COALESCE(sum(h.quantity), (0)::bigint))::integer AS "coalesce"
                       FROM stock.hold h
                      WHERE ((h.maison_id = p.maison_id) AND (h.location_id = p.location_id) AND (h.variant_id = p.variant_id) AND (h.expires_at > now())))
                    ELSE p.held
                END AS held,
                CASE
                    WHEN (p.held = 0) THEN 0
                    ELSE ( SELECT (COALESCE(sum(h.quantity), (0)::bigint))::integer AS "coalesce"
                       FROM stock.hold h
                      WHERE ((h.maison_id = p.maison_id) AND (h.location_id = p.location_id) AND (h.variant_id = p.variant_id) AND (h.expires_at <= now())))
                END AS lapsed
         OFFSET 0) l);
ALTER VIEW public_facts.availability OWNER TO enfilade_owner;
CREATE TABLE public_facts.brand (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    slug text NOT NULL,
    name text NOT NULL,
    seller_name text NOT NULL,
    seller_city text NOT NULL,
    seller_country text NOT NULL,
    seller_number text NOT NULL,
    texts jsonb NOT NULL,
    published_at timestamp with time zone NOT NULL
);
ALTER TABLE public_facts.brand OWNER TO enfilade_owner;
CREATE VIEW public_facts.busy WITH (security_barrier='true') AS
 SELECT l.id AS location_id,
    ((day.today + ((LEAST(28, (asked.orders / l.daily_cap)))::double precision * '1 day'::interval)) AT TIME ZONE l.zone) AS free_from
   FROM (((boutiques.location l
     CROSS JOIN LATERAL ( SELECT date_trunc('day'::text, (now() AT TIME ZONE l.zone)) AS today) day)
     CROSS JOIN LATERAL ( SELECT (day.today AT TIME ZONE l.zone) AS begins) b)
     CROSS JOIN LATERAL ( SELECT ((( SELECT count(*) AS count
                   FROM orders.fulfilment f
                  WHERE ((f.maison_id = l.maison_id) AND (f.location_id = l.id) AND (f.asked_at >= b.begins) AND (f.state <> ALL (ARRAY['rejected'::text, 'expired'::text, 'cancelled'::text, 'awaited'::text])))))::integer + (( SELECT count(*) AS count
                   FROM stock.transfer t
                  WHERE ((t.maison_id = l.maison_id) AND (t.from_location_id = l.id) AND (t.reason = 'for_order'::text) AND (t.asked_at >= b.begins) AND (t.state <> ALL (ARRAY['declined'::text, 'cancelled'::text])))))::integer) AS orders) asked)
  WHERE ((l.daily_cap IS NOT NULL) AND l.published AND (asked.orders >= l.daily_cap));
ALTER VIEW public_facts.busy OWNER TO enfilade_owner;
CREATE TABLE public_facts.collaboration (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    name text NOT NULL,
    partners jsonb NOT NULL
);
ALTER TABLE public_facts.collaboration OWNER TO enfilade_owner;
CREATE VIEW public_facts.collects WITH (security_barrier='true') AS
 SELECT maison_id,
    location_id
   FROM stock.exposure e
  WHERE (collect AND (NOT (location_id IN ( SELECT c.location_id
           FROM public_facts.closure c
          WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('collect'::text = ANY (c.stops)))))));
ALTER VIEW public_facts.collects OWNER TO enfilade_owner;
CREATE TABLE public_facts.customs_code (
    maison_id uuid NOT NULL,
    family text NOT NULL,
    hs_code text NOT NULL,
    CONSTRAINT hs_code_digits CHECK ((hs_code ~ '^[0-9]{6}([0-9]{2}){0,2}$'::text))
);
ALTER TABLE public_facts.customs_code OWNER TO enfilade_owner;
CREATE TABLE public_facts.delivery_service (
    maison_id uuid NOT NULL,
    market text NOT NULL,
    service text NOT NULL,
    price_minor bigint NOT NULL,
    free_from_minor bigint,
    by_carrier boolean DEFAULT false NOT NULL,
    margin_basis_points integer DEFAULT 0 NOT NULL,
    days_min smallint NOT NULL,
    days_max smallint NOT NULL,
    given_back boolean DEFAULT false NOT NULL,
    steps jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT days_of_delivery CHECK (((days_min >= 0) AND ((days_max >= days_min) AND (days_max <= 90)))),
    CONSTRAINT free_from CHECK (((free_from_minor >= 0) AND (free_from_minor <= '100000000000'::bigint))),
    CONSTRAINT known_service CHECK ((service = ANY (ARRAY['standard'::text, 'express'::text, 'by_hand'::text]))),
    CONSTRAINT margin_bounded CHECK (((margin_basis_points >= 0) AND (margin_basis_points <= 100000))),
    CONSTRAINT price_of_delivery CHECK (((price_minor >= 0) AND (price_minor <= 100000000))),
    CONSTRAINT steps_are_a_list CHECK ((jsonb_typeof(steps) = 'array'::text))
);
ALTER TABLE public_facts.delivery_service OWNER TO enfilade_owner;
CREATE TABLE public_facts.duty_terms (
    maison_id uuid NOT NULL,
    market text NOT NULL,
    at_door boolean NOT NULL
);
ALTER TABLE public_facts.duty_terms OWNER TO enfilade_owner;
CREATE TABLE public_facts.engraving_fee (
    maison_id uuid NOT NULL,
    market text NOT NULL,
    amount_minor bigint NOT NULL,
    CONSTRAINT engraving_fee_bounded CHECK (((amount_minor >= 1) AND (amount_minor <= 100000000)))
);
ALTER TABLE public_facts.engraving_fee OWNER TO enfilade_owner;
CREATE TABLE public_facts.engraving_terms (
    maison_id uuid NOT NULL,
    letterings text[] NOT NULL,
    scripts text[] NOT NULL,
    CONSTRAINT letterings_known CHECK (((letterings <@ ARRAY['upright'::text, 'italic'::text, 'block'::text]) AND (cardinality(letterings) > 0))),
    CONSTRAINT scripts_known CHECK (((scripts <@ ARRAY['latin'::text, 'han'::text]) AND (cardinality(scripts) > 0)))
);
ALTER TABLE public_facts.engraving_terms OWNER TO enfilade_owner;
CREATE TABLE public_facts.law (
    maison_id uuid NOT NULL,
    kind text NOT NULL,
    rule text NOT NULL,
    country text NOT NULL,
    value integer NOT NULL,
    CONSTRAINT law_country CHECK ((country ~ '^([A-Z]{2}|[*])$'::text)),
    CONSTRAINT law_kind CHECK ((kind = ANY (ARRAY['wine'::text, 'spirits'::text, 'perfume'::text, 'cosmetics'::text, 'jewellery'::text, 'watch'::text, 'exotic_skin'::text, 'book'::text, 'food'::text]))),
    CONSTRAINT law_value CHECK (
CASE rule
    WHEN 'age'::text THEN ((value >= 16) AND (value <= 25))
    WHEN 'ground'::text THEN (value = 1)
    WHEN 'opened'::text THEN (value = 1)
    WHEN 'border'::text THEN ((value >= 1) AND (value <= 2))
    WHEN 'insured_from'::text THEN ((value >= 0) AND (value <= 1000000))
    ELSE false
END),
    CONSTRAINT never_looser_than_shipped CHECK (
CASE
    WHEN (rule = 'insured_from'::text) THEN (value <= COALESCE(public_facts.shipped_value(kind, rule, country), value))
    ELSE (value >= COALESCE(public_facts.shipped_value(kind, rule, country), value))
END)
);
ALTER TABLE public_facts.law OWNER TO enfilade_owner;
CREATE TABLE public_facts.maison_text (
    maison_id uuid NOT NULL,
    language text NOT NULL,
    tagline text NOT NULL,
    story text NOT NULL
);
ALTER TABLE public_facts.maison_text OWNER TO enfilade_owner;
CREATE TABLE public_facts.market (
    maison_id uuid NOT NULL,
    code text NOT NULL,
    countries text[] NOT NULL,
    currency text NOT NULL,
    languages text[] NOT NULL,
    tax_rate_basis_points integer NOT NULL,
    prices_include_tax boolean NOT NULL
);
ALTER TABLE public_facts.market OWNER TO enfilade_owner;
CREATE TABLE public_facts.market_rate (
    maison_id uuid NOT NULL,
    market text NOT NULL,
    kind text NOT NULL,
    tax_rate_basis_points integer NOT NULL,
    CONSTRAINT rate_bounded CHECK (((tax_rate_basis_points >= 0) AND (tax_rate_basis_points <= 5000))),
    CONSTRAINT rate_kind CHECK ((kind = ANY (ARRAY['wine'::text, 'spirits'::text, 'perfume'::text, 'cosmetics'::text, 'jewellery'::text, 'watch'::text, 'exotic_skin'::text, 'book'::text, 'food'::text])))
);
ALTER TABLE public_facts.market_rate OWNER TO enfilade_owner;
CREATE TABLE public_facts.medium (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    focal_x real NOT NULL,
    focal_y real NOT NULL,
    alts jsonb NOT NULL,
    CONSTRAINT medium_says_what_it_shows CHECK ((alts <> '{}'::jsonb))
);
ALTER TABLE public_facts.medium OWNER TO enfilade_owner;
CREATE TABLE public_facts.medium_file (
    name text NOT NULL,
    medium_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    width integer NOT NULL,
    format text NOT NULL
);
ALTER TABLE public_facts.medium_file OWNER TO enfilade_owner;
CREATE TABLE public_facts.node (
    maison_id uuid NOT NULL,
    key text NOT NULL,
    "position" integer NOT NULL,
    gender text NOT NULL,
    families text[] NOT NULL,
    names jsonb NOT NULL,
    CONSTRAINT node_key CHECK ((key ~ '^[a-z0-9]+(-[a-z0-9]+)*$'::text))
);
ALTER TABLE public_facts.node OWNER TO enfilade_owner;
CREATE TABLE public_facts.original (
    maison_id uuid NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    format text NOT NULL,
    bytes bigint NOT NULL
);
ALTER TABLE public_facts.original OWNER TO enfilade_owner;
CREATE TABLE public_facts.price (
    variant_id uuid NOT NULL,
    market text NOT NULL,
    currency text NOT NULL,
    amount_minor bigint NOT NULL,
    lowest_minor bigint
);
ALTER TABLE public_facts.price OWNER TO enfilade_owner;
CREATE TABLE public_facts.product (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    slug text NOT NULL,
    brand text NOT NULL,
    family text NOT NULL,
    gender text NOT NULL,
    made_in text NOT NULL,
    "position" integer NOT NULL,
    pictures jsonb NOT NULL,
    published_at timestamp with time zone NOT NULL,
    engraving_letters_max smallint DEFAULT 0 NOT NULL,
    changed_at timestamp with time zone DEFAULT now() NOT NULL,
    brand_id uuid,
    kinds text[] DEFAULT '{}'::text[] NOT NULL,
    models jsonb DEFAULT '[]'::jsonb NOT NULL
);
ALTER TABLE public_facts.product OWNER TO enfilade_owner;
CREATE TABLE public_facts.product_text (
    product_id uuid NOT NULL,
    language text NOT NULL,
    name text NOT NULL,
    description text NOT NULL,
    materials text NOT NULL,
    care text NOT NULL
);
ALTER TABLE public_facts.product_text OWNER TO enfilade_owner;
CREATE TABLE public_facts.quota (
    product_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    quota_id uuid NOT NULL,
    pieces_max integer NOT NULL,
    period_days integer NOT NULL,
    begins_at timestamp with time zone NOT NULL
);
ALTER TABLE public_facts.quota OWNER TO enfilade_owner;
CREATE VIEW public_facts.reserves WITH (security_barrier='true') AS
 SELECT maison_id,
    location_id
   FROM stock.exposure e
  WHERE (reserve AND (NOT (location_id IN ( SELECT c.location_id
           FROM public_facts.closure c
          WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('reserve'::text = ANY (c.stops)))))));
ALTER VIEW public_facts.reserves OWNER TO enfilade_owner;
CREATE VIEW public_facts.return_terms WITH (security_barrier='true') AS
 SELECT maison_id,
    return_days,
    return_abroad
   FROM maisons.policy t;
ALTER VIEW public_facts.return_terms OWNER TO enfilade_owner;
CREATE TABLE public_facts.search_document (
    maison_id uuid NOT NULL,
    kind text NOT NULL,
    id uuid NOT NULL,
    "position" integer NOT NULL,
    facets text[] NOT NULL,
    prices jsonb NOT NULL,
    names tsvector NOT NULL,
    words tsvector NOT NULL,
    CONSTRAINT search_document_kind CHECK ((kind = ANY (ARRAY['piece'::text, 'maison'::text, 'boutique'::text, 'story'::text])))
);
ALTER TABLE ONLY public_facts.search_document ALTER COLUMN words SET STORAGE EXTERNAL;
ALTER TABLE public_facts.search_document OWNER TO enfilade_owner;
CREATE TABLE public_facts.search_word (
    maison_id uuid NOT NULL,
    word text NOT NULL COLLATE pg_catalog."C",
    lexeme text NOT NULL
);
ALTER TABLE public_facts.search_word OWNER TO enfilade_owner;
CREATE TABLE stock.serialised (
    maison_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    since timestamp with time zone NOT NULL,
    changed_by uuid
);
ALTER TABLE stock.serialised OWNER TO enfilade_owner;
CREATE VIEW public_facts.serialised WITH (security_barrier='true') AS
 SELECT maison_id,
    variant_id
   FROM stock.serialised s;
ALTER VIEW public_facts.serialised OWNER TO enfilade_owner;
CREATE TABLE public_facts.story (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    slug text NOT NULL,
    version integer NOT NULL,
    content jsonb NOT NULL,
    pieces text[] NOT NULL,
    published_at timestamp with time zone NOT NULL,
    changed_at timestamp with time zone NOT NULL
);
ALTER TABLE public_facts.story OWNER TO enfilade_owner;
CREATE TABLE public_facts.story_market (
    story_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    market text NOT NULL,
    shown_from timestamp with time zone NOT NULL,
    shown_until timestamp with time zone
);
ALTER TABLE public_facts.story_market OWNER TO enfilade_owner;
CREATE TABLE public_facts.story_text (
    story_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    language text NOT NULL,
    title text NOT NULL,
    standfirst text NOT NULL,
    plain text NOT NULL
);
ALTER TABLE public_facts.story_text OWNER TO enfilade_owner;
CREATE TABLE public_facts."window" (
    id uuid NOT NULL,
    maison_id uuid NOT NULL,
    content jsonb NOT NULL,
    shown_at timestamp with time zone NOT NULL
);
ALTER TABLE public_facts."window" OWNER TO enfilade_owner;
CREATE TABLE public_facts.window_market (
    window_id uuid NOT NULL,
    maison_id uuid NOT NULL,
    market text NOT NULL,
    shown_from timestamp with time zone NOT NULL,
    shown_until timestamp with time zone
);
ALTER TABLE public_facts.window_market OWNER TO enfilade_owner;
CREATE TABLE stock.arrival (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    transfer_id uuid NOT NULL,
    receipt_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    received integer DEFAULT 0 NOT NULL,
    damaged integer DEFAULT 0 NOT NULL,
    lost integer DEFAULT 0 NOT NULL,
    loss_reason text,
    told_at timestamp with time zone NOT NULL,
    told_by uuid,
    CONSTRAINT arrival_not_negative CHECK ((LEAST(received, damaged, lost) >= 0)),
    CONSTRAINT arrival_says_something CHECK (((received + lost) > 0)),
    CONSTRAINT damaged_of_what_arrived CHECK ((damaged <= received)),
    CONSTRAINT loss_is_explained CHECK (((lost > 0) = (loss_reason IS NOT NULL))),
    CONSTRAINT loss_is_said_by_somebody CHECK (((lost = 0) OR (told_by IS NOT NULL))),
    CONSTRAINT loss_reason CHECK ((loss_reason = ANY (ARRAY['never_arrived'::text, 'stolen'::text, 'carrier_paid'::text, 'miscounted'::text])))
);
ALTER TABLE stock.arrival OWNER TO enfilade_owner;
CREATE VIEW stock.exposed WITH (security_invoker='true') AS
 SELECT maison_id,
    location_id,
    (collect AND (NOT (location_id IN ( SELECT c.location_id
           FROM public_facts.closure c
          WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('collect'::text = ANY (c.stops))))))) AS collect,
    (reserve AND (NOT (location_id IN ( SELECT c.location_id
           FROM public_facts.closure c
          WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('reserve'::text = ANY (c.stops))))))) AS reserve,
    (ship AND (NOT (location_id IN ( SELECT c.location_id
           FROM public_facts.closure c
          WHERE ((c.starts_at <= now()) AND ((c.ends_at IS NULL) OR (c.ends_at > now())) AND ('ship'::text = ANY (c.stops))))))) AS ship,
    safety_collect,
    safety_ship,
    safety_collect_percent,
    safety_ship_percent
   FROM stock.exposure e;
ALTER VIEW stock.exposed OWNER TO enfilade_owner;
CREATE TABLE stock.moved (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    moved_at timestamp with time zone NOT NULL
);
ALTER TABLE stock.moved OWNER TO enfilade_owner;
CREATE TABLE stock.movement (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    kind text NOT NULL,
    on_hand integer DEFAULT 0 NOT NULL,
    allocated integer DEFAULT 0 NOT NULL,
    state text,
    unavailable integer DEFAULT 0 NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
)
PARTITION BY RANGE (recorded_at);
ALTER TABLE stock.movement OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_01 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_01 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_02 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_02 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_03 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_03 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_04 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_04 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_05 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_05 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_06 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_06 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_07 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_07 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_08 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_08 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_09 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_09 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_10 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_10 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_11 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_11 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2026_12 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2026_12 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_01 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_01 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_02 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_02 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_03 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_03 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_04 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_04 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_05 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_05 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_06 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_06 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_07 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_07 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_08 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_08 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_09 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_09 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_10 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_10 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_11 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_11 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2027_12 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2027_12 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_01 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_01 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_02 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_02 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_03 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_03 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_04 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_04 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_05 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_05 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_06 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_06 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_07 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_07 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_08 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_08 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_09 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_09 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_10 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_10 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_11 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_11 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_2028_12 (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_2028_12 OWNER TO enfilade_owner;
CREATE TABLE stock.movement_default (
    maison_id uuid CONSTRAINT movement_maison_id_not_null NOT NULL,
    region text DEFAULT base.region() CONSTRAINT movement_region_not_null NOT NULL,
    id uuid CONSTRAINT movement_id_not_null NOT NULL,
    recorded_at timestamp with time zone CONSTRAINT movement_recorded_at_not_null NOT NULL,
    location_id uuid CONSTRAINT movement_location_id_not_null NOT NULL,
    variant_id uuid CONSTRAINT movement_variant_id_not_null NOT NULL,
    kind text CONSTRAINT movement_kind_not_null NOT NULL,
    on_hand integer DEFAULT 0 CONSTRAINT movement_on_hand_not_null NOT NULL,
    allocated integer DEFAULT 0 CONSTRAINT movement_allocated_not_null NOT NULL,
    state text,
    unavailable integer DEFAULT 0 CONSTRAINT movement_unavailable_not_null NOT NULL,
    cause_id uuid,
    CONSTRAINT movement_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'allocated'::text, 'released'::text, 'dispatched'::text, 'collected'::text, 'adjusted'::text, 'state_changed'::text, 'returned'::text, 'transferred'::text, 'sold'::text]))),
    CONSTRAINT movement_names_state CHECK (((state IS NULL) = (unavailable = 0))),
    CONSTRAINT movement_says_something CHECK (((on_hand <> 0) OR (allocated <> 0) OR (unavailable <> 0))),
    CONSTRAINT movement_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text])))
);
ALTER TABLE stock.movement_default OWNER TO enfilade_owner;
CREATE TABLE stock.piece (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    variant_id uuid NOT NULL,
    serial text NOT NULL,
    whereabouts text NOT NULL,
    location_id uuid NOT NULL,
    state text,
    hold_id uuid,
    order_line_id uuid,
    transfer_id uuid,
    changed_at timestamp with time zone NOT NULL,
    belongs_to uuid,
    owner text GENERATED ALWAYS AS (
CASE
    WHEN (whereabouts = 'sold'::text) THEN 'client'::text
    WHEN (belongs_to IS NOT NULL) THEN 'brand'::text
    ELSE 'maison'::text
END),
    holder text GENERATED ALWAYS AS (
CASE whereabouts
    WHEN 'here'::text THEN 'place'::text
    WHEN 'on_its_way'::text THEN 'carrier'::text
    WHEN 'sold'::text THEN 'client'::text
    ELSE 'nobody'::text
END),
    CONSTRAINT kept_where_it_is CHECK (((whereabouts = 'here'::text) OR ((state IS NULL) AND (hold_id IS NULL)))),
    CONSTRAINT of_a_line_here_or_sold CHECK (((order_line_id IS NULL) OR (whereabouts = ANY (ARRAY['here'::text, 'sold'::text])))),
    CONSTRAINT on_its_way_by_a_transfer CHECK (((whereabouts = 'on_its_way'::text) = (transfer_id IS NOT NULL))),
    CONSTRAINT piece_state CHECK ((state = ANY (ARRAY['display'::text, 'damaged'::text, 'quality_control'::text, 'on_approval'::text, 'vic_hold'::text, 'at_atelier'::text]))),
    CONSTRAINT piece_whereabouts CHECK ((whereabouts = ANY (ARRAY['here'::text, 'on_its_way'::text, 'sold'::text, 'gone'::text]))),
    CONSTRAINT promised_once CHECK ((num_nonnulls(state, hold_id, order_line_id) <= 1)),
    CONSTRAINT serial_is_legible CHECK ((serial ~ '^[A-Z0-9][A-Z0-9./-]{0,39}$'::text))
)
WITH (fillfactor='70');
ALTER TABLE stock.piece OWNER TO enfilade_owner;
CREATE TABLE stock.piece_step (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    piece_id uuid NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    kind text NOT NULL,
    location_id uuid NOT NULL,
    state text,
    cause_id uuid,
    by_id uuid,
    CONSTRAINT step_kind CHECK ((kind = ANY (ARRAY['opening'::text, 'received'::text, 'found'::text, 'allocated'::text, 'released'::text, 'exchanged'::text, 'collected'::text, 'dispatched'::text, 'taken_back'::text, 'returned'::text, 'state_changed'::text, 'sent'::text, 'arrived'::text, 'lost'::text, 'sold'::text, 'gone'::text])))
);
ALTER TABLE stock.piece_step OWNER TO enfilade_owner;
CREATE TABLE stock.place_total (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    location_id uuid NOT NULL,
    on_hand bigint NOT NULL,
    unavailable bigint NOT NULL,
    allocated bigint NOT NULL,
    held bigint NOT NULL,
    oldest_count timestamp with time zone NOT NULL,
    added_up_at timestamp with time zone NOT NULL
);
ALTER TABLE stock.place_total OWNER TO enfilade_owner;
CREATE TABLE stock.shortage (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    id uuid NOT NULL,
    location_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    quantity integer NOT NULL,
    cause text NOT NULL,
    recorded_at timestamp with time zone NOT NULL,
    resolved_at timestamp with time zone,
    resolved_by uuid,
    CONSTRAINT shortage_quantity_check CHECK ((quantity > 0))
);
ALTER TABLE stock.shortage OWNER TO enfilade_owner;
CREATE VIEW stock.standing WITH (security_invoker='true') AS
 SELECT p.maison_id,
    p.region,
    p.location_id,
    p.variant_id,
    p.on_hand,
    p.unavailable,
    p.as_of,
    p.serialised,
    k.allocated,
    k.held
   FROM (stock."position" p
     CROSS JOIN LATERAL ( SELECT
                CASE
                    WHEN p.serialised THEN ( SELECT (COALESCE(sum(a.quantity), (0)::bigint))::integer AS "coalesce"
                       FROM stock.allocation a
                      WHERE ((a.maison_id = p.maison_id) AND (a.location_id = p.location_id) AND (a.variant_id = p.variant_id)))
                    ELSE p.allocated
                END AS allocated,
                CASE
                    WHEN p.serialised THEN ( SELECT (COALESCE(sum(h.quantity), (0)::bigint))::integer AS "coalesce"
                       FROM stock.hold h
                      WHERE ((h.maison_id = p.maison_id) AND (h.location_id = p.location_id) AND (h.variant_id = p.variant_id)))
                    ELSE p.held
                END AS held
         OFFSET 0) k);
ALTER VIEW stock.standing OWNER TO enfilade_owner;
CREATE TABLE stock.told (
    maison_id uuid NOT NULL,
    source text NOT NULL,
    reference text NOT NULL,
    told_at timestamp with time zone NOT NULL
);
ALTER TABLE stock.told OWNER TO enfilade_owner;
CREATE TABLE stock.transfer_line (
    maison_id uuid NOT NULL,
    region text DEFAULT base.region() NOT NULL,
    transfer_id uuid NOT NULL,
    variant_id uuid NOT NULL,
    asked integer NOT NULL,
    packed integer DEFAULT 0 NOT NULL,
    sent integer DEFAULT 0 NOT NULL,
    received integer DEFAULT 0 NOT NULL,
    damaged integer DEFAULT 0 NOT NULL,
    lost integer DEFAULT 0 NOT NULL,
    order_line_id uuid,
    take_out integer DEFAULT 0 NOT NULL,
    CONSTRAINT asked_bounded CHECK (((asked >= 1) AND (asked <= 1000))),
    CONSTRAINT damaged_of_the_received CHECK ((damaged <= received)),
    CONSTRAINT moved_not_negative CHECK ((LEAST(packed, sent, received, damaged, lost) >= 0)),
    CONSTRAINT never_more_than_asked CHECK ((packed <= asked)),
    CONSTRAINT never_more_than_packed CHECK ((sent <= packed)),
    CONSTRAINT never_more_than_sent CHECK (((received + lost) <= sent)),
    CONSTRAINT taken_out_not_negative CHECK ((take_out >= 0))
);
ALTER TABLE stock.transfer_line OWNER TO enfilade_owner;
CREATE TABLE stripe_provider.intent (
    reference uuid NOT NULL,
    intent_id text NOT NULL,
    asked_at timestamp with time zone NOT NULL
);
ALTER TABLE stripe_provider.intent OWNER TO enfilade_owner;
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_01 FOR VALUES FROM ('2026-01-01 00:00:00+00') TO ('2026-02-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_02 FOR VALUES FROM ('2026-02-01 00:00:00+00') TO ('2026-03-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_03 FOR VALUES FROM ('2026-03-01 00:00:00+00') TO ('2026-04-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_04 FOR VALUES FROM ('2026-04-01 00:00:00+00') TO ('2026-05-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_05 FOR VALUES FROM ('2026-05-01 00:00:00+00') TO ('2026-06-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_06 FOR VALUES FROM ('2026-06-01 00:00:00+00') TO ('2026-07-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_07 FOR VALUES FROM ('2026-07-01 00:00:00+00') TO ('2026-08-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_08 FOR VALUES FROM ('2026-08-01 00:00:00+00') TO ('2026-09-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_09 FOR VALUES FROM ('2026-09-01 00:00:00+00') TO ('2026-10-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_10 FOR VALUES FROM ('2026-10-01 00:00:00+00') TO ('2026-11-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_11 FOR VALUES FROM ('2026-11-01 00:00:00+00') TO ('2026-12-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2026_12 FOR VALUES FROM ('2026-12-01 00:00:00+00') TO ('2027-01-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_01 FOR VALUES FROM ('2027-01-01 00:00:00+00') TO ('2027-02-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_02 FOR VALUES FROM ('2027-02-01 00:00:00+00') TO ('2027-03-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_03 FOR VALUES FROM ('2027-03-01 00:00:00+00') TO ('2027-04-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_04 FOR VALUES FROM ('2027-04-01 00:00:00+00') TO ('2027-05-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_05 FOR VALUES FROM ('2027-05-01 00:00:00+00') TO ('2027-06-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_06 FOR VALUES FROM ('2027-06-01 00:00:00+00') TO ('2027-07-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_07 FOR VALUES FROM ('2027-07-01 00:00:00+00') TO ('2027-08-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_08 FOR VALUES FROM ('2027-08-01 00:00:00+00') TO ('2027-09-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_09 FOR VALUES FROM ('2027-09-01 00:00:00+00') TO ('2027-10-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_10 FOR VALUES FROM ('2027-10-01 00:00:00+00') TO ('2027-11-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_11 FOR VALUES FROM ('2027-11-01 00:00:00+00') TO ('2027-12-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2027_12 FOR VALUES FROM ('2027-12-01 00:00:00+00') TO ('2028-01-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_01 FOR VALUES FROM ('2028-01-01 00:00:00+00') TO ('2028-02-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_02 FOR VALUES FROM ('2028-02-01 00:00:00+00') TO ('2028-03-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_03 FOR VALUES FROM ('2028-03-01 00:00:00+00') TO ('2028-04-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_04 FOR VALUES FROM ('2028-04-01 00:00:00+00') TO ('2028-05-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_05 FOR VALUES FROM ('2028-05-01 00:00:00+00') TO ('2028-06-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_06 FOR VALUES FROM ('2028-06-01 00:00:00+00') TO ('2028-07-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_07 FOR VALUES FROM ('2028-07-01 00:00:00+00') TO ('2028-08-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_08 FOR VALUES FROM ('2028-08-01 00:00:00+00') TO ('2028-09-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_09 FOR VALUES FROM ('2028-09-01 00:00:00+00') TO ('2028-10-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_10 FOR VALUES FROM ('2028-10-01 00:00:00+00') TO ('2028-11-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_11 FOR VALUES FROM ('2028-11-01 00:00:00+00') TO ('2028-12-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_2028_12 FOR VALUES FROM ('2028-12-01 00:00:00+00') TO ('2029-01-01 00:00:00+00');
ALTER TABLE ONLY stock.movement ATTACH PARTITION stock.movement_default DEFAULT;
ALTER TABLE ONLY aggregates.freshness
    ADD CONSTRAINT freshness_pkey PRIMARY KEY (maison_id, region);
ALTER TABLE ONLY aggregates.purchase
    ADD CONSTRAINT purchase_pkey PRIMARY KEY (maison_id, region, first_month);
ALTER TABLE ONLY aggregates.sales
    ADD CONSTRAINT sales_pkey PRIMARY KEY (maison_id, region, currency, detail, first_month, part);
ALTER TABLE ONLY aggregates.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (maison_id, region, first_month);
ALTER TABLE ONLY aggregates.visit
    ADD CONSTRAINT visit_pkey PRIMARY KEY (maison_id, region, detail, first_month, part);
ALTER TABLE ONLY appointments.absence
    ADD CONSTRAINT absence_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT advisor_once EXCLUDE USING gist (maison_id WITH =, staff_id WITH =, busy WITH &&) WHERE ((state = ANY (ARRAY['booked'::text, 'arrived'::text])));
ALTER TABLE ONLY appointments.advisor
    ADD CONSTRAINT advisor_pkey PRIMARY KEY (maison_id, staff_id);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT advisor_proposed_once EXCLUDE USING gist (maison_id WITH =, staff_id WITH =, busy WITH &&) WHERE ((state = 'open'::text));
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT alternative_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_link_once UNIQUE (link_hash);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_number_once UNIQUE (maison_id, number, region);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY appointments.calendar_link
    ADD CONSTRAINT calendar_link_once UNIQUE (link_hash);
ALTER TABLE ONLY appointments.calendar_link
    ADD CONSTRAINT calendar_link_pkey PRIMARY KEY (maison_id, staff_id);
ALTER TABLE ONLY appointments.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (maison_id, appointment_id, region);
ALTER TABLE ONLY appointments.shift
    ADD CONSTRAINT one_place_at_a_time EXCLUDE USING gist (maison_id WITH =, staff_id WITH =, during WITH &&);
ALTER TABLE ONLY appointments.outside_calendar
    ADD CONSTRAINT outside_calendar_pkey PRIMARY KEY (maison_id, staff_id);
ALTER TABLE ONLY appointments.piece
    ADD CONSTRAINT piece_once_an_appointment PRIMARY KEY (maison_id, appointment_id, variant_id, region);
ALTER TABLE ONLY appointments.roster
    ADD CONSTRAINT roster_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT seat_once EXCLUDE USING gist (maison_id WITH =, seat_id WITH =, busy WITH &&) WHERE (((state = ANY (ARRAY['booked'::text, 'arrived'::text])) AND (seat_id IS NOT NULL)));
ALTER TABLE ONLY appointments.seat
    ADD CONSTRAINT seat_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT seat_proposed_once EXCLUDE USING gist (maison_id WITH =, seat_id WITH =, busy WITH &&) WHERE (((state = 'open'::text) AND (seat_id IS NOT NULL)));
ALTER TABLE ONLY appointments.seat
    ADD CONSTRAINT seat_stays_there UNIQUE (maison_id, location_id, id);
ALTER TABLE ONLY appointments.service_at
    ADD CONSTRAINT service_at_pkey PRIMARY KEY (maison_id, service_id, location_id);
ALTER TABLE ONLY appointments.service
    ADD CONSTRAINT service_code_once UNIQUE (maison_id, code);
ALTER TABLE ONLY appointments.service
    ADD CONSTRAINT service_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY appointments.service_text
    ADD CONSTRAINT service_text_pkey PRIMARY KEY (maison_id, service_id, language);
ALTER TABLE ONLY appointments.turn
    ADD CONSTRAINT turn_pkey PRIMARY KEY (maison_id, location_id);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT visitor_once EXCLUDE USING gist (maison_id WITH =, booker WITH =, tstzrange(starts_at, ends_at) WITH &&) WHERE ((state = ANY (ARRAY['booked'::text, 'arrived'::text])));
ALTER TABLE ONLY appointments.waiting
    ADD CONSTRAINT waiting_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY appointments.zone_rules
    ADD CONSTRAINT zone_rules_pkey PRIMARY KEY (maison_id, region);
ALTER TABLE ONLY base.audit
    ADD CONSTRAINT audit_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY base.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY base.handled_fact
    ADD CONSTRAINT handled_once PRIMARY KEY (maison_id, fact_id, listener);
ALTER TABLE ONLY base.idempotency
    ADD CONSTRAINT idempotency_once PRIMARY KEY (maison_id, actor, key);
ALTER TABLE ONLY base.import_run
    ADD CONSTRAINT import_run_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY base.rate_limit
    ADD CONSTRAINT rate_limit_pkey PRIMARY KEY (bucket, window_start);
ALTER TABLE ONLY boutiques.closure
    ADD CONSTRAINT closure_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY boutiques.closure
    ADD CONSTRAINT closures_apart EXCLUDE USING gist (location_id WITH =, during WITH &&) WHERE ((act_id IS NULL));
ALTER TABLE ONLY boutiques.location
    ADD CONSTRAINT location_code_once UNIQUE (maison_id, code);
ALTER TABLE ONLY boutiques.location
    ADD CONSTRAINT location_in_region UNIQUE (maison_id, id, region);
ALTER TABLE ONLY boutiques.location
    ADD CONSTRAINT location_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY boutiques.making_claim
    ADD CONSTRAINT making_claim_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY boutiques.workshop_claim
    ADD CONSTRAINT one_claim_per_holder UNIQUE (maison_id, holder_id, region);
ALTER TABLE ONLY boutiques.making_claim
    ADD CONSTRAINT one_making_claim_a_day UNIQUE (maison_id, holder_id, variant_id, day, region);
ALTER TABLE ONLY boutiques.workshop_claim
    ADD CONSTRAINT workshop_claim_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY boutiques.workshop_day
    ADD CONSTRAINT workshop_day_pkey PRIMARY KEY (maison_id, workshop_id, day, region);
ALTER TABLE ONLY boutiques.workshop
    ADD CONSTRAINT workshop_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY carriers.label_paper
    ADD CONSTRAINT label_paper_pkey PRIMARY KEY (maison_id, label_id, region);
ALTER TABLE ONLY carriers.label
    ADD CONSTRAINT label_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY carriers.offered
    ADD CONSTRAINT offered_pkey PRIMARY KEY (maison_id, market, carrier, service);
ALTER TABLE ONLY carriers.rate
    ADD CONSTRAINT one_rate_a_parcel PRIMARY KEY (maison_id, market, carrier, service, pieces);
ALTER TABLE ONLY carriers.scan
    ADD CONSTRAINT scanned_once PRIMARY KEY (maison_id, label_id, scan_id, region);
ALTER TABLE ONLY carriers.terms
    ADD CONSTRAINT terms_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY catalogue.collaboration_answer
    ADD CONSTRAINT answered_once PRIMARY KEY (maison_id, collaboration_id, version);
ALTER TABLE ONLY catalogue.brand
    ADD CONSTRAINT brand_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY catalogue.brand
    ADD CONSTRAINT brand_slug_once UNIQUE (maison_id, slug);
ALTER TABLE ONLY catalogue.collaboration_partner
    ADD CONSTRAINT collaboration_partner_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY catalogue.collaboration
    ADD CONSTRAINT collaboration_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY catalogue.commission
    ADD CONSTRAINT commission_begins_once UNIQUE (maison_id, brand_id, valid);
ALTER TABLE ONLY catalogue.model
    ADD CONSTRAINT model_pkey PRIMARY KEY (maison_id, product_id, colour);
ALTER TABLE ONLY catalogue.family_kinds
    ADD CONSTRAINT one_answer_a_family PRIMARY KEY (maison_id, family);
ALTER TABLE ONLY catalogue.collaboration_piece
    ADD CONSTRAINT one_collaboration_a_piece PRIMARY KEY (maison_id, product_id);
ALTER TABLE ONLY catalogue.commission
    ADD CONSTRAINT one_commission_a_day EXCLUDE USING gist (maison_id WITH =, brand_id WITH =, valid WITH &&);
ALTER TABLE ONLY catalogue.collaboration_partner
    ADD CONSTRAINT partner_once UNIQUE (maison_id, collaboration_id, partner_maison_id);
ALTER TABLE ONLY catalogue.picture
    ADD CONSTRAINT picture_pkey PRIMARY KEY (maison_id, product_id, "position");
ALTER TABLE ONLY catalogue.price
    ADD CONSTRAINT price_pkey PRIMARY KEY (maison_id, variant_id, market, valid_from);
ALTER TABLE ONLY catalogue.product
    ADD CONSTRAINT product_handle_once UNIQUE (maison_id, source, handle);
ALTER TABLE ONLY catalogue.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY catalogue.product
    ADD CONSTRAINT product_slug_once UNIQUE (slug);
ALTER TABLE ONLY catalogue.product_text
    ADD CONSTRAINT product_text_pkey PRIMARY KEY (maison_id, product_id, language);
ALTER TABLE ONLY catalogue.variant
    ADD CONSTRAINT variant_options_once UNIQUE (maison_id, product_id, option_key);
ALTER TABLE ONLY catalogue.variant
    ADD CONSTRAINT variant_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY catalogue.variant
    ADD CONSTRAINT variant_sku_once UNIQUE (maison_id, sku);
ALTER TABLE ONLY channels.webhook_endpoint
    ADD CONSTRAINT endpoint_number_once UNIQUE (maison_id, number);
ALTER TABLE ONLY channels.webhook_delivery
    ADD CONSTRAINT one_delivery_a_fact UNIQUE (maison_id, endpoint_id, fact_id, region);
ALTER TABLE ONLY channels.webhook_delivery
    ADD CONSTRAINT webhook_delivery_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY channels.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY channels.webhook_progress
    ADD CONSTRAINT webhook_progress_pkey PRIMARY KEY (maison_id, endpoint_id, region);
ALTER TABLE ONLY channels.webhook_secret
    ADD CONSTRAINT webhook_secret_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY clients.address
    ADD CONSTRAINT address_pkey PRIMARY KEY (maison_id, region, id);
ALTER TABLE ONLY clients.client
    ADD CONSTRAINT client_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY clients.session
    ADD CONSTRAINT client_session_once UNIQUE (token_hash);
ALTER TABLE ONLY clients.consent
    ADD CONSTRAINT consent_said_once PRIMARY KEY (maison_id, region, client_id, purpose, said_at);
ALTER TABLE ONLY clients.contact_point
    ADD CONSTRAINT contact_point_pkey PRIMARY KEY (maison_id, kind, value, region);
ALTER TABLE ONLY clients.erasure
    ADD CONSTRAINT erased_once PRIMARY KEY (maison_id, client_id, region);
ALTER TABLE ONLY clients.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (maison_id, token_hash, region);
ALTER TABLE ONLY clients.sign_in_code
    ADD CONSTRAINT sign_in_code_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY clients.sign_in_code
    ADD CONSTRAINT sign_in_link_once UNIQUE (link_hash);
ALTER TABLE ONLY clients.wish
    ADD CONSTRAINT wished_once PRIMARY KEY (maison_id, region, holder_kind, holder_id, store_id, product_id);
ALTER TABLE ONLY closures.act
    ADD CONSTRAINT act_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY closures.effect
    ADD CONSTRAINT effect_once UNIQUE (maison_id, act_id, kind, subject_id);
ALTER TABLE ONLY closures.effect
    ADD CONSTRAINT effect_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY closures.place
    ADD CONSTRAINT place_pkey PRIMARY KEY (maison_id, act_id, location_id);
ALTER TABLE ONLY editorial.apart
    ADD CONSTRAINT apart_number_once UNIQUE (maison_id, number);
ALTER TABLE ONLY editorial.apart
    ADD CONSTRAINT apart_pkey PRIMARY KEY (maison_id, other_maison_id);
ALTER TABLE ONLY editorial.schedule
    ADD CONSTRAINT schedule_pkey PRIMARY KEY (maison_id, story_id, market);
ALTER TABLE ONLY editorial.story
    ADD CONSTRAINT story_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY editorial.story
    ADD CONSTRAINT story_slug_once UNIQUE (slug);
ALTER TABLE ONLY editorial.version
    ADD CONSTRAINT version_pkey PRIMARY KEY (maison_id, story_id, number);
ALTER TABLE ONLY editorial."window"
    ADD CONSTRAINT window_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY editorial.window_schedule
    ADD CONSTRAINT window_schedule_pkey PRIMARY KEY (maison_id, window_id, market);
ALTER TABLE ONLY local_carrier.parcel
    ADD CONSTRAINT parcel_pkey PRIMARY KEY (key);
ALTER TABLE ONLY local_carrier.parcel
    ADD CONSTRAINT parcel_tracking_key UNIQUE (tracking);
ALTER TABLE ONLY local_carrier.scan
    ADD CONSTRAINT scan_pkey PRIMARY KEY (tracking, id);
ALTER TABLE ONLY local_provider.charge
    ADD CONSTRAINT charge_pkey PRIMARY KEY (reference);
ALTER TABLE ONLY local_provider.charge
    ADD CONSTRAINT charge_second_step_token_key UNIQUE (second_step_token);
ALTER TABLE ONLY local_provider.request
    ADD CONSTRAINT request_pkey PRIMARY KEY (key);
ALTER TABLE ONLY local_provider.signature
    ADD CONSTRAINT signature_pkey PRIMARY KEY (key);
ALTER TABLE ONLY local_provider.slip
    ADD CONSTRAINT slip_pkey PRIMARY KEY (key);
ALTER TABLE ONLY maisons.capability
    ADD CONSTRAINT capability_pkey PRIMARY KEY (maison_id, name);
ALTER TABLE ONLY maisons.legal_entity
    ADD CONSTRAINT legal_entity_code_once UNIQUE (maison_id, code);
ALTER TABLE ONLY maisons.legal_entity
    ADD CONSTRAINT legal_entity_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY maisons.maison
    ADD CONSTRAINT maison_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY maisons.maison
    ADD CONSTRAINT maison_slug_once UNIQUE (slug);
ALTER TABLE ONLY maisons.maison_text
    ADD CONSTRAINT maison_text_pkey PRIMARY KEY (maison_id, language);
ALTER TABLE ONLY maisons.market
    ADD CONSTRAINT market_pkey PRIMARY KEY (maison_id, code);
ALTER TABLE ONLY maisons.policy
    ADD CONSTRAINT policy_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY maisons.store
    ADD CONSTRAINT store_host_once UNIQUE (host);
ALTER TABLE ONLY maisons.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY maisons.store
    ADD CONSTRAINT store_slug_once UNIQUE (slug);
ALTER TABLE ONLY media.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (maison_id, picture_id, width, format);
ALTER TABLE ONLY media.original
    ADD CONSTRAINT original_once UNIQUE (maison_id, name);
ALTER TABLE ONLY media.original
    ADD CONSTRAINT original_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY media.picture
    ADD CONSTRAINT picture_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY media.picture
    ADD CONSTRAINT upload_once UNIQUE (maison_id, upload);
ALTER TABLE ONLY orders.enquiry
    ADD CONSTRAINT answers_one_enquiry UNIQUE (maison_id, proposal_id, region);
ALTER TABLE ONLY orders.proposal_approval
    ADD CONSTRAINT approved_once PRIMARY KEY (maison_id, proposal_id, region);
ALTER TABLE ONLY orders.basket
    ADD CONSTRAINT basket_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.call_back
    ADD CONSTRAINT call_back_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.cancellation_line
    ADD CONSTRAINT cancellation_line_pkey PRIMARY KEY (maison_id, cancellation_id, order_line_id, region);
ALTER TABLE ONLY orders.cancellation
    ADD CONSTRAINT cancellation_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.certificate
    ADD CONSTRAINT certificate_code_once UNIQUE (code_hash);
ALTER TABLE ONLY orders.certificate
    ADD CONSTRAINT certificate_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.checkout
    ADD CONSTRAINT checkout_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.checkout_seller
    ADD CONSTRAINT checkout_seller_pkey PRIMARY KEY (maison_id, checkout_id, selling_maison_id, region);
ALTER TABLE ONLY orders.contact
    ADD CONSTRAINT contact_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.desk_note
    ADD CONSTRAINT desk_note_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.drawer
    ADD CONSTRAINT drawer_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.due
    ADD CONSTRAINT due_once PRIMARY KEY (maison_id, kind, cause_id, partner_id, region);
ALTER TABLE ONLY orders.enquiry
    ADD CONSTRAINT enquiry_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.exchange
    ADD CONSTRAINT exchange_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.external_sale
    ADD CONSTRAINT external_sale_pkey PRIMARY KEY (maison_id, reference, sku);
ALTER TABLE ONLY orders.figures_read
    ADD CONSTRAINT figures_read_pkey PRIMARY KEY (maison_id, region);
ALTER TABLE ONLY orders.fiscal_record
    ADD CONSTRAINT fiscal_record_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.fulfilment
    ADD CONSTRAINT fulfilment_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.goodwill
    ADD CONSTRAINT goodwill_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.invoice
    ADD CONSTRAINT invoice_number_once UNIQUE (maison_id, legal_entity_id, kind, year, number, region);
ALTER TABLE ONLY orders.invoice
    ADD CONSTRAINT invoice_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.invoice
    ADD CONSTRAINT invoiced_once UNIQUE (maison_id, kind, cause_id, region);
ALTER TABLE ONLY orders.line_terms
    ADD CONSTRAINT line_terms_pkey PRIMARY KEY (maison_id, order_line_id, partner_id, region);
ALTER TABLE ONLY orders.cash_movement
    ADD CONSTRAINT moved_once PRIMARY KEY (maison_id, kind, cause_id, region);
ALTER TABLE ONLY orders.checkout_line
    ADD CONSTRAINT one_checkout_line_per_variant PRIMARY KEY (maison_id, checkout_id, variant_id, line, region);
ALTER TABLE ONLY orders.delivery
    ADD CONSTRAINT one_delivery_an_order PRIMARY KEY (maison_id, order_id, region);
ALTER TABLE ONLY orders.basket_line
    ADD CONSTRAINT one_line_per_variant PRIMARY KEY (maison_id, basket_id, variant_id, engraving, lettering, region);
ALTER TABLE ONLY orders.proposal_line
    ADD CONSTRAINT one_proposed_line_per_variant PRIMARY KEY (maison_id, proposal_id, variant_id, region);
ALTER TABLE ONLY orders.fiscal_record
    ADD CONSTRAINT one_record_a_number UNIQUE (maison_id, location_id, number, region);
ALTER TABLE ONLY orders.sale_line
    ADD CONSTRAINT one_sale_line_per_variant PRIMARY KEY (maison_id, sale_id, variant_id, region);
ALTER TABLE ONLY orders.order_line
    ADD CONSTRAINT order_line_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders."order"
    ADD CONSTRAINT order_link_once UNIQUE (link_hash);
ALTER TABLE ONLY orders."order"
    ADD CONSTRAINT order_number_once UNIQUE (maison_id, number, region);
ALTER TABLE ONLY orders."order"
    ADD CONSTRAINT order_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.pace
    ADD CONSTRAINT pace_pkey PRIMARY KEY (maison_id, location_id, variant_id, region);
ALTER TABLE ONLY orders.partner_statement
    ADD CONSTRAINT partner_statement_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders."order"
    ADD CONSTRAINT placed_once UNIQUE (maison_id, checkout_id, region);
ALTER TABLE ONLY orders.proposal
    ADD CONSTRAINT proposal_link_once UNIQUE (link_hash);
ALTER TABLE ONLY orders.proposal_note
    ADD CONSTRAINT proposal_note_pkey PRIMARY KEY (maison_id, proposal_id, region);
ALTER TABLE ONLY orders.proposal
    ADD CONSTRAINT proposal_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.putting_away
    ADD CONSTRAINT putting_away_pkey PRIMARY KEY (maison_id, order_line_id, region);
ALTER TABLE ONLY orders.quota_count
    ADD CONSTRAINT quota_count_pkey PRIMARY KEY (maison_id, quota_id, period, mark, region);
ALTER TABLE ONLY orders.quota
    ADD CONSTRAINT quota_name_once UNIQUE (maison_id, name);
ALTER TABLE ONLY orders.quota
    ADD CONSTRAINT quota_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY orders.quota_use
    ADD CONSTRAINT quota_use_pkey PRIMARY KEY (maison_id, quota_id, period, mark, checkout_id, region);
ALTER TABLE ONLY orders.fiscal_record
    ADD CONSTRAINT recorded_once UNIQUE (maison_id, kind, subject_id, region);
ALTER TABLE ONLY orders.rejection
    ADD CONSTRAINT rejection_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.return_line
    ADD CONSTRAINT return_line_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.return
    ADD CONSTRAINT return_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.return_wish
    ADD CONSTRAINT return_wish_pkey PRIMARY KEY (maison_id, return_id, order_line_id, region);
ALTER TABLE ONLY orders.sale
    ADD CONSTRAINT sale_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.sales_day
    ADD CONSTRAINT sales_day_pkey PRIMARY KEY (maison_id, region, day, channel, promised_online, collected, currency);
ALTER TABLE ONLY orders.fiscal_record
    ADD CONSTRAINT sealed UNIQUE (maison_id, location_id, number, digest, region);
ALTER TABLE ONLY orders.service_day
    ADD CONSTRAINT service_day_pkey PRIMARY KEY (maison_id, region, day);
ALTER TABLE ONLY orders.sourcing_terms
    ADD CONSTRAINT sourcing_terms_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY orders.partner_statement_line
    ADD CONSTRAINT stated_once PRIMARY KEY (maison_id, kind, cause_id, partner_id, region);
ALTER TABLE ONLY orders.partner_statement
    ADD CONSTRAINT statement_number_once UNIQUE (maison_id, number, region);
ALTER TABLE ONLY orders.partner_statement
    ADD CONSTRAINT statements_apart EXCLUDE USING gist (maison_id WITH =, partner_id WITH =, region WITH =, daterange(begins, ends) WITH &&);
ALTER TABLE ONLY orders.visit_day
    ADD CONSTRAINT visit_day_pkey PRIMARY KEY (maison_id, region, day, currency);
ALTER TABLE ONLY orders.wait
    ADD CONSTRAINT wait_link_once UNIQUE (link_hash);
ALTER TABLE ONLY orders.wait
    ADD CONSTRAINT wait_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.withdrawal_line
    ADD CONSTRAINT withdrawal_line_pkey PRIMARY KEY (maison_id, withdrawal_id, order_line_id, region);
ALTER TABLE ONLY orders.withdrawal
    ADD CONSTRAINT withdrawal_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY orders.withdrawal
    ADD CONSTRAINT withdrawal_stated_once UNIQUE (maison_id, order_id, form_key, region);
ALTER TABLE ONLY payments.statement_difference
    ADD CONSTRAINT one_difference_a_day PRIMARY KEY (maison_id, provider, day, payment_id, what, region);
ALTER TABLE ONLY payments.statement
    ADD CONSTRAINT one_statement_a_day PRIMARY KEY (maison_id, provider, day, legal_entity_id, currency, region);
ALTER TABLE ONLY payments.operation
    ADD CONSTRAINT operation_once_per_cause UNIQUE (maison_id, payment_id, kind, cause_id, region);
ALTER TABLE ONLY payments.operation
    ADD CONSTRAINT operation_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY payments.till_refund
    ADD CONSTRAINT owed_once PRIMARY KEY (maison_id, return_id, region);
ALTER TABLE ONLY payments.payment
    ADD CONSTRAINT payment_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY payments.ledger_entry
    ADD CONSTRAINT posted_once PRIMARY KEY (maison_id, kind, cause_id, debit, credit, region);
ALTER TABLE ONLY payments.tender
    ADD CONSTRAINT tender_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY public.migration
    ADD CONSTRAINT migration_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public_facts.arrangement
    ADD CONSTRAINT arrangement_pkey PRIMARY KEY (store_id, market, day, place);
ALTER TABLE ONLY public_facts.boutique
    ADD CONSTRAINT boutique_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.brand
    ADD CONSTRAINT brand_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY public_facts.brand
    ADD CONSTRAINT brand_published_once UNIQUE (maison_id, slug);
ALTER TABLE ONLY public_facts.closure
    ADD CONSTRAINT closure_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.collaboration
    ADD CONSTRAINT collaboration_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.engraving_fee
    ADD CONSTRAINT engraving_fee_pkey PRIMARY KEY (maison_id, market);
ALTER TABLE ONLY public_facts.engraving_terms
    ADD CONSTRAINT engraving_terms_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY public_facts.exclusive
    ADD CONSTRAINT exclusive_pkey PRIMARY KEY (product_id);
ALTER TABLE ONLY public_facts.made_to_order
    ADD CONSTRAINT made_to_order_pkey PRIMARY KEY (maison_id, variant_id);
ALTER TABLE ONLY public_facts.maison
    ADD CONSTRAINT maison_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY public_facts.maison
    ADD CONSTRAINT maison_slug_key UNIQUE (slug);
ALTER TABLE ONLY public_facts.maison_text
    ADD CONSTRAINT maison_text_pkey PRIMARY KEY (maison_id, language);
ALTER TABLE ONLY public_facts.market
    ADD CONSTRAINT market_pkey PRIMARY KEY (maison_id, code);
ALTER TABLE ONLY public_facts.medium_file
    ADD CONSTRAINT medium_file_pkey PRIMARY KEY (name, medium_id);
ALTER TABLE ONLY public_facts.medium
    ADD CONSTRAINT medium_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.node
    ADD CONSTRAINT node_once PRIMARY KEY (maison_id, key);
ALTER TABLE ONLY public_facts.customs_code
    ADD CONSTRAINT one_code_a_family PRIMARY KEY (maison_id, family);
ALTER TABLE ONLY public_facts.law
    ADD CONSTRAINT one_law_a_place PRIMARY KEY (maison_id, kind, rule, country);
ALTER TABLE ONLY public_facts.arrangement
    ADD CONSTRAINT one_place_a_day UNIQUE (store_id, market, day, shown_maison_id);
ALTER TABLE ONLY public_facts.delivery_service
    ADD CONSTRAINT one_price_a_service PRIMARY KEY (maison_id, market, service);
ALTER TABLE ONLY public_facts.market_rate
    ADD CONSTRAINT one_rate_a_kind PRIMARY KEY (maison_id, market, kind);
ALTER TABLE ONLY public_facts.duty_terms
    ADD CONSTRAINT one_terms_a_market PRIMARY KEY (maison_id, market);
ALTER TABLE ONLY public_facts.travel
    ADD CONSTRAINT one_way_a_pair PRIMARY KEY (maison_id, origin, destination);
ALTER TABLE ONLY public_facts.opening
    ADD CONSTRAINT opening_pkey PRIMARY KEY (location_id, opens_at);
ALTER TABLE ONLY public_facts.original
    ADD CONSTRAINT original_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY public_facts.price
    ADD CONSTRAINT price_pkey PRIMARY KEY (variant_id, market);
ALTER TABLE ONLY public_facts.product
    ADD CONSTRAINT product_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.product
    ADD CONSTRAINT product_slug_key UNIQUE (slug);
ALTER TABLE ONLY public_facts.product_text
    ADD CONSTRAINT product_text_pkey PRIMARY KEY (product_id, language);
ALTER TABLE ONLY public_facts.promise_terms
    ADD CONSTRAINT promise_terms_pkey PRIMARY KEY (maison_id);
ALTER TABLE ONLY public_facts.quota
    ADD CONSTRAINT quota_pkey PRIMARY KEY (product_id);
ALTER TABLE ONLY public_facts.search_document
    ADD CONSTRAINT search_document_once PRIMARY KEY (maison_id, kind, id);
ALTER TABLE ONLY public_facts.search_word
    ADD CONSTRAINT search_word_once PRIMARY KEY (maison_id, word, lexeme);
ALTER TABLE ONLY public_facts.store_maison
    ADD CONSTRAINT store_maison_pkey PRIMARY KEY (store_id, maison_id);
ALTER TABLE ONLY public_facts.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.store
    ADD CONSTRAINT store_slug_key UNIQUE (slug);
ALTER TABLE ONLY public_facts.story_market
    ADD CONSTRAINT story_market_pkey PRIMARY KEY (story_id, market);
ALTER TABLE ONLY public_facts.story
    ADD CONSTRAINT story_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.story
    ADD CONSTRAINT story_slug_key UNIQUE (slug);
ALTER TABLE ONLY public_facts.story_text
    ADD CONSTRAINT story_text_pkey PRIMARY KEY (story_id, language);
ALTER TABLE ONLY public_facts.variant
    ADD CONSTRAINT variant_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public_facts.window_market
    ADD CONSTRAINT window_market_pkey PRIMARY KEY (window_id, market);
ALTER TABLE ONLY public_facts."window"
    ADD CONSTRAINT window_of_maison UNIQUE (maison_id, id);
ALTER TABLE ONLY public_facts."window"
    ADD CONSTRAINT window_pkey PRIMARY KEY (id);
ALTER TABLE ONLY staff.person
    ADD CONSTRAINT person_pkey PRIMARY KEY (maison_id, id);
ALTER TABLE ONLY staff.post
    ADD CONSTRAINT post_pkey PRIMARY KEY (maison_id, staff_id, location_id);
ALTER TABLE ONLY staff.session
    ADD CONSTRAINT session_pkey PRIMARY KEY (maison_id, token_hash);
ALTER TABLE ONLY staff.session
    ADD CONSTRAINT session_token_once UNIQUE (token_hash);
ALTER TABLE ONLY staff.person
    ADD CONSTRAINT staff_email_once UNIQUE (email);
ALTER TABLE ONLY stock.exposure
    ADD CONSTRAINT exposure_pkey PRIMARY KEY (maison_id, location_id);
ALTER TABLE ONLY stock.hold
    ADD CONSTRAINT hold_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY stock.moved
    ADD CONSTRAINT moved_pkey PRIMARY KEY (maison_id, location_id, variant_id, region);
ALTER TABLE ONLY stock.movement
    ADD CONSTRAINT movement_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_01
    ADD CONSTRAINT movement_2026_01_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_02
    ADD CONSTRAINT movement_2026_02_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_03
    ADD CONSTRAINT movement_2026_03_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_04
    ADD CONSTRAINT movement_2026_04_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_05
    ADD CONSTRAINT movement_2026_05_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_06
    ADD CONSTRAINT movement_2026_06_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_07
    ADD CONSTRAINT movement_2026_07_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_08
    ADD CONSTRAINT movement_2026_08_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_09
    ADD CONSTRAINT movement_2026_09_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_10
    ADD CONSTRAINT movement_2026_10_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_11
    ADD CONSTRAINT movement_2026_11_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2026_12
    ADD CONSTRAINT movement_2026_12_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_01
    ADD CONSTRAINT movement_2027_01_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_02
    ADD CONSTRAINT movement_2027_02_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_03
    ADD CONSTRAINT movement_2027_03_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_04
    ADD CONSTRAINT movement_2027_04_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_05
    ADD CONSTRAINT movement_2027_05_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_06
    ADD CONSTRAINT movement_2027_06_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_07
    ADD CONSTRAINT movement_2027_07_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_08
    ADD CONSTRAINT movement_2027_08_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_09
    ADD CONSTRAINT movement_2027_09_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_10
    ADD CONSTRAINT movement_2027_10_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_11
    ADD CONSTRAINT movement_2027_11_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2027_12
    ADD CONSTRAINT movement_2027_12_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_01
    ADD CONSTRAINT movement_2028_01_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_02
    ADD CONSTRAINT movement_2028_02_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_03
    ADD CONSTRAINT movement_2028_03_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_04
    ADD CONSTRAINT movement_2028_04_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_05
    ADD CONSTRAINT movement_2028_05_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_06
    ADD CONSTRAINT movement_2028_06_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_07
    ADD CONSTRAINT movement_2028_07_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_08
    ADD CONSTRAINT movement_2028_08_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_09
    ADD CONSTRAINT movement_2028_09_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_10
    ADD CONSTRAINT movement_2028_10_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_11
    ADD CONSTRAINT movement_2028_11_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_2028_12
    ADD CONSTRAINT movement_2028_12_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.movement_default
    ADD CONSTRAINT movement_default_pkey PRIMARY KEY (maison_id, recorded_at, id, region);
ALTER TABLE ONLY stock.allocation
    ADD CONSTRAINT one_allocation_per_line PRIMARY KEY (maison_id, order_line_id, region);
ALTER TABLE ONLY stock.hold
    ADD CONSTRAINT one_hold_per_holder UNIQUE (maison_id, holder_id, location_id, variant_id, region);
ALTER TABLE ONLY stock.transfer_line
    ADD CONSTRAINT one_line_a_variant PRIMARY KEY (maison_id, transfer_id, variant_id, region);
ALTER TABLE ONLY stock.piece
    ADD CONSTRAINT one_serial UNIQUE (maison_id, variant_id, serial, region);
ALTER TABLE ONLY stock.piece
    ADD CONSTRAINT piece_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY stock.piece_step
    ADD CONSTRAINT piece_step_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY stock.place_total
    ADD CONSTRAINT place_total_pkey PRIMARY KEY (maison_id, location_id, region);
ALTER TABLE ONLY stock."position"
    ADD CONSTRAINT position_pkey PRIMARY KEY (maison_id, location_id, variant_id, region);
ALTER TABLE ONLY stock.serialised
    ADD CONSTRAINT serialised_pkey PRIMARY KEY (maison_id, variant_id);
ALTER TABLE ONLY stock.shortage
    ADD CONSTRAINT shortage_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY stock.told
    ADD CONSTRAINT told_once PRIMARY KEY (maison_id, source, reference);
ALTER TABLE ONLY stock.arrival
    ADD CONSTRAINT told_once_a_receipt PRIMARY KEY (maison_id, transfer_id, receipt_id, variant_id, region);
ALTER TABLE ONLY stock.transfer
    ADD CONSTRAINT transfer_pkey PRIMARY KEY (maison_id, id, region);
ALTER TABLE ONLY stripe_provider.intent
    ADD CONSTRAINT intent_pkey PRIMARY KEY (reference);
ALTER TABLE ONLY stripe_provider.intent
    ADD CONSTRAINT one_payment_an_intent UNIQUE (intent_id);
CREATE INDEX absence_of_advisor ON appointments.absence USING gist (maison_id, staff_id, during);
CREATE UNIQUE INDEX alternative_kept_once ON appointments.alternative USING btree (maison_id, waiting_id) WHERE (state = 'open'::text);
CREATE INDEX alternative_of_appointment ON appointments.alternative USING btree (maison_id, appointment_id);
CREATE INDEX alternative_of_cause ON appointments.alternative USING btree (maison_id, cause);
CREATE INDEX alternative_to_lapse ON appointments.alternative USING btree (maison_id, answer_by) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX alternative_unanswered_once ON appointments.alternative USING btree (maison_id, appointment_id) WHERE (state = ANY (ARRAY['open'::text, 'lapsed'::text, 'nowhere'::text]));
CREATE INDEX appointment_ahead ON appointments.appointment USING btree (maison_id, ends_at) WHERE (state = ANY (ARRAY['booked'::text, 'arrived'::text]));
CREATE INDEX appointment_of_client ON appointments.appointment USING btree (client_id, starts_at) WHERE (client_id IS NOT NULL);
CREATE INDEX appointment_of_place ON appointments.appointment USING btree (maison_id, location_id, starts_at);
CREATE INDEX contact_to_forget ON appointments.contact USING btree (maison_id, forget_at);
CREATE INDEX piece_brought_by ON appointments.piece USING btree (maison_id, transfer_id) WHERE (transfer_id IS NOT NULL);
CREATE INDEX roster_of_place ON appointments.roster USING btree (maison_id, location_id);
CREATE INDEX shift_at_place ON appointments.shift USING btree (maison_id, location_id);
CREATE INDEX shift_of_place ON appointments.shift USING gist (maison_id, location_id, during);
CREATE INDEX waiting_in_order ON appointments.waiting USING btree (maison_id, location_id, on_day, asked_at) WHERE (ended_at IS NULL);
CREATE UNIQUE INDEX waiting_link ON appointments.waiting USING btree (link_hash);
CREATE UNIQUE INDEX waits_once ON appointments.waiting USING btree (maison_id, service_id, location_id, on_day, booker) WHERE (ended_at IS NULL);
CREATE INDEX fact_forward ON base.fact USING btree (xid, id);
CREATE INDEX fact_of_maison ON base.fact USING btree (maison_id, region, xid, id);
CREATE INDEX fact_of_subject ON base.fact USING btree (maison_id, subject_id, id);
CREATE INDEX idempotency_age ON base.idempotency USING btree (asked_at);
CREATE UNIQUE INDEX closure_of_act_once ON boutiques.closure USING btree (maison_id, act_id, location_id) WHERE (act_id IS NOT NULL);
CREATE INDEX making_claim_lapses ON boutiques.making_claim USING btree (maison_id, expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX making_claim_of_day ON boutiques.making_claim USING btree (maison_id, workshop_id, day);
CREATE INDEX workshop_claim_lapses ON boutiques.workshop_claim USING btree (maison_id, expires_at) WHERE (expires_at IS NOT NULL);
CREATE INDEX workshop_claim_of_day ON boutiques.workshop_claim USING btree (maison_id, workshop_id, day);
CREATE INDEX label_of_cause ON carriers.label USING btree (maison_id, cause_id);
CREATE INDEX label_of_order ON carriers.label USING btree (maison_id, order_id);
CREATE INDEX label_on_its_way ON carriers.label USING btree (maison_id, followed_at) WHERE (state = 'made'::text);
CREATE INDEX label_to_carry_out ON carriers.label USING btree (maison_id, asked_at) WHERE (state = ANY (ARRAY['asked'::text, 'letting_go'::text]));
CREATE UNIQUE INDEX one_live_label ON carriers.label USING btree (maison_id, purpose, cause_id, region) WHERE (state = ANY (ARRAY['asked'::text, 'made'::text]));
CREATE UNIQUE INDEX tracking_once ON carriers.label USING btree (maison_id, carrier, tracking, region) WHERE (tracking <> ''::text);
CREATE INDEX answer_to ON catalogue.collaboration_answer USING btree (selling_maison_id, collaboration_id);
CREATE UNIQUE INDEX brand_name_once ON catalogue.brand USING btree (maison_id, lower(name));
CREATE INDEX model_of_original ON catalogue.model USING btree (maison_id, original_id);
CREATE UNIQUE INDEX picture_shown_once ON catalogue.picture USING btree (maison_id, medium_id, product_id) WHERE (medium_id IS NOT NULL);
CREATE INDEX variant_barcode ON catalogue.variant USING btree (maison_id, barcode) WHERE (barcode <> ''::text);
CREATE INDEX delivery_dead ON channels.webhook_delivery USING btree (maison_id, endpoint_id, region, id) WHERE (state = 'dead'::text);
CREATE INDEX delivery_due ON channels.webhook_delivery USING btree (maison_id, endpoint_id, region, due_at, id) WHERE (state = 'waiting'::text);
CREATE INDEX delivery_newest ON channels.webhook_delivery USING btree (maison_id, endpoint_id, region, id);
CREATE INDEX delivery_written ON channels.webhook_delivery USING btree (maison_id, written_at);
CREATE UNIQUE INDEX one_secret_in_use ON channels.webhook_secret USING btree (maison_id, endpoint_id) WHERE (ends_at IS NULL);
CREATE INDEX secrets_of_endpoint ON channels.webhook_secret USING btree (maison_id, endpoint_id);
CREATE INDEX address_of_client ON clients.address USING btree (maison_id, client_id);
CREATE INDEX contact_point_of_client ON clients.contact_point USING btree (maison_id, client_id);
CREATE INDEX sign_in_code_age ON clients.sign_in_code USING btree (maison_id, expires_at);
CREATE INDEX wish_by_age ON clients.wish USING btree (maison_id, wished_at) WHERE (holder_kind = 'visitor'::text);
CREATE INDEX effect_to_do ON closures.effect USING btree (maison_id, act_id, kind) WHERE (state = 'to_do'::text);
CREATE INDEX place_open ON closures.place USING btree (maison_id, location_id) WHERE (over_at IS NULL);
CREATE INDEX original_newest ON media.original USING btree (maison_id, format, uploaded_at DESC, id DESC);
CREATE INDEX picture_newest ON media.picture USING btree (maison_id, uploaded_at DESC, id DESC);
CREATE INDEX call_back_of_order ON orders.call_back USING btree (maison_id, order_id) WHERE (order_id IS NOT NULL);
CREATE INDEX call_back_open ON orders.call_back USING btree (maison_id, due_at) WHERE (done_at IS NULL);
CREATE INDEX cancellation_line_of_line ON orders.cancellation_line USING btree (maison_id, order_line_id);
CREATE INDEX cancellation_of_order ON orders.cancellation USING btree (maison_id, order_id);
CREATE INDEX cancellation_waiting ON orders.cancellation USING btree (maison_id, asked_at) WHERE (state = 'asked'::text);
CREATE UNIQUE INDEX cancelled_once ON orders.cancellation_line USING btree (maison_id, order_line_id, region) WHERE (outcome = 'cancelled'::text);
CREATE INDEX certificate_of_line ON orders.certificate USING btree (maison_id, order_line_id);
CREATE INDEX certificate_of_order ON orders.certificate USING btree (maison_id, order_id);
CREATE INDEX certificate_of_piece ON orders.certificate USING btree (maison_id, piece_id, issued_at);
CREATE INDEX checkout_of_client ON orders.checkout USING btree (maison_id, client_id, opened_at DESC) WHERE (client_id IS NOT NULL);
CREATE INDEX checkout_of_proposal ON orders.checkout USING btree (maison_id, proposal_id) WHERE (proposal_id IS NOT NULL);
CREATE INDEX checkout_of_visitor ON orders.checkout USING btree (maison_id, visitor_id, state);
CREATE INDEX checkout_proposed ON orders.checkout USING btree (id) WHERE (proposal_id IS NOT NULL);
CREATE INDEX checkout_unfinished ON orders.checkout USING btree (changed_at) WHERE (state = ANY (ARRAY['open'::text, 'paying'::text, 'choosing'::text]));
CREATE INDEX contact_name_resembles ON orders.contact USING gin (base.folded(name) public.gin_trgm_ops);
CREATE INDEX contact_of_mail ON orders.contact USING btree (maison_id, lower(mail) text_pattern_ops) WHERE (mail <> ''::text);
CREATE INDEX contact_of_name ON orders.contact USING btree (maison_id, base.folded(name) text_pattern_ops);
CREATE INDEX contact_of_phone ON orders.contact USING btree (maison_id, reverse(regexp_replace(phone, '\D'::text, ''::text, 'g'::text)) text_pattern_ops) WHERE (phone <> ''::text);
CREATE INDEX delivery_charged_with ON orders.delivery USING btree (maison_id, fulfilment_id) WHERE (fulfilment_id IS NOT NULL);
CREATE INDEX delivery_given_back_with ON orders.delivery USING btree (maison_id, return_id) WHERE (return_id IS NOT NULL);
CREATE INDEX desk_note_of_order ON orders.desk_note USING btree (maison_id, order_id, noted_at);
CREATE INDEX drawer_of_place ON orders.drawer USING btree (maison_id, location_id, opened_at DESC);
CREATE INDEX due_of_partner ON orders.due USING btree (maison_id, partner_id, day);
CREATE INDEX enquiry_by_age ON orders.enquiry USING btree (maison_id, asked_at);
CREATE INDEX exchange_of_order ON orders.exchange USING btree (maison_id, order_id);
CREATE INDEX exchange_placed_as ON orders.exchange USING btree (maison_id, placed_order_id) WHERE (placed_order_id IS NOT NULL);
CREATE INDEX external_sale_day ON orders.external_sale USING btree (maison_id, sold_at);
CREATE INDEX external_sale_visit ON orders.external_sale USING btree (maison_id, visit) WHERE (visit <> ''::text);
CREATE INDEX fiscal_unsigned ON orders.fiscal_record USING btree (maison_id, recorded_at) WHERE (device_due AND (signed_at IS NULL));
CREATE INDEX fulfilment_asked ON orders.fulfilment USING btree (maison_id, location_id, asked_at);
CREATE INDEX fulfilment_awaited ON orders.fulfilment USING btree (maison_id, location_id) WHERE (state = 'awaited'::text);
CREATE INDEX fulfilment_due ON orders.fulfilment USING btree (maison_id, pick_by) WHERE (state = ANY (ARRAY['asked'::text, 'accepted'::text]));
CREATE INDEX fulfilment_ended ON orders.fulfilment USING btree (maison_id, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX fulfilment_of_order ON orders.fulfilment USING btree (maison_id, order_id);
CREATE INDEX fulfilment_of_tracking ON orders.fulfilment USING btree (maison_id, tracking) WHERE (tracking <> ''::text);
CREATE INDEX fulfilment_open ON orders.fulfilment USING btree (maison_id, location_id, asked_at) WHERE (state = ANY (ARRAY['asked'::text, 'accepted'::text, 'ready'::text]));
CREATE INDEX fulfilment_uncollected ON orders.fulfilment USING btree (maison_id, collect_by) WHERE (state = 'ready'::text);
CREATE INDEX fulfilment_undoable ON orders.fulfilment USING btree (maison_id, location_id, capture_after) WHERE (capture_after IS NOT NULL);
CREATE INDEX goodwill_of_order ON orders.goodwill USING btree (maison_id, order_id);
CREATE INDEX goodwill_waiting ON orders.goodwill USING btree (maison_id, asked_at) WHERE (state = 'asked'::text);
CREATE INDEX invoice_by_day ON orders.invoice USING btree (maison_id, issued_on);
CREATE INDEX invoice_of_order ON orders.invoice USING btree (maison_id, order_id);
CREATE INDEX line_of_fulfilment ON orders.order_line USING btree (maison_id, fulfilment_id);
CREATE INDEX line_of_order ON orders.order_line USING btree (maison_id, order_id);
CREATE INDEX line_of_statement ON orders.partner_statement_line USING btree (maison_id, statement_id);
CREATE INDEX line_of_transfer ON orders.order_line USING btree (maison_id, transfer_id) WHERE (transfer_id IS NOT NULL);
CREATE INDEX line_unsourced ON orders.order_line USING btree (maison_id, order_id) WHERE (state = 'unsourced'::text);
CREATE INDEX movement_of_drawer ON orders.cash_movement USING btree (maison_id, drawer_id, recorded_at);
CREATE UNIQUE INDEX one_announced_an_order ON orders.return USING btree (maison_id, order_id, region) WHERE (state = 'announced'::text);
CREATE UNIQUE INDEX one_basket_of_a_proposal ON orders.basket USING btree (maison_id, proposal_id, visitor_id, region) WHERE (proposal_id IS NOT NULL);
CREATE UNIQUE INDEX one_cancellation_asked ON orders.cancellation USING btree (maison_id, order_id, region) WHERE (state = 'asked'::text);
CREATE UNIQUE INDEX one_goodwill_asked ON orders.goodwill USING btree (maison_id, order_id, region) WHERE (state = 'asked'::text);
CREATE UNIQUE INDEX one_live_checkout ON orders.checkout USING btree (maison_id, basket_id, region) WHERE (state = ANY (ARRAY['open'::text, 'paying'::text, 'choosing'::text]));
CREATE UNIQUE INDEX one_open_basket ON orders.basket USING btree (maison_id, store_id, visitor_id, region) WHERE (state = 'open'::text);
CREATE UNIQUE INDEX one_open_drawer ON orders.drawer USING btree (maison_id, location_id, region) WHERE (closed_at IS NULL);
CREATE UNIQUE INDEX one_open_exchange ON orders.exchange USING btree (maison_id, return_id, order_line_id, region) WHERE (state = ANY (ARRAY['wished'::text, 'held'::text, 'due'::text, 'placed'::text]));
CREATE UNIQUE INDEX one_paying_a_proposal ON orders.checkout USING btree (maison_id, proposal_id, region) WHERE ((proposal_id IS NOT NULL) AND (state = ANY (ARRAY['paying'::text, 'choosing'::text, 'completed'::text])));
CREATE UNIQUE INDEX one_valid_certificate ON orders.certificate USING btree (maison_id, piece_id, region) WHERE (void_since IS NULL);
CREATE INDEX order_line_kept ON orders.order_line USING btree (maison_id, kept_at) WHERE ((kept_at IS NOT NULL) AND (fetched_at IS NULL));
CREATE INDEX order_line_to_engrave ON orders.order_line USING btree (maison_id, engrave_by) WHERE ((lettering <> ''::text) AND (engraved_at IS NULL) AND (state = ANY (ARRAY['sourced'::text, 'picked'::text])));
CREATE INDEX order_line_to_make ON orders.order_line USING btree (maison_id, make_by) WHERE ((make_by IS NOT NULL) AND (made_at IS NULL) AND (state = 'sourced'::text));
CREATE INDEX order_not_completed ON orders."order" USING btree (maison_id, state, placed_at DESC, id DESC) WHERE (state <> 'completed'::text);
CREATE INDEX order_of_client ON orders."order" USING btree (maison_id, client_id) WHERE (client_id IS NOT NULL);
CREATE INDEX order_of_contact ON orders."order" USING btree (maison_id, contact_id);
CREATE INDEX order_of_payment ON orders."order" USING btree (maison_id, payment_id) WHERE (payment_id IS NOT NULL);
CREATE INDEX order_recent ON orders."order" USING btree (maison_id, placed_at DESC, id DESC);
CREATE UNIQUE INDEX pickup_code_once ON orders.fulfilment USING btree (maison_id, location_id, code_hash, region) WHERE (state = 'ready'::text);
CREATE INDEX proposal_of_place ON orders.proposal USING btree (maison_id, location_id, made_at DESC, id DESC);
CREATE UNIQUE INDEX proposal_paid_once ON orders."order" USING btree (maison_id, proposal_id, region) WHERE (proposal_id IS NOT NULL);
CREATE INDEX putting_away_of_fulfilment ON orders.putting_away USING btree (maison_id, fulfilment_id);
CREATE INDEX quota_use_of_checkout ON orders.quota_use USING btree (maison_id, checkout_id);
CREATE INDEX rejection_of_line ON orders.rejection USING btree (maison_id, order_line_id);
CREATE UNIQUE INDEX return_code_once ON orders.return USING btree (maison_id, code_hash, region) WHERE (state = 'announced'::text);
CREATE INDEX return_lapsing ON orders.return USING btree (maison_id, lapses_at) WHERE (state = 'announced'::text);
CREATE INDEX return_line_of_line ON orders.return_line USING btree (maison_id, order_line_id);
CREATE INDEX return_line_of_return ON orders.return_line USING btree (maison_id, return_id);
CREATE INDEX return_of_order ON orders.return USING btree (maison_id, order_id);
CREATE INDEX return_received ON orders.return USING btree (maison_id, received_at) WHERE (state = 'received'::text);
CREATE INDEX return_undecided ON orders.return USING btree (maison_id, received_at) WHERE ((state = 'received'::text) AND (refund_minor IS NULL));
CREATE INDEX sale_of_drawer ON orders.sale USING btree (maison_id, drawer_id, opened_at DESC);
CREATE UNIQUE INDEX settled_once ON orders.sale USING btree (maison_id, order_id, region) WHERE (order_id IS NOT NULL);
CREATE INDEX statement_of_house ON orders.partner_statement USING btree (partner_maison_id) WHERE (partner_maison_id IS NOT NULL);
CREATE INDEX terms_of_partner ON orders.line_terms USING btree (maison_id, partner_id);
CREATE INDEX to_put_away ON orders.putting_away USING btree (maison_id, location_id) WHERE (done_at IS NULL);
CREATE INDEX wait_by_age ON orders.wait USING btree (maison_id, asked_at);
CREATE INDEX wait_in_order ON orders.wait USING btree (maison_id, variant_id, confirmed_at) WHERE ((confirmed_at IS NOT NULL) AND (told_at IS NULL) AND (left_at IS NULL));
CREATE INDEX wait_told ON orders.wait USING btree (maison_id, variant_id, told_at) WHERE (told_at IS NOT NULL);
CREATE UNIQUE INDEX waits_once ON orders.wait USING btree (maison_id, region, store_id, variant_id, mail) WHERE ((confirmed_at IS NOT NULL) AND (told_at IS NULL) AND (left_at IS NULL));
CREATE INDEX wish_of_line ON orders.return_wish USING btree (maison_id, order_line_id);
CREATE INDEX withdrawal_line_cancelled ON orders.withdrawal_line USING btree (maison_id, cancellation_id) WHERE (cancellation_id IS NOT NULL);
CREATE INDEX entry_of_day ON payments.ledger_entry USING btree (maison_id, posted_at);
CREATE UNIQUE INDEX one_live_payment ON payments.payment USING btree (maison_id, checkout_id, region) WHERE (state = ANY (ARRAY['asked'::text, 'second_step'::text, 'authorised'::text, 'captured'::text]));
CREATE UNIQUE INDEX one_tender_asked ON payments.tender USING btree (maison_id, payment_id, region) WHERE (state = 'asked'::text);
CREATE INDEX operation_open ON payments.operation USING btree (maison_id, asked_at) WHERE (state = 'asked'::text);
CREATE INDEX operation_refused ON payments.operation USING btree (maison_id, ended_at) WHERE ((state = 'refused'::text) AND (kind = ANY (ARRAY['capture'::text, 'refund'::text])));
CREATE UNIQUE INDEX payment_reference_once ON payments.payment USING btree (maison_id, provider, provider_reference) WHERE (provider_reference IS NOT NULL);
CREATE INDEX tender_of_drawer ON payments.tender USING btree (maison_id, drawer_id);
CREATE INDEX tender_of_payment ON payments.tender USING btree (maison_id, payment_id, asked_at);
CREATE INDEX till_refund_open ON payments.till_refund USING btree (maison_id, asked_at) WHERE (given_minor < amount_minor);
CREATE INDEX arrangement_by_day ON public_facts.arrangement USING btree (maison_id, day);
CREATE INDEX boutique_of_city ON public_facts.boutique USING btree (lower(city));
CREATE INDEX boutique_of_maison ON public_facts.boutique USING btree (maison_id, country, city);
CREATE INDEX closure_at ON public_facts.closure USING btree (location_id, starts_at);
CREATE INDEX exclusive_of_collaboration ON public_facts.exclusive USING btree (collaboration_id);
CREATE INDEX medium_file_of ON public_facts.medium_file USING btree (medium_id, width);
CREATE INDEX medium_of_maison ON public_facts.medium USING btree (maison_id);
CREATE INDEX original_called ON public_facts.original USING btree (name);
CREATE INDEX product_of_brand ON public_facts.product USING btree (maison_id, brand_id, "position", id) WHERE (brand_id IS NOT NULL);
CREATE INDEX product_of_family ON public_facts.product USING btree (maison_id, family, "position", id);
CREATE INDEX product_of_gender ON public_facts.product USING btree (maison_id, gender, family);
CREATE INDEX product_of_maison ON public_facts.product USING btree (maison_id, "position", id);
CREATE INDEX quota_products ON public_facts.quota USING btree (maison_id, quota_id);
CREATE INDEX search_document_words ON public_facts.search_document USING gin (words) WITH (fastupdate=off);
CREATE INDEX search_word_begins ON public_facts.search_word USING btree (word);
CREATE INDEX search_word_resembles ON public_facts.search_word USING gin (word public.gin_trgm_ops) WITH (fastupdate=off);
CREATE INDEX story_of_maison ON public_facts.story USING btree (maison_id, published_at DESC, id);
CREATE INDEX story_of_piece ON public_facts.story USING gin (pieces);
CREATE INDEX variant_of_product ON public_facts.variant USING btree (product_id, "position", id);
CREATE INDEX allocation_of_position ON stock.allocation USING btree (maison_id, location_id, variant_id, allocated_at DESC);
CREATE INDEX hold_lapsing ON stock.hold USING btree (maison_id, expires_at);
CREATE INDEX hold_of_position ON stock.hold USING btree (maison_id, location_id, variant_id, expires_at);
CREATE INDEX movement_of_position ON ONLY stock.movement USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_01_maison_id_location_id_variant_id_idx ON stock.movement_2026_01 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_02_maison_id_location_id_variant_id_idx ON stock.movement_2026_02 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_03_maison_id_location_id_variant_id_idx ON stock.movement_2026_03 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_04_maison_id_location_id_variant_id_idx ON stock.movement_2026_04 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_05_maison_id_location_id_variant_id_idx ON stock.movement_2026_05 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_06_maison_id_location_id_variant_id_idx ON stock.movement_2026_06 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_07_maison_id_location_id_variant_id_idx ON stock.movement_2026_07 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_08_maison_id_location_id_variant_id_idx ON stock.movement_2026_08 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_09_maison_id_location_id_variant_id_idx ON stock.movement_2026_09 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_10_maison_id_location_id_variant_id_idx ON stock.movement_2026_10 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_11_maison_id_location_id_variant_id_idx ON stock.movement_2026_11 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2026_12_maison_id_location_id_variant_id_idx ON stock.movement_2026_12 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_01_maison_id_location_id_variant_id_idx ON stock.movement_2027_01 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_02_maison_id_location_id_variant_id_idx ON stock.movement_2027_02 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_03_maison_id_location_id_variant_id_idx ON stock.movement_2027_03 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_04_maison_id_location_id_variant_id_idx ON stock.movement_2027_04 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_05_maison_id_location_id_variant_id_idx ON stock.movement_2027_05 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_06_maison_id_location_id_variant_id_idx ON stock.movement_2027_06 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_07_maison_id_location_id_variant_id_idx ON stock.movement_2027_07 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_08_maison_id_location_id_variant_id_idx ON stock.movement_2027_08 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_09_maison_id_location_id_variant_id_idx ON stock.movement_2027_09 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_10_maison_id_location_id_variant_id_idx ON stock.movement_2027_10 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_11_maison_id_location_id_variant_id_idx ON stock.movement_2027_11 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2027_12_maison_id_location_id_variant_id_idx ON stock.movement_2027_12 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_01_maison_id_location_id_variant_id_idx ON stock.movement_2028_01 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_02_maison_id_location_id_variant_id_idx ON stock.movement_2028_02 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_03_maison_id_location_id_variant_id_idx ON stock.movement_2028_03 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_04_maison_id_location_id_variant_id_idx ON stock.movement_2028_04 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_05_maison_id_location_id_variant_id_idx ON stock.movement_2028_05 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_06_maison_id_location_id_variant_id_idx ON stock.movement_2028_06 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_07_maison_id_location_id_variant_id_idx ON stock.movement_2028_07 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_08_maison_id_location_id_variant_id_idx ON stock.movement_2028_08 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_09_maison_id_location_id_variant_id_idx ON stock.movement_2028_09 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_10_maison_id_location_id_variant_id_idx ON stock.movement_2028_10 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_11_maison_id_location_id_variant_id_idx ON stock.movement_2028_11 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_2028_12_maison_id_location_id_variant_id_idx ON stock.movement_2028_12 USING btree (maison_id, location_id, variant_id);
CREATE INDEX movement_default_maison_id_location_id_variant_id_idx ON stock.movement_default USING btree (maison_id, location_id, variant_id);
CREATE INDEX piece_free ON stock.piece USING btree (maison_id, location_id, variant_id, id) WHERE ((whereabouts = 'here'::text) AND (state IS NULL) AND (hold_id IS NULL) AND (order_line_id IS NULL));
CREATE INDEX piece_here ON stock.piece USING btree (maison_id, location_id, variant_id) WHERE (whereabouts = 'here'::text);
CREATE INDEX piece_of_hold ON stock.piece USING btree (maison_id, hold_id) WHERE (hold_id IS NOT NULL);
CREATE INDEX piece_of_line ON stock.piece USING btree (maison_id, order_line_id) WHERE (order_line_id IS NOT NULL);
CREATE INDEX piece_of_transfer ON stock.piece USING btree (maison_id, transfer_id) WHERE (transfer_id IS NOT NULL);
CREATE INDEX position_of_variant ON stock."position" USING btree (maison_id, variant_id);
CREATE INDEX shortage_open ON stock.shortage USING btree (maison_id, location_id) WHERE (resolved_at IS NULL);
CREATE INDEX step_of_cause ON stock.piece_step USING btree (maison_id, cause_id) WHERE (cause_id IS NOT NULL);
CREATE INDEX step_of_piece ON stock.piece_step USING btree (maison_id, piece_id, recorded_at);
CREATE INDEX transfer_ended ON stock.transfer USING btree (maison_id, ended_at) WHERE (ended_at IS NOT NULL);
CREATE INDEX transfer_for_orders ON stock.transfer USING btree (maison_id, from_location_id, asked_at) WHERE (reason = 'for_order'::text);
CREATE INDEX transfer_keeps_for ON stock.transfer USING btree (maison_id, keeps_for) WHERE (keeps_for IS NOT NULL);
CREATE INDEX transfer_open ON stock.transfer USING btree (maison_id, asked_at) WHERE (ended_at IS NULL);
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_01_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_01_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_02_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_02_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_03_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_03_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_04_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_04_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_05_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_05_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_06_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_06_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_07_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_07_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_08_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_08_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_09_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_09_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_10_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_10_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_11_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_11_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2026_12_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2026_12_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_01_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_01_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_02_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_02_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_03_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_03_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_04_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_04_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_05_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_05_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_06_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_06_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_07_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_07_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_08_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_08_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_09_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_09_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_10_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_10_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_11_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_11_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2027_12_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2027_12_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_01_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_01_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_02_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_02_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_03_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_03_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_04_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_04_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_05_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_05_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_06_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_06_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_07_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_07_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_08_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_08_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_09_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_09_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_10_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_10_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_11_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_11_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_2028_12_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_2028_12_pkey;
ALTER INDEX stock.movement_of_position ATTACH PARTITION stock.movement_default_maison_id_location_id_variant_id_idx;
ALTER INDEX stock.movement_pkey ATTACH PARTITION stock.movement_default_pkey;
CREATE CONSTRAINT TRIGGER shares_add_up AFTER INSERT OR UPDATE ON catalogue.collaboration_partner DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION catalogue.shares_add_up();
CREATE TRIGGER engraving_goes_with_its_piece BEFORE UPDATE OF state ON orders.order_line FOR EACH ROW WHEN (((new.state = ANY (ARRAY['sourced'::text, 'unsourced'::text])) AND (old.engraving_begun_at IS NOT NULL))) EXECUTE FUNCTION orders.engraving_goes_with_its_piece();
CREATE TRIGGER exchange_decided_first AFTER UPDATE OF refund_minor ON orders.return FOR EACH ROW WHEN (((old.refund_minor IS NULL) AND (new.refund_minor IS NOT NULL))) EXECUTE FUNCTION orders.exchange_decided_first();
CREATE TRIGGER found_is_not_made BEFORE UPDATE OF state ON orders.order_line FOR EACH ROW WHEN (((old.state = 'unsourced'::text) AND (new.state = 'sourced'::text) AND (old.make_by IS NOT NULL))) EXECUTE FUNCTION orders.found_is_not_made();
CREATE TRIGGER own_checkout AFTER INSERT ON orders.checkout_line REFERENCING NEW TABLE AS written FOR EACH STATEMENT WHEN (((base.actor_kind() IS NOT NULL) AND (NOT base.inside()))) EXECUTE FUNCTION orders.written_into_own_checkout();
CREATE TRIGGER own_checkout AFTER INSERT ON orders.checkout_seller REFERENCING NEW TABLE AS written FOR EACH STATEMENT WHEN (((base.actor_kind() IS NOT NULL) AND (NOT base.inside()))) EXECUTE FUNCTION orders.written_into_own_checkout();
CREATE TRIGGER own_order AFTER INSERT ON orders.fulfilment REFERENCING NEW TABLE AS written FOR EACH STATEMENT WHEN (((base.actor_kind() IS NOT NULL) AND (NOT base.inside()))) EXECUTE FUNCTION orders.written_into_own_order();
CREATE TRIGGER own_order AFTER INSERT ON orders.order_line REFERENCING NEW TABLE AS written FOR EACH STATEMENT WHEN (((base.actor_kind() IS NOT NULL) AND (NOT base.inside()))) EXECUTE FUNCTION orders.written_into_own_order();
CREATE TRIGGER withdrawal_goes_with_the_person AFTER UPDATE OF erased_at ON orders.contact FOR EACH ROW WHEN (((old.erased_at IS NULL) AND (new.erased_at IS NOT NULL))) EXECUTE FUNCTION orders.withdrawal_goes_with_the_person();
CREATE TRIGGER words_go_with_the_person AFTER UPDATE OF erased_at ON orders.contact FOR EACH ROW WHEN (((old.erased_at IS NULL) AND (new.erased_at IS NOT NULL))) EXECUTE FUNCTION orders.words_go_with_the_person();
CREATE TRIGGER words_stay_with_the_sale AFTER UPDATE OF state ON orders.sale FOR EACH ROW WHEN (((new.state = 'settled'::text) AND (old.state <> 'settled'::text))) EXECUTE FUNCTION orders.words_stay_with_the_sale();
CREATE TRIGGER mark_moved AFTER INSERT ON stock.movement REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION door.mark_moved();
CREATE TRIGGER whose_it_is BEFORE INSERT ON stock.piece FOR EACH ROW EXECUTE FUNCTION stock.whose_it_is();
ALTER TABLE ONLY appointments.absence
    ADD CONSTRAINT absence_of_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.advisor
    ADD CONSTRAINT advisor_works_here FOREIGN KEY (maison_id, staff_id) REFERENCES staff.person(maison_id, id);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT alternative_at_a_place_here FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT alternative_of_an_appointment FOREIGN KEY (maison_id, appointment_id, region) REFERENCES appointments.appointment(maison_id, id, region);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT alternative_of_who_waits FOREIGN KEY (maison_id, waiting_id, region) REFERENCES appointments.waiting(maison_id, id, region);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT alternative_seated_there FOREIGN KEY (maison_id, location_id, seat_id) REFERENCES appointments.seat(maison_id, location_id, id);
ALTER TABLE ONLY appointments.alternative
    ADD CONSTRAINT alternative_with_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_at_a_place_here FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_for_a_service FOREIGN KEY (maison_id, service_id) REFERENCES appointments.service(maison_id, id);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_seated_there FOREIGN KEY (maison_id, location_id, seat_id) REFERENCES appointments.seat(maison_id, location_id, id);
ALTER TABLE ONLY appointments.appointment
    ADD CONSTRAINT appointment_with_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.calendar_link
    ADD CONSTRAINT calendar_of_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.contact
    ADD CONSTRAINT contact_of_an_appointment FOREIGN KEY (maison_id, appointment_id, region) REFERENCES appointments.appointment(maison_id, id, region);
ALTER TABLE ONLY appointments.service_at
    ADD CONSTRAINT offered_at_a_place_here FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY appointments.service_at
    ADD CONSTRAINT offered_service FOREIGN KEY (maison_id, service_id) REFERENCES appointments.service(maison_id, id);
ALTER TABLE ONLY appointments.outside_calendar
    ADD CONSTRAINT outside_calendar_of_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.piece
    ADD CONSTRAINT piece_of_an_appointment FOREIGN KEY (maison_id, appointment_id, region) REFERENCES appointments.appointment(maison_id, id, region);
ALTER TABLE ONLY appointments.roster
    ADD CONSTRAINT roster_at_a_place_here FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY appointments.roster
    ADD CONSTRAINT roster_of_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.seat
    ADD CONSTRAINT seat_of_a_place_here FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY appointments.shift
    ADD CONSTRAINT shift_at_a_place_here FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY appointments.shift
    ADD CONSTRAINT shift_of_an_advisor FOREIGN KEY (maison_id, staff_id) REFERENCES appointments.advisor(maison_id, staff_id);
ALTER TABLE ONLY appointments.service_text
    ADD CONSTRAINT text_of_a_service FOREIGN KEY (maison_id, service_id) REFERENCES appointments.service(maison_id, id);
ALTER TABLE ONLY appointments.turn
    ADD CONSTRAINT turn_of_a_place_here FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY appointments.waiting
    ADD CONSTRAINT waiting_at_a_place_here FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY appointments.waiting
    ADD CONSTRAINT waiting_for_a_service FOREIGN KEY (maison_id, service_id) REFERENCES appointments.service(maison_id, id);
ALTER TABLE ONLY appointments.zone_rules
    ADD CONSTRAINT zone_rules_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY boutiques.closure
    ADD CONSTRAINT closure_maison_id_location_id_fkey FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY boutiques.location
    ADD CONSTRAINT location_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY boutiques.workshop
    ADD CONSTRAINT workshop_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY carriers.label_paper
    ADD CONSTRAINT paper_of_a_label FOREIGN KEY (maison_id, label_id, region) REFERENCES carriers.label(maison_id, id, region);
ALTER TABLE ONLY carriers.scan
    ADD CONSTRAINT scan_of_a_label FOREIGN KEY (maison_id, label_id, region) REFERENCES carriers.label(maison_id, id, region);
ALTER TABLE ONLY catalogue.commission
    ADD CONSTRAINT commission_of_a_brand FOREIGN KEY (maison_id, brand_id) REFERENCES catalogue.brand(maison_id, id);
ALTER TABLE ONLY catalogue.model
    ADD CONSTRAINT model_is_the_maisons FOREIGN KEY (maison_id, original_id) REFERENCES media.original(maison_id, id);
ALTER TABLE ONLY catalogue.model
    ADD CONSTRAINT model_of_a_piece FOREIGN KEY (maison_id, product_id) REFERENCES catalogue.product(maison_id, id);
ALTER TABLE ONLY catalogue.collaboration_partner
    ADD CONSTRAINT partner_of_a_collaboration FOREIGN KEY (maison_id, collaboration_id) REFERENCES catalogue.collaboration(maison_id, id);
ALTER TABLE ONLY catalogue.picture
    ADD CONSTRAINT picture_is_the_maisons FOREIGN KEY (maison_id, medium_id) REFERENCES media.picture(maison_id, id);
ALTER TABLE ONLY catalogue.picture
    ADD CONSTRAINT picture_maison_id_product_id_fkey FOREIGN KEY (maison_id, product_id) REFERENCES catalogue.product(maison_id, id);
ALTER TABLE ONLY catalogue.collaboration_piece
    ADD CONSTRAINT piece_of_a_collaboration FOREIGN KEY (maison_id, collaboration_id) REFERENCES catalogue.collaboration(maison_id, id);
ALTER TABLE ONLY catalogue.collaboration_piece
    ADD CONSTRAINT piece_of_its_maison FOREIGN KEY (maison_id, product_id) REFERENCES catalogue.product(maison_id, id);
ALTER TABLE ONLY catalogue.price
    ADD CONSTRAINT price_maison_id_market_fkey FOREIGN KEY (maison_id, market) REFERENCES maisons.market(maison_id, code);
ALTER TABLE ONLY catalogue.price
    ADD CONSTRAINT price_maison_id_variant_id_fkey FOREIGN KEY (maison_id, variant_id) REFERENCES catalogue.variant(maison_id, id);
ALTER TABLE ONLY catalogue.product
    ADD CONSTRAINT product_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY catalogue.product_text
    ADD CONSTRAINT product_text_maison_id_product_id_fkey FOREIGN KEY (maison_id, product_id) REFERENCES catalogue.product(maison_id, id);
ALTER TABLE ONLY catalogue.variant
    ADD CONSTRAINT variant_maison_id_product_id_fkey FOREIGN KEY (maison_id, product_id) REFERENCES catalogue.product(maison_id, id);
ALTER TABLE ONLY channels.webhook_delivery
    ADD CONSTRAINT delivery_of_an_endpoint FOREIGN KEY (maison_id, endpoint_id) REFERENCES channels.webhook_endpoint(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY channels.webhook_progress
    ADD CONSTRAINT progress_of_an_endpoint FOREIGN KEY (maison_id, endpoint_id) REFERENCES channels.webhook_endpoint(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY channels.webhook_secret
    ADD CONSTRAINT secret_of_an_endpoint FOREIGN KEY (maison_id, endpoint_id) REFERENCES channels.webhook_endpoint(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY channels.webhook_endpoint
    ADD CONSTRAINT webhook_endpoint_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY clients.contact_point
    ADD CONSTRAINT contact_point_maison_id_client_id_region_fkey FOREIGN KEY (maison_id, client_id, region) REFERENCES clients.client(maison_id, id, region);
ALTER TABLE ONLY clients.erasure
    ADD CONSTRAINT erasure_of_a_client FOREIGN KEY (maison_id, client_id, region) REFERENCES clients.client(maison_id, id, region);
ALTER TABLE ONLY closures.act
    ADD CONSTRAINT act_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY closures.effect
    ADD CONSTRAINT effect_maison_id_act_id_location_id_fkey FOREIGN KEY (maison_id, act_id, location_id) REFERENCES closures.place(maison_id, act_id, location_id);
ALTER TABLE ONLY closures.place
    ADD CONSTRAINT place_maison_id_act_id_fkey FOREIGN KEY (maison_id, act_id) REFERENCES closures.act(maison_id, id);
ALTER TABLE ONLY closures.place
    ADD CONSTRAINT place_maison_id_location_id_fkey FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY editorial.schedule
    ADD CONSTRAINT schedule_maison_id_story_id_fkey FOREIGN KEY (maison_id, story_id) REFERENCES editorial.story(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY editorial.version
    ADD CONSTRAINT version_maison_id_story_id_fkey FOREIGN KEY (maison_id, story_id) REFERENCES editorial.story(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY editorial.window_schedule
    ADD CONSTRAINT window_schedule_maison_id_window_id_fkey FOREIGN KEY (maison_id, window_id) REFERENCES editorial."window"(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY local_carrier.scan
    ADD CONSTRAINT scan_tracking_fkey FOREIGN KEY (tracking) REFERENCES local_carrier.parcel(tracking);
ALTER TABLE ONLY maisons.capability
    ADD CONSTRAINT capability_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY maisons.legal_entity
    ADD CONSTRAINT legal_entity_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY maisons.maison_text
    ADD CONSTRAINT maison_text_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY maisons.market
    ADD CONSTRAINT market_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY maisons.market
    ADD CONSTRAINT market_maison_id_legal_entity_id_fkey FOREIGN KEY (maison_id, legal_entity_id) REFERENCES maisons.legal_entity(maison_id, id);
ALTER TABLE ONLY maisons.policy
    ADD CONSTRAINT policy_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY maisons.store
    ADD CONSTRAINT store_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY media.file
    ADD CONSTRAINT file_of_a_picture FOREIGN KEY (maison_id, picture_id) REFERENCES media.picture(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY media.original
    ADD CONSTRAINT original_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY media.picture
    ADD CONSTRAINT picture_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY orders.proposal_approval
    ADD CONSTRAINT approval_of_a_proposal FOREIGN KEY (maison_id, proposal_id, region) REFERENCES orders.proposal(maison_id, id, region);
ALTER TABLE ONLY orders.basket_line
    ADD CONSTRAINT basket_line_maison_id_basket_id_region_fkey FOREIGN KEY (maison_id, basket_id, region) REFERENCES orders.basket(maison_id, id, region) ON DELETE CASCADE;
ALTER TABLE ONLY orders.call_back
    ADD CONSTRAINT call_about_an_order FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.cancellation_line
    ADD CONSTRAINT cancellation_line_maison_id_cancellation_id_region_fkey FOREIGN KEY (maison_id, cancellation_id, region) REFERENCES orders.cancellation(maison_id, id, region);
ALTER TABLE ONLY orders.cancellation_line
    ADD CONSTRAINT cancellation_line_maison_id_order_line_id_region_fkey FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.cancellation
    ADD CONSTRAINT cancellation_maison_id_order_id_region_fkey FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.certificate
    ADD CONSTRAINT certificate_of_a_piece FOREIGN KEY (maison_id, piece_id, region) REFERENCES stock.piece(maison_id, id, region);
ALTER TABLE ONLY orders.certificate
    ADD CONSTRAINT certificate_of_an_order FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.fiscal_record
    ADD CONSTRAINT chained FOREIGN KEY (maison_id, location_id, previous_number, previous, region) REFERENCES orders.fiscal_record(maison_id, location_id, number, digest, region);
ALTER TABLE ONLY orders.checkout_line
    ADD CONSTRAINT checkout_line_maison_id_checkout_id_region_fkey FOREIGN KEY (maison_id, checkout_id, region) REFERENCES orders.checkout(maison_id, id, region);
ALTER TABLE ONLY orders.checkout_seller
    ADD CONSTRAINT checkout_seller_maison_id_checkout_id_region_fkey FOREIGN KEY (maison_id, checkout_id, region) REFERENCES orders.checkout(maison_id, id, region);
ALTER TABLE ONLY orders.proposal
    ADD CONSTRAINT collected_at_a_place_here FOREIGN KEY (maison_id, collect_at, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY orders.delivery
    ADD CONSTRAINT delivery_of_an_order FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.desk_note
    ADD CONSTRAINT desk_note_of_an_order FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.drawer
    ADD CONSTRAINT drawer_of_a_place FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY orders.drawer
    ADD CONSTRAINT drawer_of_an_entity FOREIGN KEY (maison_id, legal_entity_id) REFERENCES maisons.legal_entity(maison_id, id);
ALTER TABLE ONLY orders.due
    ADD CONSTRAINT due_of_a_line FOREIGN KEY (maison_id, order_line_id, partner_id, region) REFERENCES orders.line_terms(maison_id, order_line_id, partner_id, region);
ALTER TABLE ONLY orders.enquiry
    ADD CONSTRAINT enquiry_of_a_proposal FOREIGN KEY (maison_id, proposal_id, region) REFERENCES orders.proposal(maison_id, id, region);
ALTER TABLE ONLY orders.exchange
    ADD CONSTRAINT exchange_of_a_line FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.exchange
    ADD CONSTRAINT exchange_of_a_return FOREIGN KEY (maison_id, return_id, region) REFERENCES orders.return(maison_id, id, region);
ALTER TABLE ONLY orders.exchange
    ADD CONSTRAINT exchange_placed FOREIGN KEY (maison_id, placed_order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.fulfilment
    ADD CONSTRAINT fulfilment_maison_id_order_id_region_fkey FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.goodwill
    ADD CONSTRAINT goodwill_of_a_line FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.goodwill
    ADD CONSTRAINT goodwill_of_an_order FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.invoice
    ADD CONSTRAINT invoice_maison_id_legal_entity_id_fkey FOREIGN KEY (maison_id, legal_entity_id) REFERENCES maisons.legal_entity(maison_id, id);
ALTER TABLE ONLY orders.invoice
    ADD CONSTRAINT invoice_maison_id_order_id_region_fkey FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.proposal_line
    ADD CONSTRAINT line_of_a_proposal FOREIGN KEY (maison_id, proposal_id, region) REFERENCES orders.proposal(maison_id, id, region);
ALTER TABLE ONLY orders.sale_line
    ADD CONSTRAINT line_of_a_sale FOREIGN KEY (maison_id, sale_id, region) REFERENCES orders.sale(maison_id, id, region);
ALTER TABLE ONLY orders.partner_statement_line
    ADD CONSTRAINT line_of_a_statement FOREIGN KEY (maison_id, statement_id, region) REFERENCES orders.partner_statement(maison_id, id, region);
ALTER TABLE ONLY orders.withdrawal_line
    ADD CONSTRAINT line_of_a_withdrawal FOREIGN KEY (maison_id, withdrawal_id, region) REFERENCES orders.withdrawal(maison_id, id, region);
ALTER TABLE ONLY orders.cash_movement
    ADD CONSTRAINT movement_of_a_drawer FOREIGN KEY (maison_id, drawer_id, region) REFERENCES orders.drawer(maison_id, id, region);
ALTER TABLE ONLY orders.invoice
    ADD CONSTRAINT no_number_is_left_out FOREIGN KEY (maison_id, legal_entity_id, kind, year, previous, region) REFERENCES orders.invoice(maison_id, legal_entity_id, kind, year, number, region);
ALTER TABLE ONLY orders.partner_statement
    ADD CONSTRAINT no_statement_is_left_out FOREIGN KEY (maison_id, previous, region) REFERENCES orders.partner_statement(maison_id, number, region);
ALTER TABLE ONLY orders.proposal_note
    ADD CONSTRAINT note_of_a_proposal FOREIGN KEY (maison_id, proposal_id, region) REFERENCES orders.proposal(maison_id, id, region);
ALTER TABLE ONLY orders."order"
    ADD CONSTRAINT order_has_contact FOREIGN KEY (maison_id, contact_id, region) REFERENCES orders.contact(maison_id, id, region);
ALTER TABLE ONLY orders.order_line
    ADD CONSTRAINT order_line_maison_id_order_id_region_fkey FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.proposal
    ADD CONSTRAINT proposed_by_a_place_here FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY orders.putting_away
    ADD CONSTRAINT putting_away_maison_id_order_line_id_region_fkey FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.return_line
    ADD CONSTRAINT return_line_maison_id_order_line_id_region_fkey FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.return_line
    ADD CONSTRAINT return_line_maison_id_return_id_region_fkey FOREIGN KEY (maison_id, return_id, region) REFERENCES orders.return(maison_id, id, region);
ALTER TABLE ONLY orders.return
    ADD CONSTRAINT return_maison_id_order_id_region_fkey FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.return_wish
    ADD CONSTRAINT return_wish_maison_id_order_line_id_region_fkey FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.return_wish
    ADD CONSTRAINT return_wish_maison_id_return_id_region_fkey FOREIGN KEY (maison_id, return_id, region) REFERENCES orders.return(maison_id, id, region);
ALTER TABLE ONLY orders.sale
    ADD CONSTRAINT sale_in_a_drawer FOREIGN KEY (maison_id, drawer_id, region) REFERENCES orders.drawer(maison_id, id, region);
ALTER TABLE ONLY orders.sourcing_terms
    ADD CONSTRAINT sourcing_terms_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY orders.partner_statement_line
    ADD CONSTRAINT states_what_is_due FOREIGN KEY (maison_id, kind, cause_id, partner_id, region) REFERENCES orders.due(maison_id, kind, cause_id, partner_id, region);
ALTER TABLE ONLY orders.line_terms
    ADD CONSTRAINT terms_of_a_line FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY orders.quota_use
    ADD CONSTRAINT use_of_a_count FOREIGN KEY (maison_id, quota_id, period, mark, region) REFERENCES orders.quota_count(maison_id, quota_id, period, mark, region) ON DELETE CASCADE;
ALTER TABLE ONLY orders.withdrawal
    ADD CONSTRAINT withdrawal_of_an_order FOREIGN KEY (maison_id, order_id, region) REFERENCES orders."order"(maison_id, id, region);
ALTER TABLE ONLY orders.withdrawal
    ADD CONSTRAINT withdrawal_written_by FOREIGN KEY (maison_id, by_id) REFERENCES staff.person(maison_id, id);
ALTER TABLE ONLY orders.withdrawal_line
    ADD CONSTRAINT withdrawn_by_cancellation FOREIGN KEY (maison_id, cancellation_id, region) REFERENCES orders.cancellation(maison_id, id, region);
ALTER TABLE ONLY orders.withdrawal_line
    ADD CONSTRAINT withdrawn_by_return FOREIGN KEY (maison_id, return_id, region) REFERENCES orders.return(maison_id, id, region);
ALTER TABLE ONLY orders.withdrawal_line
    ADD CONSTRAINT withdrawn_of_a_line FOREIGN KEY (maison_id, order_line_id, region) REFERENCES orders.order_line(maison_id, id, region);
ALTER TABLE ONLY payments.statement_difference
    ADD CONSTRAINT difference_of_a_statement FOREIGN KEY (maison_id, provider, day, legal_entity_id, currency, region) REFERENCES payments.statement(maison_id, provider, day, legal_entity_id, currency, region);
ALTER TABLE ONLY payments.ledger_entry
    ADD CONSTRAINT entry_of_a_payment FOREIGN KEY (maison_id, payment_id, region) REFERENCES payments.payment(maison_id, id, region);
ALTER TABLE ONLY payments.payment
    ADD CONSTRAINT of_a_payment FOREIGN KEY (maison_id, of_payment_id, region) REFERENCES payments.payment(maison_id, id, region);
ALTER TABLE ONLY payments.operation
    ADD CONSTRAINT operation_maison_id_payment_id_region_fkey FOREIGN KEY (maison_id, payment_id, region) REFERENCES payments.payment(maison_id, id, region);
ALTER TABLE ONLY payments.till_refund
    ADD CONSTRAINT refund_of_a_payment FOREIGN KEY (maison_id, payment_id, region) REFERENCES payments.payment(maison_id, id, region);
ALTER TABLE ONLY payments.tender
    ADD CONSTRAINT tender_of_a_payment FOREIGN KEY (maison_id, payment_id, region) REFERENCES payments.payment(maison_id, id, region);
ALTER TABLE ONLY public_facts.arrangement
    ADD CONSTRAINT arrangement_store_id_fkey FOREIGN KEY (store_id) REFERENCES public_facts.store(id) ON DELETE CASCADE;
ALTER TABLE ONLY public_facts.engraving_fee
    ADD CONSTRAINT engraving_fee_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY public_facts.engraving_terms
    ADD CONSTRAINT engraving_terms_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY public_facts.exclusive
    ADD CONSTRAINT exclusive_of_its_maison FOREIGN KEY (maison_id, product_id) REFERENCES catalogue.product(maison_id, id);
ALTER TABLE ONLY public_facts.made_to_order
    ADD CONSTRAINT made_to_order_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY public_facts.medium_file
    ADD CONSTRAINT medium_file_medium_id_fkey FOREIGN KEY (medium_id) REFERENCES public_facts.medium(id) ON DELETE CASCADE;
ALTER TABLE ONLY public_facts.product
    ADD CONSTRAINT product_of_own_brand FOREIGN KEY (maison_id, brand_id) REFERENCES public_facts.brand(maison_id, id);
ALTER TABLE ONLY public_facts.quota
    ADD CONSTRAINT quota_maison_id_quota_id_fkey FOREIGN KEY (maison_id, quota_id) REFERENCES orders.quota(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY public_facts.story_market
    ADD CONSTRAINT story_market_story_id_fkey FOREIGN KEY (story_id) REFERENCES public_facts.story(id) ON DELETE CASCADE;
ALTER TABLE ONLY public_facts.story_text
    ADD CONSTRAINT story_text_story_id_fkey FOREIGN KEY (story_id) REFERENCES public_facts.story(id) ON DELETE CASCADE;
ALTER TABLE ONLY public_facts.window_market
    ADD CONSTRAINT window_market_maison_id_window_id_fkey FOREIGN KEY (maison_id, window_id) REFERENCES public_facts."window"(maison_id, id) ON DELETE CASCADE;
ALTER TABLE ONLY staff.person
    ADD CONSTRAINT person_maison_id_fkey FOREIGN KEY (maison_id) REFERENCES maisons.maison(maison_id);
ALTER TABLE ONLY staff.post
    ADD CONSTRAINT post_maison_id_location_id_fkey FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY staff.post
    ADD CONSTRAINT post_maison_id_staff_id_fkey FOREIGN KEY (maison_id, staff_id) REFERENCES staff.person(maison_id, id);
ALTER TABLE ONLY staff.session
    ADD CONSTRAINT session_maison_id_staff_id_fkey FOREIGN KEY (maison_id, staff_id) REFERENCES staff.person(maison_id, id);
ALTER TABLE ONLY stock.allocation
    ADD CONSTRAINT allocation_of_a_position FOREIGN KEY (maison_id, location_id, variant_id, region) REFERENCES stock."position"(maison_id, location_id, variant_id, region);
ALTER TABLE ONLY stock.arrival
    ADD CONSTRAINT arrival_of_a_line FOREIGN KEY (maison_id, transfer_id, variant_id, region) REFERENCES stock.transfer_line(maison_id, transfer_id, variant_id, region);
ALTER TABLE ONLY stock.exposure
    ADD CONSTRAINT exposure_maison_id_location_id_fkey FOREIGN KEY (maison_id, location_id) REFERENCES boutiques.location(maison_id, id);
ALTER TABLE ONLY stock.hold
    ADD CONSTRAINT hold_of_a_position FOREIGN KEY (maison_id, location_id, variant_id, region) REFERENCES stock."position"(maison_id, location_id, variant_id, region);
ALTER TABLE ONLY stock.transfer
    ADD CONSTRAINT leaves_a_place_here FOREIGN KEY (maison_id, from_location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY stock.transfer_line
    ADD CONSTRAINT line_of_a_transfer FOREIGN KEY (maison_id, transfer_id, region) REFERENCES stock.transfer(maison_id, id, region);
ALTER TABLE ONLY stock.transfer_line
    ADD CONSTRAINT line_of_a_variant FOREIGN KEY (maison_id, variant_id) REFERENCES catalogue.variant(maison_id, id);
ALTER TABLE ONLY stock.piece
    ADD CONSTRAINT piece_of_a_brand FOREIGN KEY (maison_id, belongs_to) REFERENCES catalogue.brand(maison_id, id);
ALTER TABLE ONLY stock.piece
    ADD CONSTRAINT piece_of_a_position FOREIGN KEY (maison_id, location_id, variant_id, region) REFERENCES stock."position"(maison_id, location_id, variant_id, region);
ALTER TABLE ONLY stock."position"
    ADD CONSTRAINT position_in_region FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY stock."position"
    ADD CONSTRAINT position_maison_id_variant_id_fkey FOREIGN KEY (maison_id, variant_id) REFERENCES catalogue.variant(maison_id, id);
ALTER TABLE ONLY stock.transfer
    ADD CONSTRAINT reaches_a_place_here FOREIGN KEY (maison_id, to_location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE ONLY stock.serialised
    ADD CONSTRAINT serialised_variant FOREIGN KEY (maison_id, variant_id) REFERENCES catalogue.variant(maison_id, id);
ALTER TABLE ONLY stock.piece_step
    ADD CONSTRAINT step_of_a_piece FOREIGN KEY (maison_id, piece_id, region) REFERENCES stock.piece(maison_id, id, region);
ALTER TABLE ONLY stock.place_total
    ADD CONSTRAINT total_of_a_place FOREIGN KEY (maison_id, location_id, region) REFERENCES boutiques.location(maison_id, id, region);
ALTER TABLE aggregates.freshness ENABLE ROW LEVEL SECURITY;
CREATE POLICY group_reads ON aggregates.freshness FOR SELECT TO enfilade_group USING (true);
CREATE POLICY group_reads ON aggregates.purchase FOR SELECT TO enfilade_group USING (true);
CREATE POLICY group_reads ON aggregates.sales FOR SELECT TO enfilade_group USING (true);
CREATE POLICY group_reads ON aggregates.service FOR SELECT TO enfilade_group USING (true);
CREATE POLICY group_reads ON aggregates.visit FOR SELECT TO enfilade_group USING (true);
CREATE POLICY own_maison ON aggregates.freshness TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON aggregates.purchase TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON aggregates.sales TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON aggregates.service TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON aggregates.visit TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE aggregates.purchase ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregates.sales ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregates.service ENABLE ROW LEVEL SECURITY;
ALTER TABLE aggregates.visit ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.absence ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.advisor ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.alternative ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.appointment ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.calendar_link ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON appointments.absence FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.advisor FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.alternative FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.appointment FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.calendar_link FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.piece FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.seat FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.service FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.service_at FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.service_text FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.shift FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON appointments.waiting FOR SELECT TO enfilade_door USING (true);
CREATE POLICY kept_inside ON appointments.absence TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.advisor TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.calendar_link TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.outside_calendar TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.roster TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.seat TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.service TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.service_at TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.service_text TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.shift TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.turn TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON appointments.zone_rules TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE appointments.outside_calendar ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_appointment ON appointments.alternative TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, COALESCE(appointment_id, waiting_id))))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, COALESCE(appointment_id, waiting_id)))));
CREATE POLICY own_appointment ON appointments.appointment TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, id))));
CREATE POLICY own_appointment ON appointments.contact TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, appointment_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, appointment_id))));
CREATE POLICY own_appointment ON appointments.piece TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, appointment_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, appointment_id))));
CREATE POLICY own_appointment ON appointments.waiting TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('booking'::text, id))));
CREATE POLICY own_maison ON appointments.service FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON appointments.service_at FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON appointments.service_text FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON appointments.turn FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
ALTER TABLE appointments.piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.roster ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.seat ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.service ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.service_at ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.service_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.shift ENABLE ROW LEVEL SECURITY;
CREATE POLICY taken_in_turn ON appointments.turn FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text))) WITH CHECK (base.inside());
ALTER TABLE appointments.turn ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.waiting ENABLE ROW LEVEL SECURITY;
ALTER TABLE appointments.zone_rules ENABLE ROW LEVEL SECURITY;
ALTER TABLE base.audit ENABLE ROW LEVEL SECURITY;
CREATE POLICY brought_for_booking ON base.fact FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text) AND (kind = ANY (ARRAY['TransferAsked'::text, 'TransferCancelled'::text])) AND (EXISTS ( SELECT 1
   FROM stock.transfer t
  WHERE ((t.maison_id = fact.maison_id) AND (t.id = fact.subject_id) AND base.acts_as('booking'::text, t.keeps_for))))));
CREATE POLICY door ON base.fact FOR SELECT TO enfilade_door USING (true);
ALTER TABLE base.fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE base.handled_fact ENABLE ROW LEVEL SECURITY;
ALTER TABLE base.idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE base.import_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_key ON base.idempotency TO enfilade_app USING (((maison_id = base.maison()) AND (actor = ((COALESCE(base.actor_kind(), ''::text) || ':'::text) || COALESCE((base.actor_id())::text, ''::text))))) WITH CHECK (((maison_id = base.maison()) AND (actor = ((COALESCE(base.actor_kind(), ''::text) || ':'::text) || COALESCE((base.actor_id())::text, ''::text)))));
CREATE POLICY own_maison ON base.audit FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON base.fact FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON base.handled_fact TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON base.import_run TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY recorded ON base.audit FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY recorded ON base.fact FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.tells_facts()));
CREATE POLICY seen_to_sweep ON base.idempotency FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'job'::text)));
CREATE POLICY swept ON base.idempotency FOR DELETE TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'job'::text)));
CREATE POLICY told_by_booking ON base.fact FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.acts_as('booking'::text, subject_id)));
CREATE POLICY told_by_enquirer ON base.fact FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (kind = 'EnquiryAsked'::text) AND base.acts_as('link'::text, subject_id)));
CREATE POLICY told_to_client ON base.fact FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'link'::text) AND (kind = ANY (ARRAY['OrderPlaced'::text, 'OrderClosed'::text, 'FulfilmentAwaited'::text, 'FulfilmentUnderway'::text, 'FulfilmentReady'::text, 'FulfilmentHandedOver'::text, 'HandOverUndone'::text, 'FulfilmentDispatched'::text, 'FulfilmentDelivered'::text, 'FulfilmentNotDelivered'::text, 'FulfilmentSentBack'::text, 'FulfilmentNotCollected'::text, 'LineResourced'::text, 'LineEngravingBegun'::text, 'LineEngraved'::text, 'LineToMake'::text, 'LineMakingBegun'::text, 'LineMakingDelayed'::text, 'LineMade'::text, 'LineCancelled'::text, 'CancellationRefused'::text, 'AddressChanged'::text, 'ClientOnTheWay'::text, 'WithdrawalStated'::text, 'ReturnAnnounced'::text, 'ReturnUnderway'::text, 'ReturnEnded'::text, 'ReturnReceived'::text, 'LineExchanged'::text, 'ExchangeEnded'::text, 'PaymentCaptured'::text, 'PaymentRefunded'::text, 'PaymentPassedBack'::text, 'PaymentVoided'::text])) AND (base.acts_as('link'::text, subject_id) OR base.acts_as('link'::text, ((body ->> 'order_id'::text))::uuid) OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = fact.maison_id) AND base.acts_as('link'::text, o.id) AND (o.payment_id = fact.subject_id)))))));
CREATE POLICY claimed_inside ON boutiques.making_claim TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY claimed_inside ON boutiques.workshop TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY claimed_inside ON boutiques.workshop_claim TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY claimed_inside ON boutiques.workshop_day TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
ALTER TABLE boutiques.closure ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON boutiques.closure TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON boutiques.location TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE boutiques.location ENABLE ROW LEVEL SECURITY;
ALTER TABLE boutiques.making_claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_maison ON boutiques.closure FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON boutiques.location FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
ALTER TABLE boutiques.workshop ENABLE ROW LEVEL SECURITY;
ALTER TABLE boutiques.workshop_claim ENABLE ROW LEVEL SECURITY;
ALTER TABLE boutiques.workshop_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON carriers.label TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON carriers.label_paper TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON carriers.offered TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON carriers.rate TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON carriers.scan TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON carriers.terms TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE carriers.label ENABLE ROW LEVEL SECURITY;
ALTER TABLE carriers.label_paper ENABLE ROW LEVEL SECURITY;
ALTER TABLE carriers.offered ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_order ON carriers.label FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('link'::text, order_id)));
CREATE POLICY own_order ON carriers.scan FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM carriers.label l
  WHERE ((l.maison_id = scan.maison_id) AND (l.id = scan.label_id) AND base.acts_as('link'::text, l.order_id))))));
CREATE POLICY own_return ON carriers.label_paper FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM carriers.label l
  WHERE ((l.maison_id = label_paper.maison_id) AND (l.id = label_paper.label_id) AND (l.purpose = 'back'::text) AND base.acts_as('link'::text, l.order_id))))));
ALTER TABLE carriers.rate ENABLE ROW LEVEL SECURITY;
ALTER TABLE carriers.scan ENABLE ROW LEVEL SECURITY;
ALTER TABLE carriers.terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.brand ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.collaboration ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.collaboration_answer ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.collaboration_partner ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.collaboration_piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.commission ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.family_kinds ENABLE ROW LEVEL SECURITY;
CREATE POLICY frozen_by_checkout ON catalogue.brand FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'checkout'::text)));
CREATE POLICY frozen_by_checkout ON catalogue.collaboration_partner FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'checkout'::text)));
CREATE POLICY frozen_by_checkout ON catalogue.commission FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'checkout'::text)));
CREATE POLICY kept_inside ON catalogue.brand TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.collaboration TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.collaboration_answer TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.collaboration_partner TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.collaboration_piece TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.commission TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.family_kinds TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.model TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.picture TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.price TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.product TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.product_text TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON catalogue.variant TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE catalogue.model ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_maison ON catalogue.model FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON catalogue.picture FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON catalogue.price FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON catalogue.product FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON catalogue.product_text FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON catalogue.variant FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
ALTER TABLE catalogue.picture ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.price ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.product ENABLE ROW LEVEL SECURITY;
ALTER TABLE catalogue.product_text ENABLE ROW LEVEL SECURITY;
CREATE POLICY told_its_partners ON catalogue.collaboration FOR SELECT TO enfilade_app USING ((base.inside() AND (state <> 'draft'::text) AND (base.maison() = ANY (houses))));
CREATE POLICY told_its_partners ON catalogue.collaboration_partner FOR SELECT TO enfilade_app USING ((base.inside() AND (EXISTS ( SELECT 1
   FROM catalogue.collaboration c
  WHERE ((c.maison_id = collaboration_partner.maison_id) AND (c.id = collaboration_partner.collaboration_id) AND (c.state <> 'draft'::text) AND (base.maison() = ANY (c.houses)))))));
CREATE POLICY told_its_partners ON catalogue.collaboration_piece FOR SELECT TO enfilade_app USING ((base.inside() AND (EXISTS ( SELECT 1
   FROM catalogue.collaboration c
  WHERE ((c.maison_id = collaboration_piece.maison_id) AND (c.id = collaboration_piece.collaboration_id) AND (c.state <> 'draft'::text) AND (base.maison() = ANY (c.houses)))))));
CREATE POLICY told_who_asked ON catalogue.collaboration_answer FOR SELECT TO enfilade_app USING (((selling_maison_id = base.maison()) AND base.inside()));
ALTER TABLE catalogue.variant ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON channels.webhook_delivery FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON channels.webhook_endpoint FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON channels.webhook_progress FOR SELECT TO enfilade_door USING (true);
CREATE POLICY kept_inside ON channels.webhook_delivery TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON channels.webhook_endpoint TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON channels.webhook_progress TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON channels.webhook_secret TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE channels.webhook_delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE channels.webhook_endpoint ENABLE ROW LEVEL SECURITY;
ALTER TABLE channels.webhook_progress ENABLE ROW LEVEL SECURITY;
ALTER TABLE channels.webhook_secret ENABLE ROW LEVEL SECURITY;
ALTER TABLE clients.address ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked ON clients.sign_in_code FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.acts_as('link'::text, id)));
CREATE POLICY by_work ON clients.erasure TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = ANY (ARRAY['job'::text, 'importer'::text])))) WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = ANY (ARRAY['job'::text, 'importer'::text]))));
ALTER TABLE clients.client ENABLE ROW LEVEL SECURITY;
ALTER TABLE clients.consent ENABLE ROW LEVEL SECURITY;
ALTER TABLE clients.contact_point ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON clients.session FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON clients.sign_in_code FOR SELECT TO enfilade_door USING (true);
ALTER TABLE clients.erasure ENABLE ROW LEVEL SECURITY;
CREATE POLICY first_sign_in ON clients.client FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM clients.sign_in_code c
  WHERE ((c.maison_id = client.maison_id) AND (c.id = base.actor_id()) AND base.acts_as('link'::text, c.id) AND (c.used_at IS NOT NULL))))));
CREATE POLICY first_sign_in ON clients.contact_point FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM clients.sign_in_code c
  WHERE ((c.maison_id = contact_point.maison_id) AND (c.id = base.actor_id()) AND base.acts_as('link'::text, c.id) AND (c.kind = contact_point.kind) AND (c.value = contact_point.value) AND (c.used_at IS NOT NULL))))));
CREATE POLICY held ON clients.sign_in_code FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('link'::text, id)));
CREATE POLICY inside ON clients.sign_in_code TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY opened ON clients.session FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'link'::text) AND (EXISTS ( SELECT 1
   FROM clients.contact_point p
  WHERE ((p.maison_id = session.maison_id) AND (p.client_id = session.client_id))))));
CREATE POLICY own_client ON clients.address TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, client_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, client_id))));
CREATE POLICY own_client ON clients.client TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, id))));
CREATE POLICY own_client ON clients.consent TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, client_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, client_id))));
CREATE POLICY own_client ON clients.contact_point TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, client_id)))) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_client ON clients.session TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('client'::text, client_id)))) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_wish ON clients.wish TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as(holder_kind, holder_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as(holder_kind, holder_id))));
CREATE POLICY proven ON clients.contact_point FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM clients.sign_in_code c
  WHERE ((c.maison_id = contact_point.maison_id) AND (c.id = base.actor_id()) AND base.acts_as('link'::text, c.id) AND (c.kind = contact_point.kind) AND (c.value = contact_point.value) AND (c.used_at IS NOT NULL))))));
ALTER TABLE clients.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE clients.sign_in_code ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_out ON clients.session FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('client'::text, client_id))) WITH CHECK (((maison_id = base.maison()) AND base.acts_as('client'::text, client_id)));
CREATE POLICY used ON clients.sign_in_code FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('link'::text, id))) WITH CHECK (((maison_id = base.maison()) AND base.acts_as('link'::text, id)));
ALTER TABLE clients.wish ENABLE ROW LEVEL SECURITY;
ALTER TABLE closures.act ENABLE ROW LEVEL SECURITY;
ALTER TABLE closures.effect ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON closures.act TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON closures.effect TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON closures.place TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE closures.place ENABLE ROW LEVEL SECURITY;
ALTER TABLE editorial.apart ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON editorial.apart TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON editorial.schedule TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON editorial.story TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON editorial.version TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON editorial."window" TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON editorial.window_schedule TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE editorial.schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE editorial.story ENABLE ROW LEVEL SECURITY;
CREATE POLICY told_the_store ON editorial.apart FOR SELECT TO enfilade_app USING ((base.inside() AND (EXISTS ( SELECT 1
   FROM ((public_facts.store s
     JOIN public_facts.store_maison m ON ((m.store_id = s.id)))
     JOIN public_facts.store_maison o ON ((o.store_id = s.id)))
  WHERE ((s.maison_id = base.maison()) AND s.multi_brand AND (m.maison_id = apart.maison_id) AND (o.maison_id = apart.other_maison_id))))));
ALTER TABLE editorial.version ENABLE ROW LEVEL SECURITY;
ALTER TABLE editorial."window" ENABLE ROW LEVEL SECURITY;
ALTER TABLE editorial.window_schedule ENABLE ROW LEVEL SECURITY;
ALTER TABLE maisons.capability ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON maisons.capability TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON maisons.legal_entity TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON maisons.maison TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON maisons.maison_text TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON maisons.market TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON maisons.policy TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON maisons.store TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE maisons.legal_entity ENABLE ROW LEVEL SECURITY;
ALTER TABLE maisons.maison ENABLE ROW LEVEL SECURITY;
ALTER TABLE maisons.maison_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE maisons.market ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_maison ON maisons.capability FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON maisons.legal_entity FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON maisons.maison FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON maisons.maison_text FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON maisons.market FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON maisons.policy FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON maisons.store FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
ALTER TABLE maisons.policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE maisons.store ENABLE ROW LEVEL SECURITY;
ALTER TABLE media.file ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON media.file TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON media.original TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON media.picture TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE media.original ENABLE ROW LEVEL SECURITY;
ALTER TABLE media.picture ENABLE ROW LEVEL SECURITY;
CREATE POLICY announced ON orders.return FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.acts_as('link'::text, order_id) AND (state = 'announced'::text)))));
CREATE POLICY announced ON orders.return_wish FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR ((base.actor_kind() = 'link'::text) AND (EXISTS ( SELECT 1
   FROM (orders.return r
     JOIN orders.order_line l ON (((l.maison_id = r.maison_id) AND (l.order_id = r.order_id))))
  WHERE ((r.maison_id = return_wish.maison_id) AND (r.id = return_wish.return_id) AND (r.state = 'announced'::text) AND (l.id = return_wish.order_line_id))))))));
CREATE POLICY announced_anew ON orders.return FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('link'::text, order_id) AND (state = 'announced'::text))) WITH CHECK (((maison_id = base.maison()) AND base.acts_as('link'::text, order_id) AND (state = ANY (ARRAY['announced'::text, 'withdrawn'::text]))));
CREATE POLICY announced_anew ON orders.return_wish FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'link'::text)) AND (EXISTS ( SELECT 1
   FROM orders.return r
  WHERE ((r.maison_id = return_wish.maison_id) AND (r.id = return_wish.return_id) AND (r.state = 'announced'::text))))));
CREATE POLICY answered ON orders.enquiry FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY approved ON orders.proposal_approval FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY asked ON orders.enquiry FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.acts_as('link'::text, id) AND (taken_at IS NULL) AND (closed_at IS NULL) AND (proposal_id IS NULL)));
CREATE POLICY asked ON orders.wait FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.acts_as('link'::text, id) AND (confirmed_at IS NULL) AND (told_at IS NULL)));
ALTER TABLE orders.basket ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.basket_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.call_back ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.cancellation ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.cancellation_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY carried_out ON orders.cancellation FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY carried_out ON orders.cancellation_line FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE orders.cash_movement ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.certificate ENABLE ROW LEVEL SECURITY;
CREATE POLICY changed ON orders.contact FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE orders.checkout ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.checkout_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.checkout_seller ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.contact ENABLE ROW LEVEL SECURITY;
CREATE POLICY counted_inside ON orders.quota_count TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY counted_inside ON orders.quota_use TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
ALTER TABLE orders.delivery ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.desk_note ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON orders.certificate FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON orders.checkout FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON orders.contact FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON orders."order" FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON orders.proposal FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON orders.wait FOR SELECT TO enfilade_door USING (true);
ALTER TABLE orders.drawer ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.due ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.enquiry ENABLE ROW LEVEL SECURITY;
CREATE POLICY erased ON orders.withdrawal FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (name = ''::text) AND (mail = ''::text)));
ALTER TABLE orders.exchange ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.external_sale ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.figures_read ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.fiscal_record ENABLE ROW LEVEL SECURITY;
CREATE POLICY followed ON orders.withdrawal_line FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY forgotten ON orders.enquiry FOR DELETE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY forgotten ON orders.proposal_note FOR DELETE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY forgotten ON orders.wait FOR DELETE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY found ON orders.return_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY frozen ON orders.line_terms FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'checkout'::text))));
ALTER TABLE orders.fulfilment ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.goodwill ENABLE ROW LEVEL SECURITY;
CREATE POLICY inside ON orders.due TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON orders.partner_statement TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON orders.partner_statement_line TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON orders.sale TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON orders.sale_line TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE orders.invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY issued ON orders.certificate FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (void_since IS NULL)));
CREATE POLICY issued ON orders.invoice FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON orders.pace TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON orders.quota TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON orders.sourcing_terms TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE orders.line_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY made ON orders.proposal FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY made ON orders.proposal_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY made ON orders.proposal_note FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY moved ON orders.proposal FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id))));
CREATE POLICY opened ON orders.checkout_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = ANY (ARRAY['visitor'::text, 'staff'::text, 'job'::text]))));
CREATE POLICY opened ON orders.checkout_seller FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = ANY (ARRAY['visitor'::text, 'staff'::text, 'job'::text]))));
CREATE POLICY opened ON orders.drawer FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE orders."order" ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.order_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_basket ON orders.basket TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('visitor'::text, visitor_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('visitor'::text, visitor_id))));
CREATE POLICY own_basket ON orders.basket_line TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.basket b
  WHERE ((b.maison_id = basket_line.maison_id) AND (b.id = basket_line.basket_id))))))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.basket b
  WHERE ((b.maison_id = basket_line.maison_id) AND (b.id = basket_line.basket_id)))))));
CREATE POLICY own_basket ON orders.proposal_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM orders.basket b
  WHERE ((b.maison_id = proposal_line.maison_id) AND (b.proposal_id = proposal_line.proposal_id) AND (b.state = 'proposed'::text))))));
CREATE POLICY own_checkout ON orders.checkout TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('visitor'::text, visitor_id) OR base.acts_as('checkout'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('visitor'::text, visitor_id) OR base.acts_as('checkout'::text, id))));
CREATE POLICY own_checkout ON orders.checkout_line TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.checkout c
  WHERE ((c.maison_id = checkout_line.maison_id) AND (c.id = checkout_line.checkout_id)))))));
CREATE POLICY own_checkout ON orders.checkout_seller TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.checkout c
  WHERE ((c.maison_id = checkout_seller.maison_id) AND (c.id = checkout_seller.checkout_id)))))));
CREATE POLICY own_checkout_of_client ON orders.checkout FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('client'::text, client_id)));
CREATE POLICY own_contact ON orders.contact FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('checkout'::text, checkout_id) OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = contact.maison_id) AND (o.checkout_id = contact.checkout_id) AND (o.contact_id = contact.id)))) OR (EXISTS ( SELECT 1
   FROM orders.checkout c
  WHERE ((c.maison_id = contact.maison_id) AND (c.id = contact.checkout_id)))))));
CREATE POLICY own_maison ON orders.call_back TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.desk_note TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.external_sale TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.figures_read TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.goodwill TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.pace FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON orders.putting_away TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.rejection TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.sales_day TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.service_day TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON orders.sourcing_terms FOR SELECT TO enfilade_app USING ((maison_id = base.maison()));
CREATE POLICY own_maison ON orders.visit_day TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_order ON orders.cancellation FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = cancellation.maison_id) AND (o.id = cancellation.order_id)))))));
CREATE POLICY own_order ON orders.cancellation_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.cancellation c
  WHERE ((c.maison_id = cancellation_line.maison_id) AND (c.id = cancellation_line.cancellation_id)))))));
CREATE POLICY own_order ON orders.certificate FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id) OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = certificate.maison_id) AND (o.id = certificate.order_id)))))));
CREATE POLICY own_order ON orders.delivery FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = delivery.maison_id) AND (o.id = delivery.order_id)))))));
CREATE POLICY own_order ON orders.exchange FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, order_id))));
CREATE POLICY own_order ON orders.fulfilment FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = fulfilment.maison_id) AND (o.id = fulfilment.order_id)))))));
CREATE POLICY own_order ON orders.invoice FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = invoice.maison_id) AND (o.id = invoice.order_id)))))));
CREATE POLICY own_order ON orders."order" TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('checkout'::text, checkout_id) OR base.acts_as('client'::text, client_id) OR base.acts_as('link'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('checkout'::text, checkout_id))));
CREATE POLICY own_order ON orders.order_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = order_line.maison_id) AND (o.id = order_line.order_id)))))));
CREATE POLICY own_order ON orders.return FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = return.maison_id) AND (o.id = return.order_id)))))));
CREATE POLICY own_order ON orders.return_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.return r
  WHERE ((r.maison_id = return_line.maison_id) AND (r.id = return_line.return_id)))))));
CREATE POLICY own_order ON orders.return_wish FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.return r
  WHERE ((r.maison_id = return_wish.maison_id) AND (r.id = return_wish.return_id)))))));
CREATE POLICY own_order ON orders.withdrawal FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, order_id))));
CREATE POLICY own_order ON orders.withdrawal_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM orders.withdrawal w
  WHERE ((w.maison_id = withdrawal_line.maison_id) AND (w.id = withdrawal_line.withdrawal_id)))))));
CREATE POLICY own_proposal ON orders.proposal FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id) OR (EXISTS ( SELECT 1
   FROM orders.checkout c
  WHERE ((c.maison_id = proposal.maison_id) AND (c.proposal_id = proposal.id)))))));
CREATE POLICY own_proposal ON orders.proposal_approval FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, proposal_id))));
CREATE POLICY own_proposal ON orders.proposal_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, proposal_id))));
CREATE POLICY own_proposal ON orders.proposal_note FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, proposal_id))));
CREATE POLICY own_wait ON orders.wait FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id))));
ALTER TABLE orders.pace ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.partner_statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.partner_statement_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY placed ON orders.delivery FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'checkout'::text))));
CREATE POLICY placed ON orders.fulfilment FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'checkout'::text))));
CREATE POLICY placed ON orders.order_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'checkout'::text))));
ALTER TABLE orders.proposal ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.proposal_approval ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.proposal_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.proposal_note ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.putting_away ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.quota ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.quota_count ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.quota_use ENABLE ROW LEVEL SECURITY;
CREATE POLICY read_inside ON orders.cash_movement FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY read_inside ON orders.drawer FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY read_inside ON orders.fiscal_record FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY read_inside ON orders.line_terms FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY readdressed ON orders.contact FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'link'::text) AND (erased_at IS NULL) AND (EXISTS ( SELECT 1
   FROM orders."order" o
  WHERE ((o.maison_id = contact.maison_id) AND (o.contact_id = contact.id) AND base.acts_as('link'::text, o.id) AND (o.method = 'ship'::text) AND (o.state = 'placed'::text))))));
ALTER TABLE orders.rejection ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.return ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.return_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.return_wish ENABLE ROW LEVEL SECURITY;
CREATE POLICY said ON orders.wait FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, id))));
ALTER TABLE orders.sale ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.sale_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.sales_day ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.service_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY signed_once ON orders.fiscal_record FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside() AND device_due AND (signed_at IS NULL))) WITH CHECK ((maison_id = base.maison()));
CREATE POLICY sold_in_the_store ON orders.pace FOR SELECT TO enfilade_app USING (((base.actor_kind() = 'visitor'::text) AND (EXISTS ( SELECT 1
   FROM (public_facts.store s
     JOIN public_facts.store_maison m ON ((m.store_id = s.id)))
  WHERE ((s.maison_id = base.maison()) AND (m.maison_id = pace.maison_id))))));
CREATE POLICY sold_in_the_store ON orders.sourcing_terms FOR SELECT TO enfilade_app USING (((base.actor_kind() = 'visitor'::text) AND (EXISTS ( SELECT 1
   FROM (public_facts.store s
     JOIN public_facts.store_maison m ON ((m.store_id = s.id)))
  WHERE ((s.maison_id = base.maison()) AND (m.maison_id = sourcing_terms.maison_id))))));
ALTER TABLE orders.sourcing_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY stated ON orders.withdrawal FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('link'::text, order_id))));
CREATE POLICY stated ON orders.withdrawal_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (EXISTS ( SELECT 1
   FROM (orders.withdrawal w
     JOIN orders.order_line l ON (((l.maison_id = w.maison_id) AND (l.order_id = w.order_id))))
  WHERE ((w.maison_id = withdrawal_line.maison_id) AND (w.id = withdrawal_line.withdrawal_id) AND (l.id = withdrawal_line.order_line_id)))))));
CREATE POLICY taken ON orders.enquiry FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside() AND (closed_at IS NULL))) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY taken_back ON orders.exchange FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (base.acts_as('link'::text, order_id) AND (state = ANY (ARRAY['wished'::text, 'held'::text, 'due'::text])))))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.acts_as('link'::text, order_id) AND (state = 'ended'::text) AND (because = ANY (ARRAY['client'::text, 'kept'::text]))))));
CREATE POLICY told_the_partner ON orders.partner_statement FOR SELECT TO enfilade_app USING (((partner_maison_id = base.maison()) AND base.inside()));
ALTER TABLE orders.visit_day ENABLE ROW LEVEL SECURITY;
CREATE POLICY voided ON orders.certificate FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside() AND (void_since IS NULL))) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (void_since IS NOT NULL)));
ALTER TABLE orders.wait ENABLE ROW LEVEL SECURITY;
CREATE POLICY while_open ON orders.cash_movement FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM orders.drawer d
  WHERE ((d.maison_id = cash_movement.maison_id) AND (d.id = cash_movement.drawer_id) AND (d.closed_at IS NULL))))));
CREATE POLICY while_open ON orders.drawer FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside() AND (closed_at IS NULL))) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY wished ON orders.cancellation FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.acts_as('link'::text, order_id) AND (state = 'asked'::text)))));
CREATE POLICY wished ON orders.cancellation_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR ((base.actor_kind() = 'link'::text) AND (outcome IS NULL) AND (EXISTS ( SELECT 1
   FROM (orders.cancellation c
     JOIN orders.order_line l ON (((l.maison_id = c.maison_id) AND (l.order_id = c.order_id))))
  WHERE ((c.maison_id = cancellation_line.maison_id) AND (c.id = cancellation_line.cancellation_id) AND (c.state = 'asked'::text) AND (l.id = cancellation_line.order_line_id))))))));
CREATE POLICY wished ON orders.exchange FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.acts_as('link'::text, order_id) AND (state = 'wished'::text) AND (EXISTS ( SELECT 1
   FROM (orders.return r
     JOIN orders.order_line l ON (((l.maison_id = r.maison_id) AND (l.order_id = r.order_id))))
  WHERE ((r.maison_id = exchange.maison_id) AND (r.id = exchange.return_id) AND (r.order_id = exchange.order_id) AND (r.state = 'announced'::text) AND (l.id = exchange.order_line_id))))))));
ALTER TABLE orders.withdrawal ENABLE ROW LEVEL SECURITY;
ALTER TABLE orders.withdrawal_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY worked_on ON orders.delivery FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY worked_on ON orders.fulfilment FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY worked_on ON orders.order_line FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY worked_on ON orders.return FOR UPDATE TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY written ON orders.contact FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR base.acts_as('checkout'::text, checkout_id) OR (EXISTS ( SELECT 1
   FROM orders.checkout c
  WHERE ((c.maison_id = contact.maison_id) AND (c.id = contact.checkout_id)))))));
CREATE POLICY written ON orders.fiscal_record FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON payments.tender TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY inside ON payments.till_refund TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON payments.statement TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON payments.statement_difference TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE payments.ledger_entry ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments.operation ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_payment ON payments.operation TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'provider'::text) OR base.acts_as('checkout'::text, cause_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'provider'::text) OR base.acts_as('checkout'::text, cause_id))));
CREATE POLICY own_payment ON payments.payment TO enfilade_app USING (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'provider'::text) OR base.acts_as('checkout'::text, checkout_id)))) WITH CHECK (((maison_id = base.maison()) AND (base.inside() OR (base.actor_kind() = 'provider'::text) OR base.acts_as('checkout'::text, checkout_id))));
ALTER TABLE payments.payment ENABLE ROW LEVEL SECURITY;
CREATE POLICY posted ON payments.ledger_entry FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (EXISTS ( SELECT 1
   FROM payments.payment p
  WHERE ((p.maison_id = ledger_entry.maison_id) AND (p.id = ledger_entry.payment_id))))));
CREATE POLICY read_inside ON payments.ledger_entry FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE payments.statement ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments.statement_difference ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments.tender ENABLE ROW LEVEL SECURITY;
ALTER TABLE payments.till_refund ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.arrangement ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.boutique ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.brand ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.closure ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.collaboration ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.customs_code ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.delivery_service ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.duty_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.engraving_fee ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.engraving_terms ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.exclusive ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON public_facts.arrangement TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.store s
  WHERE ((s.id = arrangement.store_id) AND (s.maison_id = base.maison()))))));
CREATE POLICY kept_inside ON public_facts.boutique TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.brand TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.store s
  WHERE ((s.maison_id = base.maison()) AND s.multi_brand)))));
CREATE POLICY kept_inside ON public_facts.closure TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.collaboration TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.customs_code TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.delivery_service TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.duty_terms TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.engraving_fee TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.engraving_terms TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.exclusive TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.law TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.made_to_order TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.maison TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.maison_text TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.market TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.market_rate TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.medium TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.medium_file TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.medium m
  WHERE ((m.id = medium_file.medium_id) AND (m.maison_id = base.maison()))))));
CREATE POLICY kept_inside ON public_facts.node TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.opening TO enfilade_app USING ((base.inside() AND (EXISTS ( SELECT 1
   FROM boutiques.location l
  WHERE ((l.maison_id = base.maison()) AND (l.id = opening.location_id)))))) WITH CHECK ((base.inside() AND (EXISTS ( SELECT 1
   FROM boutiques.location l
  WHERE ((l.maison_id = base.maison()) AND (l.id = opening.location_id))))));
CREATE POLICY kept_inside ON public_facts.original TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.price TO enfilade_app USING ((base.inside() AND (EXISTS ( SELECT 1
   FROM catalogue.variant v
  WHERE ((v.maison_id = base.maison()) AND (v.id = price.variant_id)))))) WITH CHECK ((base.inside() AND (EXISTS ( SELECT 1
   FROM catalogue.variant v
  WHERE ((v.maison_id = base.maison()) AND (v.id = price.variant_id))))));
CREATE POLICY kept_inside ON public_facts.product TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.product_text TO enfilade_app USING ((base.inside() AND (EXISTS ( SELECT 1
   FROM catalogue.product p
  WHERE ((p.maison_id = base.maison()) AND (p.id = product_text.product_id)))))) WITH CHECK ((base.inside() AND (EXISTS ( SELECT 1
   FROM catalogue.product p
  WHERE ((p.maison_id = base.maison()) AND (p.id = product_text.product_id))))));
CREATE POLICY kept_inside ON public_facts.promise_terms TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.quota TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.product p
  WHERE ((p.id = quota.product_id) AND (p.maison_id = base.maison()))))));
CREATE POLICY kept_inside ON public_facts.search_document TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND
CASE kind
    WHEN 'piece'::text THEN (EXISTS ( SELECT 1
       FROM public_facts.product p
      WHERE ((p.id = search_document.id) AND (p.maison_id = base.maison()))))
    WHEN 'boutique'::text THEN (EXISTS ( SELECT 1
       FROM public_facts.boutique b
      WHERE ((b.id = search_document.id) AND (b.maison_id = base.maison()))))
    WHEN 'story'::text THEN (EXISTS ( SELECT 1
       FROM public_facts.story s
      WHERE ((s.id = search_document.id) AND (s.maison_id = base.maison()))))
    ELSE (id = base.maison())
END));
CREATE POLICY kept_inside ON public_facts.search_word TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.store TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.store_maison TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.store s
  WHERE ((s.id = store_maison.store_id) AND (s.multi_brand OR (s.maison_id = base.maison())))))));
CREATE POLICY kept_inside ON public_facts.story TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.story_market TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.story s
  WHERE ((s.id = story_market.story_id) AND (s.maison_id = base.maison()))))));
CREATE POLICY kept_inside ON public_facts.story_text TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.story s
  WHERE ((s.id = story_text.story_id) AND (s.maison_id = base.maison()))))));
CREATE POLICY kept_inside ON public_facts.travel TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.variant TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside() AND (EXISTS ( SELECT 1
   FROM public_facts.product p
  WHERE ((p.id = variant.product_id) AND (p.maison_id = base.maison()))))));
CREATE POLICY kept_inside ON public_facts."window" TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON public_facts.window_market TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE public_facts.law ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.made_to_order ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.maison ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.maison_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.market ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.market_rate ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.medium ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.medium_file ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.node ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.opening ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.original ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.price ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.product ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.product_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.promise_terms ENABLE ROW LEVEL SECURITY;
CREATE POLICY published ON public_facts.arrangement FOR SELECT USING (true);
CREATE POLICY published ON public_facts.boutique FOR SELECT USING (true);
CREATE POLICY published ON public_facts.brand FOR SELECT USING (true);
CREATE POLICY published ON public_facts.closure FOR SELECT USING (true);
CREATE POLICY published ON public_facts.collaboration FOR SELECT USING (true);
CREATE POLICY published ON public_facts.customs_code FOR SELECT USING (true);
CREATE POLICY published ON public_facts.delivery_service FOR SELECT USING (true);
CREATE POLICY published ON public_facts.duty_terms FOR SELECT USING (true);
CREATE POLICY published ON public_facts.engraving_fee FOR SELECT USING (true);
CREATE POLICY published ON public_facts.engraving_terms FOR SELECT USING (true);
CREATE POLICY published ON public_facts.exclusive FOR SELECT USING (true);
CREATE POLICY published ON public_facts.law FOR SELECT USING (true);
CREATE POLICY published ON public_facts.made_to_order FOR SELECT USING (true);
CREATE POLICY published ON public_facts.maison FOR SELECT USING (true);
CREATE POLICY published ON public_facts.maison_text FOR SELECT USING (true);
CREATE POLICY published ON public_facts.market FOR SELECT USING (true);
CREATE POLICY published ON public_facts.market_rate FOR SELECT USING (true);
CREATE POLICY published ON public_facts.medium FOR SELECT USING (true);
CREATE POLICY published ON public_facts.medium_file FOR SELECT USING (true);
CREATE POLICY published ON public_facts.node FOR SELECT USING (true);
CREATE POLICY published ON public_facts.opening FOR SELECT USING (true);
CREATE POLICY published ON public_facts.original FOR SELECT USING (true);
CREATE POLICY published ON public_facts.price FOR SELECT USING (true);
CREATE POLICY published ON public_facts.product FOR SELECT USING (true);
CREATE POLICY published ON public_facts.product_text FOR SELECT USING (true);
CREATE POLICY published ON public_facts.promise_terms FOR SELECT USING (true);
CREATE POLICY published ON public_facts.quota FOR SELECT USING (true);
CREATE POLICY published ON public_facts.search_document FOR SELECT USING (true);
CREATE POLICY published ON public_facts.search_word FOR SELECT USING (true);
CREATE POLICY published ON public_facts.store FOR SELECT USING (true);
CREATE POLICY published ON public_facts.store_maison FOR SELECT USING (true);
CREATE POLICY published ON public_facts.story FOR SELECT USING (true);
CREATE POLICY published ON public_facts.story_market FOR SELECT USING (true);
CREATE POLICY published ON public_facts.story_text FOR SELECT USING (true);
CREATE POLICY published ON public_facts.travel FOR SELECT USING (true);
CREATE POLICY published ON public_facts.variant FOR SELECT USING (true);
CREATE POLICY published ON public_facts."window" FOR SELECT USING (true);
CREATE POLICY published ON public_facts.window_market FOR SELECT USING (true);
ALTER TABLE public_facts.quota ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.search_document ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.search_word ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.store ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.store_maison ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.story ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.story_market ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.story_text ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.travel ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.variant ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts."window" ENABLE ROW LEVEL SECURITY;
ALTER TABLE public_facts.window_market ENABLE ROW LEVEL SECURITY;
CREATE POLICY door ON staff.person FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON staff.post FOR SELECT TO enfilade_door USING (true);
CREATE POLICY door ON staff.session FOR SELECT TO enfilade_door USING (true);
CREATE POLICY own_maison ON staff.person TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON staff.post TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY own_maison ON staff.session TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE staff.person ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff.post ENABLE ROW LEVEL SECURITY;
ALTER TABLE staff.session ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.allocation ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.arrival ENABLE ROW LEVEL SECURITY;
CREATE POLICY asked_for_an_order ON stock.transfer FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'checkout'::text) AND (reason = 'for_order'::text) AND (state = 'asked'::text) AND (asked_by IS NULL)));
CREATE POLICY asked_for_an_order ON stock.transfer_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'checkout'::text) AND (packed = 0) AND (EXISTS ( SELECT 1
   FROM stock.allocation a
  WHERE ((a.maison_id = transfer_line.maison_id) AND (a.order_line_id = transfer_line.order_line_id) AND (a.variant_id = transfer_line.variant_id) AND (a.quantity = transfer_line.asked))))));
CREATE POLICY brought_for_booking ON stock.hold TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text))) WITH CHECK (((maison_id = base.maison()) AND (purpose = 'transfer'::text) AND (base.actor_kind() = 'booking'::text) AND (EXISTS ( SELECT 1
   FROM stock.transfer t
  WHERE ((t.maison_id = hold.maison_id) AND (t.id = hold.holder_id) AND base.acts_as('booking'::text, t.keeps_for))))));
CREATE POLICY brought_for_booking ON stock.transfer TO enfilade_app USING (((maison_id = base.maison()) AND base.acts_as('booking'::text, keeps_for))) WITH CHECK (((maison_id = base.maison()) AND base.acts_as('booking'::text, keeps_for) AND (reason = 'for_order'::text) AND (asked_by IS NULL)));
CREATE POLICY brought_for_booking ON stock.transfer_line FOR INSERT TO enfilade_app WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text) AND (packed = 0) AND (order_line_id IS NULL) AND (EXISTS ( SELECT 1
   FROM stock.transfer t
  WHERE ((t.maison_id = transfer_line.maison_id) AND (t.id = transfer_line.transfer_id) AND base.acts_as('booking'::text, t.keeps_for))))));
CREATE POLICY door ON stock.moved TO enfilade_door USING (true) WITH CHECK (true);
ALTER TABLE stock.exposure ENABLE ROW LEVEL SECURITY;
CREATE POLICY held_by_booking ON stock.exposure FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text)));
CREATE POLICY held_by_booking ON stock.hold TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text))) WITH CHECK (((maison_id = base.maison()) AND (purpose = 'appointment'::text) AND (base.actor_kind() = 'booking'::text)));
CREATE POLICY held_by_booking ON stock.piece TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text))) WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text)));
CREATE POLICY held_by_booking ON stock."position" TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text))) WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text)));
CREATE POLICY held_by_booking ON stock.serialised FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text)));
ALTER TABLE stock.hold ENABLE ROW LEVEL SECURITY;
CREATE POLICY kept_inside ON stock.arrival TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON stock.place_total TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON stock.transfer TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
CREATE POLICY kept_inside ON stock.transfer_line TO enfilade_app USING (((maison_id = base.maison()) AND base.inside())) WITH CHECK (((maison_id = base.maison()) AND base.inside()));
ALTER TABLE stock.moved ENABLE ROW LEVEL SECURITY;
CREATE POLICY moved_inside ON stock.allocation TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.exposure TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.hold TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.movement TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.piece TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.piece_step TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock."position" TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.serialised TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.shortage TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
CREATE POLICY moved_inside ON stock.told TO enfilade_app USING (((maison_id = base.maison()) AND base.writes_stock())) WITH CHECK (((maison_id = base.maison()) AND base.writes_stock()));
ALTER TABLE stock.movement ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_01 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_02 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_03 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_04 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_05 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_06 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_07 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_08 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_09 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_10 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_11 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2026_12 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_01 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_02 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_03 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_04 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_05 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_06 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_07 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_08 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_09 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_10 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_11 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2027_12 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_01 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_02 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_03 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_04 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_05 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_06 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_07 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_08 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_09 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_10 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_11 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_2028_12 ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.movement_default ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.piece ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.piece_step ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.place_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock."position" ENABLE ROW LEVEL SECURITY;
CREATE POLICY seen_by_booking ON stock.transfer_line FOR SELECT TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'booking'::text) AND (EXISTS ( SELECT 1
   FROM stock.transfer t
  WHERE ((t.maison_id = transfer_line.maison_id) AND (t.id = transfer_line.transfer_id) AND base.acts_as('booking'::text, t.keeps_for))))));
ALTER TABLE stock.serialised ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.shortage ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.told ENABLE ROW LEVEL SECURITY;
CREATE POLICY told_by_the_round ON stock.moved TO enfilade_app USING (((maison_id = base.maison()) AND (base.actor_kind() = 'job'::text))) WITH CHECK (((maison_id = base.maison()) AND (base.actor_kind() = 'job'::text)));
ALTER TABLE stock.transfer ENABLE ROW LEVEL SECURITY;
ALTER TABLE stock.transfer_line ENABLE ROW LEVEL SECURITY;
GRANT USAGE ON SCHEMA aggregates TO enfilade_group;
GRANT USAGE ON SCHEMA aggregates TO enfilade_app;
GRANT USAGE ON SCHEMA appointments TO enfilade_app;
GRANT USAGE ON SCHEMA appointments TO enfilade_door;
GRANT USAGE ON SCHEMA base TO enfilade_app;
GRANT USAGE ON SCHEMA base TO enfilade_public;
GRANT USAGE ON SCHEMA base TO enfilade_door;
GRANT USAGE ON SCHEMA boutiques TO enfilade_app;
GRANT USAGE ON SCHEMA carriers TO enfilade_app;
GRANT USAGE ON SCHEMA catalogue TO enfilade_app;
GRANT USAGE ON SCHEMA channels TO enfilade_app;
GRANT USAGE ON SCHEMA channels TO enfilade_door;
GRANT USAGE ON SCHEMA clients TO enfilade_app;
GRANT USAGE ON SCHEMA clients TO enfilade_door;
GRANT USAGE ON SCHEMA closures TO enfilade_app;
GRANT USAGE ON SCHEMA door TO enfilade_app;
GRANT ALL ON SCHEMA door TO enfilade_door;
GRANT USAGE ON SCHEMA editorial TO enfilade_app;
GRANT USAGE ON SCHEMA local_carrier TO enfilade_app;
GRANT USAGE ON SCHEMA local_provider TO enfilade_app;
GRANT USAGE ON SCHEMA maisons TO enfilade_app;
GRANT USAGE ON SCHEMA media TO enfilade_app;
GRANT USAGE ON SCHEMA orders TO enfilade_app;
GRANT USAGE ON SCHEMA orders TO enfilade_door;
GRANT USAGE ON SCHEMA payments TO enfilade_app;
GRANT USAGE ON SCHEMA public_facts TO enfilade_app;
GRANT USAGE ON SCHEMA public_facts TO enfilade_public;
GRANT USAGE ON SCHEMA public_facts TO enfilade_door;
GRANT USAGE ON SCHEMA public_facts TO enfilade_group;
GRANT USAGE ON SCHEMA staff TO enfilade_app;
GRANT USAGE ON SCHEMA staff TO enfilade_door;
GRANT USAGE ON SCHEMA stock TO enfilade_app;
GRANT USAGE ON SCHEMA stock TO enfilade_door;
GRANT USAGE ON SCHEMA stripe_provider TO enfilade_app;
GRANT ALL ON FUNCTION base.folded(text text) TO enfilade_app;
GRANT ALL ON FUNCTION base.folded(text text) TO enfilade_door;
GRANT SELECT,INSERT,UPDATE ON TABLE appointments.advisor TO enfilade_app;
GRANT SELECT ON TABLE appointments.advisor TO enfilade_door;
GRANT SELECT,INSERT,UPDATE ON TABLE appointments.service TO enfilade_app;
GRANT SELECT ON TABLE appointments.service TO enfilade_door;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE staff.person TO enfilade_app;
GRANT SELECT ON TABLE staff.person TO enfilade_door;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE staff.post TO enfilade_app;
GRANT SELECT ON TABLE staff.post TO enfilade_door;
REVOKE ALL ON FUNCTION door.advisors_by_name(maison uuid, service uuid, place uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION door.advisors_by_name(maison uuid, service uuid, place uuid) TO enfilade_app;
GRANT SELECT,INSERT ON TABLE appointments.appointment TO enfilade_app;
GRANT SELECT ON TABLE appointments.appointment TO enfilade_door;
GRANT UPDATE(location_id) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(staff_id) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(seat_id) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(client_id) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(booker) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(wall) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(zone) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(starts_at) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(ends_at) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(preparation_minutes) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(clearing_minutes) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(busy) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(state) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(sequence) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(link_hash) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(changed_at) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(ended_by) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(told) ON TABLE appointments.appointment TO enfilade_app;
GRANT UPDATE(reminded_of) ON TABLE appointments.appointment TO enfilade_app;
REVOKE ALL ON FUNCTION door.appointment_of_link(link bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.appointment_of_link(link bytea) TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clients.session TO enfilade_app;
GRANT SELECT ON TABLE clients.session TO enfilade_door;
REVOKE ALL ON FUNCTION door.client_of_session(token bytea, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION door.client_of_session(token bytea, at timestamp with time zone) TO enfilade_app;
GRANT SELECT,INSERT ON TABLE appointments.piece TO enfilade_app;
GRANT SELECT ON TABLE appointments.piece TO enfilade_door;
GRANT UPDATE(result) ON TABLE appointments.piece TO enfilade_app;
GRANT UPDATE(transfer_id) ON TABLE appointments.piece TO enfilade_app;
GRANT UPDATE(lacking) ON TABLE appointments.piece TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.service_text TO enfilade_app;
GRANT SELECT ON TABLE appointments.service_text TO enfilade_door;
GRANT SELECT ON TABLE public_facts.boutique TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.boutique TO enfilade_app;
GRANT SELECT ON TABLE public_facts.boutique TO enfilade_door;
GRANT SELECT ON TABLE public_facts.maison TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.maison TO enfilade_app;
GRANT SELECT ON TABLE public_facts.maison TO enfilade_door;
GRANT SELECT ON TABLE public_facts.maison TO enfilade_group;
REVOKE ALL ON FUNCTION door.appointments_of_session(token bytea, at timestamp with time zone, spoken text) FROM PUBLIC;
GRANT ALL ON FUNCTION door.appointments_of_session(token bytea, at timestamp with time zone, spoken text) TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.calendar_link TO enfilade_app;
GRANT SELECT ON TABLE appointments.calendar_link TO enfilade_door;
REVOKE ALL ON FUNCTION door.calendar_of_link(link bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.calendar_of_link(link bytea) TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.certificate TO enfilade_app;
GRANT SELECT ON TABLE orders.certificate TO enfilade_door;
GRANT UPDATE(void_since) ON TABLE orders.certificate TO enfilade_app;
GRANT UPDATE(void_because) ON TABLE orders.certificate TO enfilade_app;
REVOKE ALL ON FUNCTION door.certificate_of_code(code bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.certificate_of_code(code bytea) TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders."order" TO enfilade_app;
GRANT SELECT ON TABLE orders."order" TO enfilade_door;
REVOKE ALL ON FUNCTION door.certificates_of_links(links bytea[]) FROM PUBLIC;
GRANT ALL ON FUNCTION door.certificates_of_links(links bytea[]) TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.absence TO enfilade_app;
GRANT SELECT ON TABLE appointments.absence TO enfilade_door;
GRANT SELECT,INSERT ON TABLE appointments.alternative TO enfilade_app;
GRANT SELECT ON TABLE appointments.alternative TO enfilade_door;
GRANT UPDATE(state) ON TABLE appointments.alternative TO enfilade_app;
GRANT UPDATE(ended_at) ON TABLE appointments.alternative TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE appointments.seat TO enfilade_app;
GRANT SELECT ON TABLE appointments.seat TO enfilade_door;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.service_at TO enfilade_app;
GRANT SELECT ON TABLE appointments.service_at TO enfilade_door;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.shift TO enfilade_app;
GRANT SELECT ON TABLE appointments.shift TO enfilade_door;
GRANT SELECT ON TABLE public_facts.closure TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.closure TO enfilade_app;
GRANT SELECT ON TABLE public_facts.closure TO enfilade_door;
GRANT SELECT ON TABLE public_facts.opening TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.opening TO enfilade_app;
GRANT SELECT ON TABLE public_facts.opening TO enfilade_door;
REVOKE ALL ON FUNCTION door.free_times(maison uuid, service uuid, places uuid[], since timestamp with time zone, until timestamp with time zone, apart uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION door.free_times(maison uuid, service uuid, places uuid[], since timestamp with time zone, until timestamp with time zone, apart uuid) TO enfilade_app;
REVOKE ALL ON FUNCTION door.mark_moved() FROM PUBLIC;
GRANT SELECT,INSERT ON TABLE base.fact TO enfilade_app;
GRANT SELECT ON TABLE base.fact TO enfilade_door;
REVOKE ALL ON FUNCTION door.news_since(seen xid8, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION door.news_since(seen xid8, most integer) TO enfilade_app;
REVOKE ALL ON FUNCTION door.order_of_link(link bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.order_of_link(link bytea) TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.contact TO enfilade_app;
GRANT SELECT ON TABLE orders.contact TO enfilade_door;
GRANT UPDATE(address) ON TABLE orders.contact TO enfilade_app;
REVOKE ALL ON FUNCTION door.orders_of_number(number text, mail text) FROM PUBLIC;
GRANT ALL ON FUNCTION door.orders_of_number(number text, mail text) TO enfilade_app;
REVOKE ALL ON FUNCTION door.orders_sought(kind text, words text[], before timestamp with time zone, before_id uuid, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION door.orders_sought(kind text, words text[], before timestamp with time zone, before_id uuid, most integer) TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.checkout TO enfilade_app;
GRANT SELECT ON TABLE orders.checkout TO enfilade_door;
GRANT SELECT,INSERT ON TABLE orders.proposal TO enfilade_app;
GRANT SELECT ON TABLE orders.proposal TO enfilade_door;
GRANT UPDATE(opened_at) ON TABLE orders.proposal TO enfilade_app;
GRANT UPDATE(withdrawn_at) ON TABLE orders.proposal TO enfilade_app;
GRANT UPDATE(withdrawn_by) ON TABLE orders.proposal TO enfilade_app;
REVOKE ALL ON FUNCTION door.proposal_of_link(link bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.proposal_of_link(link bytea) TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clients.sign_in_code TO enfilade_app;
GRANT SELECT ON TABLE clients.sign_in_code TO enfilade_door;
REVOKE ALL ON FUNCTION door.sign_in_of_link(link bytea, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION door.sign_in_of_link(link bytea, at timestamp with time zone) TO enfilade_app;
REVOKE ALL ON FUNCTION door.staff_of_mail(mail text) FROM PUBLIC;
GRANT ALL ON FUNCTION door.staff_of_mail(mail text) TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE staff.session TO enfilade_app;
GRANT SELECT ON TABLE staff.session TO enfilade_door;
REVOKE ALL ON FUNCTION door.staff_of_session(token bytea, at timestamp with time zone) FROM PUBLIC;
GRANT ALL ON FUNCTION door.staff_of_session(token bytea, at timestamp with time zone) TO enfilade_app;
REVOKE ALL ON FUNCTION door.store_of_proposed(checkout uuid) FROM PUBLIC;
GRANT ALL ON FUNCTION door.store_of_proposed(checkout uuid) TO enfilade_app;
REVOKE ALL ON FUNCTION door.tenants() FROM PUBLIC;
GRANT ALL ON FUNCTION door.tenants() TO enfilade_app;
REVOKE ALL ON FUNCTION door.unfinished_checkouts(before timestamp with time zone, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION door.unfinished_checkouts(before timestamp with time zone, most integer) TO enfilade_app;
GRANT SELECT,INSERT,DELETE ON TABLE orders.wait TO enfilade_app;
GRANT SELECT ON TABLE orders.wait TO enfilade_door;
GRANT UPDATE(confirmed_at) ON TABLE orders.wait TO enfilade_app;
GRANT UPDATE(told_at) ON TABLE orders.wait TO enfilade_app;
GRANT UPDATE(left_at) ON TABLE orders.wait TO enfilade_app;
REVOKE ALL ON FUNCTION door.wait_of_link(link bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.wait_of_link(link bytea) TO enfilade_app;
GRANT SELECT,INSERT ON TABLE appointments.waiting TO enfilade_app;
GRANT SELECT ON TABLE appointments.waiting TO enfilade_door;
GRANT UPDATE(client_id) ON TABLE appointments.waiting TO enfilade_app;
GRANT UPDATE(booker) ON TABLE appointments.waiting TO enfilade_app;
GRANT UPDATE(name) ON TABLE appointments.waiting TO enfilade_app;
GRANT UPDATE(mail) ON TABLE appointments.waiting TO enfilade_app;
GRANT UPDATE(state) ON TABLE appointments.waiting TO enfilade_app;
GRANT UPDATE(ended_at) ON TABLE appointments.waiting TO enfilade_app;
REVOKE ALL ON FUNCTION door.waiting_of_link(link bytea) FROM PUBLIC;
GRANT ALL ON FUNCTION door.waiting_of_link(link bytea) TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE channels.webhook_delivery TO enfilade_app;
GRANT SELECT(maison_id) ON TABLE channels.webhook_delivery TO enfilade_door;
GRANT SELECT(region) ON TABLE channels.webhook_delivery TO enfilade_door;
GRANT SELECT(endpoint_id) ON TABLE channels.webhook_delivery TO enfilade_door;
GRANT SELECT(state) ON TABLE channels.webhook_delivery TO enfilade_door;
GRANT SELECT(due_at) ON TABLE channels.webhook_delivery TO enfilade_door;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE channels.webhook_endpoint TO enfilade_app;
GRANT SELECT(maison_id) ON TABLE channels.webhook_endpoint TO enfilade_door;
GRANT SELECT(id) ON TABLE channels.webhook_endpoint TO enfilade_door;
GRANT SELECT(types) ON TABLE channels.webhook_endpoint TO enfilade_door;
GRANT SELECT(off) ON TABLE channels.webhook_endpoint TO enfilade_door;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE channels.webhook_progress TO enfilade_app;
GRANT SELECT ON TABLE channels.webhook_progress TO enfilade_door;
REVOKE ALL ON FUNCTION door.webhooks_due(at timestamp with time zone, most integer) FROM PUBLIC;
GRANT ALL ON FUNCTION door.webhooks_due(at timestamp with time zone, most integer) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.customs_union(country text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.customs_union(country text) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.working_day(day date, days integer) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.working_day(day date, days integer) TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE boutiques.making_claim TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE boutiques.workshop TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE boutiques.workshop_claim TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE boutiques.workshop_day TO enfilade_app;
GRANT SELECT ON TABLE public_facts.workshop TO enfilade_app;
GRANT SELECT ON TABLE public_facts.workshop TO enfilade_public;
GRANT SELECT ON TABLE public_facts.workshop_day TO enfilade_app;
GRANT SELECT ON TABLE public_facts.workshop_day TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.ground(country text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.ground(country text) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.in_union(country text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.in_union(country text) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.kinds_known(family text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.law_of(maison uuid, kinds text[], of_rule text, in_country text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.law_of(maison uuid, kinds text[], of_rule text, in_country text) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.open_for(place uuid, minutes integer, since timestamp with time zone) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.open_for(place uuid, minutes integer, since timestamp with time zone) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.leaves_on(place uuid, minutes integer, zone text, since timestamp with time zone) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.leaves_on(place uuid, minutes integer, zone text, since timestamp with time zone) TO enfilade_public;
GRANT SELECT ON TABLE public_facts.made_to_order TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.made_to_order TO enfilade_app;
GRANT SELECT ON TABLE public_facts.maker TO enfilade_app;
GRANT SELECT ON TABLE public_facts.maker TO enfilade_public;
GRANT SELECT ON TABLE public_facts.exclusive TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.exclusive TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.may_go(maison uuid, kinds text[], origin text, destination text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.may_go(maison uuid, kinds text[], origin text, destination text) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.ready_after(place uuid, minutes integer, zone text, arrives date) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.ready_after(place uuid, minutes integer, zone text, arrives date) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.sendable(maison uuid, variant uuid, kinds text[], in_market text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.sendable(maison uuid, variant uuid, kinds text[], in_market text) TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.shipped_law() TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.shipped_law() TO enfilade_public;
GRANT ALL ON FUNCTION public_facts.shipped_value(of_kind text, of_rule text, in_country text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.shipped_value(of_kind text, of_rule text, in_country text) TO enfilade_public;
GRANT SELECT ON TABLE public_facts.promise_terms TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.promise_terms TO enfilade_app;
GRANT SELECT ON TABLE public_facts.travel TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.travel TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.travel_days(maison uuid, origin uuid, origin_country text, destination uuid, destination_country text) TO enfilade_app;
GRANT ALL ON FUNCTION public_facts.travel_days(maison uuid, origin uuid, origin_country text, destination uuid, destination_country text) TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE aggregates.freshness TO enfilade_app;
GRANT SELECT ON TABLE aggregates.freshness TO enfilade_group;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE aggregates.purchase TO enfilade_app;
GRANT SELECT ON TABLE aggregates.purchase TO enfilade_group;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE aggregates.sales TO enfilade_app;
GRANT SELECT ON TABLE aggregates.sales TO enfilade_group;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE aggregates.service TO enfilade_app;
GRANT SELECT ON TABLE aggregates.service TO enfilade_group;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE aggregates.visit TO enfilade_app;
GRANT SELECT ON TABLE aggregates.visit TO enfilade_group;
GRANT SELECT,INSERT,DELETE ON TABLE appointments.contact TO enfilade_app;
GRANT UPDATE(noted) ON TABLE appointments.contact TO enfilade_app;
GRANT UPDATE(forget_at) ON TABLE appointments.contact TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.outside_calendar TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE appointments.roster TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE appointments.turn TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE appointments.zone_rules TO enfilade_app;
GRANT SELECT,INSERT ON TABLE base.audit TO enfilade_app;
GRANT SELECT,INSERT ON TABLE base.handled_fact TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE base.idempotency TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE base.import_run TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE base.rate_limit TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE boutiques.closure TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE boutiques.location TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE carriers.label TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE carriers.label_paper TO enfilade_app;
GRANT SELECT,INSERT,DELETE ON TABLE carriers.offered TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE carriers.rate TO enfilade_app;
GRANT SELECT,INSERT ON TABLE carriers.scan TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE carriers.terms TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.brand TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.collaboration TO enfilade_app;
GRANT SELECT,INSERT ON TABLE catalogue.collaboration_answer TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.collaboration_partner TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.collaboration_piece TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.commission TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.family_kinds TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.model TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.picture TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.price TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.product TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.product_text TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE catalogue.variant TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE channels.webhook_secret TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clients.address TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clients.client TO enfilade_app;
GRANT SELECT,INSERT,DELETE ON TABLE clients.consent TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clients.contact_point TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE clients.erasure TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE clients.wish TO enfilade_app;
GRANT SELECT,INSERT ON TABLE closures.act TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE closures.effect TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE closures.place TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE editorial.apart TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE editorial.schedule TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE editorial.story TO enfilade_app;
GRANT SELECT,INSERT ON TABLE editorial.version TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE editorial."window" TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE editorial.window_schedule TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE local_carrier.parcel TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE local_carrier.scan TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE local_provider.charge TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE local_provider.request TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE local_provider.signature TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE local_provider.slip TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.capability TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.legal_entity TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.maison TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.maison_text TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.market TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.policy TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE maisons.store TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE media.file TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE media.original TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE media.picture TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.basket TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.basket_line TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.call_back TO enfilade_app;
GRANT UPDATE(outcome) ON TABLE orders.call_back TO enfilade_app;
GRANT UPDATE(done_at) ON TABLE orders.call_back TO enfilade_app;
GRANT UPDATE(done_by) ON TABLE orders.call_back TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.cancellation TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.cancellation_line TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.cash_movement TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.checkout_line TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.checkout_seller TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.delivery TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.desk_note TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.drawer TO enfilade_app;
GRANT UPDATE(cash_minor) ON TABLE orders.drawer TO enfilade_app;
GRANT UPDATE(closed_at) ON TABLE orders.drawer TO enfilade_app;
GRANT UPDATE(closed_by) ON TABLE orders.drawer TO enfilade_app;
GRANT UPDATE(counted_minor) ON TABLE orders.drawer TO enfilade_app;
GRANT UPDATE(words) ON TABLE orders.drawer TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.due TO enfilade_app;
GRANT SELECT,INSERT,DELETE ON TABLE orders.enquiry TO enfilade_app;
GRANT UPDATE(taken_at) ON TABLE orders.enquiry TO enfilade_app;
GRANT UPDATE(taken_by) ON TABLE orders.enquiry TO enfilade_app;
GRANT UPDATE(closed_at) ON TABLE orders.enquiry TO enfilade_app;
GRANT UPDATE(closed_by) ON TABLE orders.enquiry TO enfilade_app;
GRANT UPDATE(closed_because) ON TABLE orders.enquiry TO enfilade_app;
GRANT UPDATE(proposal_id) ON TABLE orders.enquiry TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.exchange TO enfilade_app;
GRANT UPDATE(state) ON TABLE orders.exchange TO enfilade_app;
GRANT UPDATE(because) ON TABLE orders.exchange TO enfilade_app;
GRANT UPDATE(placed_order_id) ON TABLE orders.exchange TO enfilade_app;
GRANT UPDATE(placed_number) ON TABLE orders.exchange TO enfilade_app;
GRANT UPDATE(value_minor) ON TABLE orders.exchange TO enfilade_app;
GRANT UPDATE(changed_at) ON TABLE orders.exchange TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.external_sale TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.figures_read TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.fiscal_record TO enfilade_app;
GRANT UPDATE(device) ON TABLE orders.fiscal_record TO enfilade_app;
GRANT UPDATE(counter) ON TABLE orders.fiscal_record TO enfilade_app;
GRANT UPDATE(signature) ON TABLE orders.fiscal_record TO enfilade_app;
GRANT UPDATE(signed_at) ON TABLE orders.fiscal_record TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.fulfilment TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.goodwill TO enfilade_app;
GRANT UPDATE(state) ON TABLE orders.goodwill TO enfilade_app;
GRANT UPDATE(decided_at) ON TABLE orders.goodwill TO enfilade_app;
GRANT UPDATE(decided_by) ON TABLE orders.goodwill TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.invoice TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.line_terms TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.order_line TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.pace TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.partner_statement TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.partner_statement_line TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.proposal_approval TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.proposal_line TO enfilade_app;
GRANT SELECT,INSERT,DELETE ON TABLE orders.proposal_note TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.putting_away TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.quota TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.quota_count TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.quota_use TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.rejection TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.return TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.return_line TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.return_wish TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.sale TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.sale_line TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.sales_day TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.service_day TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE orders.sourcing_terms TO enfilade_app;
GRANT SELECT ON TABLE public_facts.store TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.store TO enfilade_app;
GRANT SELECT ON TABLE public_facts.store TO enfilade_group;
GRANT SELECT ON TABLE public_facts.store_maison TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.store_maison TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.transfer TO enfilade_app;
GRANT SELECT ON TABLE orders.spare TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE orders.visit_day TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.withdrawal TO enfilade_app;
GRANT UPDATE(name) ON TABLE orders.withdrawal TO enfilade_app;
GRANT UPDATE(mail) ON TABLE orders.withdrawal TO enfilade_app;
GRANT SELECT,INSERT ON TABLE orders.withdrawal_line TO enfilade_app;
GRANT UPDATE(return_id) ON TABLE orders.withdrawal_line TO enfilade_app;
GRANT SELECT,INSERT ON TABLE payments.ledger_entry TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE payments.operation TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE payments.payment TO enfilade_app;
GRANT SELECT,INSERT ON TABLE payments.statement TO enfilade_app;
GRANT SELECT,INSERT ON TABLE payments.statement_difference TO enfilade_app;
GRANT SELECT,INSERT ON TABLE payments.tender TO enfilade_app;
GRANT UPDATE(state) ON TABLE payments.tender TO enfilade_app;
GRANT UPDATE(back_minor) ON TABLE payments.tender TO enfilade_app;
GRANT UPDATE(slip) ON TABLE payments.tender TO enfilade_app;
GRANT UPDATE(ended_at) ON TABLE payments.tender TO enfilade_app;
GRANT SELECT,INSERT ON TABLE payments.till_refund TO enfilade_app;
GRANT UPDATE(given_minor) ON TABLE payments.till_refund TO enfilade_app;
GRANT SELECT ON TABLE public_facts.appointments_at TO enfilade_public;
GRANT SELECT ON TABLE public_facts.appointments_at TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.arrangement TO enfilade_app;
GRANT SELECT ON TABLE public_facts.arrangement TO enfilade_public;
GRANT SELECT ON TABLE public_facts.arrangement TO enfilade_group;
GRANT SELECT ON TABLE public_facts.variant TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.variant TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE stock.allocation TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.exposure TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE stock.hold TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock."position" TO enfilade_app;
GRANT SELECT ON TABLE public_facts.availability TO enfilade_public;
GRANT SELECT ON TABLE public_facts.availability TO enfilade_app;
GRANT SELECT ON TABLE public_facts.brand TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.brand TO enfilade_app;
GRANT SELECT ON TABLE public_facts.busy TO enfilade_public;
GRANT SELECT ON TABLE public_facts.busy TO enfilade_app;
GRANT SELECT ON TABLE public_facts.collaboration TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.collaboration TO enfilade_app;
GRANT SELECT ON TABLE public_facts.collects TO enfilade_app;
GRANT SELECT ON TABLE public_facts.collects TO enfilade_public;
GRANT SELECT ON TABLE public_facts.customs_code TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.customs_code TO enfilade_app;
GRANT SELECT ON TABLE public_facts.delivery_service TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.delivery_service TO enfilade_app;
GRANT SELECT ON TABLE public_facts.duty_terms TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.duty_terms TO enfilade_app;
GRANT SELECT ON TABLE public_facts.engraving_fee TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.engraving_fee TO enfilade_app;
GRANT SELECT ON TABLE public_facts.engraving_terms TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.engraving_terms TO enfilade_app;
GRANT SELECT ON TABLE public_facts.law TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.law TO enfilade_app;
GRANT SELECT ON TABLE public_facts.maison_text TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.maison_text TO enfilade_app;
GRANT SELECT ON TABLE public_facts.market TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.market TO enfilade_app;
GRANT SELECT ON TABLE public_facts.market_rate TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.market_rate TO enfilade_app;
GRANT SELECT ON TABLE public_facts.medium TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.medium TO enfilade_app;
GRANT SELECT ON TABLE public_facts.medium_file TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.medium_file TO enfilade_app;
GRANT SELECT ON TABLE public_facts.node TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.node TO enfilade_app;
GRANT SELECT ON TABLE public_facts.original TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.original TO enfilade_app;
GRANT SELECT ON TABLE public_facts.price TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.price TO enfilade_app;
GRANT SELECT ON TABLE public_facts.product TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.product TO enfilade_app;
GRANT SELECT ON TABLE public_facts.product_text TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.product_text TO enfilade_app;
GRANT SELECT ON TABLE public_facts.quota TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.quota TO enfilade_app;
GRANT SELECT ON TABLE public_facts.reserves TO enfilade_app;
GRANT SELECT ON TABLE public_facts.reserves TO enfilade_public;
GRANT SELECT ON TABLE public_facts.return_terms TO enfilade_app;
GRANT SELECT ON TABLE public_facts.return_terms TO enfilade_public;
GRANT SELECT ON TABLE public_facts.search_document TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.search_document TO enfilade_app;
GRANT SELECT ON TABLE public_facts.search_word TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.search_word TO enfilade_app;
GRANT SELECT,INSERT,DELETE ON TABLE stock.serialised TO enfilade_app;
GRANT SELECT ON TABLE public_facts.serialised TO enfilade_app;
GRANT SELECT ON TABLE public_facts.serialised TO enfilade_public;
GRANT SELECT ON TABLE public_facts.story TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.story TO enfilade_app;
GRANT SELECT ON TABLE public_facts.story_market TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.story_market TO enfilade_app;
GRANT SELECT ON TABLE public_facts.story_text TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.story_text TO enfilade_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts."window" TO enfilade_app;
GRANT SELECT ON TABLE public_facts."window" TO enfilade_public;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public_facts.window_market TO enfilade_app;
GRANT SELECT ON TABLE public_facts.window_market TO enfilade_public;
GRANT SELECT,INSERT ON TABLE stock.arrival TO enfilade_app;
GRANT SELECT ON TABLE stock.exposed TO enfilade_app;
GRANT SELECT,DELETE,UPDATE ON TABLE stock.moved TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.moved TO enfilade_door;
GRANT SELECT,INSERT ON TABLE stock.movement TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.piece TO enfilade_app;
GRANT SELECT,INSERT ON TABLE stock.piece_step TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.place_total TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.shortage TO enfilade_app;
GRANT SELECT ON TABLE stock.standing TO enfilade_app;
GRANT SELECT,INSERT ON TABLE stock.told TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stock.transfer_line TO enfilade_app;
GRANT SELECT,INSERT,UPDATE ON TABLE stripe_provider.intent TO enfilade_app;
