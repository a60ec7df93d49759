SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET SESSION AUTHORIZATION DEFAULT;
ALTER TABLE aggregates.freshness DISABLE TRIGGER ALL;
COPY aggregates.freshness (maison_id, region, as_of) FROM stdin;
\.
ALTER TABLE aggregates.freshness ENABLE TRIGGER ALL;
ALTER TABLE aggregates.sales DISABLE TRIGGER ALL;
COPY aggregates.sales (maison_id, region, currency, detail, first_month, last_month, part, lines, net_minor) FROM stdin;
\.
ALTER TABLE aggregates.sales ENABLE TRIGGER ALL;
ALTER TABLE aggregates.service DISABLE TRIGGER ALL;
COPY aggregates.service (maison_id, region, first_month, last_month, fulfilments, lines_asked, rejections, ready, minutes_to_ready) FROM stdin;
\.
ALTER TABLE aggregates.service ENABLE TRIGGER ALL;
ALTER TABLE aggregates.visit DISABLE TRIGGER ALL;
COPY aggregates.visit (maison_id, region, detail, first_month, last_month, part, visits, net_minor) FROM stdin;
\.
ALTER TABLE aggregates.visit ENABLE TRIGGER ALL;
ALTER TABLE base.audit DISABLE TRIGGER ALL;
COPY base.audit (maison_id, id, staff_id, act, subject_kind, subject_id, recorded_at) FROM stdin;
\.
ALTER TABLE base.audit ENABLE TRIGGER ALL;
ALTER TABLE base.fact DISABLE TRIGGER ALL;
COPY base.fact (maison_id, region, id, kind, subject_id, location_id, body, xid, recorded_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-701e-81d8-973d63d51a6d	OrderPlaced	01a201d6-893a-7113-b9bd-37a539248ce2	\N	{"method": "collect", "currency": "EUR", "subject_id": "01a201d6-893a-7113-b9bd-37a539248ce2", "total_minor": 120000}	812	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7415-97d4-25f640b952ab	FulfilmentAsked	01a201d6-893a-7085-a71f-ee522739ad35	01a201d6-893a-71ae-a26a-12b5cf0621d4	{"order_id": "01a201d6-893a-7113-b9bd-37a539248ce2", "subject_id": "01a201d6-893a-7085-a71f-ee522739ad35", "location_id": "01a201d6-893a-71ae-a26a-12b5cf0621d4"}	812	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7342-bbb4-e694b1fa2060	OrderPlaced	01a201d6-893a-7dc0-b04c-bfb9facab77e	\N	{"method": "collect", "currency": "EUR", "subject_id": "01a201d6-893a-7dc0-b04c-bfb9facab77e", "total_minor": 120000}	820	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7070-b2f3-5bcb918e980e	FulfilmentAsked	01a201d6-893a-7b0f-87b0-aa572cc234eb	01a201d6-893a-71ae-a26a-12b5cf0621d4	{"order_id": "01a201d6-893a-7dc0-b04c-bfb9facab77e", "subject_id": "01a201d6-893a-7b0f-87b0-aa572cc234eb", "location_id": "01a201d6-893a-71ae-a26a-12b5cf0621d4"}	820	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE base.fact ENABLE TRIGGER ALL;
ALTER TABLE base.handled_fact DISABLE TRIGGER ALL;
COPY base.handled_fact (maison_id, fact_id, listener, handled_at) FROM stdin;
\.
ALTER TABLE base.handled_fact ENABLE TRIGGER ALL;
ALTER TABLE base.idempotency DISABLE TRIGGER ALL;
COPY base.idempotency (maison_id, actor, key, request_hash, status, answer, asked_at) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:2b9a96cd-48ab-49b0-a6b0-630fa431cccd	open:496b7da1831e4ec6811d354f579b250d	\\x04677fbd8ab61768f84e0640dfe27eabde15426b4227b410754243dae37573ba	200	{"checkout": "01a201d6-893a-7ad8-8165-4b13c0d65e63"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:2b9a96cd-48ab-49b0-a6b0-630fa431cccd	complete:e7d7fe34f6604a399db76a0075eedd0f	\\xa0ee0cabd0b7c23b2005d55d1d6b272ce7d67e80945d3701ea75c5de9a84d325	200	{"checkout": "01a201d6-893a-7ad8-8165-4b13c0d65e63"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:7d8f68e7-c0f3-41a9-8459-18ff7e2f96f1	open:7a49c9cebabc4753867b1a27de98b690	\\x04677fbd8ab61768f84e0640dfe27eabde15426b4227b410754243dae37573ba	200	{"checkout": "01a201d6-893a-7610-89a8-3ffc2e67fd89"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:7d8f68e7-c0f3-41a9-8459-18ff7e2f96f1	complete:882ec9d15c55448abb45041462cae6b3	\\x6ac185a79b64fd27a63ecd030208892a4bc72266b86ac5e7e76432ba7776ccbf	200	{"checkout": "01a201d6-893a-7610-89a8-3ffc2e67fd89"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:2b9dec71-45ba-4e8b-a55e-ec6f9e4eb947	open:ff9ac485890345f0a13c641f192e511a	\\x04677fbd8ab61768f84e0640dfe27eabde15426b4227b410754243dae37573ba	200	{"checkout": "01a201d6-893a-7f8e-84f0-1abcc55bb9cc"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:2b9dec71-45ba-4e8b-a55e-ec6f9e4eb947	complete:e9dc9174697b492f86ffa49ddbfa2d6b	\\xb5c221145a87cdf13657b5a96264c943bdbe730621e41679e740b68e3458cb8c	200	{"checkout": "01a201d6-893a-7f8e-84f0-1abcc55bb9cc"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:12eb79e2-b256-4e2d-a640-2227b104f8a0	open:952035ed202241f7a38a2f84e2929112	\\x04677fbd8ab61768f84e0640dfe27eabde15426b4227b410754243dae37573ba	200	{"checkout": "01a201d6-893a-76a7-a4df-804de2e4977a"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:12eb79e2-b256-4e2d-a640-2227b104f8a0	complete:07a9702f657d47549d4602ed39934766	\\x7f19898519854379bc4d89a01d87e55a2e44aaac97ad5e68c80892ba9307f99a	200	{"checkout": "01a201d6-893a-76a7-a4df-804de2e4977a"}	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	visitor:79cd367d-ba81-42a2-bc82-ec7ff0d56660	open:7948a7ffd39543088a4debdb31222b55	\\x04677fbd8ab61768f84e0640dfe27eabde15426b4227b410754243dae37573ba	200	{"checkout": "01a201d6-893a-78c1-9d40-88fd4bd33ce4"}	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE base.idempotency ENABLE TRIGGER ALL;
ALTER TABLE base.import_run DISABLE TRIGGER ALL;
COPY base.import_run (maison_id, id, kind, format, file_name, rows_read, rows_taken, rows_refused, dry_run, started_at, finished_at) FROM stdin;
\.
ALTER TABLE base.import_run ENABLE TRIGGER ALL;
ALTER TABLE base.rate_limit DISABLE TRIGGER ALL;
COPY base.rate_limit (bucket, window_start, used) FROM stdin;
\.
ALTER TABLE base.rate_limit ENABLE TRIGGER ALL;
ALTER TABLE maisons.maison DISABLE TRIGGER ALL;
COPY maisons.maison (maison_id, slug, name, kind, segment, founded, city, default_language, theme, wordmark, created_at) FROM stdin;
01a201d6-893a-7314-b257-060b2acb1a3d	group	The group	group	group	\N	\N	en	{}		2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	arcade	Arcade	retailer	fashion_and_leather_goods	\N	\N	fr	{}		2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	alba	Alba	maison	fashion_and_leather_goods	\N	\N	fr	{}		2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	borea	Borea	maison	fashion_and_leather_goods	\N	\N	fr	{}		2026-11-22 05:59:26.778879+00
\.
ALTER TABLE maisons.maison ENABLE TRIGGER ALL;
ALTER TABLE boutiques.location DISABLE TRIGGER ALL;
COPY boutiques.location (maison_id, id, region, code, kind, name, country, city, postcode, address, latitude, longitude, zone, opening_hours, phone, preparation_minutes, daily_cap, published, changed_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-71ae-a26a-12b5cf0621d4	eu	alba-1	boutique	Paris	FR	Paris			48.8675	2.3295	Europe/Paris	24/7		60	\N	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7356-ad15-5129cbbd5038	eu	alba-2	boutique	Lyon	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60	\N	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7f15-89a8-dc39b8eecadd	eu	alba-wh	warehouse	Warehouse	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60	\N	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-730e-8fe9-dbecca0a6bb6	eu	borea-1	boutique	Paris	FR	Paris			48.8675	2.3295	Europe/Paris	24/7		60	\N	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7d97-923b-9817710353bf	eu	borea-2	boutique	Lyon	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60	\N	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-76b7-b917-3c4ad39c08eb	eu	borea-wh	warehouse	Warehouse	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60	\N	t	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE boutiques.location ENABLE TRIGGER ALL;
ALTER TABLE boutiques.closure DISABLE TRIGGER ALL;
COPY boutiques.closure (maison_id, id, location_id, during, reason, created_at) FROM stdin;
\.
ALTER TABLE boutiques.closure ENABLE TRIGGER ALL;
ALTER TABLE catalogue.product DISABLE TRIGGER ALL;
COPY catalogue.product (maison_id, id, source, handle, slug, brand, family, gender, made_in, published, "position", changed_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7763-92d8-dbbb58c61b8c	main	bag	alba-bag	Alba	bag			t	1	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7e6b-b004-c7a11b74af19	main	ring	alba-ring	Alba	ring			t	2	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7110-b996-f612cca46b08	main	bag	borea-bag	Borea	bag			t	1	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7a52-94d2-d2694e57f0d9	main	ring	borea-ring	Borea	ring			t	2	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE catalogue.product ENABLE TRIGGER ALL;
ALTER TABLE catalogue.picture DISABLE TRIGGER ALL;
COPY catalogue.picture (maison_id, product_id, "position", name, source_url, alt) FROM stdin;
\.
ALTER TABLE catalogue.picture ENABLE TRIGGER ALL;
ALTER TABLE catalogue.variant DISABLE TRIGGER ALL;
COPY catalogue.variant (maison_id, id, product_id, option_key, options, sku, barcode, colour, size, "position") FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c		{}	alba-bag				0
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7304-b101-ba615222819e	01a201d6-893a-7e6b-b004-c7a11b74af19	size=52	{"size": "52"}	alba-ring-52			52	0
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7686-85da-5d72e76b0467	01a201d6-893a-7110-b996-f612cca46b08		{}	borea-bag				0
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-761d-adb9-05f629de57f4	01a201d6-893a-7a52-94d2-d2694e57f0d9	size=52	{"size": "52"}	borea-ring-52			52	0
\.
ALTER TABLE catalogue.variant ENABLE TRIGGER ALL;
ALTER TABLE maisons.legal_entity DISABLE TRIGGER ALL;
COPY maisons.legal_entity (maison_id, id, code, name, country, tax_id, payment_account) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	01a201d6-893a-7261-a966-897f30395eaf	FR	arcade SAS	FR		local
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7c6e-ac5b-753ec837f98e	FR	alba SAS	FR		local
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-75ff-9748-d4db6cd8496f	FR	borea SAS	FR		local
\.
ALTER TABLE maisons.legal_entity ENABLE TRIGGER ALL;
ALTER TABLE maisons.market DISABLE TRIGGER ALL;
COPY maisons.market (maison_id, code, legal_entity_id, countries, currency, languages, tax_rate_basis_points, prices_include_tax) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	fr	01a201d6-893a-7261-a966-897f30395eaf	{FR}	EUR	{fr,en}	2000	t
01a201d6-893a-7eda-83d2-ff266652b9a9	us	01a201d6-893a-7261-a966-897f30395eaf	{US}	USD	{en}	887	f
01a201d6-893a-7701-bfb8-e8d9433380f0	fr	01a201d6-893a-7c6e-ac5b-753ec837f98e	{FR}	EUR	{fr,en}	2000	t
01a201d6-893a-7701-bfb8-e8d9433380f0	us	01a201d6-893a-7c6e-ac5b-753ec837f98e	{US}	USD	{en}	887	f
01a201d6-893a-7e71-93c0-e4ce136c7c06	fr	01a201d6-893a-75ff-9748-d4db6cd8496f	{FR}	EUR	{fr,en}	2000	t
01a201d6-893a-7e71-93c0-e4ce136c7c06	us	01a201d6-893a-75ff-9748-d4db6cd8496f	{US}	USD	{en}	887	f
\.
ALTER TABLE maisons.market ENABLE TRIGGER ALL;
ALTER TABLE catalogue.price DISABLE TRIGGER ALL;
COPY catalogue.price (maison_id, variant_id, market, valid_from, currency, amount_minor) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	fr	2026-11-22 05:59:26.778879+00	EUR	120000
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	us	2026-11-22 05:59:26.778879+00	USD	130000
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7304-b101-ba615222819e	fr	2026-11-22 05:59:26.778879+00	EUR	120000
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7304-b101-ba615222819e	us	2026-11-22 05:59:26.778879+00	USD	130000
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7686-85da-5d72e76b0467	fr	2026-11-22 05:59:26.778879+00	EUR	120000
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7686-85da-5d72e76b0467	us	2026-11-22 05:59:26.778879+00	USD	130000
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-761d-adb9-05f629de57f4	fr	2026-11-22 05:59:26.778879+00	EUR	120000
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-761d-adb9-05f629de57f4	us	2026-11-22 05:59:26.778879+00	USD	130000
\.
ALTER TABLE catalogue.price ENABLE TRIGGER ALL;
ALTER TABLE catalogue.product_text DISABLE TRIGGER ALL;
COPY catalogue.product_text (maison_id, product_id, language, name, description, materials, care) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7763-92d8-dbbb58c61b8c	fr	Le sac	Un sac.		
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7763-92d8-dbbb58c61b8c	en	The bag	A bag.		
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7e6b-b004-c7a11b74af19	fr	La bague	Une bague.		
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7110-b996-f612cca46b08	fr	Le sac	Un sac.		
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7110-b996-f612cca46b08	en	The bag	A bag.		
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7a52-94d2-d2694e57f0d9	fr	La bague	Une bague.		
\.
ALTER TABLE catalogue.product_text ENABLE TRIGGER ALL;
ALTER TABLE clients.client DISABLE TRIGGER ALL;
COPY clients.client (maison_id, region, id, name, language, created_at) FROM stdin;
\.
ALTER TABLE clients.client ENABLE TRIGGER ALL;
ALTER TABLE clients.contact_point DISABLE TRIGGER ALL;
COPY clients.contact_point (maison_id, region, client_id, kind, value, verified_at) FROM stdin;
\.
ALTER TABLE clients.contact_point ENABLE TRIGGER ALL;
ALTER TABLE clients.session DISABLE TRIGGER ALL;
COPY clients.session (maison_id, region, token_hash, client_id, created_at, expires_at, revoked_at) FROM stdin;
\.
ALTER TABLE clients.session ENABLE TRIGGER ALL;
ALTER TABLE clients.sign_in_code DISABLE TRIGGER ALL;
COPY clients.sign_in_code (maison_id, region, id, kind, value, language, code_hash, link_hash, attempts, expires_at, used_at) FROM stdin;
\.
ALTER TABLE clients.sign_in_code ENABLE TRIGGER ALL;
ALTER TABLE local_provider.charge DISABLE TRIGGER ALL;
COPY local_provider.charge (reference, amount_minor, currency, captured_minor, refunded_minor, state, known_from, authorised_until, second_step_token, return_url, metadata) FROM stdin;
01a201d6-893a-78a9-8e2f-ea2cddab3368	120000	EUR	0	0	authorised	2026-11-22 05:59:28.404655+00	2026-11-29 05:59:28.404655+00	\N	http://127.0.0.1:8000/fr/checkout/01a201d6-893a-7ad8-8165-4b13c0d65e63/return	{"checkout": "01a201d6-893a-7ad8-8165-4b13c0d65e63", "immediate": false, "store_maison": "01a201d6-893a-7eda-83d2-ff266652b9a9"}
01a201d6-893a-7d6e-86b3-ba333c1f0338	120000	EUR	0	0	authorised	2026-11-22 05:59:28.617754+00	2026-11-29 05:59:28.617754+00	\N	http://127.0.0.1:8000/fr/checkout/01a201d6-893a-7610-89a8-3ffc2e67fd89/return	{"checkout": "01a201d6-893a-7610-89a8-3ffc2e67fd89", "immediate": false, "store_maison": "01a201d6-893a-7eda-83d2-ff266652b9a9"}
01a201d6-893a-707a-a3f9-59fcab9dcf45	120000	EUR	0	0	refused	2026-11-22 05:59:28.773182+00	2026-11-29 05:59:28.773182+00	\N	http://127.0.0.1:8000/fr/checkout/01a201d6-893a-7f8e-84f0-1abcc55bb9cc/return	{"checkout": "01a201d6-893a-7f8e-84f0-1abcc55bb9cc", "immediate": false, "store_maison": "01a201d6-893a-7eda-83d2-ff266652b9a9"}
01a201d6-893a-7d55-b9dc-7dd1ca024ad3	120000	EUR	0	0	second_step	2026-11-22 05:59:28.971417+00	2026-11-29 05:59:28.971417+00	f-qv2MIcIpnFIZoOV7k2GQ	http://127.0.0.1:8000/fr/checkout/01a201d6-893a-76a7-a4df-804de2e4977a/return	{"checkout": "01a201d6-893a-76a7-a4df-804de2e4977a", "immediate": false, "store_maison": "01a201d6-893a-7eda-83d2-ff266652b9a9"}
\.
ALTER TABLE local_provider.charge ENABLE TRIGGER ALL;
ALTER TABLE local_provider.request DISABLE TRIGGER ALL;
COPY local_provider.request (key, reference, kind, amount_minor, done) FROM stdin;
01a201d6-893a-7540-8c54-2e3095da8186	01a201d6-893a-78a9-8e2f-ea2cddab3368	authorise	120000	t
01a201d6-893a-774d-a614-3ebd4c542c49	01a201d6-893a-7d6e-86b3-ba333c1f0338	authorise	120000	t
01a201d6-893a-72d8-982e-2617c5c2ff72	01a201d6-893a-707a-a3f9-59fcab9dcf45	authorise	120000	t
01a201d6-893a-702f-80cb-5a482fba10a1	01a201d6-893a-7d55-b9dc-7dd1ca024ad3	authorise	120000	t
\.
ALTER TABLE local_provider.request ENABLE TRIGGER ALL;
ALTER TABLE maisons.capability DISABLE TRIGGER ALL;
COPY maisons.capability (maison_id, name, state, since) FROM stdin;
\.
ALTER TABLE maisons.capability ENABLE TRIGGER ALL;
ALTER TABLE maisons.maison_text DISABLE TRIGGER ALL;
COPY maisons.maison_text (maison_id, language, tagline, story) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	fr	Maison arcade	Une histoire.
01a201d6-893a-7701-bfb8-e8d9433380f0	fr	Maison alba	Une histoire.
01a201d6-893a-7e71-93c0-e4ce136c7c06	fr	Maison borea	Une histoire.
\.
ALTER TABLE maisons.maison_text ENABLE TRIGGER ALL;
ALTER TABLE maisons.policy DISABLE TRIGGER ALL;
COPY maisons.policy (maison_id, hold_minutes, as_of_limit_minutes, pick_sla_minutes, collect_days, sourcing_attempts_max, capture_delay_minutes, delivery_days_min, delivery_days_max, pieces_per_line_max, changed_at, changed_by) FROM stdin;
01a201d6-893a-7314-b257-060b2acb1a3d	15	1440	120	7	3	10	2	4	5	2026-11-22 05:59:26.778879+00	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	15	1440	120	7	3	10	2	4	5	2026-11-22 05:59:26.778879+00	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	15	1440	120	7	3	10	2	4	5	2026-11-22 05:59:26.778879+00	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	15	1440	120	7	3	10	2	4	5	2026-11-22 05:59:26.778879+00	\N
\.
ALTER TABLE maisons.policy ENABLE TRIGGER ALL;
ALTER TABLE maisons.store DISABLE TRIGGER ALL;
COPY maisons.store (maison_id, id, slug, name, multi_brand, host) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	01a201d6-893a-7b4b-b738-e0a323f9f999	arcade	Arcade	t	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7279-b1cd-d21dc2905933	alba	Alba	f	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7cd2-a2a1-9fa9f716e220	borea	Borea	f	\N
\.
ALTER TABLE maisons.store ENABLE TRIGGER ALL;
ALTER TABLE orders.basket DISABLE TRIGGER ALL;
COPY orders.basket (maison_id, region, id, store_id, visitor_id, state, created_at, changed_at) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7214-9e7d-808449dcf353	01a201d6-893a-7b4b-b738-e0a323f9f999	2b9a96cd-48ab-49b0-a6b0-630fa431cccd	ordered	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7318-ac49-a4cf14b7efeb	01a201d6-893a-7b4b-b738-e0a323f9f999	7d8f68e7-c0f3-41a9-8459-18ff7e2f96f1	ordered	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7ef6-a6be-e3da5ade861f	01a201d6-893a-7b4b-b738-e0a323f9f999	2b9dec71-45ba-4e8b-a55e-ec6f9e4eb947	open	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-76a1-84a1-5827832a2fac	01a201d6-893a-7b4b-b738-e0a323f9f999	12eb79e2-b256-4e2d-a640-2227b104f8a0	open	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7b8e-96b5-a5d19b847e8c	01a201d6-893a-7b4b-b738-e0a323f9f999	79cd367d-ba81-42a2-bc82-ec7ff0d56660	open	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE orders.basket ENABLE TRIGGER ALL;
ALTER TABLE orders.basket_line DISABLE TRIGGER ALL;
COPY orders.basket_line (maison_id, region, basket_id, selling_maison_id, variant_id, quantity, added_at) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7214-9e7d-808449dcf353	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7318-ac49-a4cf14b7efeb	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7ef6-a6be-e3da5ade861f	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-76a1-84a1-5827832a2fac	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7b8e-96b5-a5d19b847e8c	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE orders.basket_line ENABLE TRIGGER ALL;
ALTER TABLE orders.checkout DISABLE TRIGGER ALL;
COPY orders.checkout (maison_id, region, id, basket_id, store_id, visitor_id, client_id, state, language, market, method, payment_method, contact_id, expires_at, opened_at, changed_at, ended_at) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7ad8-8165-4b13c0d65e63	01a201d6-893a-7214-9e7d-808449dcf353	01a201d6-893a-7b4b-b738-e0a323f9f999	2b9a96cd-48ab-49b0-a6b0-630fa431cccd	\N	completed	fr	fr	collect	card	01a201d6-893a-736f-b7ab-32809d8c33cb	2026-11-22 06:14:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7610-89a8-3ffc2e67fd89	01a201d6-893a-7318-ac49-a4cf14b7efeb	01a201d6-893a-7b4b-b738-e0a323f9f999	7d8f68e7-c0f3-41a9-8459-18ff7e2f96f1	\N	completed	fr	fr	collect	card	01a201d6-893a-7f74-8c6c-6f2f5e83e6ce	2026-11-22 06:14:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	01a201d6-893a-7ef6-a6be-e3da5ade861f	01a201d6-893a-7b4b-b738-e0a323f9f999	2b9dec71-45ba-4e8b-a55e-ec6f9e4eb947	\N	open	fr	fr	collect	card	01a201d6-893a-7529-978b-0f97cd289d68	2026-11-22 06:14:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-76a7-a4df-804de2e4977a	01a201d6-893a-76a1-84a1-5827832a2fac	01a201d6-893a-7b4b-b738-e0a323f9f999	12eb79e2-b256-4e2d-a640-2227b104f8a0	\N	paying	fr	fr	collect	card	01a201d6-893a-7e39-95a8-6031a353ebf5	2026-11-22 06:14:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-78c1-9d40-88fd4bd33ce4	01a201d6-893a-7b8e-96b5-a5d19b847e8c	01a201d6-893a-7b4b-b738-e0a323f9f999	79cd367d-ba81-42a2-bc82-ec7ff0d56660	\N	open	fr	fr	collect	\N	\N	2026-11-22 06:14:26.778879+00	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00	\N
\.
ALTER TABLE orders.checkout ENABLE TRIGGER ALL;
ALTER TABLE orders.checkout_line DISABLE TRIGGER ALL;
COPY orders.checkout_line (maison_id, region, checkout_id, selling_maison_id, variant_id, product_id, sku, brand, quantity, location_id, name, colour, size, currency, unit_price_minor, tax_rate_basis_points, prices_include_tax) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7ad8-8165-4b13c0d65e63	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	1	01a201d6-893a-71ae-a26a-12b5cf0621d4	Le sac			EUR	120000	2000	t
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7610-89a8-3ffc2e67fd89	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	1	01a201d6-893a-71ae-a26a-12b5cf0621d4	Le sac			EUR	120000	2000	t
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	1	01a201d6-893a-71ae-a26a-12b5cf0621d4	Le sac			EUR	120000	2000	t
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-76a7-a4df-804de2e4977a	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	1	01a201d6-893a-71ae-a26a-12b5cf0621d4	Le sac			EUR	120000	2000	t
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-78c1-9d40-88fd4bd33ce4	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	1	01a201d6-893a-71ae-a26a-12b5cf0621d4	Le sac			EUR	120000	2000	t
\.
ALTER TABLE orders.checkout_line ENABLE TRIGGER ALL;
ALTER TABLE orders.checkout_seller DISABLE TRIGGER ALL;
COPY orders.checkout_seller (maison_id, region, checkout_id, selling_maison_id, order_id, order_number, refusal) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7ad8-8165-4b13c0d65e63	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7113-b9bd-37a539248ce2	E5TB-UKTK	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7610-89a8-3ffc2e67fd89	01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7dc0-b04c-bfb9facab77e	3XFG-U5AJ	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	01a201d6-893a-7701-bfb8-e8d9433380f0	\N	\N	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-76a7-a4df-804de2e4977a	01a201d6-893a-7701-bfb8-e8d9433380f0	\N	\N	\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-78c1-9d40-88fd4bd33ce4	01a201d6-893a-7701-bfb8-e8d9433380f0	\N	\N	\N
\.
ALTER TABLE orders.checkout_seller ENABLE TRIGGER ALL;
ALTER TABLE orders.contact DISABLE TRIGGER ALL;
COPY orders.contact (maison_id, region, id, checkout_id, name, mail, phone, address, collector_name, erased_at) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-736f-b7ab-32809d8c33cb	01a201d6-893a-7ad8-8165-4b13c0d65e63	Camille Aubry	camille@client.example		\N		\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7cc2-aca2-54cfdcb224b7	01a201d6-893a-7ad8-8165-4b13c0d65e63	Camille Aubry	camille@client.example		\N		\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7f74-8c6c-6f2f5e83e6ce	01a201d6-893a-7610-89a8-3ffc2e67fd89	Camille Aubry	camille@client.example		\N		\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7fdb-bf02-563c11fd3ccf	01a201d6-893a-7610-89a8-3ffc2e67fd89	Camille Aubry	camille@client.example		\N		\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7529-978b-0f97cd289d68	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	Camille Aubry	camille@client.example		\N		\N
01a201d6-893a-7eda-83d2-ff266652b9a9	eu	01a201d6-893a-7e39-95a8-6031a353ebf5	01a201d6-893a-76a7-a4df-804de2e4977a	Camille Aubry	camille@client.example		\N		\N
\.
ALTER TABLE orders.contact ENABLE TRIGGER ALL;
ALTER TABLE orders.external_sale DISABLE TRIGGER ALL;
COPY orders.external_sale (maison_id, reference, sold_at, channel, location_id, sku, quantity, net_minor, tax_minor, currency, promised_online, collected, visit) FROM stdin;
\.
ALTER TABLE orders.external_sale ENABLE TRIGGER ALL;
ALTER TABLE orders.figures_read DISABLE TRIGGER ALL;
COPY orders.figures_read (maison_id, region, seen, full_at) FROM stdin;
\.
ALTER TABLE orders.figures_read ENABLE TRIGGER ALL;
ALTER TABLE orders."order" DISABLE TRIGGER ALL;
COPY orders."order" (maison_id, region, id, number, store_id, store_maison_id, checkout_id, payment_id, legal_entity_id, client_id, contact_id, channel, method, state, language, market, currency, total_minor, tax_minor, link_hash, placed_at, changed_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7113-b9bd-37a539248ce2	E5TB-UKTK	01a201d6-893a-7b4b-b738-e0a323f9f999	01a201d6-893a-7eda-83d2-ff266652b9a9	01a201d6-893a-7ad8-8165-4b13c0d65e63	01a201d6-893a-78a9-8e2f-ea2cddab3368	01a201d6-893a-7c6e-ac5b-753ec837f98e	\N	01a201d6-893a-7cc2-aca2-54cfdcb224b7	web	collect	placed	fr	fr	EUR	120000	20000	\\xd53f0eb51e3cdbc2d159d2162fe3361f58e3965fa56c4e34578f3966bd9f07f0	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7dc0-b04c-bfb9facab77e	3XFG-U5AJ	01a201d6-893a-7b4b-b738-e0a323f9f999	01a201d6-893a-7eda-83d2-ff266652b9a9	01a201d6-893a-7610-89a8-3ffc2e67fd89	01a201d6-893a-7d6e-86b3-ba333c1f0338	01a201d6-893a-7c6e-ac5b-753ec837f98e	\N	01a201d6-893a-7fdb-bf02-563c11fd3ccf	web	collect	placed	fr	fr	EUR	120000	20000	\\xd0f72c668357f7e6049bc0d1f5a9128300cb3fe644459fe3da2109995c172a03	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE orders."order" ENABLE TRIGGER ALL;
ALTER TABLE orders.fulfilment DISABLE TRIGGER ALL;
COPY orders.fulfilment (maison_id, region, id, order_id, location_id, method, state, attempt, asked_at, pick_by, warned_at, accepted_at, accepted_by, ready_at, collect_by, code_hash, on_my_way_at, ended_at, ended_by, capture_after, version, tracking) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7085-a71f-ee522739ad35	01a201d6-893a-7113-b9bd-37a539248ce2	01a201d6-893a-71ae-a26a-12b5cf0621d4	collect	asked	1	2026-11-22 05:59:26.778879+00	2026-11-22 07:59:26.778879+00	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	1	
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7b0f-87b0-aa572cc234eb	01a201d6-893a-7dc0-b04c-bfb9facab77e	01a201d6-893a-71ae-a26a-12b5cf0621d4	collect	asked	1	2026-11-22 05:59:26.778879+00	2026-11-22 07:59:26.778879+00	\N	\N	\N	\N	\N	\N	\N	\N	\N	\N	1	
\.
ALTER TABLE orders.fulfilment ENABLE TRIGGER ALL;
ALTER TABLE orders.order_line DISABLE TRIGGER ALL;
COPY orders.order_line (maison_id, region, id, order_id, fulfilment_id, variant_id, product_id, sku, brand, name, colour, size, quantity, unit_price_minor, total_minor, tax_minor, tax_rate_basis_points, promised_online, state, attempts, credited_channel, credited_location_id, credited_staff_id) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-71ab-bc64-6e4e209d0258	01a201d6-893a-7113-b9bd-37a539248ce2	01a201d6-893a-7085-a71f-ee522739ad35	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	Le sac			1	120000	120000	20000	2000	t	sourced	1	web	01a201d6-893a-71ae-a26a-12b5cf0621d4	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-743d-815e-c798bef7182b	01a201d6-893a-7dc0-b04c-bfb9facab77e	01a201d6-893a-7b0f-87b0-aa572cc234eb	01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	alba-bag	Alba	Le sac			1	120000	120000	20000	2000	t	sourced	1	web	01a201d6-893a-71ae-a26a-12b5cf0621d4	\N
\.
ALTER TABLE orders.order_line ENABLE TRIGGER ALL;
ALTER TABLE orders.rejection DISABLE TRIGGER ALL;
COPY orders.rejection (maison_id, region, id, order_line_id, location_id, reason, rejected_by, rejected_at) FROM stdin;
\.
ALTER TABLE orders.rejection ENABLE TRIGGER ALL;
ALTER TABLE orders.sales_day DISABLE TRIGGER ALL;
COPY orders.sales_day (maison_id, region, day, channel, promised_online, collected, currency, lines, net_minor) FROM stdin;
\.
ALTER TABLE orders.sales_day ENABLE TRIGGER ALL;
ALTER TABLE orders.service_day DISABLE TRIGGER ALL;
COPY orders.service_day (maison_id, region, day, fulfilments, lines_asked, rejections, ready, minutes_to_ready) FROM stdin;
\.
ALTER TABLE orders.service_day ENABLE TRIGGER ALL;
ALTER TABLE orders.visit_day DISABLE TRIGGER ALL;
COPY orders.visit_day (maison_id, region, day, currency, visits, with_beside, till_lines, net_minor) FROM stdin;
\.
ALTER TABLE orders.visit_day ENABLE TRIGGER ALL;
ALTER TABLE payments.payment DISABLE TRIGGER ALL;
COPY payments.payment (maison_id, region, id, checkout_id, legal_entity_id, provider, method, currency, amount_minor, captured_minor, refunded_minor, capture_asked_minor, refund_asked_minor, state, separate_capture, authorised_until, second_step_url, provider_reference, created_at, changed_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-78a9-8e2f-ea2cddab3368	01a201d6-893a-7ad8-8165-4b13c0d65e63	\N	local	card	EUR	120000	0	0	0	0	authorised	t	2026-11-29 05:59:28.404655+00	\N	\N	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7d6e-86b3-ba333c1f0338	01a201d6-893a-7610-89a8-3ffc2e67fd89	\N	local	card	EUR	120000	0	0	0	0	authorised	t	2026-11-29 05:59:28.617754+00	\N	\N	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-707a-a3f9-59fcab9dcf45	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	\N	local	card	EUR	120000	0	0	0	0	refused	t	\N	\N	\N	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7d55-b9dc-7dd1ca024ad3	01a201d6-893a-76a7-a4df-804de2e4977a	\N	local	card	EUR	120000	0	0	0	0	second_step	t	\N	http://127.0.0.1:8000/local-provider/f-qv2MIcIpnFIZoOV7k2GQ	\N	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE payments.payment ENABLE TRIGGER ALL;
ALTER TABLE payments.operation DISABLE TRIGGER ALL;
COPY payments.operation (maison_id, region, id, payment_id, kind, amount_minor, state, cause_id, asked_at, ended_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7540-8c54-2e3095da8186	01a201d6-893a-78a9-8e2f-ea2cddab3368	authorise	120000	done	01a201d6-893a-7ad8-8165-4b13c0d65e63	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-774d-a614-3ebd4c542c49	01a201d6-893a-7d6e-86b3-ba333c1f0338	authorise	120000	done	01a201d6-893a-7610-89a8-3ffc2e67fd89	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-72d8-982e-2617c5c2ff72	01a201d6-893a-707a-a3f9-59fcab9dcf45	authorise	120000	refused	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	2026-11-22 05:59:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-702f-80cb-5a482fba10a1	01a201d6-893a-7d55-b9dc-7dd1ca024ad3	authorise	120000	asked	01a201d6-893a-76a7-a4df-804de2e4977a	2026-11-22 05:59:26.778879+00	\N
\.
ALTER TABLE payments.operation ENABLE TRIGGER ALL;
ALTER TABLE procrastinate.procrastinate_workers DISABLE TRIGGER ALL;
COPY procrastinate.procrastinate_workers (id, last_heartbeat) FROM stdin;
\.
ALTER TABLE procrastinate.procrastinate_workers ENABLE TRIGGER ALL;
ALTER TABLE procrastinate.procrastinate_jobs DISABLE TRIGGER ALL;
COPY procrastinate.procrastinate_jobs (id, queue_name, task_name, priority, lock, queueing_lock, args, status, scheduled_at, attempts, abort_requested, worker_id) FROM stdin;
1	listeners	heard	0	\N	\N	{"fact_id": "01a201d6-893a-701e-81d8-973d63d51a6d", "listener": "orders.mail_when_placed", "maison_id": "01a201d6-893a-7701-bfb8-e8d9433380f0"}	todo	\N	0	f	\N
2	listeners	heard	0	\N	\N	{"fact_id": "01a201d6-893a-7342-bbb4-e694b1fa2060", "listener": "orders.mail_when_placed", "maison_id": "01a201d6-893a-7701-bfb8-e8d9433380f0"}	todo	\N	0	f	\N
\.
ALTER TABLE procrastinate.procrastinate_jobs ENABLE TRIGGER ALL;
ALTER TABLE procrastinate.procrastinate_events DISABLE TRIGGER ALL;
COPY procrastinate.procrastinate_events (id, job_id, type, at) FROM stdin;
1	1	deferred	2026-11-22 05:59:28.412012+00
2	2	deferred	2026-11-22 05:59:28.619895+00
\.
ALTER TABLE procrastinate.procrastinate_events ENABLE TRIGGER ALL;
ALTER TABLE procrastinate.procrastinate_periodic_defers DISABLE TRIGGER ALL;
COPY procrastinate.procrastinate_periodic_defers (id, task_name, defer_timestamp, job_id, periodic_id) FROM stdin;
\.
ALTER TABLE procrastinate.procrastinate_periodic_defers ENABLE TRIGGER ALL;
ALTER TABLE public_facts.boutique DISABLE TRIGGER ALL;
COPY public_facts.boutique (id, maison_id, code, kind, name, country, city, postcode, address, latitude, longitude, zone, opening_hours, phone, preparation_minutes) FROM stdin;
01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-1	boutique	Paris	FR	Paris			48.8675	2.3295	Europe/Paris	24/7		60
01a201d6-893a-7356-ad15-5129cbbd5038	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-2	boutique	Lyon	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60
01a201d6-893a-7f15-89a8-dc39b8eecadd	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-wh	warehouse	Warehouse	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60
01a201d6-893a-730e-8fe9-dbecca0a6bb6	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-1	boutique	Paris	FR	Paris			48.8675	2.3295	Europe/Paris	24/7		60
01a201d6-893a-76b7-b917-3c4ad39c08eb	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-wh	warehouse	Warehouse	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60
01a201d6-893a-7d97-923b-9817710353bf	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-2	boutique	Lyon	FR	Lyon			45.7601	4.8357	Europe/Paris	24/7		60
\.
ALTER TABLE public_facts.boutique ENABLE TRIGGER ALL;
ALTER TABLE public_facts.maison DISABLE TRIGGER ALL;
COPY public_facts.maison (maison_id, slug, name, kind, segment, founded, city, default_language, theme, wordmark) FROM stdin;
01a201d6-893a-7314-b257-060b2acb1a3d	group	The group	group	group	\N	\N	en	{}	
01a201d6-893a-7eda-83d2-ff266652b9a9	arcade	Arcade	retailer	fashion_and_leather_goods	\N	\N	fr	{}	
01a201d6-893a-7701-bfb8-e8d9433380f0	alba	Alba	maison	fashion_and_leather_goods	\N	\N	fr	{}	
01a201d6-893a-7e71-93c0-e4ce136c7c06	borea	Borea	maison	fashion_and_leather_goods	\N	\N	fr	{}	
\.
ALTER TABLE public_facts.maison ENABLE TRIGGER ALL;
ALTER TABLE public_facts.maison_text DISABLE TRIGGER ALL;
COPY public_facts.maison_text (maison_id, language, tagline, story) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	fr	Maison arcade	Une histoire.
01a201d6-893a-7701-bfb8-e8d9433380f0	fr	Maison alba	Une histoire.
01a201d6-893a-7e71-93c0-e4ce136c7c06	fr	Maison borea	Une histoire.
\.
ALTER TABLE public_facts.maison_text ENABLE TRIGGER ALL;
ALTER TABLE public_facts.market DISABLE TRIGGER ALL;
COPY public_facts.market (maison_id, code, countries, currency, languages, tax_rate_basis_points, prices_include_tax) FROM stdin;
01a201d6-893a-7eda-83d2-ff266652b9a9	fr	{FR}	EUR	{fr,en}	2000	t
01a201d6-893a-7eda-83d2-ff266652b9a9	us	{US}	USD	{en}	887	f
01a201d6-893a-7701-bfb8-e8d9433380f0	fr	{FR}	EUR	{fr,en}	2000	t
01a201d6-893a-7701-bfb8-e8d9433380f0	us	{US}	USD	{en}	887	f
01a201d6-893a-7e71-93c0-e4ce136c7c06	fr	{FR}	EUR	{fr,en}	2000	t
01a201d6-893a-7e71-93c0-e4ce136c7c06	us	{US}	USD	{en}	887	f
\.
ALTER TABLE public_facts.market ENABLE TRIGGER ALL;
ALTER TABLE public_facts.opening DISABLE TRIGGER ALL;
COPY public_facts.opening (location_id, opens_at, closes_at) FROM stdin;
01a201d6-893a-71ae-a26a-12b5cf0621d4	2026-11-21 23:00:00+00	2026-12-19 23:00:00+00
01a201d6-893a-7356-ad15-5129cbbd5038	2026-11-21 23:00:00+00	2026-12-19 23:00:00+00
01a201d6-893a-7f15-89a8-dc39b8eecadd	2026-11-21 23:00:00+00	2026-12-19 23:00:00+00
01a201d6-893a-730e-8fe9-dbecca0a6bb6	2026-11-21 23:00:00+00	2026-12-19 23:00:00+00
01a201d6-893a-76b7-b917-3c4ad39c08eb	2026-11-21 23:00:00+00	2026-12-19 23:00:00+00
01a201d6-893a-7d97-923b-9817710353bf	2026-11-21 23:00:00+00	2026-12-19 23:00:00+00
\.
ALTER TABLE public_facts.opening ENABLE TRIGGER ALL;
ALTER TABLE public_facts.price DISABLE TRIGGER ALL;
COPY public_facts.price (variant_id, market, currency, amount_minor) FROM stdin;
01a201d6-893a-7304-b101-ba615222819e	fr	EUR	120000
01a201d6-893a-7304-b101-ba615222819e	us	USD	130000
01a201d6-893a-78b1-91b6-6bbf94fffd0c	fr	EUR	120000
01a201d6-893a-78b1-91b6-6bbf94fffd0c	us	USD	130000
01a201d6-893a-761d-adb9-05f629de57f4	fr	EUR	120000
01a201d6-893a-761d-adb9-05f629de57f4	us	USD	130000
01a201d6-893a-7686-85da-5d72e76b0467	fr	EUR	120000
01a201d6-893a-7686-85da-5d72e76b0467	us	USD	130000
\.
ALTER TABLE public_facts.price ENABLE TRIGGER ALL;
ALTER TABLE public_facts.product DISABLE TRIGGER ALL;
COPY public_facts.product (id, maison_id, slug, brand, family, gender, made_in, "position", pictures, published_at) FROM stdin;
01a201d6-893a-7763-92d8-dbbb58c61b8c	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-bag	Alba	bag			1	[]	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e6b-b004-c7a11b74af19	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-ring	Alba	ring			2	[]	2026-11-22 05:59:26.778879+00
01a201d6-893a-7110-b996-f612cca46b08	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-bag	Borea	bag			1	[]	2026-11-22 05:59:26.778879+00
01a201d6-893a-7a52-94d2-d2694e57f0d9	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-ring	Borea	ring			2	[]	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE public_facts.product ENABLE TRIGGER ALL;
ALTER TABLE public_facts.product_text DISABLE TRIGGER ALL;
COPY public_facts.product_text (product_id, language, name, description, materials, care) FROM stdin;
01a201d6-893a-7763-92d8-dbbb58c61b8c	en	The bag	A bag.		
01a201d6-893a-7763-92d8-dbbb58c61b8c	fr	Le sac	Un sac.		
01a201d6-893a-7e6b-b004-c7a11b74af19	fr	La bague	Une bague.		
01a201d6-893a-7110-b996-f612cca46b08	en	The bag	A bag.		
01a201d6-893a-7110-b996-f612cca46b08	fr	Le sac	Un sac.		
01a201d6-893a-7a52-94d2-d2694e57f0d9	fr	La bague	Une bague.		
\.
ALTER TABLE public_facts.product_text ENABLE TRIGGER ALL;
ALTER TABLE public_facts.promise_terms DISABLE TRIGGER ALL;
COPY public_facts.promise_terms (maison_id, hold_minutes, as_of_limit_minutes, collect_days, delivery_days_min, delivery_days_max, pieces_per_line_max) FROM stdin;
01a201d6-893a-7314-b257-060b2acb1a3d	15	1440	7	2	4	5
01a201d6-893a-7eda-83d2-ff266652b9a9	15	1440	7	2	4	5
01a201d6-893a-7701-bfb8-e8d9433380f0	15	1440	7	2	4	5
01a201d6-893a-7e71-93c0-e4ce136c7c06	15	1440	7	2	4	5
\.
ALTER TABLE public_facts.promise_terms ENABLE TRIGGER ALL;
ALTER TABLE public_facts.store DISABLE TRIGGER ALL;
COPY public_facts.store (id, maison_id, slug, name, multi_brand, host) FROM stdin;
01a201d6-893a-7b4b-b738-e0a323f9f999	01a201d6-893a-7eda-83d2-ff266652b9a9	arcade	Arcade	t	\N
01a201d6-893a-7279-b1cd-d21dc2905933	01a201d6-893a-7701-bfb8-e8d9433380f0	alba	Alba	f	\N
01a201d6-893a-7cd2-a2a1-9fa9f716e220	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea	Borea	f	\N
\.
ALTER TABLE public_facts.store ENABLE TRIGGER ALL;
ALTER TABLE public_facts.store_maison DISABLE TRIGGER ALL;
COPY public_facts.store_maison (store_id, maison_id) FROM stdin;
01a201d6-893a-7279-b1cd-d21dc2905933	01a201d6-893a-7701-bfb8-e8d9433380f0
01a201d6-893a-7b4b-b738-e0a323f9f999	01a201d6-893a-7701-bfb8-e8d9433380f0
01a201d6-893a-7cd2-a2a1-9fa9f716e220	01a201d6-893a-7e71-93c0-e4ce136c7c06
01a201d6-893a-7b4b-b738-e0a323f9f999	01a201d6-893a-7e71-93c0-e4ce136c7c06
\.
ALTER TABLE public_facts.store_maison ENABLE TRIGGER ALL;
ALTER TABLE public_facts.variant DISABLE TRIGGER ALL;
COPY public_facts.variant (id, product_id, maison_id, sku, colour, size, options, "position") FROM stdin;
01a201d6-893a-78b1-91b6-6bbf94fffd0c	01a201d6-893a-7763-92d8-dbbb58c61b8c	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-bag			{}	0
01a201d6-893a-7304-b101-ba615222819e	01a201d6-893a-7e6b-b004-c7a11b74af19	01a201d6-893a-7701-bfb8-e8d9433380f0	alba-ring-52		52	{"size": "52"}	0
01a201d6-893a-7686-85da-5d72e76b0467	01a201d6-893a-7110-b996-f612cca46b08	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-bag			{}	0
01a201d6-893a-761d-adb9-05f629de57f4	01a201d6-893a-7a52-94d2-d2694e57f0d9	01a201d6-893a-7e71-93c0-e4ce136c7c06	borea-ring-52		52	{"size": "52"}	0
\.
ALTER TABLE public_facts.variant ENABLE TRIGGER ALL;
ALTER TABLE staff.person DISABLE TRIGGER ALL;
COPY staff.person (maison_id, id, email, name, role, password_hash, active, created_at) FROM stdin;
01a201d6-893a-7314-b257-060b2acb1a3d	01a201d6-893a-7e38-9b1d-0ce89144b241	group_analyst@enfilade.example	group_analyst	group_analyst	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7314-b257-060b2acb1a3d	01a201d6-893a-7b8a-9ac2-ecb491725590	group_administrator@enfilade.example	group_administrator	group_administrator	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-780b-92e9-9ae7822573a0	advisor.alba@enfilade.example	advisor.alba	advisor	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7711-8628-3f6fa7e6ab00	boutique_manager.alba@enfilade.example	boutique_manager.alba	boutique_manager	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7650-8cca-bde8edc82184	maison_manager.alba@enfilade.example	maison_manager.alba	maison_manager	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7166-898d-fd79c88f4b4f	advisor.borea@enfilade.example	advisor.borea	advisor	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-73a7-8c9e-2fd3c0512e28	boutique_manager.borea@enfilade.example	boutique_manager.borea	boutique_manager	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7f83-b550-c56f35373cb7	maison_manager.borea@enfilade.example	maison_manager.borea	maison_manager	$argon2id$v=19$m=65536,t=3,p=4$UlQOwKkpqzvM6hxrRRBZfg$Devh+QY0Um5a1kmtLmIJ/SXthIhAQzKtDZWi1I3OvLc	t	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE staff.person ENABLE TRIGGER ALL;
ALTER TABLE staff.post DISABLE TRIGGER ALL;
COPY staff.post (maison_id, staff_id, location_id) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-780b-92e9-9ae7822573a0	01a201d6-893a-71ae-a26a-12b5cf0621d4
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7711-8628-3f6fa7e6ab00	01a201d6-893a-71ae-a26a-12b5cf0621d4
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7650-8cca-bde8edc82184	01a201d6-893a-71ae-a26a-12b5cf0621d4
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7650-8cca-bde8edc82184	01a201d6-893a-7356-ad15-5129cbbd5038
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7650-8cca-bde8edc82184	01a201d6-893a-7f15-89a8-dc39b8eecadd
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7166-898d-fd79c88f4b4f	01a201d6-893a-730e-8fe9-dbecca0a6bb6
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-73a7-8c9e-2fd3c0512e28	01a201d6-893a-730e-8fe9-dbecca0a6bb6
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7f83-b550-c56f35373cb7	01a201d6-893a-730e-8fe9-dbecca0a6bb6
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7f83-b550-c56f35373cb7	01a201d6-893a-7d97-923b-9817710353bf
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7f83-b550-c56f35373cb7	01a201d6-893a-76b7-b917-3c4ad39c08eb
\.
ALTER TABLE staff.post ENABLE TRIGGER ALL;
ALTER TABLE staff.session DISABLE TRIGGER ALL;
COPY staff.session (maison_id, token_hash, staff_id, created_at, expires_at, revoked_at) FROM stdin;
\.
ALTER TABLE staff.session ENABLE TRIGGER ALL;
ALTER TABLE stock."position" DISABLE TRIGGER ALL;
COPY stock."position" (maison_id, region, location_id, variant_id, on_hand, display, damaged, quality_control, on_approval, vic_hold, at_atelier, allocated, held, as_of) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-7304-b101-ba615222819e	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7356-ad15-5129cbbd5038	01a201d6-893a-7304-b101-ba615222819e	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7356-ad15-5129cbbd5038	01a201d6-893a-78b1-91b6-6bbf94fffd0c	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7f15-89a8-dc39b8eecadd	01a201d6-893a-7304-b101-ba615222819e	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7f15-89a8-dc39b8eecadd	01a201d6-893a-78b1-91b6-6bbf94fffd0c	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-730e-8fe9-dbecca0a6bb6	01a201d6-893a-761d-adb9-05f629de57f4	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-730e-8fe9-dbecca0a6bb6	01a201d6-893a-7686-85da-5d72e76b0467	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-76b7-b917-3c4ad39c08eb	01a201d6-893a-761d-adb9-05f629de57f4	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-76b7-b917-3c4ad39c08eb	01a201d6-893a-7686-85da-5d72e76b0467	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-7d97-923b-9817710353bf	01a201d6-893a-761d-adb9-05f629de57f4	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-7d97-923b-9817710353bf	01a201d6-893a-7686-85da-5d72e76b0467	5	0	0	0	0	0	0	0	0	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	5	0	0	0	0	0	0	2	3	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE stock."position" ENABLE TRIGGER ALL;
ALTER TABLE stock.allocation DISABLE TRIGGER ALL;
COPY stock.allocation (maison_id, region, order_line_id, location_id, variant_id, quantity, secured, allocated_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-71ab-bc64-6e4e209d0258	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	f	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-743d-815e-c798bef7182b	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	1	f	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE stock.allocation ENABLE TRIGGER ALL;
ALTER TABLE stock.exposure DISABLE TRIGGER ALL;
COPY stock.exposure (maison_id, location_id, collect, reserve, ship, safety_collect, safety_ship, safety_collect_percent, safety_ship_percent) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-71ae-a26a-12b5cf0621d4	t	t	t	0	0	0	0
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7356-ad15-5129cbbd5038	t	t	t	0	0	0	0
01a201d6-893a-7701-bfb8-e8d9433380f0	01a201d6-893a-7f15-89a8-dc39b8eecadd	f	f	t	0	0	0	0
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-730e-8fe9-dbecca0a6bb6	t	t	t	0	0	0	0
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-76b7-b917-3c4ad39c08eb	f	f	t	0	0	0	0
01a201d6-893a-7e71-93c0-e4ce136c7c06	01a201d6-893a-7d97-923b-9817710353bf	t	t	t	0	0	0	0
\.
ALTER TABLE stock.exposure ENABLE TRIGGER ALL;
ALTER TABLE stock.hold DISABLE TRIGGER ALL;
COPY stock.hold (maison_id, region, id, location_id, variant_id, purpose, holder_id, quantity, expires_at, created_at) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7c29-ae45-03e6b0628986	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	checkout	01a201d6-893a-7f8e-84f0-1abcc55bb9cc	1	2026-11-22 06:16:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7de2-a0e6-1170a761942c	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	checkout	01a201d6-893a-76a7-a4df-804de2e4977a	1	2026-11-22 06:16:26.778879+00	2026-11-22 05:59:26.778879+00
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7185-b3d2-9d0efb689f44	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	checkout	01a201d6-893a-78c1-9d40-88fd4bd33ce4	1	2026-11-22 06:16:26.778879+00	2026-11-22 05:59:26.778879+00
\.
ALTER TABLE stock.hold ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_01 DISABLE TRIGGER ALL;
COPY stock.movement_2026_01 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_01 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_02 DISABLE TRIGGER ALL;
COPY stock.movement_2026_02 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_02 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_03 DISABLE TRIGGER ALL;
COPY stock.movement_2026_03 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_03 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_04 DISABLE TRIGGER ALL;
COPY stock.movement_2026_04 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_04 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_05 DISABLE TRIGGER ALL;
COPY stock.movement_2026_05 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_05 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_06 DISABLE TRIGGER ALL;
COPY stock.movement_2026_06 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_06 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_07 DISABLE TRIGGER ALL;
COPY stock.movement_2026_07 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_07 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_08 DISABLE TRIGGER ALL;
COPY stock.movement_2026_08 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_08 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_09 DISABLE TRIGGER ALL;
COPY stock.movement_2026_09 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_09 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_10 DISABLE TRIGGER ALL;
COPY stock.movement_2026_10 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_10 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_11 DISABLE TRIGGER ALL;
COPY stock.movement_2026_11 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-717f-9cf7-066f6ac08e30	2026-11-22 05:59:26.778879+00	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-7304-b101-ba615222819e	opening	5	0	\N	0	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7898-905a-b69bf6eede7f	2026-11-22 05:59:26.778879+00	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	opening	5	0	\N	0	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7f87-8567-1528a9b32f7a	2026-11-22 05:59:26.778879+00	01a201d6-893a-7356-ad15-5129cbbd5038	01a201d6-893a-7304-b101-ba615222819e	opening	5	0	\N	0	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7774-a2b5-d0dd0bd87a5c	2026-11-22 05:59:26.778879+00	01a201d6-893a-7356-ad15-5129cbbd5038	01a201d6-893a-78b1-91b6-6bbf94fffd0c	opening	5	0	\N	0	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7e4d-be5c-3ae120872f3c	2026-11-22 05:59:26.778879+00	01a201d6-893a-7f15-89a8-dc39b8eecadd	01a201d6-893a-7304-b101-ba615222819e	opening	5	0	\N	0	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7ce0-bc14-b2247f5fa607	2026-11-22 05:59:26.778879+00	01a201d6-893a-7f15-89a8-dc39b8eecadd	01a201d6-893a-78b1-91b6-6bbf94fffd0c	opening	5	0	\N	0	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-7c0b-b2f5-34b0a206ddfa	2026-11-22 05:59:26.778879+00	01a201d6-893a-730e-8fe9-dbecca0a6bb6	01a201d6-893a-761d-adb9-05f629de57f4	opening	5	0	\N	0	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-7102-88c9-4f7dc4087f93	2026-11-22 05:59:26.778879+00	01a201d6-893a-730e-8fe9-dbecca0a6bb6	01a201d6-893a-7686-85da-5d72e76b0467	opening	5	0	\N	0	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-7670-a4a4-e3a55bc31a38	2026-11-22 05:59:26.778879+00	01a201d6-893a-76b7-b917-3c4ad39c08eb	01a201d6-893a-761d-adb9-05f629de57f4	opening	5	0	\N	0	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-79b4-8ec2-fe4e432c4a2d	2026-11-22 05:59:26.778879+00	01a201d6-893a-76b7-b917-3c4ad39c08eb	01a201d6-893a-7686-85da-5d72e76b0467	opening	5	0	\N	0	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-7f56-81fa-fd38e108de2b	2026-11-22 05:59:26.778879+00	01a201d6-893a-7d97-923b-9817710353bf	01a201d6-893a-761d-adb9-05f629de57f4	opening	5	0	\N	0	\N
01a201d6-893a-7e71-93c0-e4ce136c7c06	eu	01a201d6-893a-73c6-a55f-3be5a0f28d64	2026-11-22 05:59:26.778879+00	01a201d6-893a-7d97-923b-9817710353bf	01a201d6-893a-7686-85da-5d72e76b0467	opening	5	0	\N	0	\N
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-731d-9c56-c67929e7289f	2026-11-22 05:59:26.778879+00	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	allocated	0	1	\N	0	01a201d6-893a-71ab-bc64-6e4e209d0258
01a201d6-893a-7701-bfb8-e8d9433380f0	eu	01a201d6-893a-7940-8450-c5d45bd91e18	2026-11-22 05:59:26.778879+00	01a201d6-893a-71ae-a26a-12b5cf0621d4	01a201d6-893a-78b1-91b6-6bbf94fffd0c	allocated	0	1	\N	0	01a201d6-893a-743d-815e-c798bef7182b
\.
ALTER TABLE stock.movement_2026_11 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2026_12 DISABLE TRIGGER ALL;
COPY stock.movement_2026_12 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2026_12 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_01 DISABLE TRIGGER ALL;
COPY stock.movement_2027_01 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_01 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_02 DISABLE TRIGGER ALL;
COPY stock.movement_2027_02 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_02 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_03 DISABLE TRIGGER ALL;
COPY stock.movement_2027_03 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_03 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_04 DISABLE TRIGGER ALL;
COPY stock.movement_2027_04 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_04 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_05 DISABLE TRIGGER ALL;
COPY stock.movement_2027_05 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_05 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_06 DISABLE TRIGGER ALL;
COPY stock.movement_2027_06 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_06 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_07 DISABLE TRIGGER ALL;
COPY stock.movement_2027_07 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_07 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_08 DISABLE TRIGGER ALL;
COPY stock.movement_2027_08 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_08 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_09 DISABLE TRIGGER ALL;
COPY stock.movement_2027_09 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_09 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_10 DISABLE TRIGGER ALL;
COPY stock.movement_2027_10 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_10 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_11 DISABLE TRIGGER ALL;
COPY stock.movement_2027_11 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_11 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2027_12 DISABLE TRIGGER ALL;
COPY stock.movement_2027_12 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2027_12 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_01 DISABLE TRIGGER ALL;
COPY stock.movement_2028_01 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_01 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_02 DISABLE TRIGGER ALL;
COPY stock.movement_2028_02 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_02 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_03 DISABLE TRIGGER ALL;
COPY stock.movement_2028_03 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_03 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_04 DISABLE TRIGGER ALL;
COPY stock.movement_2028_04 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_04 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_05 DISABLE TRIGGER ALL;
COPY stock.movement_2028_05 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_05 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_06 DISABLE TRIGGER ALL;
COPY stock.movement_2028_06 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_06 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_07 DISABLE TRIGGER ALL;
COPY stock.movement_2028_07 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_07 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_08 DISABLE TRIGGER ALL;
COPY stock.movement_2028_08 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_08 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_09 DISABLE TRIGGER ALL;
COPY stock.movement_2028_09 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_09 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_10 DISABLE TRIGGER ALL;
COPY stock.movement_2028_10 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_10 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_11 DISABLE TRIGGER ALL;
COPY stock.movement_2028_11 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_11 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_2028_12 DISABLE TRIGGER ALL;
COPY stock.movement_2028_12 (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_2028_12 ENABLE TRIGGER ALL;
ALTER TABLE stock.movement_default DISABLE TRIGGER ALL;
COPY stock.movement_default (maison_id, region, id, recorded_at, location_id, variant_id, kind, on_hand, allocated, state, unavailable, cause_id) FROM stdin;
\.
ALTER TABLE stock.movement_default ENABLE TRIGGER ALL;
ALTER TABLE stock.shortage DISABLE TRIGGER ALL;
COPY stock.shortage (maison_id, region, id, location_id, variant_id, quantity, cause, recorded_at, resolved_at, resolved_by) FROM stdin;
\.
ALTER TABLE stock.shortage ENABLE TRIGGER ALL;
ALTER TABLE stock.told DISABLE TRIGGER ALL;
COPY stock.told (maison_id, source, reference, told_at) FROM stdin;
\.
ALTER TABLE stock.told ENABLE TRIGGER ALL;
SELECT pg_catalog.setval('procrastinate.procrastinate_events_id_seq', 2, true);
SELECT pg_catalog.setval('procrastinate.procrastinate_jobs_id_seq', 2, true);
SELECT pg_catalog.setval('procrastinate.procrastinate_periodic_defers_id_seq', 1, false);
SELECT pg_catalog.setval('procrastinate.procrastinate_workers_id_seq', 1, false);
