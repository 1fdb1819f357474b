"""`manage.py serve`: the web server and the worker of one instance, started and stopped together.

Both part from this process, which has read the code once for the two: of the same memory, taken apart they need a third more.
"""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any, Final

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from gunicorn.app.base import Application

from catalogue.journals import hear_falls
from harvesters.management.commands import work
from portal import wsgi
from portal.parting import Part, keep

CONFIGURATION: Final = settings.PROJECT / "deploy" / "gunicorn.conf.py"


class Web(Application):
    """gunicorn with the configuration that its own command is given in deploy/."""

    def __init__(self, bind: str) -> None:
        self.bind = bind
        super().__init__()

    def load_config(self) -> None:
        self.load_config_from_file(str(CONFIGURATION))
        self.cfg.set("bind", self.bind)

    def load(self) -> object:
        return wsgi.application


class Command(BaseCommand):
    help = "Sert le portail et fait le travail de fond, ensemble, jusqu’à ce qu’on l’arrête."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--bind", default="127.0.0.1:8000", help="adresse et port où répondre (127.0.0.1:8000)")

    def handle(self, *args: Any, **options: Any) -> None:
        hear_falls()
        keep(
            [
                Part("bouture-work", lambda: call_command(work.Command())),
                Part("bouture-web", Web(options["bind"]).run, needed=True),
            ]
        )
