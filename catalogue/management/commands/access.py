"""`manage.py access RECORD`: makes a dataset private or public, grants and revokes the right to read it, withdraws it."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError

from catalogue import publishing
from catalogue.auditing import by_command
from catalogue.granting import Opened, give, take
from catalogue.models import Dataset, Grant, User


class Command(BaseCommand):
    help = "Dit qui peut voir un jeu de données."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("record", metavar="FICHE", help="identifiant ou adresse du jeu de données")
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument("--private", action="store_true", help="réservé aux membres de l’organisation qui le tient")
        what.add_argument("--public", action="store_true", help="visible par tous")
        what.add_argument("--grant", metavar="QUI", help="laisse lire une personne (adresse) ou un groupe (nom)")
        what.add_argument("--revoke", metavar="QUI", help="retire ce droit")
        what.add_argument("--withdraw", metavar="MOTIF", help="retire la fiche, avec son motif")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        dataset = self._find(options["record"])
        if options["private"] or options["public"]:
            publishing.set_private(dataset, options["private"])
            self.stdout.write(f"« {dataset} » est {'privé' if dataset.private else 'public'}.")
        elif options["withdraw"] is not None:
            publishing.withdraw([dataset], options["withdraw"])
            self.stdout.write(f"« {dataset} » est retiré.")
        elif options["grant"]:
            who = self._who(options["grant"])
            give(_opened(dataset), who.email if isinstance(who, User) else who, "Donné par la commande « access ».")
            self.stdout.write(f"{options['grant']} peut lire « {dataset} ».")
        else:
            self._revoke(dataset, self._who(options["revoke"]))
            self.stdout.write(f"{options['revoke']} ne peut plus lire « {dataset} ».")

    def _revoke(self, dataset: Dataset, who: User | Group) -> None:
        mine = {"email": who.email.lower()} if isinstance(who, User) else {"group": who}
        grant = Grant.objects.filter(dataset=dataset, **mine).first()
        if grant is None or not take(grant):
            publishing.revoke(dataset, who)

    def _find(self, name: str) -> Dataset:
        try:
            found = Dataset.objects.filter(pk=UUID(name)).first()
        except ValueError:
            found = Dataset.objects.filter(uri=name).first()
        if found is None:
            raise CommandError(
                f"Aucun jeu de données « {name} ». Donnez son identifiant ou son adresse, lus sur sa page."
            )
        return found

    def _who(self, name: str) -> User | Group:
        found = (
            User.objects.filter(email=name.lower()).first() if "@" in name else Group.objects.filter(name=name).first()
        )
        if found is None:
            raise CommandError(
                f"Ni personne ni groupe ne s’appelle « {name} ». Créez le compte avec « manage.py account »."
            )
        return found


def _opened(dataset: Dataset) -> Opened:
    return Opened(dataset.owner, dataset=dataset)
