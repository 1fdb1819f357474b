"""What a table of each national schema is about: our own words, themes of the European list, and how often it changes.

A schema that is not here gets no theme and no title of its own: nothing is guessed from the letters of its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

THEME: Final = "http://publications.europa.eu/resource/authority/data-theme/"
FREQUENCY: Final = "http://publications.europa.eu/resource/authority/frequency/"
LICENCE: Final = "http://publications.europa.eu/resource/authority/licence/ETALAB_2_0"  # Licence Ouverte 2.0
HVD: Final = "http://data.europa.eu/bna/"
YEARLY, MONTHLY, WEEKLY, DAILY, NEEDED, LIVE = "ANNUAL", "MONTHLY", "WEEKLY", "DAILY", "AS_NEEDED", "CONT"


@dataclass(frozen=True)
class Subject:
    """`title`: the head of a title, before « de la ville »; `line`: what a row describes, with its article; `says`: what it tells of it.

    `themes`, `frequency`: codes of the European lists. `dated`: whether the rows tell of a time, and not of what is there
    today. `detail`: a column whose only value makes the title more precise. `hvd`: a category of high value that the
    regulation 2023/138 names for such data; who publishes decides.
    """

    title: str
    line: str
    says: str
    themes: tuple[str, ...]
    keywords: tuple[str, ...]
    frequency: str = NEEDED
    dated: bool = False
    detail: str = ""
    hvd: str = ""


SUBJECTS: Final[Mapping[str, Subject]] = {
    "CEREMA/schema-aire-livraison": Subject("Aires de livraison", "une aire de livraison", "son adresse, sa taille et ses règles",
        ("TRAN",), ("livraison", "stationnement", "marchandises")),
    "CEREMA/schema-arrete-circulation-marchandises": Subject(
        "Arrêtés de circulation des poids lourds", "une règle de circulation", "les véhicules, les heures et les rues",
        ("TRAN",), ("arrêté", "circulation", "poids lourds", "livraison")),
    "ColinMaudry/decp-table-schema": Subject("Marchés publics", "un marché", "l’acheteur, l’objet, le titulaire et le montant",
        ("GOVE", "ECON"), ("marchés publics", "commande publique", "achats"), MONTHLY, dated=True),
    "MTES-MCT/acceslibre-erp-base": Subject("Accessibilité des lieux publics", "un lieu", "son adresse, son entrée, son accueil et son stationnement",
        ("SOCI",), ("accessibilité", "handicap", "établissements recevant du public")),
    "NaturalSolutions/schema-arbre": Subject("Arbres", "un arbre", "son espèce, sa place et sa taille",
        ("ENVI",), ("arbres", "nature en ville", "espaces verts"), YEARLY),
    "atlasante/schema-dae": Subject("Défibrillateurs", "un défibrillateur", "son adresse, ses heures d’accès et son état",
        ("HEAL",), ("défibrillateur", "secours", "santé")),
    "bouture/consommation-energie-batiments": Subject(
        "Énergie consommée par les bâtiments publics", "un bâtiment, une énergie et une année", "la surface, la consommation et la dépense",
        ("ENER",), ("énergie", "bâtiments", "consommation"), YEARLY, dated=True),
    "bouture/dechets-tonnages": Subject("Tonnages de déchets", "un flux de déchets et une année", "le tonnage et la population desservie",
        ("ENVI",), ("déchets", "tri", "collecte"), YEARLY, dated=True),
    "bouture/eclairage-public": Subject("Éclairage public", "une commune et une année", "les points lumineux, la puissance et la consommation",
        ("ENER",), ("éclairage public", "énergie"), YEARLY, dated=True),
    "bouture/elus": Subject("Élus", "un mandat", "le nom, la fonction et les délégations", ("GOVE",), ("élus", "conseil", "mandat")),
    "bouture/points-apport-volontaire": Subject("Points de tri et déchèteries", "un point de collecte", "son adresse et ce qu’il reçoit",
        ("ENVI",), ("déchets", "tri", "déchèterie", "verre")),
    "bouture/qualite-air": Subject("Qualité de l’air", "une commune et un jour", "l’indice et les polluants",
        ("ENVI",), ("air", "pollution", "qualité de l’air"), DAILY, dated=True, hvd="c_63b37dd4"),
    "cnigfr/schema-friches": Subject("Friches", "une friche", "sa place, son état et ce qu’elle peut devenir",
        ("REGI", "ENVI"), ("friches", "urbanisme", "foncier"), YEARLY),
    "datagouv/schema-declaration-biens-reemploi-reutilisation-recycle": Subject(
        "Achats de biens réemployés ou recyclés", "un type de bien et une année", "le montant total et la part réemployée ou recyclée",
        ("ENVI", "GOVE"), ("réemploi", "recyclage", "achats", "loi AGEC"), YEARLY, dated=True),
    "datagouv/schema-fontaine-eau": Subject("Fontaines à eau", "une fontaine", "sa place, son type et son état",
        ("ENVI",), ("fontaine", "eau potable")),
    "etalab/schema-amenagements-cyclables": Subject("Aménagements cyclables", "un tronçon", "son tracé, son type et son revêtement",
        ("TRAN",), ("vélo", "piste cyclable", "mobilité"), YEARLY, hvd="c_4b74ea13"),
    "etalab/schema-comptage-mobilites-channel": Subject("Voies de comptage des passages", "une voie de comptage", "le lieu, le sens et ce qui est compté",
        ("TRAN",), ("comptage", "mobilité")),
    "etalab/schema-comptage-mobilites-measure": Subject("Comptages des passages", "une mesure", "le compteur, la durée et le nombre de passages",
        ("TRAN",), ("comptage", "mobilité", "trafic"), MONTHLY, dated=True),
    "etalab/schema-comptage-mobilites-site": Subject("Lieux de comptage des passages", "un lieu de comptage", "sa place et sa voie",
        ("TRAN",), ("comptage", "mobilité")),
    "etalab/schema-decp-dpa": Subject("Profils d’acheteur", "un profil d’acheteur", "son adresse et l’acheteur",
        ("GOVE",), ("marchés publics", "profil d’acheteur")),
    "etalab/schema-hautes-remunerations": Subject("Dix plus hautes rémunérations", "une année", "la somme, le nombre de femmes et celui d’hommes",
        ("GOVE",), ("rémunération", "agents publics", "transparence"), YEARLY, dated=True),
    "etalab/schema-irve-dynamique": Subject("Disponibilité des bornes de recharge", "un point de recharge", "son état et son occupation",
        ("TRAN", "ENER"), ("borne de recharge", "véhicule électrique"), LIVE),
    "etalab/schema-irve-statique": Subject(
        "Bornes de recharge pour véhicules électriques", "un point de recharge", "sa place, sa puissance, ses prises et ses horaires",
        ("TRAN", "ENER"), ("borne de recharge", "véhicule électrique", "mobilité")),
    "etalab/schema-lieux-covoiturage": Subject("Lieux de covoiturage", "un lieu de covoiturage", "son adresse et ses places",
        ("TRAN",), ("covoiturage", "mobilité")),
    "etalab/schema-stationnement": Subject("Parcs de stationnement", "un parc de stationnement", "son adresse, ses places et ses tarifs",
        ("TRAN",), ("parking", "stationnement", "mobilité")),
    "etalab/schema-stationnement-cyclable": Subject("Stationnement pour les vélos", "un stationnement", "sa place, sa capacité et son type",
        ("TRAN",), ("vélo", "stationnement", "mobilité")),
    "etalab/schema-vehicules-faibles-emissions-renouvellement-parc": Subject(
        "Véhicules à faibles émissions", "une année", "les véhicules achetés et la part de ceux à faibles émissions",
        ("TRAN", "ENVI"), ("véhicules", "émissions", "achats"), YEARLY, dated=True),
    "etalab/schema-zfe": Subject("Zones à faibles émissions", "une zone", "son contour, ses dates et les véhicules admis",
        ("TRAN", "ENVI"), ("ZFE", "circulation", "pollution")),
    "scdl/budget": Subject("Budget", "une ligne du budget", "le chapitre, la nature, la section et le montant",
        ("ECON", "GOVE"), ("budget", "finances", "dépenses", "recettes"), YEARLY, dated=True, detail="BGT_NATDEC"),
    "scdl/catalogue": Subject("Catalogue des données", "un jeu de données", "son titre, son sujet et son adresse",
        ("GOVE",), ("catalogue", "données ouvertes")),
    "scdl/deliberations": Subject("Délibérations", "une délibération", "la date, la matière, l’objet et le vote",
        ("GOVE",), ("délibérations", "conseil", "vote"), MONTHLY, dated=True),
    "scdl/equipements": Subject("Équipements publics", "un équipement", "son type, son adresse et ses horaires",
        ("REGI", "SOCI"), ("équipements", "services publics", "adresses"), YEARLY),
    "scdl/menus-collectifs": Subject("Menus des cantines", "un plat servi", "le jour, le repas, le plat et ses labels",
        ("EDUC", "AGRI"), ("cantine", "menu", "restauration scolaire"), WEEKLY, dated=True),
    "scdl/plats-menus-collectifs": Subject("Plats des cantines", "un ingrédient d’un plat", "son origine et ses labels",
        ("EDUC", "AGRI"), ("cantine", "plats", "allergènes"), MONTHLY),
    "scdl/prenoms": Subject("Prénoms des nouveau-nés", "un prénom, un sexe et une année", "le nombre de naissances",
        ("SOCI",), ("prénoms", "naissances", "état civil"), YEARLY, dated=True),
    "scdl/subventions": Subject("Subventions", "une subvention", "le bénéficiaire, l’objet, le montant et la date",
        ("ECON", "GOVE"), ("subventions", "associations", "aides"), YEARLY, dated=True),
}  # fmt: skip
