"""Writing by hand: who may, what is kept, what is refused and in which words, and what becomes of two people at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as bounds
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from catalogue import permissions, publishing
from catalogue.dcat.mapping import own_values, record_values
from catalogue.dcat.profile import DATASET
from catalogue.errors import Conflict
from catalogue.models import Change, Concept, Dataset, Organisation, User, Vocabulary
from catalogue.publishing import Draft
from portal.api.rest import schema
from portal.pages import editing
from portal.pages.choices import FEW
from portal.pages.forms import ESSENTIAL, GROUPS, RecordForm
from portal.pages.nodes import SHOWN
from tests import factories
from tests.dcat.test_profile import numbered, records
from tests.pages.conftest import said
from tests.pages.samples import Samples, concepts

pytestmark = pytest.mark.django_db
Fields = dict[str, list[str]]
EU = factories.EU


def page_of(dataset: Dataset) -> str:
    return f"{dataset.get_absolute_url()}modifier/"


def filled(response: HttpResponse) -> Fields:
    """What a browser would send back of this page, had nobody touched it (HTML §4.10.21.4)."""
    form = BeautifulSoup(response.content, "html.parser").select_one("main form")
    assert form is not None
    sent: Fields = {}

    def send(name: Any, value: Any) -> None:
        sent.setdefault(str(name), []).append(str(value))

    for control in form.select("input[name], textarea[name], select[name]"):
        if control.find_parent("fieldset", disabled=True):
            continue
        if control.name == "textarea":
            send(control["name"], control.text.removeprefix("\n").replace("\n", "\r\n"))
        elif control.name == "select":
            chosen = control.select_one("option[selected]") or control.select_one("option")
            send(control["name"], chosen["value"] if chosen else "")
        elif control.get("type") != "checkbox" or control.has_attr("checked"):
            send(control["name"], control.get("value", ""))
    return sent


@pytest.fixture
def town() -> Organisation:
    return factories.body("Ville d’essai")


@pytest.fixture
def agent(town: Organisation, client: Client) -> User:
    user = factories.person("publisher", town)
    client.force_login(user)
    return user


def state(dataset: Dataset) -> tuple[Any, ...]:
    row = Dataset.objects.with_forms().get(pk=dataset.pk)
    return row.digest, row.version, row.repaired, row.said, own_values(row, list(row.distributions.all()))


def saved(client: Client, dataset: Dataset, change: Callable[[Fields], None] = lambda _: None) -> HttpResponse:
    sent = filled(client.get(page_of(dataset)))
    change(sent)
    return client.post(page_of(dataset), sent)


def errors(response: HttpResponse) -> list[str]:
    return [p.text for p in BeautifulSoup(response.content, "html.parser").select(".oops")]


def test_open_and_save_changes_nothing(samples: Samples, client: Client) -> None:
    client.force_login(samples.administrator)
    changes = Change.objects.count()
    for dataset in (
        samples.rich,
        samples.poor,
        samples.many_files,
        samples.hostile,
        samples.odd_licence,
        samples.private,
    ):
        before = state(dataset)
        response = saved(client, dataset)
        assert (response.status_code, state(dataset)) == (302, before), dataset
    assert Change.objects.count() == changes


def test_open_and_save_loses_nothing_that_the_profile_can_say(agent: User, town: Organisation, client: Client) -> None:
    concepts()

    @given(records(DATASET).map(lambda values: numbered(values, count())))
    @bounds(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
    def check(values: dict[str, Any]) -> None:
        with transaction.atomic():
            [outcome] = publishing.publish([Draft("dataset", values, town.pk)])
            row = Dataset.objects.get(pk=outcome.id)
            before = state(row)
            assert saved(client, row).status_code == 302
            assert state(row) == before
            # Another field changes, and that one alone.
            response = saved(client, row, lambda sent: sent.update({"keyword.fr": ["un mot tout neuf"]}))
            assert (response.status_code, errors(response) if response.status_code != 302 else []) == (302, [])
            after = state(row)
            assert {**before[4], "keyword": None} == {**after[4], "keyword": None}
            transaction.set_rollback(True)

    check()


def test_what_the_form_does_not_show_is_kept(agent: User, town: Organisation, client: Client) -> None:
    row = factories.dataset(
        "Arbres",
        town,
        keyword={"fr": ["arbre"], "en": ["tree"], **{f"x{n}": ["w"] for n in "abcdefgh"}},
        license={"uri": "https://essai.example/l", "title": {"fr": ["Maison"]}},
        qualified_attribution=[{"agent": [{"name": {"fr": "X"}}], "had_role": ["https://essai.example/r"]}],
        temporal=[{"start": "2020", "beginning": {"date": "2020-01-01"}}],
        distribution=[
            factories.file(
                checksum={"algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_md5", "checksum_value": "aa"}
            ),
            *(factories.file(f"{n}.csv") for n in range(SHOWN + 5)),
        ],
    )
    before = state(row)[4]

    def change(sent: Fields) -> None:
        sent["keyword.en"] = ["tree\nleaf"]
        sent["temporal.0.end"] = ["2021"]
        sent["distribution.0.title.fr"] = ["Les arbres"]

    assert saved(client, row, change).status_code == 302
    after = state(row)[4]
    assert after["keyword"] == {**before["keyword"], "en": ["tree", "leaf"]}
    assert after["temporal"] == [{**before["temporal"][0], "end": "2021"}]
    assert after["distribution"] == [
        {**before["distribution"][0], "title": {"fr": "Les arbres"}},
        *before["distribution"][1:],
    ]
    for name in ("license", "qualified_attribution"):
        assert after[name] == before[name]


def long_vocabularies() -> None:
    """More terms than a list shows at once, as the real vocabularies have."""
    concepts()
    for code in ("file-type", "language"):
        shelf = Vocabulary.objects.get(code=code)
        Concept.objects.bulk_create(
            Concept(vocabulary=shelf, code=f"X{n}", uri=f"{EU}{code}/X{n}", labels={"fr": f"autre {n}"})
            for n in range(FEW + 1)
        )


def test_what_is_typed_is_understood(agent: User, town: Organisation, client: Client) -> None:
    long_vocabularies()
    row = factories.dataset("Arbres", town)

    def change(sent: Fields) -> None:
        sent.update(
            {
                "theme": [EU + "data-theme/ENVI"],
                "issued": ["3 mars 2024"],
                "license": ["Licence de la maison"],
                "language.+": ["français"],
                "frequency": [EU + "frequency/MONTHLY"],
                "contact_point.0.name.fr": ["Espaces verts"],
                "contact_point.0.email": ["arbres@ville.example"],
                "contact_point.0.telephone": ["05 58 00 00 00"],
                "distribution.0.format": ["GeoJSON"],
                "distribution.0.byte_size": ["1 204"],
                "spatial.0.name.fr": ["Le parc"],
                "spatial.0.geometry": ["POINT(-0.5 43.9)"],
                "conforms_to": ["https://schema.example/arbres\r\nRègles de la ville"],
                "publisher.0.name.fr": ["Ville d’essai"],
            }
        )

    response = saved(client, row, change)
    assert (response.status_code, errors(response) if response.status_code != 302 else []) == (302, [])
    after = state(row)[4]
    assert after["theme"] == [EU + "data-theme/ENVI"]
    assert after["issued"] == "2024-03-03"
    assert after["license"] == {"title": {"fr": ["Licence de la maison"]}}
    assert after["language"] == [EU + "language/FRA"]
    assert after["contact_point"] == [
        {"name": {"fr": "Espaces verts"}, "email": ["mailto:arbres@ville.example"], "telephone": ["tel:0558000000"]}
    ]
    assert after["distribution"][0]["format"] == EU + "file-type/GEOJSON"
    assert after["distribution"][0]["byte_size"] == 1204
    assert after["spatial"][0]["geometry"]["datatype"].endswith("#wktLiteral")
    assert after["conforms_to"] == ["https://schema.example/arbres", {"title": {"fr": ["Règles de la ville"]}}]
    change_line = Change.objects.latest("number")
    assert (change_line.verb, change_line.actor) == (Change.Verb.UPDATE, agent)
    assert {"theme", "issued", "distribution"} <= set(change_line.fields)


WRONG = [
    ({"title.fr": [""]}, "Ce champ est obligatoire"),
    ({"title.fr": ["a\x07b"]}, "caractères invisibles"),
    ({"title.fr": ["a\x00b"]}, "caractères invisibles"),
    ({"description.fr": ["x" * 1_000_001]}, "un million de signes"),
    ({"landing_page": ["la page"]}, "n’est pas une adresse web"),
    ({"landing_page": ["https://a.example/" + "x" * 3000]}, "trop long"),
    ({"landing_page": ["javascript:alert(1)"]}, "n’est pas une adresse web"),
    ({"landing_page": ["05 58 00 00 00"]}, "n’est pas une adresse web"),
    ({"license": ["JAVASCRIPT:alert(1)"]}, "n’est pas une adresse web"),
    ({"contact_point.0.email": ["https://ville.example"]}, "n’est pas une adresse électronique"),
    ({"contact_point.0.telephone": ["la mairie"]}, "n’est pas un numéro de téléphone"),
    ({"issued": ["bientôt"]}, "n’est pas une date : écrivez 2026"),
    ({"issued": ["2024-02-31"]}, "n’est pas une date"),
    ({"issued": ["31/02/2024"]}, "n’est pas une date"),
    ({"issued": ["2024-01-01T00:00:00." + "0" * 40 + "Z"]}, "trop long"),
    ({"spatial_resolution": ["dix"]}, "Écrivez un nombre"),
    ({"temporal_resolution": ["un jour"]}, "Écrivez une durée"),
    ({"theme": ["https://ailleurs.example/theme"]}, "n’est pas dans la liste"),
    ({"frequency": ["toujours"]}, "n’est pas dans la liste"),
    ({"frequency": [EU + "frequency/MONTHLY", EU + "access-right/PUBLIC"]}, "n’est pas dans la liste"),
    ({"distribution.0.access_url": [""]}, "Remplissez ce champ, ou retirez tout le bloc"),
    ({"distribution.0.access_url": ["un fichier"]}, "n’est pas une adresse web"),
    ({"distribution.0.byte_size": ["-1"]}, "nombre entier"),
    ({"distribution.0.byte_size": ["9" * 30]}, "nombre entier"),
    ({"distribution.1.title.fr": ["Sans adresse"]}, "Remplissez ce champ"),
    ({"spatial.0.geometry": ["ici"]}, "en WKT"),
    ({"spatial.0.geometry": ["{" * 5000]}, "en GeoJSON"),
    ({"spatial.0.uri": ["la mairie"]}, "n’est pas une adresse web"),
    ({"sample": ["un échantillon"]}, "n’est pas une adresse web"),
    ({"hvd_category": ["géo"]}, "donnez son adresse"),
]


@pytest.mark.parametrize(("typed", "says"), WRONG, ids=[f"{next(iter(t))}-{n}" for n, (t, _) in enumerate(WRONG)])
def test_a_wrong_value_is_told_beside_its_field_and_nothing_is_saved(
    agent: User, town: Organisation, client: Client, typed: Fields, says: str
) -> None:
    concepts()
    row = factories.dataset("Arbres", town)
    before = state(row)
    response = saved(client, row, lambda sent: sent.update({**typed, "keyword.fr": ["gardé"]}))
    assert response.status_code == 422
    assert len(errors(response)) == 1
    assert says in errors(response)[0]
    assert state(row) == before
    # What was typed is still there, the wrong and the right.
    again = filled(response)
    assert again["keyword.fr"] == ["gardé"]
    name, [value, *_] = next(iter(typed.items()))
    if name not in ("theme", "frequency") and "\x00" not in value and len(value) < 10_000:
        assert again[name] == [value]
    # Corrected from there, it is saved.
    good = filled(client.get(page_of(row)))
    again.update({control: good.get(control, [""]) for control in typed})
    assert client.post(page_of(row), again).status_code == 302
    assert state(row)[4]["keyword"] == {"fr": ["gardé"]}


def test_two_people_at_once_lose_nothing(agent: User, town: Organisation, client: Client) -> None:
    row = factories.dataset("Arbres", town, keyword={"fr": ["arbre"]})
    mine = filled(client.get(page_of(row)))
    other = lambda sent: sent.update({"title.fr": ["Arbres et haies"], "keyword.fr": ["haie"]})  # noqa: E731
    assert saved(client, row, other).status_code == 302

    mine |= {"title.fr": ["Les arbres"], "description.fr": ["Relevés au pied."]}
    response = client.post(page_of(row), mine)
    assert response.status_code == 409
    page = said(response)
    assert "Quelqu’un d’autre a enregistré cette fiche entre-temps" in page
    assert page.count("Entre-temps, quelqu’un d’autre a écrit") == 1
    assert "Arbres et haies" in page
    assert state(row)[4]["title"] == {"fr": "Arbres et haies"}

    again = filled(response)
    assert again["title.fr"] == ["Les arbres"]
    assert again["description.fr"] == ["Relevés au pied."]
    assert again["keyword.fr"] == ["haie"]
    assert client.post(page_of(row), again).status_code == 302
    after = state(row)[4]
    assert (after["title"], after["description"]) == ({"fr": "Les arbres"}, {"fr": "Relevés au pied."})
    assert after["keyword"] == {"fr": ["haie"]}


def test_two_people_on_the_files_mix_no_file(agent: User, town: Organisation, client: Client) -> None:
    row = factories.dataset(
        "Arbres", town, distribution=[factories.file("a.csv"), factories.file("b.csv", byte_size=3)]
    )
    first, second = state(row)[4]["distribution"]
    mine = filled(client.get(page_of(row)))
    assert saved(client, row, lambda sent: sent.update({"distribution.0.-": ["1"]})).status_code == 302
    assert state(row)[4]["distribution"] == [second]
    mine["distribution.1.title.fr"] = ["Le b"]
    mine["distribution.0.-"] = ["1"]
    response = client.post(page_of(row), mine)
    assert response.status_code == 409
    assert client.post(page_of(row), filled(response)).status_code == 302
    assert state(row)[4]["distribution"] == [{**second, "title": {"fr": "Le b"}}]
    assert first["uri"] != second["uri"]


def test_a_save_between_reading_and_writing_is_told(
    agent: User, town: Organisation, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = factories.dataset("Arbres", town)
    publish, values = publishing.publish, own_values(row, list(row.distributions.all()))

    def late(drafts: Any, actor: Any) -> Any:
        monkeypatch.setattr(editing.publishing, "publish", publish)
        publish([Draft("dataset", {**values, "title": {"fr": "Haies"}}, town.pk, id=row.pk)])
        return publish(drafts, actor)

    sent = filled(client.get(page_of(row)))
    monkeypatch.setattr(editing.publishing, "publish", late)
    response = client.post(page_of(row), {**sent, "title.fr": ["Les arbres"]})
    assert response.status_code == 409
    assert filled(response)["title.fr"] == ["Les arbres"]
    assert state(row)[4]["title"] == {"fr": "Haies"}


def test_a_draft_of_an_old_version_is_a_conflict(town: Organisation) -> None:
    row = factories.dataset("Arbres", town)
    values = own_values(row, list(row.distributions.all()))
    for version in (0, 2):
        with pytest.raises(Conflict, match="entre-temps"):
            publishing.publish([Draft("dataset", values, town.pk, id=row.pk, version=version)])
    [outcome] = publishing.publish([Draft("dataset", {**values, "issued": "2024"}, town.pk, id=row.pk, version=1)])
    assert outcome.verb == "updated"


PEOPLE = ("anonymous", "stranger", "reader", "contributor", "publisher", "administrator")


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ("public", (302, 403, 403, 302, 302, 302)),  # a contributor proposes
        ("private", (404, 404, 403, 302, 302, 302)),
        ("withdrawn", (410,) * 6),
        ("draft", (404, 404, 404, 302, 302, 302)),
        ("publish", (302, 403, 403, 302, 302, 302)),  # a contributor makes a draft
    ],
)
def test_who_may_write(town: Organisation, client: Client, what: str, expected: tuple[int, ...]) -> None:
    row = factories.dataset("Arbres", town, private=what == "private")
    if what == "withdrawn":
        publishing.withdraw([row], "Remplacé.")
    if what == "draft":
        Dataset.objects.filter(pk=row.pk).update(status=Dataset.Status.DRAFT)
    address = f"{town.get_absolute_url()}publier/" if what == "publish" else page_of(row)
    before, records_before = state(row), Dataset.objects.count()
    for person, status in zip(PEOPLE, expected, strict=True):
        client.logout()
        if person != "anonymous":
            client.force_login(factories.person("" if person == "stranger" else person, town))
        response = client.post(address, {"title.fr": [f"Par {person}"], "description.fr": ["x"]})
        assert response.status_code == status, person
        writes = PEOPLE[3:] if what in ("draft", "publish") else PEOPLE[4:]
        if person in writes and status == 302:
            assert "/connexion/" not in response["Location"]
            assert (Dataset.objects.count() == records_before) is (what != "publish")
            before, records_before = state(row), Dataset.objects.count()
        else:
            assert (state(row), Dataset.objects.count()) == (before, records_before)
    assert client.put(address).status_code in (405, 404, 410)


def test_a_form_without_its_token_is_refused(town: Organisation) -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(factories.person("publisher", town))
    row = factories.dataset("Arbres", town)
    for address in (page_of(row), f"{town.get_absolute_url()}publier/"):
        assert browser.post(address, {"title.fr": ["x"]}).status_code == 403
    assert state(row)[4]["title"] == {"fr": "Arbres"}


def test_a_new_dataset(agent: User, town: Organisation, client: Client) -> None:
    address = f"{town.get_absolute_url()}publier/"
    sent = filled(client.get(address))
    assert sent["publisher.0.name.fr"] == [town.name]
    empty = client.post(address, sent)
    assert empty.status_code == 422
    assert errors(empty) == ["Ce champ est obligatoire : remplissez-le."] * 2
    assert not Dataset.objects.exists()

    sent = filled(empty) | {
        "title.fr": ["Arbres"],
        "description.fr": ["Un arbre par ligne.\r\n\r\nRelevés en mai."],
        "distribution.0.access_url": ["https://ville.example/arbres.csv"],
    }
    response = client.post(address, sent)
    row = Dataset.objects.get()
    assert (response.status_code, response["Location"]) == (302, row.get_absolute_url())
    assert "Enregistré." in said(client.get(response["Location"]))
    assert (row.owner, row.published_by, row.harvested, row.private) == (town, town, False, False)
    assert row.description == {"fr": "Un arbre par ligne.\n\nRelevés en mai."}
    assert row.missing == []
    # Sent twice: the same record, once.
    again = client.post(address, sent)
    assert (again["Location"], Dataset.objects.count()) == (row.get_absolute_url(), 1)
    [change] = Change.objects.filter(record=row.pk)
    assert (change.verb, change.actor) == (Change.Verb.CREATE, agent)


def test_a_key_that_we_did_not_give_makes_another_record(agent: User, town: Organisation, client: Client) -> None:
    row = factories.dataset("Arbres", town)
    file = row.distributions.get()
    for forged in (str(row.pk), str(file.pk), "x", ""):
        client.post(
            f"{town.get_absolute_url()}publier/",
            {"title.fr": ["Autre"], "description.fr": ["x"], "fiche": [forged]},
        )
    assert Dataset.objects.count() == 5
    assert not Dataset.objects.filter(pk=file.pk).exists()
    assert state(row)[4]["title"] == {"fr": "Arbres"}


def test_a_body_that_does_not_work_here_publishes_nothing(client: Client) -> None:
    client.force_login(factories.person(is_superuser=True))
    body = factories.body("Ailleurs", tenant=False)
    assert client.get(f"{body.get_absolute_url()}publier/").status_code == 404


def test_nobody_publishes_in_another_s_name(agent: User, town: Organisation, client: Client) -> None:
    neighbour, named = factories.body("Syndicat des eaux"), factories.body("Musée du sel", tenant=False)
    neighbour.uri = "https://syndicat.example/"
    neighbour.save()
    row = factories.dataset("Arbres", town, publisher={"name": {"fr": town.name}})
    for typed in ({"publisher.0.name.fr": ["SYNDICAT des Eaux"]}, {"publisher.0.uri": [neighbour.uri]}):
        response = saved(client, row, lambda sent, typed=typed: sent.update(typed))
        assert response.status_code == 422
        [told] = errors(response)
        assert "Vous ne publiez pas au nom de « Syndicat des eaux »" in told
        new = {
            "title.fr": ["x"],
            "description.fr": ["y"],
            "publisher.0.@": [""],
            **typed,
            "publisher.0.name.fr": [neighbour.name],
        }
        assert client.post(f"{town.get_absolute_url()}publier/", new).status_code == 422
    assert Dataset.objects.count() == 1
    assert saved(client, row, lambda sent: sent.update({"publisher.0.name.fr": [named.name]})).status_code == 302
    assert Dataset.objects.get().published_by == named
    permissions.assign_role(agent, neighbour, "publisher")
    assert saved(client, row, lambda sent: sent.update({"publisher.0.name.fr": [neighbour.name]})).status_code == 302
    assert Dataset.objects.get().published_by == neighbour


def test_a_record_full_of_everything_can_still_be_saved(agent: User, town: Organisation, client: Client) -> None:
    many = range(SHOWN + 5)
    row = factories.dataset(
        "Tout",
        town,
        distribution=[factories.file(f"{n}.csv") for n in many],
        contact_point=[{"name": {"fr": f"Service {n}"}} for n in many],
        spatial=[{"name": {"fr": [f"Lieu {n}"]}} for n in many],
        temporal=[{"start": str(2000 + n)} for n in many],
        creator=[{"name": {"fr": f"Auteur {n}"}} for n in many],
        other_identifier=[{"notation": str(n)} for n in many],
        qualified_relation=[
            {"relation": [f"https://a.example/{n}"], "had_role": ["https://a.example/r"]} for n in many
        ],
    )
    before = state(row)[4]
    assert saved(client, row, lambda sent: sent.update({"keyword.fr": ["tout"]})).status_code == 302
    assert state(row)[4] == {**before, "keyword": {"fr": ["tout"]}}


def test_two_nodes_of_one_address_stay_two(agent: User, town: Organisation, client: Client) -> None:
    desk = {"uri": "https://ville.example/contact"}
    both = [{**desk, "name": {"fr": "Accueil"}}, {**desk, "name": {"fr": "Mairie"}}]
    row = factories.dataset("Arbres", town, contact_point=both)
    assert (
        saved(client, row, lambda sent: sent.update({"contact_point.1.telephone": ["0558000000"]})).status_code == 302
    )
    assert state(row)[4]["contact_point"] == [both[0], {**both[1], "telephone": ["tel:0558000000"]}]


def test_terms_of_a_long_vocabulary_are_added_and_taken_away(agent: User, town: Organisation, client: Client) -> None:
    long_vocabularies()
    row = factories.dataset("Arbres", town, language=["https://ailleurs.example/gallo"])
    french, other = EU + "language/FRA", EU + "language/X1"
    for typed in ("Français", french):
        assert saved(client, row, lambda sent, typed=typed: sent.update({"language.+": [typed]})).status_code == 302
        assert state(row)[4]["language"] == ["https://ailleurs.example/gallo", french]
    wrong = saved(client, row, lambda sent: sent.update({"language.+": ["volapük"]}))
    assert wrong.status_code == 422
    assert "n’est pas dans la liste" in errors(wrong)[0]
    refused = saved(client, row, lambda sent: sent.update({"language": [other]}))
    assert refused.status_code == 422
    change = {"language": [french], "language.+": ["autre 1"]}
    assert saved(client, row, lambda sent: sent.update(change)).status_code == 302
    assert state(row)[4]["language"] == [french, other]
    assert saved(client, row, lambda sent: sent.update({"language": []})).status_code == 302
    assert "language" not in state(row)[4]


HOSTILE = ["", " ", "\x00", "\x1b", "\u2028", "\ufffe", "\ufeff", "\u202e", "<b>", "{{ 1 }}", "%s", "'", "=1+1", "a\r\n\r\nb", "é" * 3000,
           "https://a.example/é à", "mailto:", "tel:", "urn:x", "//a.example", "https://[", "{}", "[]", "null", "-0", "²", "١٢", "9" * 400,
           "0001-01-01", "99999-01-01", "2024-02-30T25:61:61Z", "P", "POINT(", "{\"type\": \"Point\"}", "=0", "décrit sur place"]  # fmt: skip


def test_whatever_is_sent_gives_a_page_and_a_record_that_can_be_read(
    agent: User, town: Organisation, client: Client
) -> None:
    concepts()
    row = factories.dataset(
        "Arbres",
        town,
        spatial=[{"name": {"fr": ["Ici"]}}],
        temporal=[{"start": "2020"}],
        contact_point=[{"name": {"fr": "x"}}],
    )
    sent = filled(client.get(page_of(row)))
    names = sorted(name for name in sent if name != "csrfmiddlewaretoken")
    judge = Draft202012Validator(schema("dataset"))
    stray = [
        "distribution.99.@",
        "distribution.-1.@",
        "distribution.0",
        "title",
        "title.fr.fr",
        "was.",
        "uri",
        "theme.0",
        "fiche",
    ]

    @given(st.dictionaries(st.sampled_from(names + stray), st.lists(st.sampled_from(HOSTILE), max_size=3), max_size=8))
    @bounds(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def check(typed: Fields) -> None:
        with transaction.atomic():
            response = client.post(page_of(row), {**sent, **typed})
            assert response.status_code in (302, 409, 422)
            again = client.get(page_of(row))
            assert again.status_code == 200
            if response.status_code == 302:
                now = state(row)
                assert client.get(f"/id/{row.pk}.ttl").status_code == 200
                assert [error.message for error in judge.iter_errors(client.get(f"/id/{row.pk}.json").json())] == []
                # What was understood is shown so that it is understood again.
                assert client.post(page_of(row), filled(again)).status_code == 302
                assert state(row) == now
            transaction.set_rollback(True)

    check()


def test_every_term_has_its_field_and_five_come_first() -> None:
    form = RecordForm({})
    grouped = [one.term.name for group in form.groups for one in group.fields]
    assert len(form.essential) == 5
    assert sorted([*ESSENTIAL, *grouped]) == sorted(term.name for term in DATASET.terms)
    assert all(name in form.fields for _, names in GROUPS for name in names)


def fields_of(page: BeautifulSoup) -> Iterator[Any]:
    yield from page.select("main form input:not([type=hidden]), main form textarea, main form select")


def test_each_control_has_its_label_and_its_hints(samples: Samples, client: Client) -> None:
    client.force_login(samples.administrator)
    response = client.get(page_of(samples.rich))
    page = BeautifulSoup(response.content, "html.parser")
    ids = [node["id"] for node in page.select("[id]")]
    assert len(ids) == len(set(ids))
    for control in fields_of(page):
        labelled = control.find_parent("label") or page.find("label", attrs={"for": control.get("id")})
        assert labelled is not None, control
        for name in str(control.get("aria-describedby", "")).split():
            assert name in ids
        if control.get("list"):
            assert control["list"] in ids
    assert re.search(r'<option value="[^"]*frequency/MONTHLY" selected>mensuel', response.text)


def test_the_doors_are_shown_to_who_may_pass(samples: Samples, client: Client) -> None:
    publisher = factories.person("publisher", samples.town)
    for user, seen in ((None, False), (samples.stranger, False), (samples.member, False), (publisher, True)):
        client.logout()
        if user:
            client.force_login(user)
        assert (page_of(samples.rich) in client.get(samples.rich.get_absolute_url()).text) is seen
        assert (
            f"{samples.town.get_absolute_url()}publier/" in client.get(samples.town.get_absolute_url()).text
        ) is seen


def test_a_former_address_is_not_said_twice(agent: User, town: Organisation, client: Client) -> None:
    row = factories.dataset("Arbres", town)
    Dataset.objects.filter(pk=row.pk).update(former_uris=["https://ancienne.example/1"])
    for word in ("un", "deux"):
        assert saved(client, row, lambda sent, w=word: sent.update({"keyword.fr": [w]})).status_code == 302
    row = Dataset.objects.get(pk=row.pk)
    assert record_values(row)["other_identifier"] == [{"notation": "https://ancienne.example/1"}]
