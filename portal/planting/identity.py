"""Which commune a code means, said by name when it means none, one of yesterday, or something else than a commune."""

from __future__ import annotations

import re
from typing import Any, Final

from catalogue.models import Organisation, Territory
from catalogue.models.territories import Level

COMMUNE: Final = re.compile(r"\d[0-9AB]\d{3}")
ARRONDISSEMENT: Final = "arrondissement"
MOST: Final = 5  # communes of one postcode that are named


class NotACommune(ValueError):
    """A code that no commune of today has. The message is French, and names the one to take."""


def commune_at(code: str) -> Territory:
    """The commune of today that has exactly this code. Raises NotACommune."""
    code = code.strip().upper()
    found = Territory.objects.resolve(code)
    if found is None:
        raise NotACommune(_unknown(code))
    if found.level != Level.COMMUNE:
        raise NotACommune(
            f"« {code} » est le code de « {found.name} » ({found.get_level_display()}) : on plante une commune. "
            "Donnez son code INSEE, par exemple --territory 40192."
        )
    if found.code != code:
        raise NotACommune(_of_yesterday(code, found))
    return found


def disagreement(said: str) -> str:
    """What is wrong when the environment says another commune than the body that holds this base; "" when nothing is.

    Only of two communes: the portal of an intercommunalité may well have begun with one of its communes.
    """
    body = Organisation.objects.filter(tenant=True).select_related("territory").order_by("pk").first()
    kept = body.territory if body else None
    asked = Territory.objects.resolve(said) if said else None
    if kept is None or asked is None or kept == asked or {kept.level, asked.level} != {Level.COMMUNE}:
        return ""
    return (
        f"Cette base est le portail {kept.of()} ({kept.code}), et BOUTURE_TERRITORY vaut {said} ({asked.name}) : le portail "
        f"ne démarre pas, pour ne pas mêler deux communes. Écrivez BOUTURE_TERRITORY={kept.code}, ou indiquez une autre base "
        "(BOUTURE_HOME=un-dossier-neuf)."
    )


def _of_yesterday(code: str, today: Territory) -> str:
    entry: dict[str, Any] = next((one for one in today.former_communes if one["code"] == code), {})
    name = f"« {entry['name']} » ({code})" if entry.get("name") else f"« {code} »"
    what = "est un arrondissement" if entry.get("kind") == ARRONDISSEMENT else "fait aujourd’hui partie"
    return f"{name} {what} {today.of()}. Donnez le code de la commune : --territory {today.code}."


def _unknown(code: str) -> str:
    if not COMMUNE.fullmatch(code):
        return (
            f"« {code[:40]} » n’est pas le code INSEE d’une commune, qui a cinq signes : 40192, 2A004, 97411. "
            "Il se trouve sur la page de votre commune, sur insee.fr."
        )
    if communes := _of_postcode(code):
        named = ", ".join(f"{one.name} ({one.code})" for one in communes[:MOST])
        more = f" et {len(communes) - MOST} autres" if len(communes) > MOST else ""
        return f"« {code} » est un code postal, celui de {named}{more}. Donnez le code INSEE, entre parenthèses."
    return (
        f"Aucune commune n’a le code « {code} ». Vérifiez-le sur insee.fr ; si la commune vient de naître, mettez à jour "
        "le logiciel, puis « manage.py load_reference »."
    )


def _of_postcode(code: str) -> list[Territory]:
    """Read one by one: SQLite has no way to ask what a list of JSON holds."""
    communes = Territory.objects.communes().only("name", "code", "postcodes").order_by("-inhabitants", "code")
    return [one for one in communes if code in one.postcodes]
