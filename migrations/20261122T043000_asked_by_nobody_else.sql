-- A sign-in code is asked for by the holder of its own link (policy asked) or from inside, and by nobody else: the first
-- policy let any actor insert one for any address. The same for the record of an import.
alter policy inside on clients.sign_in_code with check (maison_id = base.maison() and base.inside());
alter policy own_maison on base.import_run with check (maison_id = base.maison() and base.inside());
