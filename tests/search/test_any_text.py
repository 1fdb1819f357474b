"""Whatever is written, French is read: nothing raises, nothing grows, and what no reader sees changes nothing."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from catalogue.search import french
from catalogue.search.french.question import LONGEST_QUESTION, MOST_TERMS, MOST_WAYS, Need

SHIPPED = french.shipped()
WORDS = st.sampled_from(
    ["les", "poubelles", "co-voiturage", "L’été", "d'eau", "St-Étienne", "près de", "Dax", "40100", '"', "«", "-", "titre:",
     "format:", "caméra de surveillance", "ordures ménagères", "combien", "2024", "DÉCHETS", "’", "%", "(", "\u00ad", "\ud800"]
)  # fmt: skip
QUESTIONS = st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=6)), max_size=60).map(" ".join))


def terms(needs: tuple[Need, ...]) -> int:
    return sum(len(need.typed) for need in needs)


@given(QUESTIONS, st.booleans())
def test_any_question_is_read_and_stays_small(text: str, typing: bool) -> None:
    question = french.parse(text, SHIPPED, typing)
    assert terms(question.needs) + terms(question.refused) <= MOST_TERMS
    assert sum(bool(way.kind) for need in question.needs for way in need.ways) <= MOST_WAYS
    assert question.blank == (not text.strip())
    if question.needs:
        assert question.required
    assert french.parse(text, SHIPPED, typing) == question
    for need in question.needs:
        assert all(way.terms and all(each and " " not in each for each in way.terms) for way in need.ways)
    assert len(french.readings(text, question, SHIPPED)) == len(question.needs) + len(question.refused)
    french.answering(question)("terme")


@given(QUESTIONS.filter(lambda text: len(text) < LONGEST_QUESTION // 2))
def test_what_no_reader_sees_changes_nothing(text: str) -> None:
    question = french.parse(text, SHIPPED)
    for same in (f"  {text}\n\t", french.tidy(text), unicodedata.normalize("NFC", text), text.replace(" ", "\u00a0")):
        if len(same) <= LONGEST_QUESTION:
            assert french.parse(same, SHIPPED).needs == question.needs


@given(
    st.lists(st.sampled_from("les poubelles de Dax tri des déchets été ordures ménagères école".split()), max_size=9)
)
def test_capitals_and_accents_change_nothing(words: list[str]) -> None:
    text = " ".join(words)
    expected = french.parse(text, SHIPPED)
    assert french.parse(text.upper(), SHIPPED).needs == expected.needs
    assert french.parse(french.fold(text), SHIPPED).needs == expected.needs
    assert french.parse(unicodedata.normalize("NFD", text), SHIPPED).needs == expected.needs


@given(QUESTIONS)
def test_a_question_without_synonyms_asks_for_the_words_that_an_index_keeps(text: str) -> None:
    """Else a title copied into the box would not find its own record."""
    typed = {each for need in french.parse(text).needs for each in need.typed if not need.field}
    assert typed <= set(french.indexed(text[:LONGEST_QUESTION]))


@given(QUESTIONS)
def test_nearness_never_raises_and_invents_no_word(text: str) -> None:
    found = french.nearness(text)
    if found is not None:
        rest, place = found
        assert set(french.tokens(rest)) <= set(french.tokens(text))
        assert len(place) <= LONGEST_QUESTION + len("Les ")


@given(
    st.lists(st.one_of(QUESTIONS, st.sampled_from(["a => b", "a, b", "=>", ",", "# c", "a =>", "=> b, c"]))).map(
        "\n".join
    )
)
def test_any_table_is_read_and_each_fault_has_its_line(text: str) -> None:
    thesaurus, faults = french.read_synonyms(text)
    assert all(1 <= fault.line <= max(1, len(text.splitlines())) for fault in faults)
    assert all(others and key not in others for key, others in thesaurus.entries.items())
    again = french.read_synonyms("\n".join(french.synonym_rules(text)))[0]
    assert again.entries == thesaurus.entries  # comments and blank lines mean nothing


@given(st.text("abcdefghijklmnopqrstuvwxyzéèêàçùœ", min_size=1, max_size=30))
def test_a_stem_is_no_longer_than_its_word_and_capitals_do_not_change_it(word: str) -> None:
    found = french.term(word)
    if found != "saint":  # "st" is written out
        assert len(found) <= len(french.fold(word)) + 1  # "vitraux" gives "vitrail"
    assert found == french.term(word.upper())
    assert found or len(word) <= len("votres")  # stop words alone have none
