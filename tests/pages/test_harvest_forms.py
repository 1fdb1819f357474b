"""Setting a source from its page: each field by its declaration, each error beside its field, nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.http import QueryDict
from django.test import Client
from django.utils import timezone

from catalogue.models import Organisation
from harvesters.models import HarvestSource
from harvesters.options import Options, option
from harvesters.sources import KINDS
from portal.pages.declared import DeclaredForm
from tests import factories
from tests.pages.conftest import filled, said
from tests.pages.test_harvests import make, taken

As = Callable[[Any], Client]


@pytest.fixture
def town(db: None) -> Organisation:
    return factories.body("Ville d’essai")


@dataclass(frozen=True)
class Sample(Options):
    name: str = option("*", "nom", "Un nom.")
    count: int = option(100, "nombre", "Par page.", least=1, most=200)
    days: int | None = option(None, "jours")
    full: bool = option(True, "tout lire", "Sinon, le début.")
    tags: tuple[str, ...] = option((), "mots")
    formats: tuple[str, ...] = option(("csv",), "exports", choices=(("csv", "CSV"), ("json", "JSON")))
    mode: str = option("a", "façon", choices=(("a", "Une"), ("b", "Deux")))


def form(**values: Any) -> DeclaredForm:
    return DeclaredForm("f", Sample.declared(), values)


def sent(query: str) -> QueryDict:
    return QueryDict(query)


def test_each_type_has_its_control() -> None:
    shown = {one.name: (one.widget, one.mode) for one in form().controls}
    assert shown == {
        "f.name": ("line", ""),
        "f.count": ("line", "numeric"),
        "f.days": ("line", "numeric"),
        "f.full": ("check", ""),
        "f.tags": ("line", ""),
        "f.formats": ("checks", ""),
        "f.mode": ("select", ""),
    }


def test_what_comes_back_is_what_was_meant() -> None:
    query = "f.name=x&f.count=20&f.days=0&f.tags=a,+b&f.formats=json&f.mode=b&was.f.full=e3b0c44298fc1c14"
    one = form()
    values = Sample.read(one.read(sent(query + f"&was.f.full={one.marks['f.full']}")))
    assert one.mistakes == []
    assert values == Sample("x", 20, 0, False, ("a", "b"), ("json",), "b")
    empty = form(name="x", count=20, days=3, tags=["a"])
    assert Sample.read(empty.read(sent("f.name=&f.count=&f.days=&f.tags="))) == Sample()


def test_what_does_not_come_back_is_left_alone() -> None:
    assert form(name="x", full=False, formats=["json"]).read(sent("geste=options")) == {
        "name": "x",
        "full": False,
        "formats": ["json"],
    }


@pytest.mark.parametrize(
    ("query", "control", "word"),
    [
        ("f.count=0", "f.count", "de 1 à 200"),
        ("f.count=1e3", "f.count", "nombre entier"),
        ("f.count=" + "9" * 10_000, "f.count", "trop long"),
        ("f.days=-1", "f.days", "nombre entier"),
        ("f.name=" + "x" * 10_000, "f.name", "trop long"),
        ("f.name=a%00b", "f.name", "texte"),
        ("f.tags=a%00b", "f.tags", "liste"),
        ("f.formats=pdf", "f.formats", "Choix : csv, json"),
        ("f.mode=c", "f.mode", "Choix : a, b"),
    ],
)
def test_a_wrong_value_is_told_beside_its_field_and_kept(query: str, control: str, word: str) -> None:
    one = form()
    one.read(sent(query))
    [wrong] = one.mistakes
    assert wrong.name == control and word in wrong.error
    if wrong.widget == "line":
        assert wrong.value == sent(query)[control]


def test_what_somebody_else_changed_is_told_before_it_is_overwritten() -> None:
    before, now = form(name="x", count=20), form(name="y", count=30)
    marks = "&".join(f"was.{name}={mark}" for name, mark in before.marks.items())
    values = now.read(sent(f"f.name=z&f.count=20&{marks}"))
    assert now.moved and values["count"] == 30
    [told] = now.mistakes
    assert (told.name, told.value) == ("f.name", "z") and "a écrit : y" in told.error


def page_of(client: Client, source: HarvestSource) -> str:
    return client.get(f"/moissons/{source.pk}/").content.decode()


def send(client: Client, source: HarvestSource, given: dict[str, Any]) -> str:
    return said(client.post(f"/moissons/{source.pk}/", given, follow=True))


def test_options_are_those_of_the_kind_and_only_what_differs_is_stored(town: Organisation, as_: As) -> None:
    source = make(town, kind="opendatasoft", options={"page_size": 50})
    client = as_(factories.person("publisher", town))
    page = page_of(client, source)
    assert "Opendatasoft n’en donne pas plus de 100." in page
    given = filled(page, "options", options__page_size="", options__trust_total=None, options__formats=["csv", "shp"])
    assert "relira tout" in send(client, source, given)
    source.refresh_from_db()
    assert source.options == {"trust_total": False, "formats": ["csv", "shp"]}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_its_form(town: Organisation, as_: As, kind: str) -> None:
    source = make(town, kind=kind)
    taken(source, factories.dataset(owner=town))
    client = as_(factories.person("publisher", town))
    page = page_of(client, source)
    declared = KINDS[kind].options_type.declared()
    if not declared:
        assert "n’a pas d’option" in said(client.get(f"/moissons/{source.pk}/"))
        return
    soup = BeautifulSoup(page, "html.parser")
    for one in declared:
        assert soup.find(id=f"c-options.{one.name}"), one.name
    send(client, source, filled(page, "options"))
    assert HarvestSource.objects.get(pk=source.pk).options == {}


def test_a_wrong_option_leaves_all_as_it_was(town: Organisation, as_: As) -> None:
    source = make(town, kind="ckan", options={"group": "eau"})
    client = as_(factories.person("publisher", town))
    given = filled(page_of(client, source), "options", options__page_size="mille", options__group="<b>air</b>")
    answer = client.post(f"/moissons/{source.pk}/", given)
    soup = BeautifulSoup(answer.content, "html.parser")
    assert answer.status_code == 400 and "1 champ à corriger" in said(answer)
    field = soup.find(id="c-options.page_size")
    assert field and field["value"] == "mille" and field["aria-invalid"] == "true"
    assert "nombre entier" in soup.find(id=str(field["aria-describedby"]).split()[0]).text  # type: ignore[union-attr]
    assert soup.find(id="c-options.group")["value"] == "<b>air</b>"  # type: ignore[index]
    assert HarvestSource.objects.get(pk=source.pk).options == {"group": "eau"}


def test_an_option_that_is_stored_and_unknown_is_told_and_then_forgotten(town: Organisation, as_: As) -> None:
    source = make(town, kind="ckan", options={"groupe": "eau", "page_size": 5000})
    client = as_(factories.person("publisher", town))
    page = page_of(client, source)
    assert "Donnez un nombre de 1 à 1000" in page
    told = send(client, source, filled(page, "options", options__page_size="500"))
    assert "est oublié : groupe" in told
    assert HarvestSource.objects.get(pk=source.pk).options == {"page_size": 500}


def test_the_kind_can_be_said_until_a_record_was_read_by_it(town: Organisation, as_: As) -> None:
    source = make(town, kind="ckan", options={"page_size": 50, "group": "eau"})
    client = as_(factories.person("publisher", town))
    told = send(client, source, filled(page_of(client, source), "options", options__sorte="udata"))
    source.refresh_from_db()
    assert (source.kind, source.options) == ("udata", {"page_size": 50}) and "est oublié : group." in told
    send(client, source, filled(page_of(client, source), "options", options__sorte=""))
    source.refresh_from_db()
    assert (source.kind, source.options) == ("", {})
    wrong = client.post(f"/moissons/{source.pk}/", {"geste": "options", "options.sorte": "ftp"})
    assert wrong.status_code == 400 and "n’est pas un choix" in said(wrong)
    HarvestSource.objects.filter(pk=source.pk).update(kind="ckan")
    taken(source, factories.dataset(owner=town))
    client.post(f"/moissons/{source.pk}/", {"geste": "options", "options.sorte": "udata"})
    assert HarvestSource.objects.get(pk=source.pk).kind == "ckan"


def test_the_rhythm_is_chosen_or_written(town: Organisation, as_: As) -> None:
    source = make(town)
    client = as_(factories.person("publisher", town))
    page = page_of(client, source)
    chosen = BeautifulSoup(page, "html.parser").select_one('[id="c-regler.rhythm"] [selected]')
    assert chosen and chosen.text == "Chaque nuit"
    written = filled(page, "regler", regler__rhythm="autre", regler__cron="30 4 * * 1", regler__spread="0")
    page = send(client, source, written)
    assert "sont enregistrés" in page and "à 4 h 30" in page
    source.refresh_from_db()
    assert (source.schedule, source.spread) == ("30 4 * * 1", 0)
    send(client, source, filled(page_of(client, source), "regler", regler__rhythm="main"))
    source.refresh_from_db()
    assert (source.schedule, source.next_at) == ("", None)


def test_all_that_a_source_keeps_is_set(town: Organisation, as_: As) -> None:
    source = make(town, max_withdrawn=0.333)
    soon = source.next_at
    client = as_(factories.person("publisher", town))
    given = filled(page_of(client, source), "regler", regler__title="Le port", regler__contact="agent@ville.example")
    assert given["regler.max_withdrawn"] == "33"
    send(client, source, given | {"regler.grace_days": "0"})
    source.refresh_from_db()
    assert (source.title, source.contact, source.grace_days) == ("Le port", "agent@ville.example", 0)
    assert (source.max_withdrawn, source.next_at) == (0.333, soon)
    send(client, source, filled(page_of(client, source), "regler", regler__max_withdrawn="50", regler__grace_days=""))
    source.refresh_from_db()
    assert (source.max_withdrawn, source.grace_days) == (0.5, None)


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("rhythm", "parfois", "n’est pas un choix"),
        ("rhythm", "autre", "Écrivez l’autre rythme"),
        ("cron", "chaque nuit", "n’est pas un rythme"),
        ("cron", "* " * 60, "trop long"),
        ("cron", "0 3 30 2 *", "n’est pas un rythme"),
        ("zone", "../../etc/passwd", "fuseau"),
        ("spread", "-1", "nombre entier"),
        ("spread", "²", "nombre entier"),
        ("spread", "9999", "de 0 à 720"),
        ("contact", "x@y.example\nBcc: z@z.example", "électronique"),
        ("contact", "javascript:alert(1)", "électronique"),
        ("title", "a\0b", "texte"),
        ("title", "a\nb", "une ligne"),
        ("title", "x" * 10_000, "trop long"),
        ("max_withdrawn", "101", "de 0 à 100"),
        ("max_withdrawn", "0,5", "nombre entier"),
        ("grace_days", "4000", "de 0 à 3650"),
    ],
)
def test_what_cannot_be_kept_is_refused_and_shown_again(
    town: Organisation, as_: As, name: str, value: str, told: str
) -> None:
    source = make(town)
    before = HarvestSource.objects.filter(pk=source.pk).values().get()
    client = as_(factories.person("publisher", town))
    given = filled(page_of(client, source), "regler", **{f"regler__{name}": value})
    answer = client.post(f"/moissons/{source.pk}/", given)
    assert answer.status_code == 400 and told in said(answer)
    assert HarvestSource.objects.filter(pk=source.pk).values().get() == before


@pytest.mark.parametrize("gesture", ["effacer", "", "a\0b", "x" * 10_000, "__class__"])
def test_a_gesture_that_is_none(town: Organisation, as_: As, gesture: str) -> None:
    source = make(town)
    answer = as_(factories.person("publisher", town)).post(f"/moissons/{source.pk}/", {"geste": gesture})
    assert answer.status_code == 400 and "n’existe pas" in said(answer)


def test_two_people_at_once_lose_nothing(town: Organisation, as_: As) -> None:
    source = make(town, title="Avant")
    client = as_(factories.person("publisher", town))
    page = page_of(client, source)
    send(client, source, filled(page, "regler", regler__title="Mairie", regler__spread="3"))
    late = filled(page, "regler", regler__title="Port", regler__contact="agent@ville.example")
    answer = client.post(f"/moissons/{source.pk}/", late)
    assert answer.status_code == 409 and "a écrit : Mairie" in said(answer)
    source.refresh_from_db()
    assert (source.title, source.contact, source.spread) == ("Mairie", "", 3)
    again = filled(answer.content.decode(), "regler")
    assert again["regler.title"] == "Port"
    send(client, source, again)
    source.refresh_from_db()
    assert (source.title, source.contact, source.spread) == ("Port", "agent@ville.example", 3)


def test_a_pause_outlives_the_settings(town: Organisation, as_: As) -> None:
    source = make(town, active=False, next_at=None)
    client = as_(factories.person("publisher", town))
    send(client, source, filled(page_of(client, source), "regler", regler__rhythm="semaine"))
    source.refresh_from_db()
    assert not source.active and not HarvestSource.objects.due(timezone.now() + timedelta(days=9)).exists()
