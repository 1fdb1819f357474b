"""`manage.py keys [list | rotate]`: the keys that this instance signs with, to compare by voice or to replace."""

from __future__ import annotations

import stat
from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue import auditing, keys
from catalogue.auditing import Thing, by_command

MOST = 366  # days


class Command(BaseCommand):
    help = "Dit les clés avec lesquelles l’instance signe son flux, ou en fait une nouvelle."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("what", nargs="?", choices=("list", "rotate"), default="list")
        parser.add_argument(
            "--overlap",
            type=int,
            metavar="JOURS",
            default=keys.OVERLAP.days,
            help="combien de jours la clé d’avant reste annoncée (30) ; 0 si elle a pu être volée",
        )

    @by_command
    def handle(self, *args: Any, **options: Any) -> None:
        if not 0 <= options["overlap"] <= MOST:
            raise CommandError(f"L’ancienne clé reste annoncée de 0 à {MOST} jours.", returncode=2)
        try:
            if options["what"] == "rotate":
                self._rotate(options["overlap"])
            for one in keys.published():
                self.stdout.write(_line(one))
        except keys.KeyUnavailable as error:
            raise CommandError(error.message) from error
        if stat.S_IMODE(keys.folder().stat().st_mode) & 0o077:
            self.stderr.write(f"D’autres comptes de la machine peuvent lire les clés : chmod 700 {keys.folder()}")

    def _rotate(self, days: int) -> None:
        before = keys.current().kid
        new = keys.rotate(timedelta(days=days))
        auditing.tell(
            None, "keys.rotate", Thing.instance("key", new.kid), before={"kid": before}, after={"kid": new.kid}
        )
        if not days:
            self.stdout.write(
                "L’ancienne clé ne vaut plus rien : ceux qui nous suivent refuseront notre flux jusqu’à ce que leur "
                "administrateur admette la nouvelle. Donnez-leur son empreinte."
            )


def _line(one: keys.Published) -> str:
    return f"{one.kid} : {f'encore annoncée jusqu’au {one.until:%d/%m/%Y}' if one.until else 'signe'}"
