"""Pictures of a tile server under our maps: only where who runs the instance names one, and only through the portal itself.

What is set is read here, so that a wrong value is told with the others; `portal.tile_store` fetches and keeps.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.charts.tiles import DEEPEST
from portal.environment import Environment

PLACES: Final = ("{z}", "{x}", "{y}")
EXAMPLE: Final = "Écrivez par exemple BOUTURE_TILES=https://tuiles.exemple.fr/{z}/{x}/{y}.png"


@dataclass(frozen=True)
class Server:
    """`template`: an address with {z}, {x} and {y}; "" for no pictures. `credit`: whose they are, as their licence asks. `room`: bytes
    on the disk."""

    template: str = ""
    credit: str = ""
    room: int = 0

    @classmethod
    def read(cls, env: Environment) -> Server:
        """Tells `env` what is wrong."""
        template, credit = env.text("BOUTURE_TILES"), env.text("BOUTURE_TILES_CREDIT")
        room = env.integer("BOUTURE_TILES_ROOM", 200, low=1, high=100_000) * 2**20  # MiB
        if not template:
            return cls()
        try:
            parts = urlsplit(template)
            usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
        braces = re.findall(r"\{[^}]*\}", template)
        if not usable or sorted(braces) != sorted(PLACES) or "{" in urlsplit(template).netloc:
            env.wrong("E021", "BOUTURE_TILES n'est pas l'adresse d'un serveur de tuiles avec {z}, {x} et {y}.", EXAMPLE)
            return cls()
        if not credit:
            env.wrong(
                "E022",
                "BOUTURE_TILES est donnée sans BOUTURE_TILES_CREDIT : aucune carte ne dirait de qui est son fond.",
                "Écrivez la mention que demande sa licence, par exemple BOUTURE_TILES_CREDIT='© les contributeurs d’OpenStreetMap'",
            )
            return cls()
        return cls(template, credit, room)


def address() -> str:
    """What maps ask of us, with {z}, {x} and {y}; "" where there are no pictures."""
    if not settings.BOUTURE_TILES.template:
        return ""
    return reverse("tile", args=[0, 0, 0]).replace("0/0/0", "{z}/{x}/{y}")


def credited() -> str:
    """The sentence that stands under a map; "" where there are no pictures."""
    credit = settings.BOUTURE_TILES.credit
    return _("Fond de carte\u00a0: {credit}").format(credit=credit) if credit else ""


def exists(zoom: int, column: int, row: int) -> bool:
    """Whether there is such a tile on the Earth."""
    return 0 <= zoom <= DEEPEST and 0 <= column < 2**zoom and 0 <= row < 2**zoom


def source(zoom: int, column: int, row: int) -> str:
    """The address at the server."""
    template = str(settings.BOUTURE_TILES.template)
    for place, number in zip(PLACES, (zoom, column, row), strict=True):
        template = template.replace(place, str(number))
    return template
