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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jusqu’à l’école, quoiqu'Élise", ["ecol", "elis"]),
        ("L'eau d'un puits qu`on a", ["eau", "puit"]),
        ("l' eau, la commune de L'", ["l", "eau", "commun", "l"]),
        ("aujourd'hui, presqu'île, x'y", ["aujourd", "hui", "presqu", "ile", "x"]),
        ("_l'eau c'n'est", ["l", "eau"]),
    ],
)
def test_only_what_is_elided_before_a_word_is_left_out(text: str, expected: list[str]) -> None:
    assert french.tokens(text) == expected


@given(st.text())
def test_terms_hold_no_space_and_are_not_long(text: str) -> None:
    for term in french.tokens(text):
        assert term.isalnum()
        assert len(term) <= french.LONGEST_TERM


@given(st.text(), st.lists(st.sampled_from(["dechet", "a", "0"])))
def test_marking_never_changes_the_text(text: str, terms: list[str]) -> None:
    assert "".join(piece for piece, _ in french.mark(text, terms.__contains__)) == text


def typed(text: str, rules: str = "", **more: bool) -> list[tuple[str, ...]]:
    return [need.typed for need in french.parse(text, french.read_synonyms(rules)[0], **more).needs]


def ways(text: str, rules: str) -> list[list[str]]:
    question = french.parse(text, french.read_synonyms(rules)[0])
    return [[" ".join(way.terms) for way in need.ways] for need in question.needs]


def test_parts_of_a_question() -> None:
    question = french.parse('déchets "jours de collecte" -budgets -"plan local" "seul" -- «')
    assert [need.typed for need in question.needs] == [("dechet",), ("jour", "collect"), ("seul",)]
    assert [need.ways[0].together for need in question.needs] == [False, True, False]
    assert [need.typed for need in question.refused] == [("budget",), ("plan", "local")]
    assert not question.blank
    assert not question.shortened


def test_a_hyphen_inside_a_word_is_no_refusal_and_a_compound_is_also_one_word() -> None:
    (need,) = french.parse("Mont-de-Marsan").needs
    assert [way.terms for way in need.ways] == [("mont", "marsan"), ("montdemarsan",)]
    assert french.indexed("Mont-de-Marsan") == ["mont", "marsan", "montdemarsan"]
    assert french.indexed("co-voiturage")[-1] == french.term("covoiturage")
    assert french.tokens("St-Étienne, Ste-Foy") == french.tokens("Saint-Étienne, Sainte-Foy")


def test_a_field_is_named_in_french_and_another_one_is_but_words() -> None:
    question = french.parse('titre:arbres producteur:"Ville de Dax" -thème:eau couleur:rouge http://exemple.fr')
    assert [(need.field, need.typed) for need in question.needs] == [
        ("titre", ("arbr",)),
        ("producteur", ("vil", "dax")),
        ("", ("couleur",)),
        ("", ("roug",)),
        ("", ("http",)),
        ("", ("exempl",)),
        ("", ("fr",)),
    ]
    assert [(need.field, need.typed) for need in question.refused] == [("theme", ("eau",))]


def test_words_of_questions_are_left_out_and_little_words_are_not_required() -> None:
    question = french.parse("combien de vélos par habitant dans ma ville en 2024 ?")
    assert [(need.typed[0], need.required) for need in question.needs] == [
        ("velo", True),
        ("habitant", False),
        ("vil", False),
        ("2024", False),
    ]
    assert typed("combien") == [("combien",)]
    assert french.parse("ville").needs[0].required
    assert french.parse("40192").needs[0].required  # a code, not a year


def test_synonyms_go_where_the_rule_says_whatever_accents_plurals_and_articles() -> None:
    rules = "déchets, ordures ménagères\npoubelle => déchet, bac"
    assert ways("dechet", rules) == [["dechet", "ordur menag"]]
    assert ways("les ordures ménagères", rules) == [["ordur menag", "dechet"]]
    assert ways("poubelles", rules) == [["poubel", "dechet", "bac"]]
    assert ways("bac", rules) == [["bac"]]
    assert ways("ordures", rules) == [["ordur"]]


def test_the_longest_saying_wins_and_stop_words_break_none() -> None:
    rules = "qualité de l'air, atmo\nair, atmosphère\npoint d'eau, fontaine"
    assert ways("la qualité de l’air", rules) == [["qualit air", "atmo"]]
    assert ways("qualité air", rules) == [["qualit air", "atmo"]]
    assert ways("points d'eau", rules) == [["point eau", "fontain"]]
    (need,) = french.parse("qualité de l'air", french.read_synonyms(rules)[0]).needs
    assert [part.typed for part in need.parts] == [("qualit",), ("air",)]
    assert [way.terms for way in need.parts[1].ways] == [("air",), ("atmosph",)]


def test_rules_in_a_circle_and_thousands_of_synonyms_stay_small() -> None:
    assert ways("a1", "a1 => b1\nb1 => c1\nc1 => a1") == [["a1", "b1"]]
    many = "mot, " + ", ".join(f"autre{number}" for number in range(5_000))
    question = french.parse(
        "mot " * 40 + " ".join(f"autre{number}" for number in range(40)), french.read_synonyms(many)[0]
    )
    assert sum(len(need.ways) for need in question.needs) < 300


@pytest.mark.parametrize("wrong", ["seul", "a =>", "=> b", "de, la", ", ,", "a => a", "x, " + "mot " * 20])
def test_a_rule_that_means_nothing_is_told_with_its_line(wrong: str) -> None:
    thesaurus, faults = french.read_synonyms(f"# commentaire\nbon, meilleur\n{wrong}\n")
    assert {fault.line for fault in faults} == {3}
    assert thesaurus.others(("bon",)) == (("meil",),) or thesaurus.others(("bon",))


def test_the_shipped_synonyms_have_no_fault() -> None:
    _, faults = french.read_synonyms(french.shipped_text())
    assert faults == []


def test_the_last_word_may_go_on_only_while_typing() -> None:
    assert french.parse("collecte dech", typing=True).needs[-1].unfinished == "dech"
    assert french.parse("collecte dech ", typing=True).needs[-1].unfinished == ""
    assert french.parse("collecte dech").needs[-1].unfinished == ""
    assert french.parse("d", typing=True).needs[-1].unfinished == ""


@pytest.mark.parametrize(
    ("one", "other", "edits", "expected"),
    [
        ("dechet", "dehcet", 1, True),
        ("velo", "vello", 1, True),
        ("velo", "vlo", 1, True),
        ("velo", "vero", 1, True),
        ("velo", "bels", 1, False),
        ("defibrilateur", "defribilateur", 2, True),
        ("a", "abcd", 2, False),
        ("", "ab", 2, True),
    ],
)
def test_letters_added_left_out_changed_or_swapped(one: str, other: str, edits: int, expected: bool) -> None:
    assert french.within(one, other, edits) is expected
    assert french.within(other, one, edits) is expected


@pytest.mark.parametrize(
    ("word", "edits"),
    [
        ("bus", 0),
        ("velo", 1),
        ("dechets", 1),
        ("stationnement", 2),
        ("40192", 0),
        ("anticonstitutionnellement", 2),
        ("a" * 64, 0),
    ],
)
def test_how_many_letters_may_be_wrong(word: str, edits: int) -> None:
    assert french.parse(word).needs[0].edits == edits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("piscines près de Dax", ("piscines", "Dax")),
        ("piscine autour d'Aire-sur-l'Adour ?", ("piscine", "Aire-sur-l'Adour")),
        ("près du Havre", ("", "Le Havre")),
        ("à proximité des Lilas", ("", "Les Lilas")),
        ("borne à verre près de chez moi", ("borne à verre", "")),
        ("autour de moi : piscine", (": piscine", "")),
        ("près", None),
        ("accès aux soins", None),
    ],
)
def test_near_a_place(text: str, expected: tuple[str, str] | None) -> None:
    found = french.nearness(text)
    assert (found and (" ".join(found[0].split()), found[1])) == expected


def test_acronyms_are_short_words_in_capitals_or_stand_in_a_name_without_blanks() -> None:
    assert french.acronyms("Le PLU de l’ÉPCI, D3E et NO2 (no2) de Dae, A, BOUTURE") == ["plu", "epci", "d3e", "no2"]
    assert french.acronyms("irve-2024.csv") == ["irv", "2024", "csv"]
    assert french.acronyms("") == []


def test_plus_and_plu_are_two_words() -> None:
    assert french.tokens("plus de PLU") == ["plus", "plu"]
