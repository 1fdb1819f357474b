"""Why a column is pointed out, and the law, in French. CRPA: code des relations entre le public et l’administration."""

from __future__ import annotations

from typing import Final

ANONYMISE: Final = "Sauf texte ou accord des personnes, ce qui les désigne est rendu anonyme avant d’être publié (CRPA, article L. 312-1-2)."
DIRECTORY: Final = "Un annuaire ou un organigramme de services peut garder les noms (CRPA, article D. 312-1-3), pas les coordonnées privées."

ELECTED: Final = "Le nom et le mandat des élus sont publics (CRPA, article D. 312-1-3)"

TEXTS: Final = {
    "nir": f"Numéros de sécurité sociale (leur clé de contrôle est juste). Ils ne se publient jamais. {ANONYMISE}",
    "iban": f"Comptes bancaires (IBAN dont la clé est juste). Ceux de personnes ne se publient pas. {ANONYMISE}",
    "email": (
        "Adresses électroniques qui semblent celles de personnes. Une adresse de service (mairie@, contact@) convient "
        f"mieux. {ANONYMISE}"
    ),
    "telephone": (
        f"Numéros de téléphone mobile, souvent ceux de personnes. Le numéro d’un accueil convient mieux. {ANONYMISE}"
    ),
    "birth": f"Noms de personnes avec leur date de naissance. {ANONYMISE}",
    "birth-elected": (
        f"Dates de naissance d’élus. {ELECTED} ; la date de naissance du répertoire national des élus n’a pas à être "
        "republiée."
    ),
    "names": f"Noms et prénoms de personnes. {ANONYMISE} {DIRECTORY}",
    "address": f"Adresses postales à côté de noms de personnes. {ANONYMISE}",
    "address-elected": f"Adresses à côté de noms d’élus. {ELECTED} ; leurs coordonnées personnelles ne se publient pas.",
    "subsidy": (
        "Subventions qui semblent versées à des personnes physiques (ni SIRET ni RNA, et un nom de personne) : elles se "
        "publient sans leur nom (réponse ministérielle, JO Sénat du 10 août 2023 ; CRPA, article L. 312-1-2). "
        "L’obligation de publier, au-delà de 23 000 € par an (loi 2000-321, article 10), porte sur les organismes ; "
        "les associations restent nommées."
    ),
    "deliberation": (
        "Délibérations de matières souvent nominatives (3 domaine, 4 personnel, 8.2 aide sociale) dont l’objet nomme "
        f"quelqu’un. {ANONYMISE} Contrôlez aussi le document lié."
    ),
    "rare": (
        "Prénoms donnés moins de trois fois, ou de genre indéterminé : ils désignent presque une personne, et l’Insee ne "
        "les publie pas (secret statistique)."
    ),
    "small": (
        "Effectifs de moins de onze personnes sur un sujet sensible : masquez-les ou regroupez-les (secret statistique)."
    ),
}
