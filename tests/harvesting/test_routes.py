"""The same dataset by two routes is one dataset: who speaks, who follows, and what a stranger cannot do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from catalogue import publishing
from catalogue.models import Change, Dataset, Organisation
from catalogue.publishing import Draft
from harvesters import following
from harvesters.engine import harvest
from harvesters.http import Client
from harvesters.models import HarvestPlan, HarvestRecord, HarvestRun, HarvestSource
from harvesters.registry import home_body

pytestmark = pytest.mark.django_db
HEAD = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix foaf: <http://xmlns.com/foaf/0.1/> .\n"
)
TOWN, HUB, OTHER = "donnees.ville.fr", "www.hub.fr", "catalogue.ailleurs.fr"
UUID = "7e1cbf48-2b3a-4d5c-9e6f-0123456789ab"
Run = Callable[..., HarvestRun]


def said(uri: str, title: str = "Arbres", *, own: str = "", page: str = "", more: str = "") -> str:
    name = f'; dct:identifier "{own}"' if own else ""
    landing = f"; dcat:landingPage <{page}>" if page else ""
    return f'<{uri}> a dcat:Dataset ; dct:title "{title}" {name} {landing} {more} .\n'


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Harvests a catalogue that is at home on a host."""
    with Client() as client:

        def go(host: str, *records: str, owner: Any = None, private: bool = False, **options: Any) -> HarvestRun:
            path = tmp_path / f"{host}.ttl"
            path.write_text(HEAD + "<https://c.example/> a dcat:Catalog .\n" + "".join(records))
            source, _ = HarvestSource.objects.get_or_create(
                key=str(path),
                defaults={
                    "base": f"https://{host}/",
                    "title": host,
                    "owner": owner or home_body(),
                    "private": private,
                    "max_withdrawn": 1,
                },
            )
            return harvest(source, client, **options)

        yield go


def live() -> dict[str, str]:
    return {row.uri: row.label for row in Dataset.objects.published()}


def who_speaks() -> dict[str, tuple[str, ...]]:
    """Address of each published record -> the host that speaks for it, then those that follow."""
    found = {}
    for row in Dataset.objects.published():
        routes = HarvestRecord.objects.filter(record=row.pk, gone_at=None).order_by("follows", "source__title")
        found[row.uri] = tuple(route.source.title for route in routes)
        assert sum(not route.follows for route in routes) == 1, found
    return found


PAGE = f"https://{TOWN}/explore/arbres"
AT_TOWN = f"https://{TOWN}/jeux/arbres"
# How the hub says the dataset that the town says, each by another mark.
COPIES = {
    "address": said(AT_TOWN, "Arbres de la ville (copie)"),
    "sameAs": said(f"https://{HUB}/d/9", "Arbres de la ville", more=f"; owl:sameAs <{AT_TOWN}>"),
    "identifier as address": said(f"https://{HUB}/d/9", "Arbres de la ville", own=AT_TOWN),
    "identifier": said(f"https://{HUB}/d/9", "Arbres de la ville", own=UUID, page=f"https://{TOWN}/a-propos"),
    "landing page": said(f"https://{HUB}/d/9", "Arbres de la ville", page=f"https://{TOWN}/explore/arbres"),
}
ORIGINAL = said(AT_TOWN, "Arbres de la ville", own=UUID, page=f"https://{TOWN}/explore/arbres")


@pytest.mark.parametrize("copy", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("first", [TOWN, HUB])
def test_one_record_whichever_comes_first_and_the_home_speaks(run: Run, copy: str, first: str) -> None:
    others = said("https://x.example/1", "Bancs"), said("https://x.example/2", "Fontaines")
    catalogues = {TOWN: (ORIGINAL, others[0]), HUB: (copy, others[1])}
    for host in sorted(catalogues, key=lambda host: host != first):
        run(host, *catalogues[host])
    assert live() == {AT_TOWN: "Arbres de la ville", "https://x.example/1": "Bancs", "https://x.example/2": "Fontaines"}
    assert who_speaks()[AT_TOWN] == (TOWN, HUB)
    lines = Change.objects.count()
    for host, records in catalogues.items():
        again = run(host, *records)
        assert (again.created, again.updated, again.withdrawn, again.unchanged) == (0, 0, 0, 2), again.messages
    assert Change.objects.count() == lines


def test_the_second_route_is_counted_apart_and_keeps_the_page(run: Run) -> None:
    first = run(HUB, COPIES["sameAs"])
    before = Dataset.objects.get().pk
    told = run(TOWN, ORIGINAL)
    assert (first.created, told.created, told.updated, told.followed) == (1, 0, 1, 0)
    row = Dataset.objects.get()
    assert (row.pk, row.uri, row.former_uris) == (before, AT_TOWN, [f"https://{HUB}/d/9"])
    later = run(OTHER, COPIES["address"])
    assert (later.found, later.created, later.updated, later.followed) == (1, 0, 0, 1)
    assert "parce qu’une autre source nous les donne" in later.messages[0]
    assert Dataset.objects.get().label == "Arbres de la ville"


FALSE = {
    "an everyday number": (said("https://a.fr/1", own="12"), said("https://b.fr/1", own="12")),
    "a template's identifier": (
        said("https://a.fr/1", own="00000000-0000-0000-0000-000000000000"),
        said("https://b.fr/1", own="00000000-0000-0000-0000-000000000000"),
    ),
    "the home page of a site": (said("https://a.fr/1", page="https://v.fr/"), said("https://b.fr/1", page="https://v.fr")),
    "a page of two records": (
        said("https://a.fr/1", page="https://v.fr/p") + said("https://a.fr/2", page="https://v.fr/p"),
        said("https://b.fr/1", page="https://v.fr/p"),
    ),
    "an identifier of two records": (
        said("https://a.fr/1", own=UUID) + said("https://a.fr/2", own=UUID),
        said("https://b.fr/1", own=UUID),
    ),
    "another year": (said("https://a.fr/1", "Budget 2024", own=UUID), said("https://b.fr/1", "Budget 2025", own=UUID)),
    "other words": (said("https://a.fr/1", "Cantines", own=UUID), said("https://b.fr/1", "Voirie", own=UUID)),
    "a fragment": (said("https://v.fr/c#1"), said("https://v.fr/c#2")),
    "what it was made from": (
        said("https://a.fr/1"),
        said("https://b.fr/1", more="; dct:source <https://a.fr/1>"),
    ),
    "a service and a dataset": (
        said("https://v.fr/1"),
        said("https://v.fr/1").replace("dcat:Dataset", "dcat:DataService"),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("one", "other"), FALSE.values(), ids=FALSE)
def test_what_is_not_the_same_stays_apart_in_both_orders(run: Run, one: str, other: str) -> None:
    told = run("a.fr", one), run("b.fr", other)
    assert [each.followed for each in told] == [0, 0]
    HarvestSource.objects.all().delete()
    assert [run("b.fr", other).followed, run("a.fr", one).followed] == [0, 0]


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_three_routes_in_any_order(run: Run, order: tuple[int, ...]) -> None:
    catalogues = (
        (TOWN, ORIGINAL),
        (HUB, COPIES["landing page"]),
        (OTHER, said(AT_TOWN, "Arbres de la ville", own=UUID, page=PAGE)),
    )
    for at in order:
        run(*catalogues[at])
    speaker, *followers = who_speaks()[AT_TOWN]
    assert (speaker, set(followers), live()) == (TOWN, {HUB, OTHER}, {AT_TOWN: "Arbres de la ville"})


def test_when_the_speaker_loses_it_the_next_route_speaks_and_nothing_vanishes(run: Run) -> None:
    bench = said("https://x.example/1", "Bancs")
    run(TOWN, ORIGINAL, bench)
    run(HUB, COPIES["address"])
    before = Dataset.objects.get(uri=AT_TOWN).pk
    told = run(TOWN, bench)
    assert (told.withdrawn, told.complete) == (0, True)
    assert "restent publiés" in told.messages[0]
    assert AT_TOWN in live()
    told = run(HUB, COPIES["address"])  # the very same bytes
    assert (told.updated, told.created) == (1, 0)
    assert live()[AT_TOWN] == "Arbres de la ville (copie)" and who_speaks()[AT_TOWN] == (HUB,)
    back = run(TOWN, ORIGINAL, bench)
    assert (back.created, back.updated) == (0, 1)
    assert live()[AT_TOWN] == "Arbres de la ville" and who_speaks()[AT_TOWN] == (TOWN, HUB)
    assert Dataset.objects.get(uri=AT_TOWN).pk == before
    assert run(HUB, COPIES["address"]).unchanged == 1


def test_the_nearest_that_is_left_speaks(run: Run) -> None:
    bench = said("https://x.example/1", "Bancs")
    run(TOWN, ORIGINAL, bench)
    run(OTHER, said(AT_TOWN, "De loin"))
    run("sig.ville.fr", said(AT_TOWN, "De près"))
    run(TOWN, bench)
    run(OTHER, said(AT_TOWN, "De loin"))
    assert live()[AT_TOWN] == "Arbres de la ville"
    run("sig.ville.fr", said(AT_TOWN, "De près"))
    assert live()[AT_TOWN] == "De près"
    assert who_speaks()[AT_TOWN] == ("sig.ville.fr", OTHER)


def test_a_route_that_loses_what_it_followed_changes_nothing(run: Run) -> None:
    bench = said("https://x.example/1", "Bancs")
    run(TOWN, ORIGINAL)
    run(HUB, COPIES["address"], bench)
    lines = Change.objects.count()
    told = run(HUB, bench)
    assert (told.withdrawn, told.status, Change.objects.count()) == (0, "done", lines)
    assert who_speaks()[AT_TOWN] == (TOWN,)
    assert run(TOWN, bench.replace("/1", "/9")).withdrawn == 1
    assert AT_TOWN not in live()


def test_who_lost_it_last_withdraws_it_and_any_route_brings_it_back(run: Run) -> None:
    bench = said("https://x.example/1", "Bancs")
    run(TOWN, ORIGINAL, bench)
    before = Dataset.objects.get(uri=AT_TOWN).pk
    assert run(TOWN, bench).withdrawn == 1
    told = run(HUB, COPIES["address"])
    assert (told.created, told.updated) == (0, 1)
    assert Dataset.objects.published().get(uri=AT_TOWN).pk == before


def test_what_somebody_here_withdrew_comes_back_by_no_route(run: Run) -> None:
    run(TOWN, ORIGINAL)
    publishing.withdraw([Dataset.objects.get()], "Données personnelles.")
    run(HUB, COPIES["address"])
    run(TOWN, said("https://x.example/1", "Bancs"))
    run(HUB, COPIES["address"])
    assert AT_TOWN not in live()


def body(name: str) -> Organisation:
    return Organisation.objects.create(slug=name, name=name, folded=name, tenant=True)


def test_a_stranger_overwrites_nothing_by_claiming_an_address_or_an_identifier(run: Run) -> None:
    town, stranger = body("ville"), body("inconnu")
    publishing.publish(
        [
            Draft("dataset", {"title": {"fr": "Ici"}}, town.pk, uri="https://vieux.ville.fr/ici"),
            Draft("dataset", {"title": {"fr": "Là"}}, town.pk),
        ]
    )
    run(HUB, COPIES["identifier"], owner=town)
    for claim in (AT_TOWN, f"https://{OTHER}/faux"):
        text = said(claim, "Arbres de la ville", own=UUID, more=f"; owl:sameAs <https://{HUB}/d/9>")
        told = run(OTHER, text, said("https://vieux.ville.fr/ici", "Faux"), owner=stranger)
        assert (told.created, told.updated) == (0, 0), told.messages
    assert live()["https://vieux.ville.fr/ici"] == "Ici"
    row = Dataset.objects.get(uri=f"https://{HUB}/d/9")
    assert (row.label, row.owner) == ("Arbres de la ville", town)
    # Its home takes it over, whoever holds the source, and holds it from then on.
    home = body("régie")
    run(TOWN, ORIGINAL, owner=home)
    row.refresh_from_db()
    assert (row.uri, row.owner) == (AT_TOWN, home)


def test_another_body_hides_nothing_by_claiming_an_identifier_first(run: Run) -> None:
    claim, true = said("https://faux.fr/1", own=UUID), said("https://vrai.fr/1", own=UUID)
    assert run("faux.fr", claim, owner=body("inconnu")).created == 1
    assert run("vrai.fr", true, owner=body("ville")).created == 1


@pytest.mark.parametrize("first", ["private", "public"])
def test_private_and_public_never_meet(run: Run, first: str) -> None:
    town = body("ville")
    routes: dict[str, Callable[[], HarvestRun]] = {
        "private": lambda: run(TOWN, ORIGINAL.replace("Arbres", "Secret : arbres"), owner=town, private=True),
        "public": lambda: run(HUB, COPIES["address"], owner=town),
    }
    for name in sorted(routes, key=lambda name: name != first):
        assert routes[name]().created == 1
    public, private = Dataset.objects.get(private=False), Dataset.objects.get(private=True)
    assert "Secret" not in public.repaired + public.said and private.label == "Secret : arbres de la ville"
    # Nor what two bodies keep to themselves.
    assert run(OTHER, COPIES["address"], owner=body("autre"), private=True).created == 1


LOOPS = {
    "our address": said(f"{settings.BOUTURE_URL}/id/{UUID}"),
    "sameAs": said("https://x.example/1", more=f"; owl:sameAs <{settings.BOUTURE_URL}/id/{UUID}>"),
    "our page as its page": said("https://x.example/1", page=f"{settings.BOUTURE_URL}/jeux-de-donnees/{UUID}/"),
    "our identifier": said("https://x.example/1", own=f"{settings.BOUTURE_URL}/id/{UUID}"),
    "by another, of a third": said(
        AT_TOWN, more=f"; foaf:page <{settings.BOUTURE_URL}/jeux-de-donnees/{UUID}/>"
    ),
    "our record of the catalogue": said(AT_TOWN)
    + f"<{settings.BOUTURE_URL}/id/{UUID}#fiche> a dcat:CatalogRecord ; foaf:primaryTopic <{AT_TOWN}> .\n",
}  # fmt: skip


@pytest.mark.parametrize("loop", LOOPS.values(), ids=LOOPS)
def test_what_comes_back_from_this_very_portal_is_not_taken(run: Run, loop: str) -> None:
    bench = said("https://x.example/2", "Bancs")
    told = run(HUB, loop, bench)
    assert (told.found, told.created, told.followed) == (2, 1, 0)
    assert "de ce portail même, et que nous n’avons pas reprises : 1." in told.messages[0]
    lines = Change.objects.count()
    assert run(HUB, loop, bench).unchanged == 2
    assert run(HUB, bench, loop).unchanged == 2
    assert run(HUB, bench).status == "done"
    assert Change.objects.count() == lines and list(live()) == ["https://x.example/2"]


def test_a_see_also_to_our_page_is_no_loop_when_its_home_says_it(run: Run) -> None:
    assert run(TOWN, LOOPS["by another, of a third"]).created == 1


def test_a_copy_of_our_copy_does_not_outlive_the_original(run: Run) -> None:
    """The hub has it from us: when the town takes it back, it must not stay here because it is still there."""
    bench = said("https://x.example/2", "Bancs")
    run(TOWN, ORIGINAL, bench)
    run(HUB, LOOPS["by another, of a third"])
    assert run(TOWN, bench).withdrawn == 1
    assert AT_TOWN not in live()


def test_a_dry_run_says_what_would_be_followed(run: Run) -> None:
    run(TOWN, ORIGINAL)
    rows = list(HarvestRecord.objects.values())
    dry = run(HUB, COPIES["sameAs"], LOOPS["our address"], dry=True)
    assert (dry.created, dry.updated, dry.followed) == (0, 0, 1)
    told = dict(dry.plan.filter(verb=HarvestPlan.Verb.FOLLOWED).values_list("title", "reason"))
    assert told == {
        "Arbres de la ville": f"Suivie par une autre route : {TOWN}.",
        "Arbres": "Elle vient de ce portail même.",
    }
    assert list(HarvestRecord.objects.values()) == rows


def test_pages_are_remembered_at_the_source_itself(run: Run) -> None:
    run(TOWN, ORIGINAL)
    run(HUB, COPIES["identifier"])
    run(OTHER, COPIES["address"])
    pages = dict(HarvestRecord.objects.values_list("source__title", "page"))
    assert pages == {TOWN: f"https://{TOWN}/explore/arbres", HUB: f"https://{HUB}/d/9", OTHER: ""}
    assert not HarvestRecord.objects.filter(since=None).exists()


def test_when_a_source_is_followed_no_more_another_route_speaks(run: Run) -> None:
    run(TOWN, ORIGINAL)
    run(HUB, COPIES["address"])
    following.leave(HarvestSource.objects.get(title=TOWN), withdraw=False)
    assert run(HUB, COPIES["address"]).updated == 1
    assert live() == {AT_TOWN: "Arbres de la ville (copie)"}
    assert HarvestRecord.objects.get(follows=False).source.title == HUB
