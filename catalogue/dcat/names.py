"""What people call the properties of the profile, in French: one table for reports, pages, forms and schemas.

A test holds it against the profile: a property without a name here fails.
"""

from __future__ import annotations

from typing import Final

# By the name of the term; "class.term" where one class has its own word for it.
NAMES: Final = {
    "title": "le titre",
    "description": "la description",
    "publisher": "l’organisme qui publie",
    "owner": "l’organisation qui tient la fiche",
    "territory": "le territoire",
    "contact_point": "le contact",
    "keyword": "les mots-clés",
    "theme": "le sujet",
    "license": "la licence",
    "access_rights": "les conditions d’accès",
    "landing_page": "la page de présentation",
    "identifier": "l’identifiant",
    "other_identifier": "l’autre identifiant",
    "issued": "la date de parution",
    "modified": "la date de mise à jour",
    "language": "la langue",
    "conforms_to": "le schéma suivi",
    "applicable_legislation": "le texte de loi applicable",
    "hvd_category": "la catégorie de données de forte valeur",
    "distribution": "les fichiers",
    "spatial": "le territoire couvert",
    "temporal": "la période couverte",
    "frequency": "le rythme de mise à jour",
    "creator": "l’auteur",
    "has_version": "les autres versions",
    "in_series": "la série",
    "more_types": "ce qu’elle est aussi (une série)",
    "is_referenced_by": "ce qui les cite",
    "provenance": "la provenance",
    "qualified_attribution": "le rôle d’un organisme",
    "qualified_relation": "le lien précisé",
    "relation": "les ressources liées",
    "sample": "l’échantillon",
    "source": "les données d’origine",
    "spatial_resolution": "la finesse en mètres",
    "temporal_resolution": "le pas de temps",
    "dataset_version": "le numéro de version",
    "version_notes": "les changements de cette version",
    "was_generated_by": "ce qui les a produites",
    "stat_dimension": "la dimension statistique",
    "stat_attribute": "l’attribut statistique",
    "stat_unit": "l’unité de mesure",
    "num_series": "le nombre de séries",
    "access_url": "l’adresse d’accès",
    "download_url": "l’adresse de téléchargement",
    "availability": "la disponibilité prévue",
    "format": "le format",
    "media_type": "le type de média",
    "compress_format": "le format de compression",
    "package_format": "le format d’empaquetage",
    "byte_size": "la taille en octets",
    "checksum": "l’empreinte",
    "algorithm": "l’algorithme",
    "checksum_value": "la valeur de l’empreinte",
    "rights": "les droits",
    "has_policy": "la politique d’usage",
    "status": "l’état",
    "access_service": "le service d’accès",
    "endpoint_url": "l’adresse du service",
    "endpoint_description": "la description technique du service",
    "serves_dataset": "les jeux de données servis",
    "name": "le nom",
    "label": "l’intitulé",
    "type": "le genre",
    "homepage": "la page d’accueil",
    "mbox": "l’adresse électronique",
    "email": "l’adresse électronique",
    "page": "la documentation",
    "contact.page": "la page de contact",
    "telephone": "le téléphone",
    "bbox": "le rectangle englobant",
    "centroid": "le point central",
    "geometry": "le contour",
    "start": "le début",
    "end": "la fin",
    "beginning": "l’instant du début",
    "ending": "l’instant de la fin",
    "date": "la date",
    "date_time": "la date et l’heure",
    "started": "le commencement",
    "ended": "l’achèvement",
    "version": "la version",
    "notation": "la valeur de l’identifiant",
    "had_role": "le rôle",
    "agent": "l’organisme",
    "primary_topic": "ce que décrit la fiche",
    "theme_taxonomy": "la liste de thèmes",
    "dataset": "les jeux de données",
    "service": "les services",
    "catalogue": "les catalogues",
    "has_part": "les parties",
    "record": "les fiches",
    "uri": "l’adresse",
}
# The class that a term's nodes are of, where a word depends on it.
OWNERS: Final = {"contact_point": "contact"}
ARTICLES: Final = ("les ", "le ", "la ", "l’")


def named(name: str, owner: str = "", otherwise: str = "") -> str:
    """« le titre » of "title"; `owner` is the class, or the term that holds the node."""
    return NAMES.get(f"{OWNERS.get(owner, owner)}.{name}") or NAMES.get(name) or otherwise or name


def bare(name: str, owner: str = "") -> str:
    """« titre » of "title", as a label says it."""
    said = named(name, owner)
    return next((said.removeprefix(article) for article in ARTICLES if said.startswith(article)), said)
