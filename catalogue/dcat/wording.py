"""Findings in French, for somebody who keeps a catalogue and has never heard of SHACL."""

from __future__ import annotations

import re

from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.names import named

# Of one among several, and of the classes, which a path may begin with; the others say their own name.
OWNERS = {
    "distribution": "d’un fichier",
    "sample": "d’un échantillon",
    "page": "d’une page de documentation",
    "conforms_to": "d’un schéma suivi",
    "creator": "d’un auteur",
    "provenance": "d’une note de provenance",
    "agent": "d’un organisme",
    "location": "d’un territoire",
    "period": "d’une période",
    "instant": "d’un instant",
    "dataset": "d’un jeu de données",
    "series": "d’une série",
    "service": "d’un service",
    "contact": "d’un contact",
    "identifier": "d’un identifiant",
    "licence": "d’une licence",
    "rights": "d’une mention de droits",
    "standard": "d’un schéma",
    "activity": "d’une activité",
    "document": "d’un document",
    "relationship": "d’un lien précisé",
    "attribution": "du rôle d’un organisme",
    "catalogue": "du catalogue",
    "record": "d’une fiche du catalogue",
    "media-type": "d’un type de média",
    "concept": "d’un terme de vocabulaire",
    "scheme": "d’une liste de termes",
}
CONTRACTED = (("les ", "des "), ("le ", "du "))


def of(owner: str) -> str:
    """« du contact », « de la licence » of the term or class that holds a value."""
    if owner in OWNERS:
        return OWNERS[owner]
    said = named(owner)
    return next(
        (short + said.removeprefix(article) for article, short in CONTRACTED if said.startswith(article)), f"de {said}"
    )


# {field} « le titre », {owner} « d’un fichier » or nothing, {said} the value.
SENTENCES = {
    "missing": "Il manque {field}{owner} : ajoutez cette information là où la fiche est tenue.",
    "several": "Une seule valeur est permise pour {field}{owner}, et il y en a plusieurs ({said}) : gardez la bonne.",
    "not-text": "Un texte est attendu pour {field}{owner}, et c’est un lien ({said}) : écrivez le texte lui-même.",
    "not-address": "Une adresse web est attendue pour {field}{owner}, et c’est un texte (« {said} ») : "
    "donnez l’adresse (celle du vocabulaire européen s’il y en a un).",
    "not-node": "« {said} » est un simple texte pour {field}{owner} : décrivez-le par ses champs (nom, adresse…).",
    "without-address": "Rien ne nomme {field}{owner} par une adresse web : donnez-la, pour que d’autres le reconnaissent.",
    "bad-address": "« {said} » n’est pas une adresse complète pour {field}{owner} : écrivez-la en entier, sans espace, "
    "en commençant par http:// ou https://.",
    "not-date": "« {said} » n’est pas une date valable pour {field}{owner} : écrivez AAAA-MM-JJ, avec son type (xsd:date).",
    "bad-datatype": "« {said} » n’a pas la forme ou le type attendu pour {field}{owner} : "
    "donnez un nombre du type que demande DCAT-AP 3.",
    "empty": "Le texte est vide pour {field}{owner} : remplissez-le.",
    "too-long": "Le texte est démesuré pour {field}{owner} (plus d’un million de caractères) : résumez-le, "
    "et publiez le reste comme fichier.",
    "control-characters": "Des caractères invisibles interdits se sont glissés dans {field}{owner} : retapez le texte.",
    "bad-language": "La langue indiquée pour {field}{owner} n’a pas la forme attendue : utilisez « fr », « en »…",
    "same-language": "Il y a deux textes dans la même langue pour {field}{owner} : gardez-en un par langue.",
    "not-in-vocabulary": "« {said} » n’est pas dans le vocabulaire européen pour {field}{owner} : choisissez-y une valeur.",
    "no-address": "La fiche n’a pas d’adresse (nœud anonyme) : donnez-lui une adresse web stable, "
    "sans quoi elle change à chaque lecture.",
    "untyped": "La fiche ne dit pas ce qu’elle est : déclarez-la comme jeu de données (dcat:Dataset) ou service.",
    "licence-misplaced": "La licence est dite pour le jeu de données : DCAT-AP la veut sur chaque fichier ; recopiez-la.",
    "hvd-without-law": "Une catégorie de forte valeur est dite sans le règlement (UE) 2023/138 : "
    "ajoutez son adresse comme texte applicable.",
    "law-without-hvd": "Le règlement (UE) 2023/138 est cité sans catégorie de forte valeur : choisissez la catégorie.",
    "future": "La date {said} est dans l’avenir pour {field}{owner} : vérifiez-la.",
    "end-before-start": "La période finit avant d’avoir commencé ({said}) : corrigez l’une des deux dates.",
    "shared-file": "Un même fichier anonyme appartient à plusieurs fiches : donnez-lui une adresse, "
    "ou décrivez-le une fois par fiche.",
    "more": "Et {said} autres du même ordre dans cette fiche, non détaillés : corrigez d’abord ceux-ci, puis relancez.",
}

# Where an address is not one of the web.
OTHER_ADDRESSES = {"email": "mailto:nom@exemple.fr", "mbox": "mailto:nom@exemple.fr", "telephone": "tel:+33123456789"}
WRITE_ADDRESS = "« {said} » n’est pas l’adresse attendue pour {field}{owner} : écrivez-la sous la forme {form}."

# What a constraint of the official shapes means, by its name in SHACL (Shapes Constraint Language, §4).
OFFICIAL = {
    "MinCount": "Il manque {field} : ajoutez cette information là où la fiche est tenue.",
    "MaxCount": "Une seule valeur est permise pour {field}, et il y en a plusieurs : gardez la bonne.",
    "NodeKind": "La valeur donnée pour {field} n’est pas de la bonne sorte ({said}) : un texte là où il faut une adresse, "
    "ou l’inverse.",
    "Class": "Rien ne dit ce qu’est la valeur donnée pour {field} ({said}) : décrivez-la dans le catalogue, "
    "ou prenez une adresse du vocabulaire européen.",
    "Datatype": "« {said} » n’a pas le type attendu pour {field} : donnez une valeur du type que demande DCAT-AP 3.",
    "HasValue": "La valeur attendue n’est pas donnée pour {field} : ajoutez-la.",
}
OTHERWISE = "La valeur donnée pour {field} ({said}) ne suit pas la règle officielle « {component} » : corrigez-la."


def of_shape(component: str, name: str, predicate: str, said: str) -> str:
    """A result of the official shapes in French; `name` is the term's in the profile, "" when it has none."""
    field = named(name) if name else _property(predicate)
    told = " ".join(said.removeprefix(RELATIVE).split())[:100] or "(vide)"
    return OFFICIAL.get(component, OTHERWISE).format(field=field, said=told, component=component)


def _property(predicate: str) -> str:
    return f"la propriété « {re.split(r'[#/]', predicate)[-1]} »" if predicate else "cette fiche"


def sentence(code: str, path: str, predicate: str, said: str) -> str:
    """What is wrong and what to do."""
    *owners, name = path.split(".")
    fallback = _property(predicate)
    field = named(name, owners[-1] if owners else "", fallback) if name else fallback
    owner = f" {of(owners[-1])}" if owners else ""
    told = " ".join(said.split()) or "(vide)"
    if code in ("bad-address", "not-address") and name in OTHER_ADDRESSES:
        return WRITE_ADDRESS.format(field=field, owner=owner, said=told, form=OTHER_ADDRESSES[name])
    return SENTENCES[code].format(field=field, owner=owner, said=told)
