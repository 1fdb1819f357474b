"""Citizens' questions, answered: the floors, on the half of the questions that nothing was tuned on."""

import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalogue.search import relevance
from catalogue.search.contract import SearchBackend
from catalogue.search.relevance.catalogue import TOWNS, listed, subjects, towns
from catalogue.search.relevance.measure import gain, judged


def test_the_catalogue_is_as_large_and_as_varied_as_it_says() -> None:
    wordings: dict[str, set[str]] = {}
    homes: dict[str, set[str]] = {}
    for each in listed():
        title = each.document.title.split(" - ")[0]
        wordings.setdefault(each.subject, set()).add(title)
        homes.setdefault(each.subject, set()).add(each.town)
    assert len(listed()) >= 3_000
    assert len(TOWNS) >= 12
    assert {place.level for place, _ in towns().values()} == {"commune"}
    assert sum(not each.subject for each in listed()) >= 1_500
    assert set(wordings) - {""} == set(subjects())
    assert all(len(homes[subject]) >= 4 and len(wordings[subject]) >= 4 for subject in subjects())


def test_what_answers_nothing_shares_its_words_with_what_does() -> None:
    words = {word for each in listed() if each.subject for word in each.document.title.lower().split()}
    others = [each.document.title.lower().split() for each in listed() if not each.subject]
    assert sum(any(len(word) > 4 and word in words for word in title) for title in others) >= 1_500


def test_the_catalogue_is_the_same_at_every_run() -> None:
    first = listed()
    listed.cache_clear()
    assert listed() == first


def test_marks_are_those_of_the_definition() -> None:
    asked = next(each for each in relevance.questions() if each.text == "arbres")
    gains = {each.document.id: gain(asked, each) for each in listed()}
    best = sorted(gains, key=lambda each: -gains[each])
    assert judged(asked, best[:10]) == (1.0, 1.0, 1.0)
    nothing = [each for each in gains if not gains[each]]
    assert judged(asked, nothing[:10]) == (0.0, 0.0, 0.0)
    assert judged(asked, [*nothing[:3], best[0]])[1:] == (0.25, 0.0)
    elsewhere = [each for each in gains if gains[each] == 1]
    assert judged(asked, elsewhere[:3])[1:] == (1.0, 0.0)


def test_the_halves_share_the_questions_and_never_move() -> None:
    tuned, held = (relevance.questions(half=half) for half in relevance.HALVES)
    assert len(tuned) + len(held) == len(relevance.questions()) == 140
    assert {each.text for each in tuned}.isdisjoint(each.text for each in held)
    assert min(len(tuned), len(held)) >= 60


def test_the_held_half_is_answered_above_the_floor_where_plain_bm25_is_not(backend: SearchBackend) -> None:
    held = relevance.questions(half="held")
    relevance.fill(backend)
    marks = relevance.measure(backend, held)
    assert marks.ndcg >= 0.78
    assert marks.success >= 0.87
    plain = relevance.measure_plain(relevance.questions())
    assert plain.ndcg <= 0.55
    assert marks.ndcg > plain.ndcg


def test_further_questions_are_others() -> None:
    further = relevance.questions(relevance.FURTHER)
    assert len(further) >= 25
    assert {each.text for each in further}.isdisjoint(each.text for each in relevance.questions())


def test_the_command_prints_one_object(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    queries = tmp_path / "queries.tsv"
    queries.write_text("query\texpected\tpersona\narbres\tarbres\tcitoyen\nDECP\tmarches-publics\tagent\n", "utf-8")
    call_command("relevance", "--json", "--queries", str(queries))
    printed = json.loads(capsys.readouterr().out)
    assert {"ndcg@10", "mrr", "success@3"} <= set(printed)
    assert printed["queries"] == 2
    assert 0 < printed["ndcg@10"] <= 1
    assert set(printed["plain_bm25"]) == {"ndcg@10", "mrr", "success@3", "queries"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"query\texpected\narbres\tlicornes\n", "ligne 2 : sujet inconnu, licornes"),
        (b"question\tsujet\narbres\tarbres\n", "il faut les colonnes"),
        (b"query\texpected\narbres\n", "ligne 2"),
        (b"query\texpected\n", "aucune question"),
        (b"\xff\xfe", "UTF-8"),
        (None, "chemin"),
    ],
)
def test_a_file_of_queries_that_cannot_be_used_is_told(tmp_path: Path, content: bytes | None, message: str) -> None:
    queries = tmp_path / "queries.tsv"
    if content is not None:
        queries.write_bytes(content)
    with pytest.raises(CommandError, match=message):
        call_command("relevance", "--queries", str(queries))
