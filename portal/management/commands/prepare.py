"""Brings an instance to where it can be served: base, reference facts, static files. Safe to run at each start."""

from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from catalogue import publishing
from catalogue.models import Territory
from catalogue.reference.classing import classify
from catalogue.reference.loader import load_vocabularies, vocabularies_are_current
from catalogue.table_sizes import count_tables
from harvesters.models import HarvestSource
from portal import languages
from portal.packs import swapping
from portal.planting.identity import disagreement


class Command(BaseCommand):
    help = (
        "Met à jour la base, charge les référentiels s'ils manquent ou ont changé et rassemble les fichiers des pages."
    )

    def handle(self, *args: Any, **options: Any) -> str:
        """Returns, and prints alone on standard output, whether the instance has a source yet: "vide" or "garnie"."""
        call_command("migrate", interactive=False, verbosity=0)
        if not Territory.objects.exists():
            self.stderr.write("Chargement des territoires français…")
            call_command("load_reference", stdout=self.stderr)
        elif not vocabularies_are_current():
            load_vocabularies()
        if not Territory.objects.exclude(inhabitants=None).exists():
            classify()  # planted before territories had classes
        if wrong := disagreement(settings.BOUTURE_TERRITORY):
            raise CommandError(wrong)
        for line in swapping.settle():
            self.stderr.write(line)
        publishing.recheck(everything=False)
        count_tables()
        try:
            languages.make(settings.BOUTURE_HOME, [code for code, _ in settings.LANGUAGES])
        except OSError as error:
            raise CommandError(
                f"Une traduction des pages ne se lit pas : {error}. Corrigez son fichier dans locale/, ou retirez la langue de BOUTURE_LANGUAGES."
            ) from error
        call_command("collectstatic", interactive=False, verbosity=0)
        return "garnie" if HarvestSource.objects.exists() else "vide"
