"""What can be wrong with an instance that is followed: a code, that is kept and given to programs, and a name for people.

The page of instances, messages by mail, `manage.py peer` and the reports of runs take their words from here.
"""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_noop


class Fault(TextChoices):
    # Whom we believe.
    KEY_CHANGED = "key-changed", gettext_noop("La clé a changé")
    UNSIGNED = "unsigned", gettext_noop("Le flux n’est plus signé")
    FORGED = "forged", gettext_noop("Signature refusée")
    FORGED_CARD = "forged-card", gettext_noop("Carte mal signée")
    REVOKED = "revoked", gettext_noop("Instance révoquée")
    # What the feed says as a whole.
    BACK = "gone-back", gettext_noop("Racine revenue en arrière")
    TOO_MANY = "withdraws-much", gettext_noop("L’instance retire presque tout")
    ELSEWHERE = "page-elsewhere", gettext_noop("Page hors de l’instance")
    ENDLESS = "endless", gettext_noop("Flux sans fin")
    TOO_LARGE = "page-too-large", gettext_noop("Page trop lourde")
    UNREADABLE = "page-unreadable", gettext_noop("Page illisible")
    # How it answers.
    CUT = "cut", gettext_noop("Réponse coupée")
    SILENT = "silent", gettext_noop("Ne répond pas")
    UNREACHABLE = "unreachable", gettext_noop("Injoignable")
    # Activities that are set aside while the rest of the feed is followed.
    CLOCK = "clock-ahead", gettext_noop("Horloge trop en avance")
    OTHER_KIND = "kind-changed", gettext_noop("Objet qui change de nature")
    INCOMPLETE = "incomplete", gettext_noop("Annonce incomplète")
    EMPTY = "empty", gettext_noop("Annonce sans contenu")
    NOT_ITS_OWN = "not-its-address", gettext_noop("Adresse qui n’est pas la sienne")
    CIRCLING = "circling", gettext_noop("Fiche qui tourne en rond")
    # What nobody foresaw.
    ASKED = "asks", gettext_noop("Elle attend votre avis")
    FAILED = "failed", gettext_noop("La lecture a échoué")
