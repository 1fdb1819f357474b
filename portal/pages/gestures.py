"""What a person asks of a source by one button of its page: a name in GESTURES, and what does it. Nothing runs here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import HttpRequest, QueryDict

from harvesters import schedule
from harvesters.models import HarvestSource

PAUSED: Final = "La source est en pause : reprenez-la d’abord."
TYPED: Final = ("rythme", "fuseau", "decalage", "contact")


@dataclass(frozen=True)
class Asked:
    """`given` is what came with the form."""

    source: HarvestSource
    given: QueryDict


class Refusal(Exception):
    """Nothing was changed; `message` is French and says why."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def act(request: HttpRequest, found: HarvestSource) -> None:
    """Does what was asked, and says so on the next page. Raises Refusal."""
    gesture = GESTURES.get(request.POST.get("geste", ""))
    if gesture is None:
        raise Refusal("Ce geste n’existe pas. Rien n’a été changé.")
    messages.success(request, gesture(Asked(found, request.POST)))


def _pause(asked: Asked) -> str:
    schedule.pause(asked.source)
    return "La source est en pause."


def _resume(asked: Asked) -> str:
    schedule.resume(asked.source)
    return "La source est reprise, à son rythme."


def _run(asked: Asked) -> str:
    if not schedule.run_soon(asked.source):
        raise Refusal(PAUSED)
    return "La moisson est demandée. Elle part dans la minute si le travailleur tourne ; revenez voir ici."


def _rehearse(asked: Asked) -> str:
    if not schedule.run_soon(asked.source, rehearsal=True):
        raise Refusal(PAUSED)
    return "La répétition est demandée : elle dira ici ce qui changerait, sans rien écrire."


def _accept(asked: Asked) -> str:
    if not schedule.accept(asked.source):
        raise Refusal("Il n’y a rien à accepter : le dernier passage ne s’est pas arrêté, ou la source est en pause.")
    return "C’est accepté, pour un passage. Il part dans la minute si le travailleur tourne."


def _set_rhythm(asked: Asked) -> str:
    typed = {name: asked.given.get(name, "").strip() for name in TYPED}
    try:
        if typed["contact"]:
            validate_email(typed["contact"])
        if not (typed["decalage"].isascii() and typed["decalage"].isdigit() and len(typed["decalage"]) < 5):
            raise Refusal(f"Le décalage est un nombre de minutes, de 0 à {schedule.MOST_SPREAD}.")
        if len(typed["rythme"]) > 100 or len(typed["fuseau"]) > 50:
            raise Refusal("Le rythme ou le fuseau est trop long. Exemple de rythme : « 0 3 * * * ».")
        schedule.set_rhythm(asked.source, typed["rythme"], typed["fuseau"], int(typed["decalage"]))
    except ValidationError as error:
        raise Refusal("L’adresse électronique à prévenir n’en est pas une. Exemple : donnees@ville.fr.") from error
    except schedule.BadSchedule as error:
        raise Refusal(str(error)) from error
    asked.source.contact = typed["contact"]
    asked.source.save(update_fields=["contact"])
    return "Le rythme et le contact sont enregistrés."


def typed(request: HttpRequest, found: HarvestSource) -> dict[str, object]:
    """What the form of the rhythm shows: what was typed when it is refused, else what is kept."""
    if request.POST.get("geste") == "rythme":
        return {name: request.POST.get(name, "") for name in TYPED}
    return {"rythme": found.schedule, "fuseau": found.zone, "decalage": found.spread, "contact": found.contact}


GESTURES: Final[dict[str, Callable[[Asked], str]]] = {
    "pause": _pause,
    "reprendre": _resume,
    "lancer": _run,
    "repeter": _rehearse,
    "accepter": _accept,
    "rythme": _set_rhythm,
}
