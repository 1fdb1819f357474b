"""Every page, in a real Chromium, at two widths, in light and in dark.

A page of the address list that is not in PAGES fails the suite. To add one: a line here, with the number of queries
that it may ask.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import URLPattern, URLResolver
from django.utils import timezone

from catalogue import granting, pages, publishing, themes, use
from catalogue.models import PUBLIC, AuditEntry, BodyGroup, Dataset, Page, Table
from catalogue.pages import Written
from catalogue.publishing import Draft
from catalogue.tabling import replacing
from catalogue.tabling.depositing import deposit
from catalogue.tabling.dropping import drop_file
from catalogue.themes import Choice
from catalogue.use import Used, What
from harvesters.tables import read_tables
from portal import identity, logos, notices
from portal.identity import Face
from portal.notices import Said
from portal.pages.drops import waiting
from portal.urls import urlpatterns
from tests import factories
from tests.browser import drafted
from tests.browser.chromium import Chromium
from tests.browser.conftest import Site, host_of
from tests.browser.figures import KEY, PAGE, alerts, board, followed, questioned, reported, reused, seen
from tests.browser.peers import peered

pytestmark = pytest.mark.browser
ELECTED = (
    "siren;insee;nom;prenom;sexe;fonction;delegation;groupe_politique;date_debut_mandat;date_fin_mandat\n"
    "214401143;44114;DURAND;Anne;F;maire;;;22/03/2026;\n"
    "214401143;44114;MARTIN;Paul;X;adjoint;;;2026-03-22;\n"
    "214401143;44114;PETIT;Line;X;adjoint chargé de la voirie;;;2026-03-22;\n"
)
CHANGED = (
    ELECTED.replace("Paul;X", "Paul;M").replace("adjoint chargé", "première adjointe chargée")
    + "214401143;44114;ROUX;Marie-Hélène;F;conseillère municipale;Voirie et mobilités douces;;2026-03-22;\n"
)
LIGHT = 100_000  # bytes, compressed, of a page and all that it calls


@dataclass(frozen=True)
class Visit:
    """`url` is the name in portal.urls; `reader` names one of the samples' people."""

    name: str
    url: str
    address: Callable[[Site], str]
    queries: int
    reader: str = ""
    status: int = 200


def of(which: str) -> Callable[[Site], str]:
    return lambda site: str(getattr(site.samples, which).get_absolute_url())


def edit(which: str) -> Callable[[Site], str]:
    return lambda site: of(which)(site) + "modifier/"


def publish(which: str) -> Callable[[Site], str]:
    return lambda site: of(which)(site) + "publier/"


def at(address: str) -> Callable[[Site], str]:
    return lambda _: address


def table(asked: str) -> Callable[[Site], str]:
    return lambda site: f"/tables/{site.samples.table.pk}/{asked}"


def deposited(name: str, which: str, state: str = Table.State.REFUSED) -> Callable[[Site], str]:
    """A page of a file that was deposited, and is for its body alone; `which`: its key, its deposit or its dataset."""

    def made(site: Site) -> str:
        found = factories.dataset("Délibérations du conseil", site.samples.town, distribution=[])
        key = deposit(found, [b"%PDF-1.7"], "délibération 2026-11.pdf")
        Table.objects.filter(pk=key).update(
            state=state, reason="Un PDF n’est pas une table. Déposez le tableau dont il vient."
        )
        return name.format(Table.objects.values_list(which, flat=True).get(pk=key))

    return made


def past(rest: str) -> Callable[[Site], str]:
    """The history of a dataset that somebody edited."""

    def made(site: Site) -> str:
        found = factories.dataset("Points d’apport du verre", site.samples.town)
        texts = {"fr": "Où déposer le verre dans les sept communes, avec les horaires de chaque point."}
        given = {"title": {"fr": "Points d’apport volontaire du verre"}, "description": texts, "theme": []}
        draft = Draft("dataset", given, found.owner_id, id=found.pk)
        publishing.publish(
            [draft], factories.person("publisher", site.samples.town, first_name="Anne", last_name="Le Goff")
        )
        number = AuditEntry.objects.filter(key=str(found.pk)).latest("number").number
        return f"{found.get_absolute_url()}historique/{rest.format(number)}"

    return made


def service_past(rest: str) -> Callable[[Site], str]:
    """The history of a data service that somebody edited."""

    def made(site: Site) -> str:
        found = factories.service("Plan de la ville", site.samples.town)
        given = {"title": {"fr": "Plan de la ville, en cartes"}, "endpoint_url": ["https://cartes.essai.example/wms"]}
        author = factories.person("publisher", site.samples.town, first_name="Anne", last_name="Le Goff")
        publishing.publish([Draft("service", given, found.owner_id, id=found.pk)], author)
        number = AuditEntry.objects.filter(key=str(found.pk)).latest("number").number
        return f"{found.get_absolute_url()}historique/{rest.format(number)}"

    return made


def accesses(site: Site) -> str:
    """A reserved dataset that a group and a neighbour read."""
    body_groups(site)
    found = factories.dataset("Marchés en préparation", site.samples.town, private=True)
    opened = granting.Opened(found.owner, dataset=found)
    group = BodyGroup.objects.get(body=found.owner)
    granting.give(opened, group.group, "Préparation du budget 2027, débattue en conseil le 14 décembre")
    day = timezone.localdate() + timedelta(days=60)
    granting.give(opened, "prenom.nom-compose@commune-voisine.example", "Groupement de commandes", day)
    return f"{found.get_absolute_url()}acces/"


def body_groups(site: Site) -> str:
    town, name = site.samples.town, "Conseil municipal"
    group = BodyGroup.objects.filter(body=town, name=name).first() or granting.make_group(town, name)
    for name in ("adjointe.aux.finances", "maire"):
        granting.add_member(group, f"{name}@port-lanvern.example")
    return f"{site.samples.town.get_absolute_url()}groupes/"


def own_page(site: Site, *, published: bool = True) -> Callable[[str], str]:
    """A page that the territory wrote, at this address."""
    text = "## Éditeur\n\nLa **Ville**, place de l’Hôtel-de-Ville.\n\n## Hébergement\n\n- par la ville elle-même ;\n- voir [l’accessibilité](/aide/).\n\n> Loi du 21 juin 2004."  # noqa: E501
    written = Written(
        "Mentions légales", "mentions" if published else "brouillon-de-mentions", text, published=published
    )
    kept = Page.objects.filter(slug=written.slug).first()
    made = pages.keep(kept, written, site.samples.administrator)
    return lambda address: address.format(made.slug)


def dressed() -> None:
    """The portal in the town's own colours, under its own name."""
    ship = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 32"><path fill="#9c2f6d" d="M2 20h44l-8 10H10zM22 2h4v16H10z"/></svg>'
    identity.keep(Face("Port-Lanvern, la donnée", "#9c2f6d"), logo=logos.judged(ship))


def noticed() -> None:
    """The portal says of itself all that it must."""
    notices.keep(
        Said(
            publisher="Commune de Port-Lanvern",
            address="1, place de l’Hôtel-de-Ville, 99001 Port-Lanvern",
            phone="02 99 00 00 01",
            director="Anne Le Goff, maire",
            host_name="Syndicat numérique du Lan",
            host_address="4, quai des Radeliers, 99002 Kerbrézel",
            host_phone="02 99 00 00 02",
            officer="dpo@syndicat.example",
            state="partiel",
            audited_on="2026-09-14",
            audited_by="un cabinet d’essai",
            rate="78",
            unmet="- Les plans des fiches d’urbanisme n’ont pas de description.\n- Les PDF d’avant 2020 sont des images.",
        )
    )


def used_here(site: Site) -> None:
    """Fourteen months of readings, downloads and calls."""
    today = timezone.localdate()
    rows = list(Dataset.objects.visible_to(PUBLIC).order_by("pk")[:26])
    for ago in range(0, 400, 12):
        seen = Counter(
            {Used(What.VIEW, "dataset", row.pk): (number * 37 + ago) % 90 for number, row in enumerate(rows)}
        )
        seen += Counter({Used(What.DOWNLOAD, "dataset", row.pk): number % 9 for number, row in enumerate(rows)})
        seen += Counter({Used(What.CALL): 400 - ago % 350, Used(What.CALL, "dataset", site.samples.rich.pk): 12})
        use.keep(seen, today - timedelta(days=ago))


def themed() -> None:
    """Themes as the town calls them."""
    uris = {themes.code_of(uri): uri for uri in themes.known()}
    eau = Choice("Eau, air et déchets", "Ce que l’on respire, boit et jette.", 1)
    themes.keep(
        {uris["ENVI"]: eau, uris["GOVE"]: Choice("Vie de la mairie", place=2), uris["EDUC"]: Choice(shown=False)}
    )


def dropped(content: str = "", name: str = "") -> Callable[[Site], str]:
    """The page of a file that was dropped, read in this very process; without a content, one that is still to be read."""

    def made(site: Site) -> str:
        draft = drop_file(site.samples.town, [b"num;nom"], name or "arbres.csv", 7, uuid.uuid4())
        if content:
            factories.table(draft, content, name)
        return f"/deposer/{draft.pk}/"

    return made


def replaced(content: bytes, *, read: bool = True) -> Callable[[Site], str]:
    """The page of a new version of a published file, read by the worker, or still to be read."""

    def made(site: Site) -> str:
        found = factories.dataset("Élus du conseil municipal", site.samples.town, distribution=[])
        key = deposit(found, [ELECTED.encode()], "elus_2020.csv")
        read_tables(large=False)
        replacing.propose(Table.objects.get(pk=key), [content], "elus_2026.csv", site.samples.administrator)
        if read:
            read_tables(large=False)
        return f"/tables/{key}/nouvelle-version/"

    return made


def rows_typed(site: Site) -> str:
    draft = drop_file(site.samples.town, [ELECTED.replace(";", ",").encode()], "elus.csv", len(ELECTED), uuid.uuid4())
    made = factories.table(draft, ELECTED.replace(";", ","), "elus.csv")
    return f"/tables/{made.pk}/saisir/?ligne=2"


def rehearsal(site: Site) -> str:
    run = site.samples.source.runs.get(dry=True)
    return f"/moissons/{run.source_id}/repetitions/{run.pk}/"


# A search asks for the synonyms' version, and once a minute for the instance's territory and what contains it; each page, once
# a minute, whether who is logged in publishes somewhere.
PAGES = (
    Visit("accueil", "home", at("/"), 13),
    Visit("accueil-agent", "home", at("/"), 18, reader="member"),
    Visit("recherche", "search", at("/jeux-de-donnees/"), 12),
    Visit("recherche-mots", "search", at("/jeux-de-donnees/?q=d%C3%A9chets"), 12),
    Visit("recherche-filtres", "search", at("/jeux-de-donnees/?q=les&format=CSV&page=zz"), 12),
    Visit("recherche-genres", "search", at("/jeux-de-donnees/?q=ville+de+port-lanvern"), 18),
    Visit("recherche-page-2", "search", at("/jeux-de-donnees/?page=2"), 14, reader="administrator"),
    Visit(
        "recherche-bornes",
        "search",
        at("/jeux-de-donnees/?depuis=2001&jusqua=2099-12&genre=dataset&tri=nouveau"),
        13,
    ),
    Visit("recherche-fautes", "search", at("/jeux-de-donnees/?q=arbres&depuis=hier&ouest=1&suite=abc&tri=x"), 16),
    Visit("recherche-vide", "search", at("/jeux-de-donnees/?q=poublele+des+plagess"), 7),
    Visit("carte", "search_map", at("/jeux-de-donnees/carte/"), 12),
    Visit(
        "carte-mots", "search_map", at("/jeux-de-donnees/carte/?q=d%C3%A9chets&cadre=-5,42,8,51"), 12, reader="member"
    ),
    Visit("carte-faute", "search_map", at("/jeux-de-donnees/carte/?cadre=a,b"), 12),
    Visit("carte-vide", "search_map", at("/jeux-de-donnees/carte/?cadre=10,-40,11,-39"), 12),
    Visit("jeu", "dataset", of("rich"), 7),
    Visit("jeu-pauvre", "dataset", of("poor"), 7),
    Visit("jeu-40-fichiers", "dataset", of("many_files"), 7),
    Visit("jeu-hostile", "dataset", of("hostile"), 7),
    Visit("jeu-prive", "dataset", of("private"), 10, reader="member"),
    Visit("jeu-retire", "dataset", of("withdrawn"), 2, status=410),
    Visit("brouillon-apercu", "dataset", drafted.of("submitted", ""), 12, reader="administrator"),
    Visit("brouillon", "draft", drafted.of("", "brouillon/"), 10, reader="administrator"),
    Visit("brouillon-soumis", "draft", drafted.of("submitted", "brouillon/"), 10, reader="administrator"),
    Visit("brouillon-rendu", "draft", drafted.of("refused", "brouillon/"), 10, reader="administrator"),
    Visit("brouillon-programme", "draft", drafted.of("scheduled", "brouillon/"), 10, reader="administrator"),
    Visit("brouillon-modifier", "edit", drafted.of("refused", "modifier/"), 14, reader="administrator"),
    Visit("brouillons", "drafts", drafted.listed, 9, reader="administrator"),
    Visit("mandats", "mandates", drafted.mandates, 10, reader="administrator"),
    Visit("proposition", "proposal", drafted.proposal, 12, reader="administrator"),
    Visit("retirer", "withdrawal", lambda site: of("rich")(site) + "retrait/", 6, reader="administrator"),
    Visit("remettre", "withdrawal", lambda site: of("withdrawn")(site) + "retrait/", 6, reader="administrator"),
    Visit("publier-fichier", "drop", at("/deposer/"), 10, reader="administrator"),
    Visit("publier-fichier-refus", "drop", at("/deposer/"), 10, reader="stranger", status=403),
    Visit("publier-attente", "dropped", dropped(), 60, reader="administrator"),
    Visit("publier-lu", "dropped", dropped(ELECTED, "elus_2026.csv"), 25, reader="administrator"),
    Visit("saisir", "type_new", lambda site: of("town")(site) + "saisir/scdl/equipements/", 15, reader="administrator"),
    Visit("nouvelle-version", "replacement", replaced(CHANGED.encode()), 20, reader="administrator"),
    Visit("nouvelle-version-meme", "replacement", replaced(ELECTED.encode()), 20, reader="administrator"),
    Visit(
        "nouvelle-version-attente",
        "replacement",
        replaced(CHANGED.encode(), read=False),
        60,
        reader="administrator",
    ),
    Visit("nouvelle-version-refus", "replacement", replaced(b"%PDF-1.7\n\0"), 20, reader="administrator"),
    Visit("saisir-lignes", "typed", rows_typed, 20, reader="administrator"),
    Visit("deposer", "deposit_file", lambda site: of("rich")(site) + "deposer/", 10, reader="administrator"),
    Visit(
        "deposer-refuse", "deposit_file", lambda site: of("rich")(site) + "deposer/", 10, reader="stranger", status=403
    ),
    Visit("table", "table", table(""), 8),
    Visit("table-filtree", "table", table("?D%C3%A9chet%20accept%C3%A9=Verre&sort=-Rep%C3%A8re&vue.page=2"), 8),
    Visit("table-barres", "table", table("?vue.graphique=barres&vue.par=Commune"), 8, reader="administrator"),
    Visit("table-refus", "table", table("?Volume%20%28m%C2%B3%29=abc&vue.graphique=nuage&vue.par=Commune"), 8),
    Visit("table-schema", "table", lambda site: f"/tables/{site.samples.subsidies.pk}/", 8),
    Visit("table-cadre", "table_embed", table("integrer/?vue.graphique=barres&vue.par=Commune"), 8),
    Visit("table-cadre-lignes", "table_embed", table("integrer/"), 8),
    Visit("lecture", "table_reading", lambda site: f"/tables/{site.samples.table.pk}/lecture/", 6),
    Visit("lecture-schema", "table_reading", lambda site: f"/tables/{site.samples.subsidies.pk}/lecture/", 6),
    Visit(
        "lecture-agent",
        "table_reading",
        lambda site: f"/tables/{site.samples.table.pk}/lecture/",
        10,
        reader="administrator",
    ),
    Visit("lecture-refus", "table_reading", deposited("/tables/{}/lecture/", "pk"), 10, reader="administrator"),
    Visit("depot-reserve", "deposit", deposited("/fichiers/{}", "deposit", "waiting"), 6, status=403),
    Visit("depot-indecis", "original", deposited("/tables/{}/fichier", "pk"), 8, reader="stranger", status=403),
    Visit("jeu-depot", "dataset", deposited("/jeux-de-donnees/{}/", "dataset", "waiting"), 7),
    Visit("service", "service", of("service"), 8),
    Visit("proches", "similar", lambda site: of("rich")(site) + "proches/", 9),
    Visit("organisation", "organisation", of("town"), 8),
    Visit("indicateurs", "indicators", lambda site: seen(site, "/indicateurs/"), 8),
    Visit("indicateur", "indicator", lambda site: seen(site, PAGE), 12),
    Visit("indicateur-carte", "indicator", lambda site: seen(site, f"{PAGE}?groupe=epci&vue=carte"), 12),
    Visit("indicateur-table", "indicator", lambda site: seen(site, f"{PAGE}?vue=table&territoire=99002"), 12),
    Visit("indicateur-source", "indicator", lambda site: seen(site, f"{PAGE}?vue=source"), 12, reader="member"),
    Visit("indicateur-absent", "indicator", lambda site: seen(site, "/indicateurs/budget.culture-hab/"), 12),
    Visit("indicateur-cadre", "indicator_embed", lambda site: seen(site, f"{PAGE}integrer/"), 6),
    Visit("territoire", "territory", lambda site: seen(site, "/territoires/99001/"), 13),
    Visit("comparer", "side_by_side", lambda site: seen(site, "/comparer/?t=99001&t=99002&t=99003&theme=finances"), 8),
    Visit("comparer-rien", "side_by_side", at("/comparer/?plus=Nulle-Part"), 6),
    Visit("tableau-neuf", "boards", lambda site: seen(site, f"/tableaux-de-bord/?i={KEY}@99001:Note"), 8),
    Visit("tableau", "board", board, 12, reader="member"),
    Visit("alertes", "alerts", lambda site: alerts(site, "/alertes/"), 10, reader="member"),
    Visit("alerte-arret", "alert_stop", alerts, 4),
    Visit("reutilisations", "reuses", lambda site: reused(site) and of("rich")(site) + "reutilisations/", 6),
    Visit("reutilisations-toutes", "reuses_shown", lambda site: reused(site) and "/reutilisations/affichees/", 4),
    Visit("reutilisations-aucune", "reuses_shown", at("/reutilisations/affichees/?nature=article"), 4),
    Visit("reutilisation-neuve", "reuse_declare", lambda site: of("rich")(site) + "reutilisations/declarer/", 5),
    Visit("reutilisation", "reuse", reused, 6),
    Visit(
        "reutilisations-agent",
        "reuses_review",
        lambda site: reused(site) and "/reutilisations/",
        14,
        reader="administrator",
    ),
    Visit("questions", "questions", lambda site: questioned(site) and of("rich")(site) + "questions/", 5),
    Visit("question-neuve", "question_ask", lambda site: of("rich")(site) + "questions/nouvelle/?nature=erreur", 5),
    Visit("question-table", "question_ask", reported, 6),
    Visit("question", "question", questioned, 4),
    Visit(
        "questions-agent",
        "questions_review",
        lambda site: questioned(site) and "/questions/",
        12,
        reader="administrator",
    ),
    Visit("suivre", "follow", at("/suivre/?q=eau&format=CSV"), 3),
    Visit("suivie", "followed", followed, 4),
    Visit("aide", "help", at("/aide/"), 1),
    Visit("aide-chercher", "help_page", at("/aide/chercher/"), 1),
    Visit("aide-publier", "help_page", at("/aide/publier/"), 4, reader="member"),
    Visit("page", "page", lambda site: own_page(site)("/pages/{}/"), 3),
    Visit(
        "page-brouillon", "page", lambda site: own_page(site, published=False)("/pages/{}/"), 5, reader="administrator"
    ),
    Visit("pages", "pages", lambda site: own_page(site) and "/pages/", 5, reader="administrator"),
    Visit("pages-refus", "pages", at("/pages/"), 4, reader="stranger", status=403),
    Visit("page-neuve", "page_new", at("/pages/nouvelle/"), 5, reader="administrator"),
    Visit("page-modifier", "page_edit", lambda site: own_page(site)("/pages/{}/modifier/"), 7, reader="administrator"),
    Visit("documents", "main_documents", at("/documents-principaux/"), 6),
    Visit("documents-vide", "main_documents", at("/documents-principaux/?annee=1789&organisme=rien"), 6),
    Visit("frequentation", "attendance", lambda site: used_here(site) or "/frequentation/", 6),
    Visit("frequentation-rien", "attendance", at("/frequentation/?mois=hier"), 6, status=400),
    Visit("a-propos", "about", at("/a-propos/"), 5),
    Visit("mentions-legales", "legal", at("/mentions-legales/"), 4),
    Visit("mentions-legales-agent", "legal", lambda site: noticed() or "/mentions-legales/", 7, reader="administrator"),
    Visit("mentions-legales-a-completer", "legal", at("/mentions-legales/"), 6, reader="administrator"),
    Visit("accessibilite", "accessibility", lambda site: noticed() or "/accessibilite/", 5),
    Visit("accessibilite-sans-audit", "accessibility", at("/accessibilite/"), 4),
    Visit("confidentialite", "privacy", lambda site: noticed() or "/confidentialite/", 5),
    Visit("mentions", "notices", lambda site: noticed() or "/mentions/", 5, reader="administrator"),
    Visit("qualite", "quality", at("/qualite/"), 5),
    Visit("modifier", "edit", edit("rich"), 20, reader="administrator"),
    Visit("modifier-40-fichiers", "edit", edit("many_files"), 20, reader="administrator"),
    Visit("modifier-hostile", "edit", edit("hostile"), 20, reader="administrator"),
    Visit("publier", "publish", publish("town"), 20, reader="administrator"),
    Visit("publier-mandat", "publish", drafted.mandated, 20, reader="administrator"),
    Visit("publier-refuse", "publish", publish("town"), 20, reader="stranger", status=403),
    Visit("moissons", "harvests", at("/moissons/"), 6, reader="administrator"),
    Visit("moissons-aucune", "harvests", at("/moissons/"), 5, reader="stranger"),
    Visit("moisson-nouvelle", "harvest_new", at("/moissons/nouvelle/"), 5, reader="administrator"),
    Visit("moisson-nouvelle-refuse", "harvest_new", at("/moissons/nouvelle/"), 5, reader="stranger", status=403),
    Visit("regles", "rules", lambda site: f"/moissons/{site.samples.source.pk}/regles/", 9, reader="administrator"),
    Visit("moisson", "harvest", lambda site: f"/moissons/{site.samples.source.pk}/", 12, reader="administrator"),
    Visit("repetition", "rehearsal", rehearsal, 6, reader="administrator"),
    Visit("retards", "late", at("/retards/"), 5, reader="administrator"),
    Visit("recettes", "recipes", at("/recettes/"), 4, reader="administrator"),
    Visit("instances", "instances", lambda site: peered() or "/instances/", 9, reader="administrator"),
    Visit("partage", "sharing", at("/partage/"), 7, reader="administrator"),
    Visit("synonymes", "synonyms", at("/synonymes/"), 4, reader="administrator"),
    Visit("style", "style", at("/style/"), 2),
    Visit("sujets", "topics", at("/sujets/"), 6),
    Visit("sujets-ranges", "topics", lambda site: themed() or "/sujets/", 6),
    Visit("sujet", "topic", at("/sujets/envi/"), 12),
    Visit("sujet-vide", "topic", at("/sujets/educ/?"), 12),
    Visit("themes", "themes", lambda site: themed() or "/themes/", 5, reader="administrator"),
    Visit("accueil-themes", "home", lambda site: themed() or "/", 12),
    Visit("identite", "identity", lambda site: dressed() or "/identite/", 5, reader="administrator"),
    Visit("accueil-identite", "home", lambda site: dressed() or "/", 13),
    Visit("synonymes-refuse", "synonyms", at("/synonymes/"), 4, reader="stranger", status=403),
    Visit("historique", "record_past", past(""), 14, reader="administrator"),
    Visit("historique-remettre", "record_before", past("{}/"), 18, reader="administrator"),
    Visit("historique-service", "service_past", service_past(""), 14, reader="administrator"),
    Visit("historique-service-remettre", "service_before", service_past("{}/"), 18, reader="administrator"),
    Visit("acces", "dataset_access", accesses, 16, reader="administrator"),
    Visit("groupes", "body_groups", body_groups, 10, reader="administrator"),
    Visit("traces", "trail", lambda site: past("")(site) and "/traces/", 12, reader="administrator"),
    Visit("recherches", "searches", at("/recherches/?jours=365"), 8, reader="administrator"),
    Visit("recherches-refus", "searches", at("/recherches/"), 4, reader="stranger", status=403),
    Visit("connexion", "login", at("/connexion/"), 1),
    Visit("externe-refus", "external_back", at("/connexion/externe/retour/"), 2, status=400),
    Visit("oubli", "forgotten", at("/connexion/oubli/"), 2),
    Visit("nouveau-mot-de-passe", "reset_confirm", at("/connexion/nouveau/MQ/rien-rien/"), 3),
    Visit("invitation-finie", "invitation", at("/invitation/rien/"), 3, status=404),
    Visit("membres", "members", lambda site: of("town")(site) + "membres/", 12, reader="administrator"),
    Visit("compte", "account", at("/compte/"), 11, reader="member"),
    Visit("compte-mot-de-passe", "password", at("/compte/mot-de-passe/"), 4, reader="member"),
    Visit("compte-jetons", "tokens", at("/compte/jetons/"), 7, reader="member"),
    Visit("compte-code", "own_code", at("/compte/code/"), 8, reader="member"),
    # Four more than a page that is nowhere: a record may bear this address or have borne it, an old portal too.
    Visit("introuvable", "dataset", at("/jeux-de-donnees/00000000-0000-0000-0000-000000000000/"), 6, status=404),
)
NOT_PAGES = {
    "logout": "by POST alone",
    "sessions": "by POST alone",
    "external": "sends people to the provider of identities",
    "external_link": "nobody comes from there",
    # Between a password and a code: tests/browser/test_entering.py looks at them.
    "second_step": "nobody is on the way in",
    "second_step_first": "nobody is on the way in",
    "territory_style": "a sheet",
    "language": "sends people back where they were",
    "logo": "an image",
    "tile": "an image",
    "health": "plain text for a supervisor",
    "demonstration_catalogue": "a file for the harvester",
    "demonstration_file": "a file to download",
    "table_preview": "a part of the dataset's page; sends people to the table",
    "record": "a record for programs; sends people to the dataset's page",
    "record_as": "a record for programs",
    "record_quality": "measurements for programs; people read them on the dataset's page",
    "record_quality_as": "measurements for programs",
    "catalogue": "the catalogue for programs; sends people to the search page",
    "catalogue_as": "the catalogue for programs",
    "dump": "a file to download",
    "body": "an organisation for programs; sends people to its page",
    "body_as": "an organisation for programs",
    "schemas": "a list for programs",
    "schema": "a schema for programs",
    "metrics": "figures for Prometheus",
    "sitemap": "a list for search engines",
    "sitemap_part": "a list for search engines",
    "api_search": "a search for programs",
    "table_api": "a table for programs",
    "table_openapi": "a description for programs",
    "rows": "rows for programs",
    "rows_as": "a file to download",
    "main_documents_csv": "a file to download",
    "attendance_csv": "a file to download",
    "search_feed": "a feed for programs",
    "opensearch": "a description for browsers",
    "feed": "a feed for other portals",
    "feed_as": "a feed for other portals",
    "feed_dump": "a file to download",
    "feed_leaf": "a feed for other portals",
    "feed_leaf_as": "a feed for other portals",
    "feed_node": "a feed for other portals",
    "feed_node_as": "a feed for other portals",
    "suggestions": "a list for browsers",
    "proposals": "a part of the search box",
    "indicator_figures": "a file to download",
    "api_indicators": "a list for programs",
    "api_bulk": "records that programs write",
    "api_dataset": "a record that programs write",
    "api_datasets": "records that programs write",
    "api_dataset_state": "by POST alone",
    "api_dataset_files": "files that programs send",
    "api_file": "a file that programs send",
    "api_service": "a record that programs write",
    "api_services": "records that programs write",
    "api_service_state": "by POST alone",
    "api_openapi": "a description for programs",
    "peer_card": "what another portal asks before it follows this one",
    "security": "a text for whoever found a fault",
    "api_indicator": "an indicator for programs",
    "indicators_openapi": "a description for programs",
    "indicators_schema": "a schema for programs",
    "indicators_units": "a list for programs",
    "observations": "figures for programs",
    "observations_as": "a file to download",
    "national_layout": "a file to download",
    "trail_as": "a file to download",
    "indicator_access": "the page of a dataset's access, of figures; tests/pages/test_accesses.py",
    "indicator_drawing": "a file to download",
    "alert_ask": "by POST alone",
    "board_keep": "by POST alone",
    "board_change": "by POST alone",
    "robots": "a text for robots",
}


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that waits for its file would load itself again under the eyes of who looks at it."""
    monkeypatch.setattr(waiting, "REFRESH", 600)


def names(patterns: list[URLPattern | URLResolver]) -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from names(pattern.url_patterns)
        else:
            assert pattern.name, f"an address without a name: {pattern.pattern}"
            yield pattern.name


def unvisited() -> set[str]:
    """The names of addresses that are neither visited nor said to be no page, or are both, or are no more."""
    visited = {visit.url for visit in PAGES}
    return (set(names(urlpatterns)) ^ (visited | set(NOT_PAGES))) | (visited & set(NOT_PAGES))


def test_every_page_is_visited() -> None:
    assert unvisited() == set()


@pytest.mark.parametrize("visit", PAGES, ids=lambda visit: visit.name)
def test_a_page_is_accessible_light_and_calls_nobody(
    site: Site, browser: Chromium, pictures: Path | None, visit: Visit
) -> None:
    cookie = site.cookie_of(getattr(site.samples, visit.reader)) if visit.reader else None
    report = browser.visit(site.address + visit.address(site), cookie, pictures and pictures / visit.name)
    assert report.status == visit.status
    assert report.violations == []
    assert report.too_wide == []
    assert [address for address in report.requests if host_of(address) != host_of(site.address)] == []
    assert report.failures == []
    assert report.refusals == []
    assert report.complaints == []
    assert 0 < report.weight <= LIGHT
    assert report.queries <= visit.queries
