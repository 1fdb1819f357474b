"""What becomes of each model when an instance leaves: one line each; `tests/test_house.py` fails on a model that has none.

A column of a model that is kept is kept, unless its line names it in `without`. Whoever adds a model says here what it is;
whoever adds a column that smells of a secret or of a lease says so too (`SUSPECT`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from django.apps import apps
from django.db.models import Model, Q, QuerySet


@dataclass(frozen=True)
class Kept:
    """Written whole, a row a line. `without`: columns that stay here, and why; they come back with their default.

    `replaced`: an instance where nobody put anything has rows of it (reference facts, cursors); those of the export take their
    place. `rows`: which, when not all. `batch`: rows in memory at once.
    """

    without: Mapping[str, str] = field(default_factory=dict)
    replaced: bool = False
    rows: Q | None = None
    batch: int = 200


@dataclass(frozen=True)
class Derived:
    """Made again from what is kept. `by`: the command or the reader that does it."""

    by: str


@dataclass(frozen=True)
class Stays:
    """A secret, or of use to nobody elsewhere. `why`: as the LISEZMOI of the export says it, in French."""

    why: str


LEASE: Final = "un verrou de processus"
LEASED: Final = {"holder": LEASE, "held_until": LEASE}
REFERENCE: Final = Kept(replaced=True, batch=2_000)
SECRET: Final = Stays("secret")
MIGRATED: Final = Derived("manage.py migrate")

DECLARED: Final[dict[str, Kept | Derived | Stays]] = {
    # Reference facts, as this instance has them: rows point to their keys.
    "catalogue.Territory": REFERENCE,
    "catalogue.Territory_parents": REFERENCE,
    "catalogue.Population": REFERENCE,
    "catalogue.TerritoryTag": REFERENCE,
    "catalogue.Contour": REFERENCE,
    "catalogue.Vocabulary": REFERENCE,
    "catalogue.Concept": REFERENCE,
    # Who, and what each may do.
    "catalogue.Organisation": Kept(),
    "catalogue.User": Kept(),
    "catalogue.ExternalIdentity": Kept(),
    "catalogue.Attachment": Kept(),
    "catalogue.Mandate": Kept(),
    "catalogue.BodyGroup": Kept(),
    "catalogue.GroupMember": Kept(),
    "catalogue.Grant": Kept(),
    "auth.Group": Kept(),
    "auth.Group_permissions": Kept(),
    "catalogue.User_groups": Kept(),
    "catalogue.User_user_permissions": Kept(),
    "guardian.UserObjectPermission": Kept(),
    "guardian.GroupObjectPermission": Kept(),
    # The catalogue, its log, its feed.
    "catalogue.Dataset": Kept(),
    "catalogue.Distribution": Kept(),
    "catalogue.DataService": Kept(),
    "catalogue.Layer": Kept(),
    "catalogue.Addition": Kept(),
    "catalogue.FormerAddress": Kept(),
    "catalogue.FormerPath": Kept(),
    "catalogue.Counter": Kept(replaced=True),
    "catalogue.Change": Kept(batch=1_000),
    "catalogue.Cursor": Kept(
        without={**LEASED, "error": "de ce serveur"}, replaced=True, rows=~Q(reader="search")
    ),  # the index is made anew
    "catalogue.FeedMember": Kept(replaced=True),  # of the catalogue itself, in any instance that worked once
    "catalogue.FeedMention": Kept(),
    "catalogue.Withheld": Kept(),
    "catalogue.Submission": Kept(),
    "catalogue.Proposal": Kept(),
    "catalogue.SynonymTable": Kept(),
    "catalogue.Page": Kept(),
    "catalogue.Identity": Kept(),
    "catalogue.Notice": Kept(),
    "catalogue.ShownTheme": Kept(),
    "catalogue.FeedFollower": Kept(),
    "catalogue.AppliedPack": Kept(),  # the base that its next version is merged against
    "catalogue.AuditEntry": Kept(batch=1_000),
    "catalogue.AuditText": Kept(batch=20),
    # Tables and figures.
    "catalogue.Table": Kept(without=LEASED),
    "catalogue.TableVersion": Kept(),
    "catalogue.Replacement": Kept(),
    "catalogue.TableDecision": Kept(),
    "catalogue.Indicator": Kept(
        replaced=True
    ),  # those of the recipes that are shipped, in any instance that worked once
    "catalogue.Observation": Kept(batch=1_000),
    "catalogue.FormerObservation": Kept(batch=1_000),
    "catalogue.ObservedColumn": Kept(without={"cells": "refait par le travail de fond", "stamp": "va avec `cells`"}),
    "catalogue.Reckoning": Kept(),
    "catalogue.AskedReckoning": Kept(),
    "catalogue.Release": Kept(),
    # What people asked for.
    "catalogue.Dashboard": Kept(),
    "catalogue.FigureAlert": Kept(),
    "catalogue.FollowedSearch": Kept(),
    "catalogue.ToldRecord": Kept(),
    "catalogue.Question": Kept(),
    "catalogue.Reuse": Kept(),
    "catalogue.ReusedDataset": Kept(),
    "catalogue.LateNotice": Kept(),
    # What is known of records and of links: cheap to carry, slow to learn again.
    "catalogue.Score": Kept(),
    "catalogue.LinkHost": Kept(without=LEASED),
    "catalogue.LinkCheck": Kept(),
    "catalogue.LinkUse": Kept(),
    "catalogue.DatasetViews": Kept(),
    "catalogue.UseTotal": Kept(replaced=True),
    "catalogue.DatasetUse": Kept(),
    "catalogue.SearchTotal": Kept(replaced=True),
    # Sources, with all that the next harvest compares with.
    "harvesters.HarvestSource": Kept(without=LEASED),
    "harvesters.HarvestRun": Kept(),
    "harvesters.HarvestPage": Kept(batch=5),
    "harvesters.HarvestRecord": Kept(),
    "harvesters.HarvestPlan": Kept(),
    "harvesters.HarvestLeftover": Kept(),
    "harvesters.RouteMark": Kept(batch=1_000),
    "harvesters.PeerFeed": Kept(),
    "harvesters.PeerRevocation": Kept(),
    "harvesters.PeerPage": Kept(),
    "harvesters.PeerObject": Kept(),
    "harvesters.PeerReference": Kept(batch=1_000),
    # Made again.
    "contenttypes.ContentType": MIGRATED,
    "auth.Permission": MIGRATED,
    "catalogue.IndexCheck": Derived("manage.py index --check"),
    # Stays.
    "catalogue.SecondStep": Stays("secret : chacun enrôle de nouveau son téléphone"),
    "catalogue.RecoveryCode": SECRET,
    "catalogue.OpenSession": Stays("secret : chacun se connecte de nouveau"),
    "sessions.Session": SECRET,
    "catalogue.ApiToken": Stays("secret : chaque programme reçoit un nouveau jeton"),
    "catalogue.Invitation": Stays("secret : les invitations sans réponse sont à envoyer de nouveau"),
    "catalogue.ResetRequest": SECRET,
    "catalogue.LoginTrace": Stays("personnel, gardé 180 jours, inutile ailleurs"),
    "catalogue.OutgoingMail": Stays("l’ancien portail envoie encore ses messages ; deux les enverraient deux fois"),
    "catalogue.KeptAnswer": Stays("réponse gardée un jour pour un programme qui répète son appel"),
    "catalogue.Unsent": Stays("saisie perdue qui attend un jour la personne qui l’a tapée"),
    "catalogue.SearchTally": Stays("compté sous une empreinte dont la clé ne quitte pas l’instance"),
    "catalogue.SearchDay": Stays("va avec les questions comptées"),
    "harvesters.HarvestHost": Stays("l’heure où un hôte peut de nouveau être demandé, à une seconde près"),
}

# What a column is called that may be a secret or a lease; those that are neither, and why, in KNOWN.
SUSPECT: Final = re.compile(r"secret|passw|token|sealed|holder|held_until|digest|hash|\blink\b|private_key|credential")
KNOWN: Final = {
    "catalogue.User.password": "written as whether there is one",
    "catalogue.AuditEntry.hash": "the chain itself",
    "catalogue.AuditText.digest": "of a text that is beside it",
    "catalogue.Dataset.digest": "of the record",
    "catalogue.DataService.digest": "of the record",
    "catalogue.FeedMember.digest": "of what is announced",
    "catalogue.FeedMention.digest": "of what is announced",
    "catalogue.Indicator.digest": "of a recipe",
    "catalogue.Reckoning.recipe_digest": "of a recipe",
    "catalogue.Release.digest": "of figures",
    "catalogue.LinkCheck.digest": "of an address",
    "catalogue.LinkUse.link": "a row",
    "harvesters.RouteMark.digest": "of a title",
    "harvesters.PeerReference.digest": "of an address",
    # Addresses that were sent by mail or handed on: they must go on answering. The export is as private as the base is.
    "catalogue.Dashboard.link": "an address that was handed on",
    "catalogue.FigureAlert.link": "an address in messages",
    "catalogue.FollowedSearch.link": "an address in messages",
    "catalogue.Question.link": "an address in messages",
    "catalogue.Reuse.link": "an address in messages",
    "harvesters.PeerReference.holder": "a row",
}


def models() -> dict[str, type[Model]]:
    """Every model of the project by its label, those that tie two others included."""
    return {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def kept() -> Iterator[tuple[str, type[Model], Kept]]:
    known = models()
    for label, line in DECLARED.items():
        if isinstance(line, Kept):
            yield label, known[label], line


def rows_of(model: type[Model], line: Kept) -> QuerySet[Any]:
    """Of the base, not of a manager that leaves some out."""
    every = model._base_manager.order_by("pk")  # noqa: SLF001
    return every.filter(line.rows) if line.rows is not None else every
