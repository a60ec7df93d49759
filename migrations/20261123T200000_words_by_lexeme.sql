-- A word may be found by its stem in one document and by a concept in another: it is forgotten when neither is left.

-- allowed while the shop runs: some thousand words a maison, indexed anew within a second; the last release writes one of them
alter table public_facts.search_word drop constraint search_word_once,
  add constraint search_word_once primary key (maison_id, word, lexeme);
