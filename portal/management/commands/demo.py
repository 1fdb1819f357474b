"""`manage.py demo`: harvests the invented territory that this portal serves, by the way that every source takes."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from catalogue import publishing
from catalogue.models import DataService, Dataset, Organisation, Territory
from harvesters.base import HarvestError
from harvesters.http import Client, Limits
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.registry import find_or_make
from portal.demonstration.catalogue import body_uri, said
from portal.demonstration.places import make_places
from portal.demonstration.views import addresses, is_demonstration

SCHEDULE: Final = "0 4 * * *"
TITLE: Final = "Démonstration : Port-Lanvern"


class Command(BaseCommand):
    help = "Moissonne la commune inventée de la démonstration ; le portail doit être lancé."

    def handle(self, *args: Any, **options: Any) -> None:
        if not is_demonstration():
            raise CommandError(
                "Ce portail n'est pas une démonstration : rien n'a été fait. Pour en ouvrir une, relancez-le avec "
                "BOUTURE_DEMO=true et une base vide (BOUTURE_HOME=un-dossier-neuf)."
            )
        address = addresses().catalogue
        path = address.removeprefix(settings.BOUTURE_URL)
        sources = HarvestSource.objects.filter(key__endswith=path)
        strangers = records_of_others(sources)
        if strangers:
            raise CommandError(
                f"La base contient {strangers} fiche(s) qui ne sont pas de la démonstration : rien n'a été fait, pour "
                "ne pas mêler l'inventé au réel. Indiquez une base vide (BOUTURE_HOME=un-dossier-neuf)."
            )
        self.stdout.write(f"Moisson de la commune inventée, {address}")
        self._check_server(address)
        # The portal moved (another port): its source moves with it, so that no record is made twice.
        if not sources.filter(key=address).exists() and (old := sources.first()):
            HarvestSource.objects.filter(pk=old.pk).update(key=address)
        prepare_source(address)
        call_command("harvest", address, stdout=self.stdout, stderr=self.stderr)
        self.stdout.write(f"La démonstration est prête : {settings.BOUTURE_URL}/")

    def _check_server(self, address: str) -> None:
        """Before anything is written: a base with a source is no longer empty, and `make run` would not try again."""
        parts = urlsplit(address)
        host = f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"
        try:
            with Client(frozenset({host}), Limits(retries=0)) as client:
                client.fetch(address)
        except HarvestError as error:
            raise CommandError(
                f"{error.message} Le portail doit être lancé pour servir sa démonstration : « make run » dans un autre "
                "terminal, puis de nouveau cette commande."
            ) from error


def records_of_others(sources: Any) -> int:
    """How many records, of whatever status, did not come from these sources."""
    ours = HarvestRecord.objects.filter(source__in=sources, record__isnull=False).values("record")
    return Dataset.objects.exclude(pk__in=ours).count() + DataService.objects.exclude(pk__in=ours).count()


def prepare_source(address: str) -> HarvestSource:
    """The source, held by the invented town, for the invented commune, read again every night."""
    commune = make_places()
    town = make_town(commune)
    source = find_or_make(address, kind="dcat", trusted=True)
    HarvestSource.objects.filter(pk=source.pk).update(
        title=TITLE, owner=town, territory=commune, schedule=source.schedule or SCHEDULE
    )
    source.refresh_from_db()
    return source


def make_town(commune: Territory) -> Organisation:
    """The body that holds the instance, by the address that the catalogue gives it: the two are one."""
    ville = said()["bodies"]["ville"]
    uri = body_uri("ville")
    town = Organisation.objects.filter(uri=uri).first() or Organisation(uri=uri, slug="ville-de-port-lanvern")
    publishing.change_body(town, name=ville["name"], email=ville["email"], tenant=True, territory=commune)
    return town
