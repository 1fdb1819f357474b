"""`manage.py account EMAIL`: makes the first administrator, gives and takes roles.

The password is asked at the terminal, or read from standard input with `--password-stdin`; there is no default one.
"""

from __future__ import annotations

import getpass
import sys
from argparse import ArgumentParser
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from catalogue import auditing, permissions
from catalogue.accounts import members, resets, second_step
from catalogue.auditing import Thing, by_command
from catalogue.models import Organisation, User


class Command(BaseCommand):
    help = "Crée un compte, en fait l’administrateur de l’instance, lui donne ou lui retire un rôle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="ADRESSE")
        parser.add_argument("--administrator", action="store_true", help="administre toute l’instance")
        parser.add_argument("--organisation", metavar="NOM-COURT", help="l’organisation où le rôle vaut")
        parser.add_argument("--role", choices=[*permissions.ROLES, "none"], help="none retire le rôle")
        parser.add_argument("--password-stdin", action="store_true", help="lit le mot de passe sur l’entrée standard")

        parser.add_argument("--reset-totp", action="store_true", help="oublie le téléphone et les codes de secours")

        parser.add_argument(
            "--reset-link", action="store_true", help="donne un lien pour choisir un nouveau mot de passe"
        )

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        if bool(options["role"]) != bool(options["organisation"]):
            raise CommandError("--role et --organisation vont ensemble.", returncode=2)
        body = self._organisation(options["organisation"]) if options["organisation"] else None
        user = User.objects.filter(email=options["email"].lower()).first()
        if user is None:
            user = self._make(options["email"], options["password_stdin"])
        if options["reset_totp"]:
            second_step.remove(user, None, "Code de connexion remis à zéro.")
            self.stdout.write(
                f"{user.email} : code de connexion remis à zéro. Vérifiez que c’est bien cette personne qui l’a demandé."
            )
        if options["reset_link"]:
            with transaction.atomic():
                auditing.tell(None, "account.change", Thing.person(user), reason="Lien de nouveau mot de passe donné.")
            self.stdout.write(f"Valable deux heures, une seule fois : {resets.link_for(user)}")
        if options["administrator"]:
            with transaction.atomic():
                User.objects.filter(pk=user.pk).update(is_superuser=True, is_staff=True)
                auditing.tell(None, "account.administrator", Thing.person(user))
            members.must_protect(user)
            self.stdout.write(f"{user.email} administre l’instance.")
        if body and options["role"] == "none":
            permissions.remove_role(user, body)
            self.stdout.write(f"{user.email} n’a plus de rôle dans « {body} ».")
        elif body:
            permissions.assign_role(user, body, options["role"])
            if options["role"] == members.ADMINISTRATOR:
                members.must_protect(user)
            self.stdout.write(f"{user.email} : {options['role']} dans « {body} ».")

    def _organisation(self, slug: str) -> Organisation:
        body = Organisation.objects.filter(slug=slug).first()
        if body is None:
            known = ", ".join(Organisation.objects.filter(tenant=True).values_list("slug", flat=True)) or "aucune"
            raise CommandError(f"Aucune organisation « {slug} ». Celles de l’instance : {known}.")
        return body

    def _make(self, email: str, from_stdin: bool) -> User:
        try:
            validate_email(email)
            password = sys.stdin.readline().rstrip("\n") if from_stdin else self._ask()
            validate_password(password)
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        with transaction.atomic():
            user = User.objects.create_user(email, password)
            auditing.tell(None, "account.create", Thing.person(user))
        self.stdout.write(f"Compte créé : {user.email}.")
        return user

    def _ask(self) -> str:
        if not sys.stdin.isatty():
            raise CommandError("Donnez le mot de passe sur l’entrée standard avec --password-stdin.", returncode=2)
        password = getpass.getpass("Mot de passe : ")
        if password != getpass.getpass("Encore une fois : "):
            raise CommandError("Les deux mots de passe diffèrent ; recommencez.")
        return password
