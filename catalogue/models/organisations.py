"""Bodies that publish: a town, its inter-municipality, a syndicate, a museum."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from django.db import models
from django.urls import reverse

if TYPE_CHECKING:
    from catalogue.models.audiences import Audience
    from catalogue.models.datasets import Dataset


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions that one asks of the bodies."""

    def known_as(self, folded: str, uri: str) -> Self:
        """Those that bear this name (without case and accents) or this address."""
        wanted = models.Q(folded=folded) if folded else models.Q(pk=None)
        return self.filter(wanted | models.Q(uri=uri) if uri else wanted)

    def visible_to(self, audience: Audience) -> Self:
        """Those that work here, and those of which this reader sees a record: of others, a name would tell too much."""
        from catalogue.models import DataService, Dataset

        seen = (model.objects.visible_to(audience) for model in (Dataset, DataService))
        datasets, services = (models.Exists(rows.filter(published_by=models.OuterRef("pk"))) for rows in seen)
        return self.filter(models.Q(tenant=True) | datasets | services)

    def with_counts(self, datasets: models.QuerySet[Dataset]) -> list[Organisation]:
        """Only the bodies that publish one of `datasets`, each with `dataset_count` of them, the largest first.

        Two short queries: joined in one, the count reads every dataset once for each body.
        """
        counted = datasets.order_by().values_list("published_by").annotate(models.Count("pk"))
        counts: dict[int, int] = dict(counted)
        bodies = list(self.filter(pk__in=counts))
        for body in bodies:
            body.dataset_count = counts[body.pk]
        return sorted(bodies, key=lambda body: (-body.dataset_count, body.folded))


class Organisation(models.Model):
    """A body. `uri` is its address as its source says it (an agent's IRI), empty when none was said.

    `tenant` tells a body that works on this instance (it has members, sources and rights here) from one that is only
    named as publisher by a harvested record.
    """

    slug = models.SlugField(max_length=120, unique=True)
    name = models.CharField("nom", max_length=300)
    folded = models.CharField(
        max_length=300, db_index=True, help_text="the name without case and accents, to find it again"
    )
    uri = models.CharField("adresse", max_length=2000, blank=True, db_index=True)
    siren = models.CharField(max_length=9, blank=True, db_index=True)
    description = models.TextField(blank=True)
    homepage = models.CharField("site", max_length=2000, blank=True)
    email = models.EmailField(blank=True)
    tenant = models.BooleanField(default=False)
    tables_quota = models.PositiveIntegerField(
        "place de ses fichiers", null=True, blank=True, help_text="MiB; empty: as BOUTURE_TABLES_QUOTA says for all"
    )
    territory = models.ForeignKey("catalogue.Territory", models.SET_NULL, null=True, blank=True, related_name="bodies")
    reviewed = models.BooleanField(
        "relecture par une deuxième personne", default=False, help_text="who wrote cannot publish alone"
    )

    objects: ClassVar[OrganisationQuerySet] = OrganisationQuerySet.as_manager()  # type: ignore[assignment]
    # Set by `with_counts`.
    dataset_count: int

    class Meta:
        ordering = ("name",)
        verbose_name = "organisation"
        # Rights on one body; a role is a set of these (catalogue.permissions.ROLES).
        permissions = [
            ("read_private", "lit les jeux de données privés"),
            ("contribute_to", "rédige des brouillons"),
            ("publish_in", "publie, retire, moissonne"),
            ("administer_in", "gère les membres et les accès"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisation", args=[self.slug])

    @property
    def log_key(self) -> UUID:
        """How the lines of the log name it."""
        return UUID(int=self.pk)

    @staticmethod
    def key_in_log(key: UUID) -> int:
        """The primary key that a line of the log names."""
        return key.int
