"""An invented catalogue like real ones: long titles, no licence, forty files, no description, hostile texts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.utils import timezone
from django.utils.text import slugify

from catalogue import pages, publishing, themes
from catalogue.links import READER, Finding, LinkReader, conclude
from catalogue.log import drain, release
from catalogue.models import Concept, DataService, Dataset, LinkCheck, Organisation, Table, Territory, User, Vocabulary
from catalogue.models.territories import Level, sort_key
from catalogue.quality.reader import ScoreReader
from catalogue.search.tallies import Counted, Counts, keep
from harvesters.models import HarvestPlan, HarvestRecord, HarvestRun, HarvestSource
from portal import identity, notices
from portal.pages import front
from tests import factories

EU = factories.EU
LICENCE = factories.OPEN_LICENCE
CONCEPTS = (
    ("data-theme", "ENVI", "Environnement"),
    ("data-theme", "TRAN", "Transports"),
    ("data-theme", "GOVE", "Gouvernement et secteur public"),
    ("data-theme", "EDUC", "Éducation, culture et sport"),
    ("frequency", "MONTHLY", "mensuel"),
    ("file-type", "CSV", "CSV"),
    ("file-type", "GEOJSON", "GeoJSON"),
    ("language", "FRA", "français"),
    ("access-right", "PUBLIC", "public"),
)
DESCRIPTION = """Où déposer le verre, le papier et les textiles dans sept communes. 1 204 points, avec leurs horaires.

# Ce que contient le fichier

- une ligne par point ;
- son **adresse** et ses horaires, *tenus à jour* ;
- voir le [calendrier](https://ville.example/calendrier).

### Colonnes

| nom | sens |
|---|---|
| id | repère |
| volume | en mètres cubes |

```
id;volume
PAV-1;2,5
```

<script>alert(1)</script> ![suivi](https://ailleurs.example/pixel.png) [piège](javascript:alert(2))
"""


@dataclass
class Samples:
    town: Organisation
    neighbour: Organisation
    rich: Dataset
    poor: Dataset
    many_files: Dataset
    hostile: Dataset
    odd_licence: Dataset
    service: DataService
    private: Dataset
    withdrawn: Dataset
    member: User
    stranger: User
    administrator: User
    source: HarvestSource
    table: Table  # the first file of the rich one, read from a file as towns write them
    subsidies: Table  # follows a national schema, with faults


def concepts() -> None:
    for vocabulary, code, label in CONCEPTS:
        shelf, _ = Vocabulary.objects.get_or_create(code=vocabulary, defaults={"title": vocabulary})
        Concept.objects.get_or_create(
            uri=f"{EU}{vocabulary}/{code}", defaults={"vocabulary": shelf, "code": code, "labels": {"fr": label}}
        )


def _rich(town: Organisation) -> Dataset:
    return factories.dataset(
        "Bornes et bacs de collecte des déchets",
        town,
        description={"fr": DESCRIPTION},
        keyword={"fr": ["déchets", "tri", "point d’apport volontaire"]},
        theme=[EU + "data-theme/ENVI"],
        license=LICENCE,
        frequency=EU + "frequency/MONTHLY",
        language=[EU + "language/FRA"],
        access_rights=EU + "access-right/PUBLIC",
        issued="2019-03",
        modified="2026-11-24T08:00:00+01:00",
        temporal=[{"start": "2019", "end": "2026"}],
        spatial=[{"name": {"fr": ["Sept communes du Lan"]}}],
        contact_point=[{"name": {"fr": "Service des déchets"}, "email": ["mailto:dechets@ville.example"]}],
        landing_page=["https://ville.example/dechets"],
        conforms_to=["https://schema.example/lieux-collecte"],
        distribution=[
            factories.file(
                "points.csv",
                title={"fr": "Points d’apport volontaire"},
                download_url=["https://fichiers.ville.example/points.csv"],
                byte_size=186_420,
                modified="2026-11-24",
            ),
            factories.file("points.geojson", format=EU + "file-type/GEOJSON", byte_size=402_000),
            factories.file("service", format="", media_type="", description={"fr": "Un service **WFS**."}),
        ],
    )


def _service(town: Organisation, *served: Dataset) -> DataService:
    return factories.service(
        "Couches géographiques de la commune",
        town,
        description={"fr": "Les limites, les rues et les équipements, en **WFS** et en WMS.\n\nSans clé d’accès."},
        keyword={"fr": ["cartes", "géographie"]},
        theme=[EU + "data-theme/GOVE"],
        license=LICENCE,
        endpoint_url=["https://cartes.ville.example/ows?" + "couche=" * 30, "javascript:alert(1)"],
        endpoint_description=["https://cartes.ville.example/ows?request=GetCapabilities"],
        page=["https://ville.example/cartes"],
        serves_dataset=[row.uri for row in served],
        format=[EU + "file-type/GEOJSON", EU + "file-type/WFS_SRVC"],
        contact_point=[{"name": {"fr": "Service des cartes"}, "email": ["mailto:cartes@ville.example"]}],
        modified="2026-05-04",
    )


def _hostile(town: Organisation) -> Dataset:
    return factories.dataset(
        '"><script>alert(1)</script> & « titre »',
        town,
        description={
            "fr": "<img src=x onerror=alert(1)> [cliquez](javascript:alert(1)) <iframe src=//ailleurs.example>"
        },
        keyword={"fr": ["<b>gras</b>", "a&b=c"]},
        license="javascript:alert(1)",
        landing_page=["javascript:alert(1)"],
        contact_point=[{"email": ["mailto:x@y.example?bcc=z@z.example"], "page": ["data:text/html,x"]}],
        temporal=[{"start": "hier"}],
        distribution=[
            {"access_url": ["javascript:alert(1)"], "title": {"fr": "<i>fichier</i>"}},
            {
                "access_url": ["ftp://fichiers.ville.example/a%20b.zip"],
                "media_type": "https://www.iana.org/assignments/media-types/application/zip",
            },
        ],
    )


def looked_at(dataset: Dataset) -> None:
    """As the worker leaves it: one address answers, one is gone, one server says nothing, its page is closed."""
    drain(LinkReader(), "essai")
    release(READER, "essai")
    week = timedelta(days=7)
    found = {
        "https://fichiers.ville.example/points.csv": Finding(200),
        "https://fichiers.essai.example/points.geojson": Finding(404, "l’adresse n’existe pas, ou plus"),
        "https://fichiers.essai.example/service": Finding(0, "le nom du serveur est introuvable"),
        "https://ville.example/dechets": Finding(403, "le serveur refuse l’accès"),
    }
    for link in LinkCheck.objects.used_by(dataset.pk).filter(address__in=found):
        conclude(link, found[link.address], week)


def _others(town: Organisation, neighbour: Organisation) -> None:
    subjects = ("Menus des cantines", "Arrêts de bus", "Budget voté", "Arbres d’alignement", "Horaires des piscines")
    for number in range(24):
        factories.dataset(
            f"{subjects[number % 5]}, {2000 + number}",
            (town, neighbour)[number % 2],
            theme=[EU + f"data-theme/{('TRAN', 'GOVE', 'EDUC')[number % 3]}"],
            license=(LICENCE, "https://opendatacommons.org/licenses/odbl/1-0/", "")[number % 3],
            modified=f"{2000 + number}-06-12",
        )


def _sources(town: Organisation) -> HarvestSource:
    """One that is stopped, with all that one may read of it; one in failure; one that is new."""
    now = timezone.now()
    given = {"owner": town, "schedule": "0 3 * * *", "next_at": now + timedelta(hours=9)}
    stopped = HarvestSource.objects.create(
        key="https://tourisme.example/api",
        title="Office de tourisme",
        kind="ckan",
        contact="ici@ville.example",
        **given,
    )
    failing = HarvestSource.objects.create(key="https://port.example/catalogue.ttl", kind="dcat", **given)
    HarvestSource.objects.create(key="https://" + "long-" * 40 + "nom.example", **given | {"active": False})
    done, failed = HarvestRun.Status.DONE, HarvestRun.Status.FAILED
    for number in range(16):
        at = now - timedelta(days=number, hours=3)
        times = {"started_at": at, "heartbeat_at": at, "ended_at": at + timedelta(seconds=4.2)}
        status = HarvestRun.Status.STOPPED if not number else HarvestRun.Status.PARTIAL if number == 5 else done
        said = ["4 jeux de données sur 5 auraient disparu, plus que la part admise : nous n’avons rien retiré."]
        HarvestRun.objects.create(
            source=stopped, status=status, found=5, updated=number % 3, messages=[] if number else said, **times
        )
        messages = ["Le serveur ferme la connexion. Prévenez qui le tient."] if number < 3 else []
        HarvestRun.objects.create(source=failing, status=failed if number < 3 else done, messages=messages, **times)
    others = Dataset.objects.filter(published_by=town, modified__endswith="-06-12").order_by("modified")[:9]
    for number, row in enumerate(others):
        Dataset.objects.filter(pk=row.pk).update(problems=[["modified", "date-spelling", "3 mars", True]])
        HarvestRecord.objects.create(source=stopped, key=str(number), record=row.pk, stamp="x")
    at = now - timedelta(days=40)
    dry = HarvestRun.objects.create(
        source=stopped,
        status=done,
        dry=True,
        started_at=at,
        heartbeat_at=at,
        ended_at=at,
        created=1,
        updated=1,
        withdrawn=1,
    )
    changes = [["title", "Arbres <b>", "Arbres et haies"], ["keyword", "", "nature"]]
    for verb, said in (("created", []), ("updated", changes), ("withdrawn", []), ("aside", [])):
        reason = "Il manque un titre." if verb == "aside" else ""
        HarvestPlan.objects.create(
            run=dry, verb=verb, kind="dataset", title=f"Jeu {verb}", differences=said, reason=reason
        )
    HarvestRecord.objects.create(source=stopped, key="aside", quarantine="Il manque un titre : ajoutez-le à la source.")
    return stopped


def searched() -> None:
    """What strangers looked for, yesterday and today."""
    today = timezone.localdate()
    words = {"passage des poubelles": 9, "tarifs de l’eau": 0, "anticonstitutionnellement": 5}
    for day in (today - timedelta(days=1), today):
        questions = {text: Counted(max(missed, 6), missed) for text, missed in words.items()}
        keep(Counts(Counted(40, 14), questions), day)


TOWNS: Final = ("Port-Lanvern", "Kerbrézel", "Plouvarc’h", "Saint-Evan", "Trégonnan", "Le Roz-Vian", "Lan-Haut")


def containers(lines: int = 300) -> bytes:
    """As a town's services write it: a title above, Windows-1252, decimal commas, a column without a name."""
    waste = ("Verre", "Emballages", "Papier", "Textile")
    rows = [
        f"B{number:04};{TOWNS[number * number % 7]};9900{number % 7};{number} rue de l’Église;{waste[number % 4]};"
        f"{1 + number % 9 * 0.35:.2f};{('oui', 'non')[number % 3 == 0]};{1 + number % 28:02}/{1 + number % 12:02}/{2008 + number % 18};"
        f"{48 + number % 60 / 100:.4f};{-3 - number % 80 / 100:.4f};{'à déplacer' if number % 50 == 0 else ''};".replace(
            ".", ","
        )
        for number in range(1, lines + 1)
    ]
    header = "Repère;Commune;Code INSEE;Adresse;Déchet accepté;Volume (m³);Accessible;Posée le;Latitude;Longitude;Obs;"
    return "\r\n".join(["Bornes et bacs de collecte;;;;;;;;;;;", header, *rows, ""]).encode("cp1252")


SUBSIDIES: Final = (
    "nomAttribuant;idAttribuant;dateConvention;referenceDecision;nomBeneficiaire;idBeneficiaire;objet;montant;nature;conditionsVersement;datesPeriodeVersement;idRAE;notificationUE;pourcentageSubvention\n"
    + "".join(
        f"Port-Lanvern;21990001100011;{date};2025-{number};Association n° {number};{siret};Fonctionnement;{money};{kind};unique;2025-01-15/2025-12-31;;non;1\n"
        for number, (date, siret, money, kind) in enumerate(
            [
                ("2025-03-31", "32847569100012", "1500.0", "aide en numéraire"),
                ("31/03/2025", "32847569100012", "1 500,50", "Aide en numéraire"),
                ("2025-13-40", "3284756910001", "beaucoup", "don"),
            ],
            1,
        )
    )
)


def everything() -> Samples:
    """Fabricates the catalogue, its people and its index."""
    concepts()
    searched()
    # The demonstration has both already.
    place, _ = Territory.objects.get_or_create(
        level=Level.COMMUNE,
        code="99001",
        defaults={"name": "Port-Lanvern", "sort_name": sort_key("Port-Lanvern"), "liaison": 0},
    )
    name = "Ville de Port-Lanvern"
    town = Organisation.objects.filter(slug=slugify(name)).first() or factories.body(name)
    town.territory, town.siren, town.homepage, town.email = (
        place,
        "219900011",
        "https://ville.example",
        "ici@ville.example",
    )
    town.description = "La commune, ses services et ses régies."
    town.save()
    neighbour = factories.body(
        "Syndicat intercommunal à vocation unique des eaux et de l’assainissement de la ria du Lan"
    )
    _others(town, neighbour)
    long_title = "Délibérations relatives aux autorisations d’urbanisme, anticonstitutionnellement-longues " * 2
    withdrawn = factories.dataset("Anciens tarifs de l’eau", neighbour)
    samples = Samples(
        town=town,
        neighbour=neighbour,
        rich=_rich(town),
        poor=factories.dataset(long_title.strip(), neighbour, description={}, distribution=[]),
        many_files=factories.dataset(
            "Cadastre par section",
            town,
            license="http://publications.europa.eu/resource/authority/licence/CC0",
            distribution=[
                factories.file(f"section-{number:02}.csv", byte_size=10**number % 10**9) for number in range(40)
            ],
        ),
        hostile=_hostile(town),
        odd_licence=factories.dataset("Marées", neighbour, license="https://ville.example/conditions-maison"),
        service=None,  # type: ignore[arg-type]  # it serves the rich one
        private=factories.dataset("Projet secret de la halle", town, private=True),
        withdrawn=withdrawn,
        member=factories.person("reader", town),
        stranger=factories.person(),
        administrator=factories.person(is_superuser=True),
        source=_sources(town),
        table=None,  # type: ignore[arg-type]  # of the rich one
        subsidies=None,  # type: ignore[arg-type]
    )
    samples.table = factories.table(samples.rich, containers(), "bornes_2026 (version finale).csv")
    samples.subsidies = factories.table(factories.dataset("Subventions", town), SUBSIDIES, "subventions.csv")
    samples.service = _service(town, samples.rich, samples.private)
    looked_at(samples.rich)
    publishing.withdraw([withdrawn], "Ces tarifs ne s’appliquent plus.")
    withdrawn.refresh_from_db()
    factories.follow(ScoreReader())
    factories.bring_index_up_to_date()
    return samples


def remember() -> None:
    """What an instance that runs knows: asked once a minute, whatever the page."""
    for known in (pages.foot, themes.said, identity.face, front.front, notices.accessibility):
        known()
