"""What the fields of the national schemas are called in a form: their names, of capitals and short words, spelled out in French.

A column is called « EQUIP_NOM » or « menuPlatNom »; people read « Équipement : nom », « Plat : nom ». The word that a schema puts
before all its names is said first, as what the rest is about.
"""

from __future__ import annotations

import re
from typing import Final

from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from catalogue.tables.schemas.national import Field
from catalogue.tables.schemas.wording import PATTERNS, TYPES, said_of, told

WORDS: Final = {
    "coll": _("collectivité"), "equip": _("équipement"), "adr": _("adresse"), "delib": _("délibération"), "pref": _("préfecture"), "arr": _("arrêté"),
    "regl": _("règle"), "veh": _("véhicules"), "acc": _("accès"), "disp": _("disponibilité"), "fab": _("fabricant"), "mnt": _("maintenance"),
    "expt": _("exploitant"), "com": _("commune"), "cp": _("code postal"), "codepostal": _("code postal"), "nomvoie": _("nom de la voie"),
    "numero": _("numéro"), "num": _("numéro"), "uid": _("identifiant"), "id": _("identifiant"), "lat": _("latitude"), "long": _("longitude"),
    "lon": _("longitude"), "xlong": _("longitude"), "ylat": _("latitude"), "coor1": "", "tel": _("téléphone"), "tel1": _("téléphone"),
    "tel2": _("autre téléphone"), "email": _("adresse électronique"), "mail": _("adresse électronique"), "web": _("site"), "url": _("adresse web"),
    "ref": _("référence"), "nb": _("nombre"), "maj": _("mise à jour"), "theme": _("thème"), "prenom": _("prénom"), "debut": _("début"),
    "acces": _("accès"), "pmr": _("PMR"), "insee": _("code INSEE"), "siret": _("SIRET"), "siren": _("SIREN"), "rna": _("numéro RNA"),
    "etat": _("état"), "fonct": _("fonctionnement"), "rais": _("raison sociale"), "serie": _("série"), "modele": _("modèle"), "photo1": _("photo"),
    "photo2": _("autre photo"), "libelle": _("libellé"), "etg": _("étage"), "complt": _("complément"), "acc2": _("accès"),
    "instal": _("installation"), "dermnt": _("dernière maintenance"), "freq": _("fréquence"), "beneficiaire": _("bénéficiaire"),
    "matiere": _("matière"), "repas": _("repas"), "siqo": _("signes de qualité"), "allergene": _("allergènes"), "regime": _("régimes"),
    "precision": _("précision"), "m3": _("en m³"), "adresse": _("adresse"), "lib": _("libre"), "ie": "", "j": _("jours"), "h": _("heures"),
    "dae": _("défibrillateur"), "recette": _("recette"), "eur": _("en euros"), "annee": _("année"), "delegation": _("délégation"),
    "effectif": _("effectif"), "nom": _("nom"), "heure": _("heure"), "objet": _("objet"), "montant": _("montant"), "date": _("date"),
    "type": _("type"),
}  # fmt: skip
WHOLE: Final = {
    "VEH_LONG": _("Véhicules : longueur"),
    "VEH_LARG": _("Véhicules : largeur"),
    "VEH_HAUT": _("Véhicules : hauteur"),
}
# What rows are about: said first, before a colon.
HEADS: Final = frozenset(
    "coll equip adr delib pref arr regl veh acc disp fab mnt expt com menu plat vote budget".split()
)
PIECES: Final = re.compile(r"[A-ZÀ-Ý]?[a-zà-ÿ0-9]+|[A-ZÀ-Ý0-9]+(?![a-zà-ÿ])")


def label_of(name: str) -> str:
    """« Équipement : nom » of EQUIP_NOM."""
    if name in WHOLE:
        return gettext(WHOLE[name])
    pieces = [piece.lower() for piece in PIECES.findall(name)] or [name]
    # « menuPlatNom » is about the dish, not about the menu.
    while len(pieces) > 2 and pieces[0] in HEADS and pieces[1] in HEADS:
        pieces = pieces[1:]
    words = [gettext(word) for piece in pieces if (word := WORDS.get(piece, piece))]
    if len(words) > 1 and pieces[0] in HEADS:
        text = gettext("%(head)s : %(rest)s") % {"head": words[0], "rest": " ".join(words[1:])}
    else:
        text = " ".join(words) or name
    return capfirst(text)


def hint_of(field: Field) -> str:
    """How to write it, where that needs a word; no pattern is shown to people."""
    if field.type == "array":
        return gettext("Séparez par des points-virgules.")
    pattern = field.constraints.get("pattern", "")
    if pattern in PATTERNS:
        return said_of(PATTERNS[pattern])[1]
    if field.format in TYPES:
        return said_of(TYPES[field.format])[1]
    return told("type", field, "")[1] if field.type not in ("string", "boolean") else ""
