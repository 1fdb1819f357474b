"""Findings in the reader's language, for somebody who keeps a catalogue and has never heard of SHACL."""

from __future__ import annotations

import re

from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.names import named
from catalogue.spoken import gettext as _
from catalogue.spoken import gettext_noop

# Of one among several, and of the classes, which a path may begin with; the others say their own name.
OWNERS = {
    "distribution": gettext_noop("d’un fichier"),
    "sample": gettext_noop("d’un échantillon"),
    "page": gettext_noop("d’une page de documentation"),
    "conforms_to": gettext_noop("d’un schéma suivi"),
    "creator": gettext_noop("d’un auteur"),
    "provenance": gettext_noop("d’une note de provenance"),
    "agent": gettext_noop("d’un organisme"),
    "location": gettext_noop("d’un territoire"),
    "period": gettext_noop("d’une période"),
    "instant": gettext_noop("d’un instant"),
    "dataset": gettext_noop("d’un jeu de données"),
    "series": gettext_noop("d’une série"),
    "service": gettext_noop("d’un service"),
    "contact": gettext_noop("d’un contact"),
    "identifier": gettext_noop("d’un identifiant"),
    "licence": gettext_noop("d’une licence"),
    "rights": gettext_noop("d’une mention de droits"),
    "standard": gettext_noop("d’un schéma"),
    "activity": gettext_noop("d’une activité"),
    "document": gettext_noop("d’un document"),
    "relationship": gettext_noop("d’un lien précisé"),
    "attribution": gettext_noop("du rôle d’un organisme"),
    "catalogue": gettext_noop("du catalogue"),
    "record": gettext_noop("d’une fiche du catalogue"),
    "media-type": gettext_noop("d’un type de média"),
    "concept": gettext_noop("d’un terme de vocabulaire"),
    "scheme": gettext_noop("d’une liste de termes"),
}
CONTRACTED = (("les ", "des "), ("le ", "du "))


def of(owner: str) -> str:
    """« du contact », « de la licence » of the term or class that holds a value."""
    if owner in OWNERS:
        return _(OWNERS[owner])
    said = named(owner)
    if (here := _(said)) != said:
        return _("de %(what)s") % {"what": here}
    return next(
        (short + said.removeprefix(article) for article, short in CONTRACTED if said.startswith(article)), f"de {said}"
    )


# {field} « le titre », {owner} « d’un fichier » or nothing, {said} the value.
SENTENCES = {
    "missing": gettext_noop("Il manque {field}{owner} : ajoutez cette information là où la fiche est tenue."),
    "several": gettext_noop(
        "Une seule valeur est permise pour {field}{owner}, et il y en a plusieurs ({said}) : gardez la bonne."
    ),
    "not-text": gettext_noop(
        "Un texte est attendu pour {field}{owner}, et c’est un lien ({said}) : écrivez le texte lui-même."
    ),
    "not-address": gettext_noop(
        "Une adresse web est attendue pour {field}{owner}, et c’est un texte (« {said} ») : "
        "donnez l’adresse (celle du vocabulaire européen s’il y en a un)."
    ),
    "not-node": gettext_noop(
        "« {said} » est un simple texte pour {field}{owner} : décrivez-le par ses champs (nom, adresse…)."
    ),
    "without-address": gettext_noop(
        "Rien ne nomme {field}{owner} par une adresse web : donnez-la, pour que d’autres le reconnaissent."
    ),
    "bad-address": gettext_noop(
        "« {said} » n’est pas une adresse complète pour {field}{owner} : écrivez-la en entier, sans espace, "
        "en commençant par http:// ou https://."
    ),
    "not-date": gettext_noop(
        "« {said} » n’est pas une date valable pour {field}{owner} : écrivez AAAA-MM-JJ, avec son type (xsd:date)."
    ),
    "bad-datatype": gettext_noop(
        "« {said} » n’a pas la forme ou le type attendu pour {field}{owner} : "
        "donnez un nombre du type que demande DCAT-AP 3."
    ),
    "empty": gettext_noop("Le texte est vide pour {field}{owner} : remplissez-le."),
    "too-long": gettext_noop(
        "Le texte est démesuré pour {field}{owner} (plus d’un million de caractères) : résumez-le, "
        "et publiez le reste comme fichier."
    ),
    "control-characters": gettext_noop(
        "Des caractères invisibles interdits se sont glissés dans {field}{owner} : retapez le texte."
    ),
    "bad-language": gettext_noop(
        "La langue indiquée pour {field}{owner} n’a pas la forme attendue : utilisez « fr », « en »…"
    ),
    "same-language": gettext_noop(
        "Il y a deux textes dans la même langue pour {field}{owner} : gardez-en un par langue."
    ),
    "not-in-vocabulary": gettext_noop(
        "« {said} » n’est pas dans le vocabulaire européen pour {field}{owner} : choisissez-y une valeur."
    ),
    "no-address": gettext_noop(
        "La fiche n’a pas d’adresse (nœud anonyme) : donnez-lui une adresse web stable, "
        "sans quoi elle change à chaque lecture."
    ),
    "untyped": gettext_noop(
        "La fiche ne dit pas ce qu’elle est : déclarez-la comme jeu de données (dcat:Dataset) ou service."
    ),
    "licence-misplaced": gettext_noop(
        "La licence est dite pour le jeu de données : DCAT-AP la veut sur chaque fichier ; recopiez-la."
    ),
    "hvd-without-law": gettext_noop(
        "Une catégorie de forte valeur est dite sans le règlement (UE) 2023/138 : "
        "ajoutez son adresse comme texte applicable."
    ),
    "law-without-hvd": gettext_noop(
        "Le règlement (UE) 2023/138 est cité sans catégorie de forte valeur : choisissez la catégorie."
    ),
    "future": gettext_noop("La date {said} est dans l’avenir pour {field}{owner} : vérifiez-la."),
    "end-before-start": gettext_noop(
        "La période finit avant d’avoir commencé ({said}) : corrigez l’une des deux dates."
    ),
    "shared-file": gettext_noop(
        "Un même fichier anonyme appartient à plusieurs fiches : donnez-lui une adresse, "
        "ou décrivez-le une fois par fiche."
    ),
    "more": gettext_noop(
        "Et {said} autres du même ordre dans cette fiche, non détaillés : corrigez d’abord ceux-ci, puis relancez."
    ),
}

# Where an address is not one of the web.
OTHER_ADDRESSES = {"email": "mailto:nom@exemple.fr", "mbox": "mailto:nom@exemple.fr", "telephone": "tel:+33123456789"}
WRITE_ADDRESS = gettext_noop(
    "« {said} » n’est pas l’adresse attendue pour {field}{owner} : écrivez-la sous la forme {form}."
)

# What a constraint of the official shapes means, by its name in SHACL (Shapes Constraint Language, §4).
OFFICIAL = {
    "MinCount": gettext_noop("Il manque {field} : ajoutez cette information là où la fiche est tenue."),
    "MaxCount": gettext_noop("Une seule valeur est permise pour {field}, et il y en a plusieurs : gardez la bonne."),
    "NodeKind": gettext_noop(
        "La valeur donnée pour {field} n’est pas de la bonne sorte ({said}) : un texte là où il faut une adresse, "
        "ou l’inverse."
    ),
    "Class": gettext_noop(
        "Rien ne dit ce qu’est la valeur donnée pour {field} ({said}) : décrivez-la dans le catalogue, "
        "ou prenez une adresse du vocabulaire européen."
    ),
    "Datatype": gettext_noop(
        "« {said} » n’a pas le type attendu pour {field} : donnez une valeur du type que demande DCAT-AP 3."
    ),
    "HasValue": gettext_noop("La valeur attendue n’est pas donnée pour {field} : ajoutez-la."),
}
OTHERWISE = gettext_noop(
    "La valeur donnée pour {field} ({said}) ne suit pas la règle officielle « {component} » : corrigez-la."
)


def of_shape(component: str, name: str, predicate: str, said: str) -> str:
    """A result of the official shapes in French; `name` is the term's in the profile, "" when it has none."""
    field = _(named(name)) if name else _property(predicate)
    told = " ".join(said.removeprefix(RELATIVE).split())[:100] or _("(vide)")
    return _(OFFICIAL.get(component, OTHERWISE)).format(field=field, said=told, component=component)


def _property(predicate: str) -> str:
    if not predicate:
        return _("cette fiche")
    return _("la propriété « %(name)s »") % {"name": re.split(r"[#/]", predicate)[-1]}


def sentence(code: str, path: str, predicate: str, said: str) -> str:
    """What is wrong and what to do."""
    *owners, name = path.split(".")
    fallback = _property(predicate)
    field = _(named(name, owners[-1] if owners else "", fallback)) if name else fallback
    owner = f" {of(owners[-1])}" if owners else ""
    told = " ".join(said.split()) or _("(vide)")
    if code in ("bad-address", "not-address") and name in OTHER_ADDRESSES:
        return _(WRITE_ADDRESS).format(field=field, owner=owner, said=told, form=OTHER_ADDRESSES[name])
    return _(SENTENCES[code]).format(field=field, owner=owner, said=told)
