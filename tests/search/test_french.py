"""The analysis that both backends share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.search import french


@pytest.mark.parametrize(
    "forms",
    [
        "déchet déchets DÉCHETS dechet Dechets",
        "municipal municipaux municipale municipales",
        "eau eaux",
        "bureau bureaux",
        "tuyau tuyaux",
        "jeu jeux",
        "lieu lieux",
        "travail travaux",
        "culturel culturelle culturels culturelles",
        "ancien ancienne anciennes",
        "sportif sportive sportives",
        "premier première premières",
        "dangereux dangereuse dangereuses",
        "trier trié triée triées",
        "école ecoles Écoles",
        "œuvre oeuvres",
        "élu élus élue élues",
        "accès acces",
        "m² m2",
    ],
)
def test_forms_of_one_word_are_one_term(forms: str) -> None:
    assert len(set(french.tokens(forms))) == 1


@pytest.mark.parametrize("pair", ["départ département", "commune communal", "maire mairie", "bus bu", "2023 2024"])
def test_other_words_stay_other_words(pair: str) -> None:
    assert len(set(french.tokens(pair))) == 2


def test_tokens_leave_out_articles_and_what_is_elided() -> None:
    text = "L’état de l'eau, jusqu'à la fin d`août ; qu'un plan C. Aujourd'hui : bal_2024.csv"
    assert french.tokens(text) == ["etat", "eau", "fin", "aout", "plan", "c", "aujourd", "hui", "bal", "2024", "csv"]


@given(st.text())
def test_terms_hold_no_space_and_are_not_long(text: str) -> None:
    for term in french.tokens(text):
        assert term.isalnum()
        assert len(term) <= french.LONGEST_TERM


@given(st.text(), st.lists(st.sampled_from(["dechet", "a", "0"])))
def test_marking_never_changes_the_text(text: str, terms: list[str]) -> None:
    assert "".join(piece for piece, _ in french.mark(text, frozenset(terms))) == text


def test_parts_of_a_question() -> None:
    question = french.parse('déchets "jours de collecte" -budgets -"plan local" "seul" -- «')
    assert question.words == ("dechet", "seul")
    assert question.phrases == (("jour", "collect"),)
    assert question.refused == (("budget",), ("plan", "local"))
    assert question.wanted == ("dechet", "seul", "jour", "collect")
    assert not question.blank
    assert not question.shortened


def test_a_hyphen_inside_a_word_is_no_refusal() -> None:
    assert french.parse("Mont-de-Marsan").words == ("mont", "marsan")
