"""The identity of a variant: spelling does not matter, meaning does."""

from hypothesis import given
from hypothesis import strategies as st

from enfilade.catalogue.descriptions import plain
from enfilade.catalogue.options import option_key, option_name, options_of
from enfilade.catalogue.slugs import product_slug

words = st.text(min_size=1, max_size=20)
options = st.dictionaries(words, words, max_size=4)


def test_spellings_of_the_same_options_share_a_key():
    key = option_key({"Color": "Bleu nuit", "Size": "M"})
    assert key == "colour=bleu nuit|size=m"
    assert key == option_key({"Taille": " m ", "COULEUR": "BLEU  NUIT"})
    assert key == option_key({"尺码": "Ｍ", "颜色": "bleu nuit"}), "full width is the same letter"


def test_no_options_is_the_empty_key():
    assert options_of({"Title": "Default Title"}) == {}
    assert option_key({}) == option_key({"Size": "  "}) == ""


def test_separators_inside_a_value_do_not_make_two_sets_alike():
    assert option_key({"a": "1|b=2"}) != option_key({"a": "1", "b": "2"})


@given(options)
def test_order_does_not_matter(given_options: dict[str, str]):
    backwards = dict(reversed(given_options.items()))
    if len({option_name(name) for name in given_options}) == len(given_options):
        assert option_key(given_options) == option_key(backwards)


@given(options)
def test_what_is_kept_has_the_key_of_what_was_given(given_options: dict[str, str]):
    kept = options_of(given_options)
    assert option_key(kept) == option_key(options_of(kept))


@given(st.dictionaries(st.sampled_from("abc"), st.text("xyz|=\\", min_size=1), max_size=3), st.data())
def test_different_options_have_different_keys(first: dict[str, str], data: st.DataObject):
    second = data.draw(st.dictionaries(st.sampled_from("abc"), st.text("xyz|=\\", min_size=1), max_size=3))
    assert (option_key(first) == option_key(second)) == (first == second)


def test_markup_becomes_paragraphs_and_items():
    body = (
        "<p>Soft &amp; warm.</p><script>alert(1)</script><ul><li>wool</li><li>silk</li></ul><p>Made\n in Lyon"
    )
    assert plain(body) == "Soft & warm.\n\n• wool\n• silk\n\nMade in Lyon"


def test_text_without_markup_keeps_its_lines_and_its_signs():
    assert plain("5 < 7 and a & b\n\nsecond") == "5 < 7 and a & b\n\nsecond"


@given(st.text(max_size=200))
def test_no_script_survives(text: str):
    hidden = f"{text}<script>steal()</script><img src=x onerror=steal()>"
    assert "steal" not in plain(hidden) or "steal" in text or "<" in text


def test_slugs_are_ascii_and_never_empty():
    assert product_slug("brisseval", "Sac à Main / N° 5") == "brisseval-sac-a-main-n-5"
    assert (
        product_slug("brisseval", "手袋")
        == product_slug("brisseval", "手袋")
        != product_slug("brisseval", "围巾")
    )
    assert len(product_slug("brisseval", "x" * 500)) <= 120
