"""What whoever keeps a source sets of it, whatever its kind: declared like options, kept in the columns of its row."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from harvesters import schedule
from harvesters.models import HarvestSource
from harvesters.options import BadOption, Options, Wrong, option

# Code -> words, cron expression.
BY_HAND: Final = "main"
BY_NIGHT: Final = "nuit"
RHYTHMS: Final = {
    BY_HAND: (gettext_noop("À la main"), ""),
    BY_NIGHT: (gettext_noop("Chaque nuit"), "0 3 * * *"),
    "semaine": (gettext_noop("Chaque semaine"), "0 3 * * 1"),
    "mois": (gettext_noop("Chaque mois"), "0 3 1 * *"),
}
OTHER: Final = "autre"
EVERY_NIGHT: Final = RHYTHMS[BY_NIGHT][1]


def _mail(text: str) -> None:
    try:
        if text:
            validate_email(text)
    except ValidationError as error:
        raise Wrong(
            _("« %(value)s » n’est pas une adresse électronique. Exemple : donnees@ville.fr.") % {"value": text[:100]}
        ) from error


def _by(read: Callable[[str], object]) -> Callable[[str], None]:
    """A check that passes on what the schedule says of a text."""

    def check(text: str) -> None:
        try:
            read(text)
        except schedule.BadSchedule as error:
            raise Wrong(str(error)) from error

    return check


def _one_line(text: str) -> None:
    if not text.isprintable():
        raise Wrong(_("Ce texte tient sur une ligne, sans caractère invisible."))


@dataclass(frozen=True)
class Keeping(Options):
    """`rhythm` is a code of RHYTHMS, or OTHER for the expression in `cron`."""

    title: str = option(
        "", gettext_noop("nom de la source"), gettext_noop("Vide : son adresse."), most=300, check=_one_line
    )
    rhythm: str = option(
        BY_HAND,
        gettext_noop("rythme"),
        gettext_noop("Quand la source est lue. La nuit : à 3 heures."),
        choices=(
            *((code, said) for code, (said, __) in RHYTHMS.items()),
            (OTHER, gettext_noop("Autre, écrit ci-dessous")),
        ),
    )
    cron: str = option(
        "",
        gettext_noop("autre rythme"),
        gettext_noop(
            "Minute, heure, jour, mois, jour de la semaine. « 30 4 * * 1-5 » : du lundi au vendredi à 4 h 30."
        ),
        most=100,
        check=_by(lambda text: schedule.next_after(text, timezone.now())),
    )
    zone: str = option(
        "",
        gettext_noop("fuseau horaire"),
        gettext_noop("« Indian/Reunion ». Vide : celui du portail."),
        most=50,
        check=_by(lambda text: schedule.next_after(EVERY_NIGHT, timezone.now(), text)),
    )
    spread: int = option(
        15,
        gettext_noop("décalage au plus, en minutes"),
        gettext_noop("Pour que toutes les sources ne partent pas à la même seconde."),
        most=schedule.MOST_SPREAD,
    )
    contact: str = option(
        "",
        gettext_noop("qui prévenir"),
        gettext_noop(
            "Adresse électronique, prévenue quand les moissons échouent plusieurs fois de suite, puis quand elles reprennent."
        ),
        most=254,
        check=_mail,
    )
    max_withdrawn: int = option(
        20,
        gettext_noop("part à retirer au plus, en pour cent"),
        gettext_noop(
            "Au-delà, la moisson s’arrête et vous demande. 100 : elle ne s’arrête jamais, même si la source se vide."
        ),
        most=100,
    )
    grace_days: int | None = option(
        None,
        gettext_noop("jours de grâce"),
        gettext_noop(
            "Combien de jours une fiche que la source ne publie plus reste en ligne. Vide : le réglage du portail."
        ),
        most=3_650,
    )

    @classmethod
    def of(cls, source: HarvestSource) -> Keeping:
        code = next((code for code, (__, cron) in RHYTHMS.items() if cron == source.schedule), OTHER)
        return cls(
            title=source.title,
            rhythm=code,
            cron=source.schedule if code == OTHER else "",
            zone=source.zone,
            spread=source.spread,
            contact=source.contact,
            max_withdrawn=round(source.max_withdrawn * 100),
            grace_days=source.grace_days,
        )

    @property
    def schedule(self) -> str:
        """The cron expression, "" for a source that is harvested by hand."""
        return self.cron if self.rhythm == OTHER else RHYTHMS[self.rhythm][1]

    def keep(self, source: HarvestSource) -> None:
        """Writes what differs from what the source has. Raises BadOption."""
        if self.rhythm == OTHER and not self.cron:
            raise BadOption(_("Écrivez l’autre rythme, ou choisissez-en un dans la liste."), "cron")
        before = Keeping.of(source)
        if (self.schedule, self.zone, self.spread) != (before.schedule, before.zone, before.spread):
            schedule.set_rhythm(source, self.schedule, self.zone, self.spread)
        changed = {name: getattr(self, name) for name in ("title", "contact", "grace_days")}
        if self.max_withdrawn != before.max_withdrawn:  # a share finer than a percent stays as it is
            changed["max_withdrawn"] = self.max_withdrawn / 100
        for name, value in changed.items():
            setattr(source, name, value)
        source.save(update_fields=list(changed))
