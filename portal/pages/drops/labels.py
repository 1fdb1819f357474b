"""What the fields of the national schemas are called in a form: their names, of capitals and short words, spelled out in French.

A column is called « EQUIP_NOM » or « menuPlatNom »; people read « Équipement : nom », « Plat : nom ». The word that a schema puts
before all its names is said first, as what the rest is about.
"""

from __future__ import annotations

import re
from typing import Final

from catalogue.tables.schemas.national import Field
from catalogue.tables.schemas.wording import PATTERNS, TYPES, told

WORDS: Final = {
    "coll": "collectivité", "equip": "équipement", "adr": "adresse", "delib": "délibération", "pref": "préfecture", "arr": "arrêté",
    "regl": "règle", "veh": "véhicules", "acc": "accès", "disp": "disponibilité", "fab": "fabricant", "mnt": "maintenance",
    "expt": "exploitant", "com": "commune", "cp": "code postal", "codepostal": "code postal", "nomvoie": "nom de la voie",
    "numero": "numéro", "num": "numéro", "uid": "identifiant", "id": "identifiant", "lat": "latitude", "long": "longitude", "lon": "longitude",
    "xlong": "longitude", "ylat": "latitude", "coor1": "", "tel": "téléphone", "tel1": "téléphone", "tel2": "autre téléphone",
    "email": "adresse électronique", "mail": "adresse électronique", "web": "site", "url": "adresse web", "ref": "référence", "nb": "nombre",
    "maj": "mise à jour", "theme": "thème", "prenom": "prénom", "debut": "début", "acces": "accès", "pmr": "PMR",
    "insee": "code INSEE", "siret": "SIRET", "siren": "SIREN", "rna": "numéro RNA", "etat": "état", "fonct": "fonctionnement",
    "rais": "raison sociale", "serie": "série", "modele": "modèle", "photo1": "photo", "photo2": "autre photo", "libelle": "libellé",
    "etg": "étage", "complt": "complément", "acc2": "accès", "instal": "installation", "dermnt": "dernière maintenance", "freq": "fréquence",
    "beneficiaire": "bénéficiaire", "matiere": "matière", "repas": "repas", "siqo": "signes de qualité", "allergene": "allergènes",
    "regime": "régimes", "precision": "précision", "m3": "en m³", "adresse": "adresse", "lib": "libre", "ie": "", "j": "jours", "h": "heures",
    "dae": "défibrillateur", "recette": "recette", "eur": "en euros", "annee": "année", "delegation": "délégation", "effectif": "effectif",
}  # fmt: skip
WHOLE: Final = {
    "VEH_LONG": "Véhicules : longueur",
    "VEH_LARG": "Véhicules : largeur",
    "VEH_HAUT": "Véhicules : hauteur",
}
# What rows are about: said first, before a colon.
HEADS: Final = frozenset(
    "coll equip adr delib pref arr regl veh acc disp fab mnt expt com menu plat vote budget".split()
)
PIECES: Final = re.compile(r"[A-ZÀ-Ý]?[a-zà-ÿ0-9]+|[A-ZÀ-Ý0-9]+(?![a-zà-ÿ])")


def label_of(name: str) -> str:
    """« Équipement : nom » of EQUIP_NOM."""
    if name in WHOLE:
        return WHOLE[name]
    pieces = [piece.lower() for piece in PIECES.findall(name)] or [name]
    # « menuPlatNom » is about the dish, not about the menu.
    while len(pieces) > 2 and pieces[0] in HEADS and pieces[1] in HEADS:
        pieces = pieces[1:]
    words = [WORDS.get(piece, piece) for piece in pieces]
    words = [word for word in words if word]
    if len(words) > 1 and pieces[0] in HEADS:
        words = [f"{words[0]} :", *words[1:]]
    text = " ".join(words) or name
    return text[:1].upper() + text[1:]


def hint_of(field: Field) -> str:
    """How to write it, where that needs a word; no pattern is shown to people."""
    if field.type == "array":
        return "Séparez par des points-virgules."
    pattern = field.constraints.get("pattern", "")
    if pattern in PATTERNS:
        return PATTERNS[pattern][1]
    if field.format in TYPES:
        return TYPES[field.format][1]
    return told("type", field, "")[1] if field.type not in ("string", "boolean") else ""
