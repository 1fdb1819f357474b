"""Rules of reception over whole runs: what is left out, withdrawn, let in again, mended; and what it costs."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalogue.models import Change, Dataset, Organisation
from catalogue.reference.loader import load_vocabularies
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestPlan, HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import client_for, home_body
from harvesters.results import report
from harvesters.rules import Rules
from tests import factories
from tests.harvesting.servers import Server, reply
from tests.harvesting.test_engine import PREFIXES

pytestmark = pytest.mark.django_db
Run = Callable[..., HarvestRun]
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"


def said(number: int, keyword: str = "voirie", more: str = "") -> str:
    base = f"https://donnees.essai.example/jeux/{number}"
    return (
        f'<{base}> a dcat:Dataset ; dct:identifier "jeu-{number}" ; dct:title "Jeu {number}"@fr ; '
        f'dct:description "Description."@fr ; dcat:keyword "{keyword}"@fr ; {more}'
        f"dcat:distribution <{base}/csv> .\n<{base}/csv> a dcat:Distribution ; dcat:accessURL <{base}.csv> .\n"
    )


@pytest.fixture
def run(server: Server, make_client: Callable[..., Client]) -> Run:
    def go(*records: str, rules: dict[str, Any] | None = None, etag: str = "", **options: Any) -> HarvestRun:
        if records:
            headers = {"ETag": f'"{etag}"'} if etag else {}
            server.replies["/catalogue.ttl"] = reply((PREFIXES + "".join(records)).encode(), **headers)
        source, _ = HarvestSource.objects.get_or_create(
            key=server.url("/catalogue.ttl"), defaults={"owner": home_body()}
        )
        if rules is not None:
            HarvestSource.objects.update(rules=Rules.read(rules).stored())
            source.refresh_from_db()
        return harvest(source, make_client(), **options)

    return go


def live() -> set[str]:
    return {row.label for row in Dataset.objects.published()}


def test_what_the_rules_leave_out_is_counted_apart_and_never_published(run: Run) -> None:
    records = [*(said(n) for n in range(6)), *(said(n, "eau") for n in range(6, 10))]
    first = run(*records, rules={"exclude": ["mot-clé : E*U"]})
    assert (first.status, first.found, first.created, first.left_out, first.quarantined) == ("done", 10, 6, 4, 0)
    assert first.left_because == {"« mot-clé : E*U »": 4}
    assert "4 fiches écartées par vos règles de réception : « mot-clé : E*U » (4)." in first.messages
    told = report(first)
    assert (told["left_out"], told["left_because"], told["services"]["left_out"]) == (4, {"« mot-clé : E*U »": 4}, 0)
    assert live() == {f"Jeu {n}" for n in range(6)}
    lines, rows = Change.objects.count(), list(HarvestRecord.objects.order_by("pk").values())
    for _ in range(2):  # the same bytes, then another spelling of the same
        again = run()
        assert (again.found, again.unchanged, again.left_out, again.left_because) == (10, 6, 4, first.left_because)
        run(*reversed(records))
    assert (Change.objects.count(), list(HarvestRecord.objects.order_by("pk").values())) == (lines, rows)


def test_a_rule_that_comes_withdraws_and_one_that_goes_brings_back_the_same_records(run: Run) -> None:
    records = [*(said(n) for n in range(9)), said(9, "eau")]
    run(*records, etag="same")
    before = {row.label: (row.pk, row.uri) for row in Dataset.objects.all()}
    ruled = run(rules={"exclude": ["mot-clé : eau"]}, etag="same")
    assert (ruled.status, ruled.withdrawn, ruled.left_out, ruled.unchanged) == ("done", 1, 1, 9)
    gone = Dataset.objects.get(pk=before["Jeu 9"][0])
    assert (gone.status, gone.withdrawn_reason) == ("withdrawn", "Écartée par les règles de réception de sa source.")
    again = run()
    assert (again.withdrawn, again.left_out, again.unchanged) == (0, 1, 9)
    changed = run(*records[:-1], said(9, "eau", 'dct:issued "2024-01-01" ; '))
    assert (changed.left_out, changed.updated, changed.withdrawn) == (1, 0, 0)
    back = run(*records, rules={})
    assert (back.left_out, back.updated, back.created, back.withdrawn) == (0, 1, 0, 0)
    assert {row.label: (row.pk, row.uri) for row in Dataset.objects.published()} == before


def test_a_server_that_says_not_modified_does_not_hide_a_change_of_rules(server: Server, run: Run) -> None:
    records = [*(said(n) for n in range(9)), said(9, "eau")]
    body = (PREFIXES + "".join(records)).encode()
    server.replies["/catalogue.ttl"] = reply(body, etag='"v1"')
    run()
    ruled = run(rules={"exclude": ["mot-clé : eau"]})
    assert ruled.left_out == 1


def test_rules_that_leave_too_little_stop_and_ask_and_a_partial_reading_withdraws_nothing(
    server: Server, run: Run
) -> None:
    records = [*(said(n) for n in range(5)), *(said(n, "eau") for n in range(5, 10))]
    run(*records)
    stopped = run(rules={"exclude": ["mot-clé : eau"]})
    assert (stopped.status, stopped.withdrawn, len(live())) == ("stopped", 0, 10)
    assert any("dont 5 écartés par vos règles de réception" in message for message in stopped.messages)
    server.replies["/catalogue.ttl"] = reply((PREFIXES + "".join(records) + "oups").encode())
    failed = run(max_withdrawn=1)
    assert (failed.status, failed.withdrawn, len(live())) == ("failed", 0, 10)
    accepted = run(*records, max_withdrawn=1)
    assert (accepted.status, accepted.withdrawn, accepted.left_out, len(live())) == ("done", 5, 5, 5)
    settled = run()
    assert (settled.status, settled.withdrawn, settled.left_out) == ("done", 0, 5)


def test_what_was_never_wanted_and_is_gone_is_forgotten(run: Run) -> None:
    run(*(said(n) for n in range(5)), said(5, "eau"), rules={"exclude": ["mot-clé : eau"]})
    assert HarvestRecord.objects.exclude(left_out="").count() == 1
    after = run(*(said(n) for n in range(5)))
    assert (after.withdrawn, after.left_out, HarvestRecord.objects.count()) == (0, 0, 5)


def test_what_was_withdrawn_by_a_rule_and_that_the_source_lost_since_is_itself_when_it_returns(run: Run) -> None:
    records = [*(said(n) for n in range(9)), said(9, "eau")]
    run(*records)
    before = Dataset.objects.get(title={"fr": "Jeu 9"}).pk
    run(rules={"exclude": ["mot-clé : eau"]})
    lost = run(*records[:-1])
    assert (lost.withdrawn, lost.left_out) == (0, 0) and not HarvestRecord.objects.exclude(left_out="").exists()
    assert run(*records).left_out == 1
    assert run(rules={}).updated == 1
    assert Dataset.objects.published().get(title={"fr": "Jeu 9"}).pk == before


def test_themes_owner_territory_publisher_and_prefix(run: Run) -> None:
    load_vocabularies()
    home_body()
    syndicat = factories.body("Syndicat des eaux")
    theirs = '<https://o.example/x> <http://xmlns.com/foaf/0.1/name> "Syndicat des Eaux" .\n'
    records = [
        said(1, more='dcat:theme "Voirie communale" ; '),
        said(2, more=f"dcat:theme <{THEMES}ENVI> ; dct:publisher <https://o.example/x> ; ") + theirs,
    ]
    rules = {
        "themes": ["Voirie Communale = Transports", "Environnement = AGRI"],
        "publisher": "Ville d’essai",
        "owners": ["syndicat des eaux = syndicat-des-eaux"],
        "prefix": "[Ville]",
    }
    done = run(*records, rules=rules)
    assert done.created == 2, done.messages
    one, two = Dataset.objects.order_by("title")
    assert (one.label, two.label) == ("[Ville] Jeu 1", "[Ville] Jeu 2")
    assert (one.theme, two.theme) == ([THEMES + "TRAN"], [THEMES + "AGRI"])
    assert (one.owner, two.owner) == (home_body(), syndicat)
    assert str(one.published_by) == "Ville d’essai" and "[Ville]" not in one.said and "ENVI" in two.said
    faults = {(path, fault) for path, fault, _, _ in one.problems}
    assert {("theme", "rule-theme"), ("title", "rule-title"), ("publisher", "rule-publisher")} <= faults
    moved = run(rules={**rules, "owners": []})
    assert (moved.updated, moved.unchanged) == (1, 1)
    two.refresh_from_db()
    assert two.owner == home_body()
    assert Change.objects.filter(record=two.pk).latest("number").fields == ["owner"]


def test_themes_are_added_to_what_answers_to_a_criterion(run: Run) -> None:
    load_vocabularies()
    home_body()
    factories.body("Syndicat des eaux")
    records = [said(1), said(2, "eau", f"dcat:theme <{THEMES}ENVI> ; "), said(3, "eau potable")]
    rules = {
        "themes": ["mot-clé : eau* = ENVI", "titre : jeu 3 = HEAL", "mot-clé : eau* = Santé"],
        "owners": ["* = syndicat-des-eaux", "Eau* = syndicat-des-eaux"],
    }
    assert len(Rules.read(rules).pairs("owners")) == 2
    done = run(*records, rules=rules)
    assert (done.created, done.repairs["rule-theme"]) == (3, 3)
    themes = {row.label: [address.rpartition("/")[2] for address in row.theme] for row in Dataset.objects.all()}
    assert themes == {"Jeu 1": [], "Jeu 2": ["ENVI", "HEAL"], "Jeu 3": ["ENVI", "HEAL"]}
    assert run().unchanged == 3


def test_a_private_record_that_changes_hands_is_out_of_its_former_bodys_sight_at_once(run: Run) -> None:
    run(said(1))
    Dataset.objects.update(private=True)
    factories.body("Syndicat des eaux")
    run(rules={"owners": ["* = syndicat-des-eaux"]})
    last = Change.objects.latest("number")
    assert (last.fields, last.restricts) == (["owner"], True)


def test_a_dry_run_tells_what_the_rules_would_do(run: Run) -> None:
    run(*(said(n) for n in range(9)), said(9, "eau"))
    dry = run(
        *(said(n) for n in range(9)), said(9, "eau"), said(10, "eau"), rules={"exclude": ["mot-clé : eau"]}, dry=True
    )
    assert (dry.left_out, dry.withdrawn, len(live())) == (2, 1, 10)
    plan = {(row.verb, row.title, row.reason) for row in HarvestPlan.objects.all()}
    assert ("withdrawn", "Jeu 9", "Écartée par les règles de réception de sa source.") in plan
    assert ("left_out", "Jeu 10", "« mot-clé : eau »") in plan
    assert not HarvestRecord.objects.exclude(left_out="").exists()


def test_rules_that_no_longer_hold_stop_the_run_and_change_nothing(run: Run) -> None:
    run(said(1))
    HarvestSource.objects.update(rules={"owners": ["* = parti"]})
    stopped = run()
    assert (stopped.status, live()) == ("failed", {"Jeu 1"})
    assert "« parti » n’est pas une organisation de ce portail" in stopped.messages[0]
    HarvestSource.objects.update(rules={"concerns": "n’importe quoi", "inconnue": 3})
    assert run().status == "failed"


def test_the_command_shows_tries_and_keeps_rules(run: Run, server: Server, tmp_path: Path) -> None:
    run(*(said(n) for n in range(9)), said(9, "eau"))
    path, address = tmp_path / "regles.json", server.url("/catalogue.ttl")
    path.write_text(json.dumps({"exclude": ["mot-clé : eau"], "prefix": "[Ville]"}))

    def told(*given: str) -> str:
        out = io.StringIO()
        call_command("rules", address, *given, stdout=out)
        return out.getvalue()

    assert json.loads(told()) == {}
    text = told(str(path), "--preview")
    assert "10 fiches essayées sur 10 dans la base ; à écarter : 1, à modifier : 9." in text
    assert "titre : « Jeu 0 » → « [Ville] Jeu 0 »" in text and "À écarter : Jeu 9 (« mot-clé : eau »)" in text
    assert HarvestSource.objects.get().rules == {} and len(live()) == 10
    preview = json.loads(told(str(path), "--preview", "--json"))["preview"]
    assert (preview["left_out"], preview["kept"], preview["because"]) == (1, 9, {"« mot-clé : eau »": 1})
    assert "règles enregistrées" in told(str(path))
    assert json.loads(told()) == {"exclude": ["mot-clé : eau"], "prefix": "[Ville]"}
    assert run().withdrawn == 1
    path.write_text("{}")
    assert "à remettre en ligne : 1" in told(str(path), "--preview")
    path.write_text('{"exclude": ["titre : jeu"]}')
    assert "Attention : ces règles ne laisseraient rien" in told(str(path), "--preview")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("{", "n’est pas un fichier JSON lisible"),
        ("[" * 100_000, "n’est pas un fichier JSON lisible"),
        ('["themes"]', "objet JSON"),
        ('{"theme": []}', "« theme » n’est pas une règle de réception"),
        ('{"themes": ["Voirie"]}', "n’a pas la forme"),
        ('{"themes": ["??? = TRAN"]}', "ni lettre ni chiffre"),
        ('{"themes": ["Voirie = Transporc"]}', "Les plus proches : « Transports »"),
        ('{"themes": ["Voirie = TRAN", "VOIRIE = ENVI"]}', "a deux réponses"),
        ('{"include": ["mot-clé : x"], "exclude": ["Mot-Clé : X"]}', "à la fois à garder et à écarter"),
        ('{"themes": ["mot-clé : * = TRAN"]}', "n’a pas la forme « critère"),
        ('{"owners": ["Ville* = a", "VILLE* = b"]}', "a deux réponses"),
        ('{"exclude": ["couleur : x"]}', "Critères : mot-clé"),
        ('{"exclude": ["titre : *"]}', "n’a pas la forme"),
        ('{"concerns": ["00000"]}', "n’est le code d’aucun territoire"),
        ('{"concerns": ["ici"]}', "BOUTURE_TERRITORY"),
        ('{"concerns": ["3, 50, 2, 51"]}', "ouest, sud, est, nord"),
        ('{"scope": "lune"}', "n’est pas un choix"),
        (json.dumps({"exclude": [f"titre : {n}" for n in range(10_000)]}), "500 au plus"),
        (json.dumps({"prefix": "x" * 5_000}), "trop long"),
        ('{"owners": ["* = personne"]}', "organisation de ce portail"),
    ],
)
def test_rules_that_do_not_hold_are_refused_by_name(
    run: Run, server: Server, tmp_path: Path, text: str, words: str
) -> None:
    load_vocabularies()
    run(said(1))
    path = tmp_path / "regles.json"
    path.write_text(text)
    for option in ([], ["--preview"]):
        with pytest.raises(CommandError) as refused:
            call_command("rules", server.url("/catalogue.ttl"), str(path), *option)
        assert words in str(refused.value) and refused.value.returncode == 2
    assert HarvestSource.objects.get().rules == {}
    with pytest.raises(CommandError) as unknown:
        call_command("rules", "https://inconnue.example/catalogue.ttl", str(path))
    assert "n’est pas connue" in str(unknown.value) and unknown.value.returncode == 1


def test_a_body_that_is_only_a_publisher_owns_nothing(run: Run) -> None:
    Organisation.objects.create(name="Région", slug="region", folded="region")
    HarvestSource.objects.update(rules={})
    run(said(1))
    HarvestSource.objects.update(rules={"owners": ["* = region"]})
    assert run().status == "failed"


ECOSPHERES = "http://registre.data.developpement-durable.gouv.fr/ecospheres/themes-ecospheres/"
PARIS, ETALAB = (
    "http://opendata.paris.fr/page/lalicence/",
    "etalab.gouv.fr/wp-content/uploads/2014/05/licence_ouverte.pdf",
)


@pytest.mark.parametrize(
    ("name", "rules", "faults", "wanted"),
    [
        (
            "opendatasoft-dcat-draft/catalog.ttl",
            {
                "themes": ["culture, patrimoine = EDUC", "Transports, Déplacements = Économie et finances"],
                "licences": [f"{PARIS} = ODbL", f"{ETALAB} = Licence Ouverte"],
            },
            {"rule-theme": 22 + 29, "rule-licence": 38 + 38},
            {"theme": ("ECON", 29 + 3), "license": ("ODC_BL", 61 + 38)},
        ),
        (
            "ecospheres-metadata/src/tests/test_dcat_exposition.json",
            {"themes": [f"{ECOSPHERES}risques = ENVI"], "formats": ["inconnu = SHP"]},
            {"rule-theme": 11, "rule-format": 2},
            {"theme": ("ENVI", 11)},
        ),
    ],
    ids=["portal", "state"],
)
def test_words_of_real_catalogues_become_ours(
    shared_data: Path, name: str, rules: dict[str, Any], faults: dict[str, int], wanted: dict[str, tuple[str, int]]
) -> None:
    """Counts by eye, from what the same catalogues give without rules."""
    load_vocabularies()
    path = str(shared_data / "catalogues" / name)
    source = HarvestSource.objects.create(key=path, owner=home_body(), rules=Rules.read(rules).stored())
    with client_for(source) as client:
        done = harvest(source, client)
    assert {fault: done.repairs.get(fault, 0) for fault in faults} == faults
    for field, (code, count) in wanted.items():
        held = (getattr(row, field) for row in Dataset.objects.all())
        given = [
            value
            for value in held
            if any(each.endswith(f"/{code}") for each in ([value] if isinstance(value, str) else value))
        ]
        assert (field, len(given)) == (field, count)
