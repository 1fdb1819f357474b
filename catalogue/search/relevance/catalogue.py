"""The catalogue that relevance is measured on: sixteen real towns, invented datasets, the same at every run.

What towns publish is in `wordings.txt`, what only shares words with it in `others.txt`. Titles come in the manner of real
catalogues (file names as titles, codes of layers, years, official names), some descriptions are absent, as
there. Neither file was written from the table of synonyms, or the measure would measure itself.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

from catalogue.models.territories import ARTICLES
from catalogue.reference.files import Place, read_territories
from catalogue.search.document import Document

FOLDER: Final = Path(__file__).resolve().parent
TOWNS: Final = (
    "40192", "76351", "35238", "44109", "59350", "67482", "34172", "38185",
    "29019", "63113", "86194", "73065", "56121", "12202", "15014", "13055",
)  # fmt: skip
TOWNS_OF_A_SUBJECT: Final = (8, 14)  # each subject is published by so many towns, at least and at most
TOWNS_OF_ANOTHER: Final = (5, 8)
QUARTERS: Final = ("Centre", "Gare", "Beaulieu", "Les Capucins", "Port", "Belle-Île", "Les Tilleuls", "Europe")
NAMELESS: Final = 0.1  # share of datasets without a description
TAGGED: Final = 0.6  # share of the keywords that a producer thinks of
NAMED: Final = 0.4  # share of descriptions that begin with the usual name of the subject
# As catalogues say them: by the European theme of the subject's own; of what answers nothing, one of the broadest.
EUROPEAN: Final = {
    "Finances": "Gouvernement et secteur public", "Vie associative": "Population et société",
    "Démocratie": "Gouvernement et secteur public", "Commande publique": "Gouvernement et secteur public",
    "Transparence": "Gouvernement et secteur public", "Équipements": "Régions et villes",
    "Sport": "Éducation, culture et sport", "Culture": "Éducation, culture et sport",
    "Population": "Population et société", "Éducation": "Éducation, culture et sport",
    "Transition énergétique": "Énergie", "Mobilité": "Transports",
    "Sécurité": "Justice, système juridique et sécurité publique", "Déchets": "Environnement",
    "Environnement": "Environnement", "Santé": "Santé", "Commerce": "Économie et finances",
    "Économie": "Économie et finances", "Tourisme": "Économie et finances", "Urbanisme": "Régions et villes",
    "Logement": "Population et société", "Accessibilité": "Population et société",
    "Numérique": "Science et technologie", "Social": "Population et société",
    "Ressources humaines": "Gouvernement et secteur public",
}  # fmt: skip
BROAD: Final = (
    "Gouvernement et secteur public",
    "Population et société",
    "Éducation, culture et sport",
    "Régions et villes",
)
SENTENCES: Final = (
    "Données mises à jour chaque année par la direction compétente de la Ville.",
    "Coordonnées en Lambert 93 et en WGS 84, précision décimétrique.",
    "Le fichier est extrait du système d'information géographique de la collectivité.",
    "Pour toute question sur ces données, écrire au service producteur de la mairie.",
    "Mise à jour hebdomadaire ; les champs sont décrits dans la notice jointe.",
    "Ces informations sont fournies sans garantie d'exhaustivité sur le territoire de la commune.",
    "Liste arrêtée au 31 décembre, transmise par les services municipaux.",
    "Jeu de données publié dans le cadre de la loi pour une République numérique.",
    "Nombre de lignes variable selon les années ; les valeurs absentes sont laissées vides.",
    "Une carte et un tableau accompagnent ce jeu, utile aux habitants et aux associations.",
    "Historique conservé depuis l'ouverture du portail de l'agglomération.",
    "Le montant, la date et l'adresse figurent dans chaque ligne quand ils sont connus.",
)


COLUMNS: Final = (
    "id", "nom", "nom commune", "code insee", "commune", "adresse", "numero", "nom voie", "code postal", "ville", "date",
    "date debut", "date fin", "annee", "montant", "montant vote", "libelle", "type", "statut", "surface", "longueur", "hauteur",
    "nombre", "effectif", "total", "horaires", "telephone", "site web", "quartier", "latitude", "longitude", "geo point 2d", "objet",
    "beneficiaire", "siret", "nature", "fonction", "chapitre", "essence", "circonference cm", "capacite", "acces libre", "niveau",
    "frequence", "jour collecte", "flux", "source", "observations", "date maj", "population",
)  # fmt: skip


@dataclass(frozen=True)
class Wordings:
    """How a subject is said by those who publish it."""

    titles: tuple[str, ...]
    sentences: tuple[str, ...]
    keywords: tuple[str, ...]
    label: str = ""
    theme: str = ""


@dataclass(frozen=True)
class Listed:
    """A dataset of this catalogue. `subject` is "" for what answers nothing."""

    document: Document
    subject: str
    town: str  # its INSEE code


@cache
def towns() -> dict[str, tuple[Place, tuple[Place, ...]]]:
    """By INSEE code: the commune, and what contains it; read from the shipped territories."""
    atlas = {place.key: place for place in read_territories().places}
    found = {}
    for code in TOWNS:
        town = atlas["commune", code]
        found[code] = town, tuple(atlas[key] for key in town.parents if key[0] in ("epci", "departement", "region"))
    return found


@cache
def listed() -> tuple[Listed, ...]:
    draw = random.Random(1789)  # noqa: S311 - a draw that must be the same at every run
    made: list[Listed] = []
    for subject, said in wordings().items():
        count = draw.randint(*TOWNS_OF_A_SUBJECT)
        for number, code in enumerate(draw.sample(TOWNS, count)):
            title = said.titles[number % len(said.titles)]
            made.append(_listed(draw, len(made), code, title, said, subject))
    for title, sentence in others():
        said = Wordings((title,), (sentence,) if sentence else (), ())
        for code in draw.sample(TOWNS, draw.randint(*TOWNS_OF_ANOTHER)):
            made.append(_listed(draw, len(made), code, title, said, ""))
    return tuple(made)


def _listed(draw: random.Random, number: int, code: str, title: str, said: Wordings, subject: str) -> Listed:
    town, around = towns()[code]
    place = {
        "ville": town.name, "de": of(town), "insee": code, "quartier": draw.choice(QUARTERS),
        "an": str(draw.randint(2018, 2025)), "avant": str(draw.randint(2008, 2017)),
    }  # fmt: skip
    title = re.sub(r"{(\w+)}", lambda sign: place[sign[1]], title)
    if place["de"] not in title and draw.random() < 0.3:
        title = f"{title} - {town.name}"
    body = next((place.name for place in around if place.level == "epci"), "")
    sentences: list[str] = []
    if draw.random() > NAMELESS:
        sentences = [*said.sentences, *draw.sample(SENTENCES, 2)]
        draw.shuffle(sentences)
        if said.label and draw.random() < NAMED:
            sentences.insert(0, f"{said.label} : données de {body or town.name}.")
    return Listed(
        Document(
            id=str(number),
            kind="dataset",
            titles=(title,),
            description=" ".join(sentences),
            texts=(f"{title.split()[0].lower()}-{place['an']}.csv", EUROPEAN.get(said.theme) or draw.choice(BROAD)),
            keywords=tuple(word for word in said.keywords if draw.random() < TAGGED),
            publisher_label=body if body and draw.random() < 0.25 else f"Ville {of(town)}",
            territory=tuple(f"{each.level}:{each.code}" for each in (town, *around)),
            places=(town.name, code, *town.postcodes),
            around=tuple(each.name for each in around),
            modified=f"{place['an']}-{draw.randint(1, 12):02}",
            quality=draw.random(),
            use=draw.random() ** 4,  # a few are much used, whatever their subject
            audience=("public",),
        ),
        subject,
        code,
    )


def tables() -> Iterator[Document]:
    """The file of each dataset, read: by its name and those of columns that real files of towns have."""
    draw = random.Random(1789)  # noqa: S311 - as above
    for each in listed():
        said = each.document
        names = tuple(draw.sample(COLUMNS, draw.randint(4, 16)))
        yield Document(
            id=f"table:{said.id}",
            kind="table",
            titles=(said.texts[0],),
            description=", ".join(names),
            texts=(said.title,),
            columns=names,
            publisher_label=said.publisher_label,
            territory=said.territory,
            audience=said.audience,
        )


def of(town: Place) -> str:
    """The name after "de": "de Rodez", "du Havre", "d’Aurillac"."""
    article, before = ARTICLES[town.liaison or 0]
    return before + town.name.removeprefix(article)


@cache
def wordings() -> dict[str, Wordings]:
    parts = re.split(r"^\[(.+)\]$", "\n".join(_lines("wordings.txt")), flags=re.MULTILINE)[1:]
    found = {}
    for subject, block in zip(parts[::2], parts[1::2], strict=True):
        rows = [row.split(" ", 1) for row in block.strip().splitlines()]
        keywords = [word.strip() for mark, text in rows if mark == "+" for word in text.split(",")]
        titles, sentences = (tuple(text for mark, text in rows if mark == wanted) for wanted in "=-")
        found[subject] = Wordings(titles, sentences, tuple(keywords), *subjects()[subject])
    return found


@cache
def subjects() -> dict[str, tuple[str, str]]:
    """The usual name of each subject, and its theme."""
    return {slug: (label, theme) for slug, label, _, theme in (line.split("\t") for line in _lines("subjects.tsv")[1:])}


def others() -> Iterator[tuple[str, str]]:
    for line in _lines("others.txt"):
        title, _, sentence = line.partition(" | ")
        yield title, sentence


def _lines(name: str) -> list[str]:
    lines = (FOLDER / name).read_text("utf-8").splitlines()
    return [line for line in lines if line.strip() and not line.startswith("#")]
