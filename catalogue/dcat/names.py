"""What people call the properties of the profile, in French, and in the reader's language: one table for reports, pages, forms and schemas.

A test holds it against the profile: a property without a name here fails.
"""

from __future__ import annotations

from typing import Final

from catalogue.spoken import gettext_noop as _

# By the name of the term; "class.term" where one class has its own word for it.
NAMES: Final = {
    "title": _("le titre"),
    "description": _("la description"),
    "publisher": _("l’organisme qui publie"),
    "owner": _("l’organisation qui tient la fiche"),
    "territory": _("le territoire"),
    "contact_point": _("le contact"),
    "keyword": _("les mots-clés"),
    "theme": _("le sujet"),
    "license": _("la licence"),
    "access_rights": _("les conditions d’accès"),
    "landing_page": _("la page de présentation"),
    "identifier": _("l’identifiant"),
    "other_identifier": _("l’autre identifiant"),
    "issued": _("la date de parution"),
    "modified": _("la date de mise à jour"),
    "language": _("la langue"),
    "conforms_to": _("le schéma suivi"),
    "applicable_legislation": _("le texte de loi applicable"),
    "hvd_category": _("la catégorie de données de forte valeur"),
    "distribution": _("les fichiers"),
    "spatial": _("le territoire couvert"),
    "temporal": _("la période couverte"),
    "frequency": _("le rythme de mise à jour"),
    "creator": _("l’auteur"),
    "has_version": _("les autres versions"),
    "in_series": _("la série"),
    "more_types": _("ce qu’elle est aussi (une série)"),
    "is_referenced_by": _("ce qui les cite"),
    "provenance": _("la provenance"),
    "qualified_attribution": _("le rôle d’un organisme"),
    "qualified_relation": _("le lien précisé"),
    "relation": _("les ressources liées"),
    "sample": _("l’échantillon"),
    "source": _("les données d’origine"),
    "spatial_resolution": _("la finesse en mètres"),
    "temporal_resolution": _("le pas de temps"),
    "dataset_version": _("le numéro de version"),
    "version_notes": _("les changements de cette version"),
    "was_generated_by": _("ce qui les a produites"),
    "stat_dimension": _("la dimension statistique"),
    "stat_attribute": _("l’attribut statistique"),
    "stat_unit": _("l’unité de mesure"),
    "num_series": _("le nombre de séries"),
    "access_url": _("l’adresse d’accès"),
    "download_url": _("l’adresse de téléchargement"),
    "availability": _("la disponibilité prévue"),
    "format": _("le format"),
    "media_type": _("le type de média"),
    "compress_format": _("le format de compression"),
    "package_format": _("le format d’empaquetage"),
    "byte_size": _("la taille en octets"),
    "checksum": _("l’empreinte"),
    "algorithm": _("l’algorithme"),
    "checksum_value": _("la valeur de l’empreinte"),
    "rights": _("les droits"),
    "has_policy": _("la politique d’usage"),
    "status": _("l’état"),
    "access_service": _("le service d’accès"),
    "endpoint_url": _("l’adresse du service"),
    "endpoint_description": _("la description technique du service"),
    "serves_dataset": _("les jeux de données servis"),
    "name": _("le nom"),
    "label": _("l’intitulé"),
    "type": _("le genre"),
    "homepage": _("la page d’accueil"),
    "mbox": _("l’adresse électronique"),
    "email": _("l’adresse électronique"),
    "page": _("la documentation"),
    "contact.page": _("la page de contact"),
    "telephone": _("le téléphone"),
    "bbox": _("le rectangle englobant"),
    "centroid": _("le point central"),
    "geometry": _("le contour"),
    "start": _("le début"),
    "end": _("la fin"),
    "beginning": _("l’instant du début"),
    "ending": _("l’instant de la fin"),
    "date": _("la date"),
    "date_time": _("la date et l’heure"),
    "started": _("le commencement"),
    "ended": _("l’achèvement"),
    "version": _("la version"),
    "notation": _("la valeur de l’identifiant"),
    "had_role": _("le rôle"),
    "agent": _("l’organisme"),
    "primary_topic": _("ce que décrit la fiche"),
    "theme_taxonomy": _("la liste de thèmes"),
    "dataset": _("les jeux de données"),
    "service": _("les services"),
    "catalogue": _("les catalogues"),
    "has_part": _("les parties"),
    "record": _("les fiches"),
    "uri": _("l’adresse"),
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
