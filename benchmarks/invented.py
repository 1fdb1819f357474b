"""Invented French records, always the same ones: 98 % are public. They are made one at a time, however many are asked for."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from catalogue.search.document import Document

SUBJECTS = (
    "Déchets|Budget|Arbres|Stationnement|Marchés publics|Équipements sportifs|Subventions|Délibérations|Écoles"
    "|Pistes cyclables|Qualité de l'air|Cantines|Élections|Voirie|Éclairage public|Bornes de recharge|Crèches"
    "|Prénoms|Permis de construire|Associations|Fontaines|Défibrillateurs|Horaires des bus|Parkings|Jardins partagés"
).split("|")
ASPECTS = (
    "collecte|liste|localisation|fréquentation|calendrier|inventaire|tarifs|consommation|répartition|suivi|historique"
    "|emplacements|dépenses|recettes|bilan|comptages|relevés|zones|périmètres|adresses"
).split("|")
PHRASES = (
    "Les données sont mises à jour chaque {period} par le service {service}.",
    "Chaque ligne décrit un élément, avec son adresse, ses coordonnées et sa date de relevé.",
    "Le fichier couvre l'ensemble des communes membres et leurs quartiers.",
    "Les valeurs manquantes sont laissées vides ; les montants sont en euros toutes taxes comprises.",
    "Ce jeu complète celui des {other}, publié par la même collectivité.",
    "La méthode de recueil a changé en {year} : comparez les années avec prudence.",
    "Une erreur ? Écrivez à l'équipe {service}, qui corrige à la source.",
    "On y trouve aussi la surface, la capacité d'accueil et l'état d'entretien.",
)
SYLLABLES = "mar bel cha ron val mont gri sau ver lac pon tier nay lou bre cour fon ti".split()
QUESTIONS = (
    "déchets|budget|piste cyclable|marchés publics|stationnement gratuit|ecole|qualité de l'air|élections bureau de vote"
    "|subventions associations|bornes recharge|arbres|collecte des déchets|permis construire|tarifs cantine|bus horaires"
    '|"jardins partagés"|voirie -budget|équipements sportifs|crèches places|parking|defibrillateur|consommation eclairage'
    "|prénoms|comptages vélo|zygomatique arbres"
).split("|")


def documents(count: int) -> Iterator[Document]:
    from catalogue.search.document import Document

    draw = random.Random(2026)
    names = ["".join(draw.choices(SYLLABLES, k=3)) for _ in range(3_000)]
    rare = ["".join(draw.choices(SYLLABLES, k=4)) for _ in range(30_000)]
    for number in range(count):
        subject, aspect, town = draw.choice(SUBJECTS), draw.choice(ASPECTS), draw.choice(names)
        words = {
            "period": "mois",
            "service": aspect,
            "other": draw.choice(SUBJECTS).lower(),
            "year": str(2010 + number % 15),
        }
        sentences = [each.format(**words) for each in draw.sample(PHRASES, 5)]
        publisher = int(draw.expovariate(1 / 150))
        yield Document(
            id=str(number),
            kind="dataset",
            titles=(f"{subject} : {aspect} à {town.capitalize()} en {words['year']}",),
            description=f"{subject}, {aspect}. " + " ".join(sentences) + " " + " ".join(draw.choices(rare, k=8)) + ".",
            texts=(f"{subject.lower()}_{words['year']}.csv",),
            keywords=(subject.lower(), aspect, *draw.choices(rare, k=2)),
            publisher_label=f"Ville de {names[publisher % 3_000]}",
            theme=(f"http://example.org/theme/{draw.randrange(14)}",),
            format=tuple({f"format-{int(draw.expovariate(0.4))}" for _ in range(2)}),
            licence=(f"http://example.org/licence/{draw.randrange(6)}",),
            publisher=(f"publisher-{publisher}",),
            territory=(f"commune:{draw.randrange(3_000)}",),
            organisation=(f"publisher-{publisher}",),
            quality=draw.random(),
            use=draw.random() ** 4,
            modified=f"{words['year']}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}T08:00:00+00:00",
            audience=("public",) if number % 50 else (f"org:{publisher}",),
        )
