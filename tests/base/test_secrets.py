"""Secrets: unguessable, made again from the key, stored only as hashes; codes a person can read aloud."""

from uuid import UUID, uuid4

from enfilade.base.secrets import CODE_LETTERS, derived, derived_code, hashed, new_secret, visitor_id

KEY, SUBJECT = b"k" * 32, UUID("0199b1f0-0000-7000-8000-000000000001")


def test_a_secret_has_128_bits_and_survives_an_address() -> None:
    made = {new_secret() for _ in range(5_000)}
    assert len(made) == 5_000
    assert all(len(secret) == 22 and secret.replace("-", "a").replace("_", "a").isalnum() for secret in made)


def test_a_derived_secret_depends_on_key_purpose_and_subject() -> None:
    usual = derived(KEY, "order", SUBJECT)
    assert usual == derived(KEY, "order", SUBJECT)
    others = {
        derived(b"l" * 32, "order", SUBJECT),
        derived(KEY, "pickup", SUBJECT),
        derived(KEY, "order", uuid4()),
    }
    assert len(others | {usual}) == 4
    assert len(usual) == 22 and "=" not in usual


def test_codes_use_letters_nobody_confuses_and_all_of_them_alike() -> None:
    assert len(set(CODE_LETTERS)) == 32 and not set(CODE_LETTERS) & set("01IO")
    codes = [derived_code(KEY, "pickup", uuid4()) for _ in range(4_000)]
    assert all(len(code) == 8 and set(code) <= set(CODE_LETTERS) for code in codes)
    counts = [sum(code.count(letter) for code in codes) for letter in CODE_LETTERS]
    assert max(counts) < 1.25 * 1_000 and min(counts) > 0.75 * 1_000  # 32,000 letters, 1,000 expected of each
    assert len(set(codes)) == 4_000


def test_a_code_is_not_the_beginning_of_the_link() -> None:
    assert derived_code(KEY, "pickup", SUBJECT) != derived_code(KEY, "order", SUBJECT)


def test_what_is_stored_does_not_open() -> None:
    secret = new_secret()
    assert len(hashed(secret)) == 32 and secret.encode() not in hashed(secret)
    visitor = visitor_id(secret)
    assert visitor == visitor_id(secret) != visitor_id(new_secret())
    # The visitor's id stands in rows: it must not be the hash that another door stores.
    assert visitor.bytes != hashed(secret)[:16]
