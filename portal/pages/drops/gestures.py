"""What each button of the page of a dropped file does. All keep the record as it was typed; none loses it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.amending import draft_of
from catalogue.dcat.classes import EMPTY
from catalogue.dcat.terms import Values
from catalogue.errors import CatalogueError, Refused
from catalogue.models import Dataset, Table, TableVersion, User
from catalogue.permissions import may
from catalogue.publishing.drafts import bring_out, keep_draft, wrote
from catalogue.reviewing import submit
from catalogue.tables.schemas.national import page_of, schemas
from catalogue.tabling import correcting, deciding
from catalogue.tabling.depositing import deposit_again
from portal import spelling
from portal.pages import otherwise
from portal.pages.drops import cells
from portal.pages.drops.card import Card, with_high_value
from portal.pages.table_readings import doubts_of
from portal.pages.words import no_gesture

OUT: Final = frozenset({"publier", "soumettre"})
MOVED: Final = gettext_noop("Ce fichier a été relu entre-temps. Regardez ce qui y est signalé, puis recommencez.")
NO_RIGHT: Final = gettext_noop(
    "Vous ne publiez pas pour cet organisme. Soumettez ce brouillon : une personne qui publie le relira."
)


class Unsound(CatalogueError):
    """Fields to correct: the card shows which, with what was typed."""


@dataclass(frozen=True)
class Done:
    """`address`: where one goes, "" for the same page again."""

    told: str
    address: str = ""


@dataclass(frozen=True)
class Asked:
    """A gesture of a person on one draft, its file, and the record as its page proposes it."""

    request: HttpRequest
    draft: Dataset
    table: Table
    card: Card
    who: User

    @property
    def version(self) -> TableVersion:
        """The one that the page showed. Raises Refused when another is there."""
        current = self.table.current
        if current is None or str(current.number) != self.request.POST.get("version", ""):
            raise Refused(_(MOVED))
        return current


def act(request: HttpRequest, draft: Dataset, table: Table, card: Card, who: User) -> Done:
    """Raises Unsound, Refused and Conflict; then nothing of the gesture was done."""
    name, _colon, value = request.POST.get("geste", "").partition(":")
    gesture = GESTURES.get(name)
    if gesture is None:
        raise Refused(no_gesture())
    return gesture(Asked(request, draft, table, card, who), value)


def _keep(asked: Asked, *, whole: bool, **also: Any) -> None:
    """Keeps the record as it was typed; `whole`: even when nothing was, with all that is proposed. `also`: terms that the
    gesture itself says.

    Raises Unsound for a field that cannot be read; one that is missing is asked for when it is to be published or read by
    another person alone.
    """
    said = {name: [spelling.lines(text) for text in texts] for name, texts in asked.request.POST.lists()}
    result = asked.card.form.read(said, whole=asked.request.POST.get("geste") in OUT)
    if not result.sound:
        raise Unsound(
            _("Rien n’a encore été enregistré : corrigez les champs signalés.") if result.errors else _(MOVED)
        )
    values: Values = result.values
    if asked.card.high_value and "forte_valeur" in asked.request.POST:
        values = with_high_value(values, asked.card.high_value)
    if whole or values != {name: value for name, value in asked.card.values.items() if value not in EMPTY}:
        keep_draft(draft_of(asked.draft, {**values, **also}), asked.who)


def _save(asked: Asked, _value: str) -> Done:
    _keep(asked, whole=True)
    return Done(_("Le brouillon est gardé. Vous seuls, qui écrivez pour cet organisme, le voyez."))


def _publish(asked: Asked, _value: str) -> Done:
    if not may(asked.who, "publish", asked.draft):
        raise Refused(_(NO_RIGHT))
    with transaction.atomic():
        _keep(asked, whole=True)
        bring_out(asked.draft, asked.who)
    return Done(
        _("C’est publié. Visible tout de suite ici, et dans la recherche d’ici une minute."),
        asked.draft.get_absolute_url(),
    )


def _submit(asked: Asked, _value: str) -> Done:
    _keep(asked, whole=True)
    submit(asked.draft, asked.who)
    return Done(_("Le brouillon est soumis : une autre personne le relira avant qu’il soit publié."))


def _correct(asked: Asked, _value: str) -> Done:
    version = asked.version
    wanted = cells.typed(cells.faults_of(version), asked.request.POST)
    return _corrected(asked, lambda: correcting.ask(asked.table, version, wanted, asked.who))


def _mend(asked: Asked, column: str) -> Done:
    version = asked.version
    wanted = cells.mended(cells.faults_of(version), column)
    return _corrected(asked, lambda: correcting.ask(asked.table, version, wanted, asked.who))


def _corrected(asked: Asked, ask: Callable[[], None]) -> Done:
    with transaction.atomic():
        _keep(asked, whole=False)
        ask()
    return Done(_("Le fichier est corrigé. Celui que vous avez déposé reste gardé tel quel."))


def _decide(asked: Asked, value: str) -> Done:
    """`value`: the number of a suspicion and what is decided of it."""
    number, _dash, choice = value.partition("-")
    version = asked.version
    found = next((one for one in doubts_of(asked.table, version) if str(one.number) == number), None)
    if found is None:
        raise Refused(_(MOVED))
    if not may(asked.who, "publish", asked.draft):
        raise Refused(_("Qui publie pour cet organisme décide de ce qui parle de personnes. Soumettez ce brouillon."))
    reason = asked.request.POST.get(f"pourquoi-{number}", "").strip()
    with transaction.atomic():
        _keep(asked, whole=False)
        deciding.decide(version, found.said.code, found.said.columns, choice, reason, asked.who)
        Table.objects.filter(pk=asked.table.pk, next_at__lte=timezone.now()).update(state=Table.State.WAITING)
    return Done(_("La décision est enregistrée, avec votre nom et la date."))


def _follow(asked: Asked, _value: str) -> Done:
    """Another schema: the file is held against it at once, and the record says that it follows it."""
    key = asked.request.POST.get("schema", "")
    if not any(each.key == key for each in schemas()) or not (address := page_of(key)):
        raise Refused(_("Choisissez un schéma de la liste."))
    with transaction.atomic():
        # A record that was saved from the page is proposed nothing any more.
        _keep(asked, whole=bool(asked.draft.description), conforms_to=[address])
        Table.objects.filter(pk=asked.table.pk).update(
            declared=[address], next_at=timezone.now(), state=Table.State.WAITING
        )
    return Done(_("Le fichier est comparé à ce schéma."))


def _replace(asked: Asked, _value: str) -> Done:
    file = asked.request.FILES.get("fichier")
    if not isinstance(file, UploadedFile):
        raise Refused(_("Aucun fichier n’est arrivé. Choisissez-en un, puis déposez-le."))
    _keep(asked, whole=False)
    deposit_again(asked.table, file.chunks(), file.name or "", asked.who)
    return Done(_("Le fichier est remplacé."))


def _read_again(asked: Asked, _value: str) -> Done:
    """Another sheet, another encoding: it is no longer the table that was looked at."""
    with transaction.atomic():
        _keep(asked, whole=False)
        otherwise.ask(asked.table, asked.request.POST, state=Table.State.WAITING)
        wrote(asked.draft.pk, asked.who)
    return Done(_("Le fichier est relu ainsi."))


def _unread(asked: Asked, _value: str) -> Done:
    """What cannot be read is downloaded as it is, because a person says so."""
    if not may(asked.who, "publish", asked.draft):
        raise Refused(_(NO_RIGHT))
    with transaction.atomic():
        _keep(asked, whole=False)
        deciding.publish_unread(asked.table, "publish", asked.request.POST.get("pourquoi", "").strip(), asked.who)
    return Done(_("Ce fichier se téléchargera tel quel quand la fiche sera publiée."))


GESTURES: Final[Mapping[str, Callable[[Asked, str], Done]]] = {
    "garder": _save,
    "publier": _publish,
    "soumettre": _submit,
    "corriger": _correct,
    "remettre": _mend,
    "decider": _decide,
    "schema": _follow,
    "remplacer": _replace,
    "relire": _read_again,
    "tel-quel": _unread,
}
