"""Load the reference facts that the product ships."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalogue.reference.files import ReferenceFileError
from catalogue.reference.loader import load_territories, load_vocabularies


class Command(BaseCommand):
    help = "Charge ou met à jour les territoires français et les vocabulaires livrés avec le logiciel."

    def handle(self, *args: Any, **options: Any) -> None:
        start = time.monotonic()
        try:
            # First: an instance asks whether it has territories to know whether this command has come to its end.
            terms = load_vocabularies().total()
            counts = load_territories()
        except ReferenceFileError as error:
            raise CommandError(error.message) from error
        parts = (
            (counts["commune"], "communes"),
            (counts["epci"], "intercommunalités"),
            (counts["departement"], "départements"),
            (counts["region"], "régions"),
            (counts["population"], "populations"),
            (terms, "termes de vocabulaires"),
        )
        told = ", ".join(f"{count:,} {what}".replace(",", "\N{NO-BREAK SPACE}") for count, what in parts)
        seconds = f"{time.monotonic() - start:.1f}".replace(".", ",")
        self.stdout.write(f"Référentiel chargé en {seconds} s : {told}.")
