"""Which schema each sample follows, and how well: what the tests and `benchmarks/schemas.py` expect.

"" where the samples' schema is not among those that we have (its file is in no folder of ../shared/data/schemas):
there is nothing to recognise. `aire_livraison__*` are drafts older than the schema: only a declaration tells it.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from catalogue.tables.contract import Level

ACCESSIBILITY, CIRCULATION = "MTES-MCT/acceslibre-erp-base", "CEREMA/schema-arrete-circulation-marchandises"
COUNTING, DELIVERY = "etalab/schema-comptage-mobilites", "CEREMA/schema-aire-livraison"
REUSED = "datagouv/schema-declaration-biens-reemploi-reutilisation-recycle"
GREEN_FLEET = "etalab/schema-vehicules-faibles-emissions-renouvellement-parc"

FOLLOWED: Final = {
    "acceslibre_base__exemple.csv": ACCESSIBILITY,
    "acceslibre_bureau_vote__exemple.csv": ACCESSIBILITY,
    "acceslibre_scolaire__exemple.csv": ACCESSIBILITY,
    "aire_livraison__antibes.csv": DELIVERY,
    "aire_livraison__hauts_de_seine.csv": DELIVERY,
    "amenagements_cyclables__exemple.json": "etalab/schema-amenagements-cyclables",
    "arrete_circulation__septemes.csv": CIRCULATION,
    "arrete_circulation__vence.csv": CIRCULATION,
    "bal__1.5_valide.csv": "",
    "bal__sample.csv": "",
    "budget__crach_001.csv": "scdl/budget",
    "budget__crach_annexe_bp2022.csv": "scdl/budget",
    "budget__crach_annexe_ca2021.csv": "scdl/budget",
    "budget__crach_ca2021.csv": "scdl/budget",
    "budget__crach_dm2_2021.csv": "scdl/budget",
    "budget__crach_dm3_2021.csv": "scdl/budget",
    "catalogue_donnees__exemple.csv": "",
    "collectivites__exemple.csv": "",
    "comptage_channel__eco.csv": f"{COUNTING}-channel",
    "comptage_measure__exemple.csv": f"{COUNTING}-measure",
    "comptage_site__eco.csv": f"{COUNTING}-site",
    "comptage_site__exemple.csv": f"{COUNTING}-site",
    "covoiturage__exemple.csv": "etalab/schema-lieux-covoiturage",
    "decp__exemple_tabulaire.csv": "ColinMaudry/decp-table-schema",
    "dispositif_aide__exemple.csv": "",
    "ens__exemple.csv": "",
    "equipements_velo__exemple.csv": "",
    "fontaine_eau__exemple.csv": "datagouv/schema-fontaine-eau",
    "hautes_remunerations__exemple.csv": "etalab/schema-hautes-remunerations",
    "irve_dynamique__exemple.csv": "etalab/schema-irve-dynamique",
    "irve_statique__exemple.csv": "etalab/schema-irve-statique",
    "mediation_numerique__exemple.csv": "",
    "passage_a_niveau__exemple.csv": "",
    "projets_territoire__exemple.csv": "",
    "reemploi__exemple.csv": REUSED,
    "sdirve__exemple.csv": "",
    "sites_eco__etablissement.csv": "",
    "sites_eco__site.csv": "",
    "stationnement__exemple.csv": "etalab/schema-stationnement",
    "stationnement_cyclable__exemple.csv": "etalab/schema-stationnement-cyclable",
    "subventions__antibes.csv": "scdl/subventions",
    "subventions__invalide_cellules.csv": "scdl/subventions",
    "synthetique/catalogue.csv": "scdl/catalogue",
    "synthetique/consommation-energie-batiments.csv": "bouture/consommation-energie-batiments",
    "synthetique/dechets-tonnages.csv": "bouture/dechets-tonnages",
    "synthetique/deliberations.csv": "scdl/deliberations",
    "synthetique/eclairage-public.csv": "bouture/eclairage-public",
    "synthetique/elus.csv": "bouture/elus",
    "synthetique/equipements.csv": "scdl/equipements",
    "synthetique/menus-collectifs.csv": "scdl/menus-collectifs",
    "synthetique/points-apport-volontaire.csv": "bouture/points-apport-volontaire",
    "synthetique/prenoms.csv": "scdl/prenoms",
    "synthetique/qualite-air.csv": "bouture/qualite-air",
    "taxi__exemple.csv": "",
    "vehicules_faibles_emissions__exemple.csv": GREEN_FLEET,
    "zfe__voies.geojson": "etalab/schema-zfe",
    "zfe__zone.geojson": "etalab/schema-zfe",
}
# Drafts, whose columns are not yet those of the schema.
UNTOLD: Final = {name for name, key in FOLLOWED.items() if key == DELIVERY}

# Tables that any town has, and that follow nothing.
UNRELATED: Final = (
    "nom,adresse,date",
    "id,nom,adresse,code postal,ville,téléphone,email,site web",
    "nom,prénom,fonction,email",
    "date,heure,titre,description,lieu,organisateur,url",
    "année,population",
    "code_insee,nom,latitude,longitude",
    "id,type,nom,adresse,latitude,longitude,date_maj",
    "nom,siret,montant,objet,année",
    "essence,hauteur,circonférence,date_plantation,quartier",
    "école,niveau,effectif,année",
    "id,insee,nom,adresse,capacité,horaires,gratuit",
    "bureau,inscrits,votants,exprimés,blancs,nuls",
    "date,plat,dessert,entrée",
    "nom,sexe,année,nombre",
    "siren,siret,nom,commune,code_insee,date_creation",
    "id,name,commune,postal_code,longitude,latitude",
    "Libellé,Montant TTC,Fournisseur,Date de paiement",
    "Association,Adresse,Président,Téléphone,Courriel,Subvention 2024",
    "ligne,arrêt,horaire,sens",
    "marché,jour,heure début,heure fin,lieu",
    "cimetière,allée,rang,numéro,durée",
    "parcelle,section,contenance,zone PLU",
)


def names_of(path: Path) -> list[str]:
    """The columns of a sample: a CSV's first line, the properties of a GeoJSON's first feature."""
    if path.suffix != ".csv":
        return list(json.loads(path.read_text("utf-8"))["features"][0]["properties"])
    return next(rows_of(path))


def rows_of(path: Path) -> Iterator[list[str]]:
    """All lines of a CSV sample, the first too."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        first = lines.readline()
        lines.seek(0)
        yield from csv.reader(lines, delimiter=max(",;", key=first.count))


VALID, RECOVERABLE, INVALID = Level.VALID, Level.RECOVERABLE, Level.INVALID
# How well each CSV sample follows its schema, and how many cells are found wrong (columns apart). Where the cells are
# those that frictionless finds, the tests ask it; `synthetique` has SIRET of a commune that is not, with a wrong key.
LEVELS: Final[dict[str, tuple[Level, int]]] = {
    "acceslibre_base__exemple.csv": (VALID, 0),
    "acceslibre_bureau_vote__exemple.csv": (RECOVERABLE, 0),  # optional columns are absent
    "acceslibre_scolaire__exemple.csv": (RECOVERABLE, 0),
    "aire_livraison__antibes.csv": (INVALID, 0),  # not one column of those that are required
    "aire_livraison__hauts_de_seine.csv": (INVALID, 3022),
    "arrete_circulation__septemes.csv": (RECOVERABLE, 4),  # « NC » for a date
    "arrete_circulation__vence.csv": (VALID, 0),
    "budget__crach_001.csv": (RECOVERABLE, 360),
    "budget__crach_annexe_bp2022.csv": (RECOVERABLE, 42),
    "budget__crach_annexe_ca2021.csv": (RECOVERABLE, 38),
    "budget__crach_ca2021.csv": (RECOVERABLE, 343),
    "budget__crach_dm2_2021.csv": (RECOVERABLE, 329),
    "budget__crach_dm3_2021.csv": (RECOVERABLE, 330),
    "comptage_channel__eco.csv": (VALID, 0),
    "comptage_measure__exemple.csv": (VALID, 0),
    "comptage_site__eco.csv": (VALID, 0),
    "comptage_site__exemple.csv": (VALID, 0),
    "covoiturage__exemple.csv": (INVALID, 0),  # id_lieu, of a version before, for id_local
    "decp__exemple_tabulaire.csv": (VALID, 0),
    "fontaine_eau__exemple.csv": (VALID, 0),
    "hautes_remunerations__exemple.csv": (VALID, 0),
    "irve_dynamique__exemple.csv": (VALID, 0),
    "irve_statique__exemple.csv": (VALID, 0),
    "reemploi__exemple.csv": (VALID, 0),
    "stationnement__exemple.csv": (VALID, 0),
    "stationnement_cyclable__exemple.csv": (VALID, 0),
    "subventions__antibes.csv": (VALID, 0),
    "subventions__invalide_cellules.csv": (INVALID, 63),  # 15 of Table Schema; the others are keys of SIRET
    "synthetique/catalogue.csv": (RECOVERABLE, 8),
    "synthetique/consommation-energie-batiments.csv": (VALID, 0),
    "synthetique/dechets-tonnages.csv": (VALID, 0),
    "synthetique/deliberations.csv": (RECOVERABLE, 120),
    "synthetique/eclairage-public.csv": (VALID, 0),
    "synthetique/elus.csv": (VALID, 0),
    "synthetique/equipements.csv": (RECOVERABLE, 11),
    "synthetique/menus-collectifs.csv": (RECOVERABLE, 120),
    "synthetique/points-apport-volontaire.csv": (VALID, 0),
    "synthetique/prenoms.csv": (VALID, 0),
    "synthetique/qualite-air.csv": (VALID, 0),
    "vehicules_faibles_emissions__exemple.csv": (VALID, 0),
}
