"""What can be wrong with an instance that is followed: a code, that is kept and given to programs, and a name for people.

The page of instances, messages by mail, `manage.py peer` and the reports of runs take their words from here.
"""

from __future__ import annotations

from django.db.models import TextChoices


class Fault(TextChoices):
    # Whom we believe.
    KEY_CHANGED = "key-changed", "La clé a changé"
    UNSIGNED = "unsigned", "Le flux n’est plus signé"
    FORGED = "forged", "Signature refusée"
    FORGED_CARD = "forged-card", "Carte mal signée"
    REVOKED = "revoked", "Instance révoquée"
    # What the feed says as a whole.
    BACK = "gone-back", "Racine revenue en arrière"
    TOO_MANY = "withdraws-much", "L’instance retire presque tout"
    ELSEWHERE = "page-elsewhere", "Page hors de l’instance"
    ENDLESS = "endless", "Flux sans fin"
    TOO_LARGE = "page-too-large", "Page trop lourde"
    UNREADABLE = "page-unreadable", "Page illisible"
    # How it answers.
    CUT = "cut", "Réponse coupée"
    SILENT = "silent", "Ne répond pas"
    UNREACHABLE = "unreachable", "Injoignable"
    # Activities that are set aside while the rest of the feed is followed.
    CLOCK = "clock-ahead", "Horloge trop en avance"
    OTHER_KIND = "kind-changed", "Objet qui change de nature"
    INCOMPLETE = "incomplete", "Annonce incomplète"
    EMPTY = "empty", "Annonce sans contenu"
    NOT_ITS_OWN = "not-its-address", "Adresse qui n’est pas la sienne"
    CIRCLING = "circling", "Fiche qui tourne en rond"
    # What nobody foresaw.
    ASKED = "asks", "Elle attend votre avis"
    FAILED = "failed", "La lecture a échoué"
