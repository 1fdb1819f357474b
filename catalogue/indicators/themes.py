"""What indicators are about, in the order in which a territory's page shows them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from catalogue.indicators.contract import Words

THEMES: Final[Mapping[str, Words]] = {
    "population": Words("Population", "Population"),
    "finances": Words("Finances", "Finances"),
    "commande-publique": Words("Commande publique", "Public procurement"),
    "vie-associative": Words("Vie associative", "Community life"),
    "democratie": Words("Démocratie locale", "Local democracy"),
    "transparence": Words("Transparence", "Transparency"),
    "personnel": Words("Personnel", "Staff"),
    "mobilite": Words("Mobilité", "Mobility"),
    "energie": Words("Énergie et climat", "Energy and climate"),
    "dechets": Words("Déchets", "Waste"),
    "environnement": Words("Environnement", "Environment"),
    "urbanisme": Words("Urbanisme", "Planning"),
    "education": Words("Enfance et éducation", "Children and education"),
    "culture": Words("Culture", "Culture"),
    "sport": Words("Sport et loisirs", "Sport and leisure"),
    "accessibilite": Words("Accessibilité", "Accessibility"),
    "numerique": Words("Numérique", "Digital inclusion"),
    "sante": Words("Santé", "Health"),
    "securite": Words("Sécurité", "Safety"),
}
