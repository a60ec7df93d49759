"""What a question means, in four languages, without a database."""

import pytest

from enfilade.search.correcting import distance
from enfilade.search.folding import lexemes, stem
from enfilade.search.meanings import LANGUAGES, meanings, meant, name
from enfilade.search.questions import question


@pytest.mark.parametrize(
    ("text", "means", "least", "most"),
    [
        ("red bag under 2000", ["colour:red", "kind:bag"], None, 2000),
        ("sac rouge à moins de 2 000 €", ["kind:bag", "colour:red"], None, 2000),
        ("rode tassen tot €2.000", ["colour:red", "kind:bag"], None, 2000),
        ("红色手袋2000元以下", ["colour:red", "kind:bag"], None, 2000),
        ("perfumes between 80 and 120 pounds", ["kind:perfume"], 80, 120),
        ("montre entre 3000 et 5 000 euros", ["kind:watch"], 3000, 5000),
        ("rouge à lèvres", ["kind:lipstick"], None, None),
        ("wallet 2000 or less", ["kind:wallet"], None, 2000),
    ],
)
def test_prices_colours_and_kinds_are_understood(
    text: str, means: list[str], least: int | None, most: int | None
) -> None:
    read = question(text)
    assert [concept for word in read.words for concept in word.means] == means
    assert (read.least, read.most) == (least, most)


def test_a_length_is_no_price() -> None:
    assert question("scarf under 90 cm").most is None
    assert question("parfum moins de 100 ml").most is None


def test_near_by_is_heard_in_four_languages() -> None:
    for text in ("bag near me", "sac près de moi", "tas in de buurt", "附近的手袋"):
        assert question(text).near, text


def test_a_reference_is_found_whole_and_by_its_beginning() -> None:
    (word,) = question("BRI-001-cog").words
    assert "'bri001cog':*" in word.query


def test_accents_case_width_and_common_endings_do_not_matter() -> None:
    assert lexemes("Volières CÔTÉ") == lexemes("volieres cote")
    assert lexemes("５０ ml") == lexemes("50 ml")
    for one, other in (
        ("bags", "bag"),
        ("tassen", "tas"),
        ("sacs", "sac"),
        ("bagues", "bague"),
        ("bijoux", "bijou"),
    ):
        assert stem(one) == stem(other)


def test_chinese_is_cut_without_spaces() -> None:
    assert [word.means for word in question("红色手袋粒面").words] == [("colour:red",), ("kind:bag",), ()]
    assert lexemes("小牛皮") == ["小牛", "牛皮", "皮"]


def test_every_concept_has_a_name_in_each_language() -> None:
    for concept in meanings().names:
        assert all(name(concept, language) for language in LANGUAGES)
    assert meant("material", "Calf leather, cotton lining") == ("material:leather", "material:cotton")


def test_quotes_and_signs_do_no_harm() -> None:
    for text in ("l'été", "a & b | !c", "'); drop", "<->", "\\", ":*", "(", "…", "🙂"):
        question(text).all_words()


def test_an_exchange_of_neighbours_is_one_error() -> None:
    assert distance("braceelt", "bracelet") == 1
    assert distance("sunglases", "sunglasses") == 1
