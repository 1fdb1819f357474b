"""`manage.py plant --pack PACK --territory CODE`: makes the portal of a commune of an empty base (docs/plant.md)."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from catalogue import auditing
from catalogue.accounts import members, resets
from catalogue.auditing import Thing, by_command
from catalogue.errors import CatalogueError
from catalogue.models import Territory, User
from portal.packs.format import Pack
from portal.packs.places import place_of
from portal.packs.refusals import PackRefused
from portal.planting import identity, making


class Command(BaseCommand):
    help = "Fait d’une base vide le portail d’une commune : son identité, ses sources nationales, sa première moisson."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--pack", default="commune", help="nom d’un pack livré, ou dossier d’un pack signé (défaut : commune)"
        )
        parser.add_argument("--territory", metavar="CODE", required=True, help="code INSEE de la commune")
        parser.add_argument("--administrator", metavar="ADRESSE", help="crée le compte qui administre le portail")
        parser.add_argument(
            "--trust", default="", metavar="CLÉ", help="la clé de qui publie ce pack, vérifiée par vous"
        )
        parser.add_argument("--dry-run", action="store_true", help="dit ce qui serait fait, et ne le fait pas")

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        mail = self._mail(options["administrator"] or "")
        plans = MigrationExecutor(connection)
        if plans.migration_plan(plans.loader.graph.leaf_nodes()):
            call_command("migrate", interactive=False, verbosity=0)
        if not Territory.objects.exists():
            self.stderr.write("Chargement des territoires français…")
            call_command("load_reference", stdout=self.stderr)
        try:
            commune = identity.commune_at(options["territory"])
            self._agrees(commune)
            pack = making.pack_of(options["pack"])
            self._plant(pack, commune, options)
        except (identity.NotACommune, PackRefused, making.NotEmpty, CatalogueError) as error:
            raise CommandError(str(error)) from error
        if options["dry_run"]:
            return
        if mail:
            self._administrator(mail)
        self._next(commune, bool(mail))

    def _plant(self, pack: Pack, commune: Territory, options: dict[str, Any]) -> None:
        there = making.is_planted(pack, commune)
        if not there:
            making.check_empty(commune)
        self._identity(commune)
        if options["dry_run"]:
            self._would(pack, commune, options["trust"])
        elif there:
            self.stdout.write("Cette base était déjà plantée ainsi : rien n’a changé.")
        else:
            made = making.make(pack, commune, options["trust"])
            for line in made.done.aside:
                self.stdout.write(line)
            self.stdout.write(f"« {made.body} » est créée, et le pack « {pack.title} » {pack.version} appliqué.")

    def _mail(self, mail: str) -> str:
        try:
            if mail:
                validate_email(mail)
        except ValidationError as error:
            raise CommandError(
                f"« {mail} » n’est pas une adresse électronique. Exemple : --administrator donnees@ville.fr.",
                returncode=2,
            ) from error
        return mail.lower()

    def _agrees(self, commune: Territory) -> None:
        """The environment may not say yet whose portal it is; when it does, it says the same."""
        said = settings.BOUTURE_TERRITORY
        if said and Territory.objects.resolve(said) != commune:
            raise CommandError(
                f"BOUTURE_TERRITORY vaut {said}, et l’on plante {commune.name} ({commune.code}) : rien n’a été fait. "
                f"Écrivez BOUTURE_TERRITORY={commune.code}, ou plantez --territory {said}."
            )

    def _identity(self, commune: Territory) -> None:
        known = place_of(commune.code).values
        people = commune.population()
        said = [
            f"{commune.name} ({commune.code})",
            f"{people.value} habitants en {people.year} ({people.source})" if people else "population inconnue",
            known["epci_name"] or "hors intercommunalité",
            f"SIREN {known['siren']}" if known["siren"] else "sans SIREN connu",
        ]
        self.stdout.write(" · ".join(said))

    def _would(self, pack: Pack, commune: Territory, trusted: str) -> None:
        would = making.planned(pack, commune, trusted)
        self.stdout.write(f"Le pack « {pack.title} » {pack.version} ferait ici :")
        for line in [*(line for step in would.steps for line in step.lines()), *would.aside]:
            self.stdout.write(f"  {line}")
        self.stdout.write("Rien n’a été écrit. Sans --dry-run, la base serait plantée.")

    def _administrator(self, mail: str) -> None:
        with transaction.atomic():
            user = User.objects.filter(email=mail).first()
            if user is None:
                # Nobody knows this password, not even who is to choose another by the link.
                user = User.objects.create_user(mail, secrets.token_urlsafe(48))
                auditing.tell(None, "account.create", Thing.person(user))
            if not user.is_superuser:
                User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
                auditing.tell(None, "account.administrator", Thing.person(user))
        members.must_protect(user)
        self.stdout.write(f"{mail} administre le portail. Son mot de passe se choisit ici, dans les deux heures :")
        self.stdout.write(f"  {resets.link_for(user)}")

    def _next(self, commune: Territory, administered: bool) -> None:
        steps = [
            f"gardez BOUTURE_TERRITORY={commune.code} dans l’environnement de cette instance ;",
            "« manage.py harvest --due » lit les sources tout de suite, « manage.py work » les relit à leur rythme ;",
            f"« make run » sert le portail : {settings.BOUTURE_URL}/",
        ]
        if not administered:
            steps.append("« manage.py account ADRESSE --administrator » crée le compte qui administre.")
        self.stdout.write("Ensuite :")
        for step in steps:
            self.stdout.write(f"  - {step}")
