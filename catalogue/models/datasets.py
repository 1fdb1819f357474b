"""The records: datasets with their distributions; what they share with data services (`data_services`).

A field named like a term of `catalogue.dcat.profile` holds that term's value, in the plain form that
`catalogue.dcat.terms` describes (texts by language, addresses, nested nodes as dicts).
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from catalogue.models.audiences import Audience
from catalogue.models.fields import PackedText
from catalogue.models.texts import in_french


def readable(audience: Audience, path: str = "") -> Q:
    """What `readable_by` asks of the record at the end of this path, "" or "dataset__"."""
    if audience.everything:
        return ~Q((f"{path}status", Record.Status.WITHDRAWN))
    published = Q((f"{path}status", Record.Status.PUBLISHED)) & audience.sees_published(path)
    if not audience.drafts:
        return published
    return Q((f"{path}status", Record.Status.DRAFT), (f"{path}owner__in", audience.drafts)) | published


class RecordQuerySet(models.QuerySet[Any]):
    """Questions that one asks of the records. The long texts are read only when asked for."""

    def published(self) -> Self:
        return self.filter(status=Record.Status.PUBLISHED)

    def not_conforming(self) -> Self:
        """Those with a violation of DCAT-AP, and those that were never checked."""
        return self.exclude(conforms=True)

    def visible_to(self, audience: Audience) -> Self:
        """What this reader may know to exist, withdrawn records left out; never a draft, whoever asks."""
        found = self.published()
        return found if audience.everything else found.filter(audience.sees_published())

    def readable_by(self, audience: Audience) -> Self:
        """The same, and the drafts of the bodies where this reader writes: for what is asked by its key, never for a list."""
        return self.filter(readable(audience))

    def drafts_of(self, audience: Audience) -> Self:
        """The drafts that this reader may see."""
        found = self.filter(status=Record.Status.DRAFT)
        return found if audience.everything else found.filter(owner__in=audience.drafts)

    def hidden_from(self, audience: Audience) -> models.QuerySet[Any, Any]:
        """The keys of all the others: little, where most is public. Two questions that indexes answer, put together."""
        shut = self.filter(status__in=[Record.Status.DRAFT, Record.Status.WITHDRAWN]).order_by().values("pk")
        if audience.everything:
            return shut
        private = self.filter(status=Record.Status.PUBLISHED, private=True).exclude(pk__in=audience.datasets)
        others = private.exclude(owner__in=audience.organisations).order_by().values("pk")
        return shut.union(others, all=True)


class RecordManager(models.Manager.from_queryset(RecordQuerySet)):  # type: ignore[misc]
    """Leaves the two long forms aside; `with_forms` brings them."""

    def get_queryset(self) -> RecordQuerySet:
        return super().get_queryset().defer("said", "repaired")

    def with_forms(self) -> RecordQuerySet:
        return super().get_queryset()


class Record(models.Model):
    """What every record has: addresses, owner, rights, its two forms."""

    # The name of its profile (`catalogue.dcat.profile.BY_KIND`), and of its lines in the log.
    kind: ClassVar[str]

    class Status(models.TextChoices):
        DRAFT = "draft", "brouillon"
        PUBLISHED = "published", "publié"
        WITHDRAWN = "withdrawn", "retiré"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uri = models.CharField("adresse", max_length=2000, unique=True)
    owner = models.ForeignKey("catalogue.Organisation", models.PROTECT, related_name="+", verbose_name="tenu par")
    status = models.CharField(max_length=10, choices=Status, default=Status.PUBLISHED, db_index=True)
    private = models.BooleanField("privé", default=False)
    version = models.PositiveIntegerField(default=1)
    harvested = models.BooleanField("moissonné", default=False)
    replicated = models.BooleanField("répliqué", default=False, help_text="its home is another instance")
    withdrawn_reason = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(db_index=True)

    said = PackedText(default="", help_text="what the source said, triple for triple, N-Triples")
    repaired = PackedText(default="", help_text="DCAT-AP as we say it, canonical N-Triples")
    digest = models.CharField(max_length=64, blank=True, help_text="SHA-256 of `repaired`")
    conforms = models.BooleanField(
        "conforme à DCAT-AP", null=True, help_text="`repaired` has no violation; empty: not checked"
    )
    findings = models.JSONField(
        default=list, help_text="what the checks of the profile found in `repaired` (`dcat.conformity`)"
    )
    problems = models.JSONField(default=list, help_text="what was repaired or could not be read, by property")

    title = models.JSONField("titre", default=dict)
    description = models.JSONField(default=dict)
    keyword = models.JSONField("mots-clés", default=dict)
    theme = models.JSONField("thèmes", default=list)
    publisher = models.JSONField("organisme", default=dict)
    published_by = models.ForeignKey(
        "catalogue.Organisation", models.PROTECT, related_name="published_%(class)s", verbose_name="publié par"
    )
    contact_point = models.JSONField("contact", default=list)
    landing_page = models.JSONField("page d’accueil", default=list)
    license = models.CharField("licence", max_length=2000, blank=True)
    access_rights = models.CharField("droits d’accès", max_length=2000, blank=True)
    language = models.JSONField("langues", default=list)
    issued = models.CharField("date de parution", max_length=40, blank=True)
    modified = models.CharField("date de mise à jour", max_length=40, blank=True)
    identifier = models.JSONField("identifiants", default=list)
    other_identifier = models.JSONField("autres identifiants", default=list)
    # Addresses that the source gave up: kept here, said in every export as adms:identifier.
    former_uris = models.JSONField("anciennes adresses", default=list)
    conforms_to = models.JSONField("conforme à", default=list)
    applicable_legislation = models.JSONField("textes applicables", default=list)
    hvd_category = models.JSONField("catégories de forte valeur", default=list)
    page = models.JSONField("documentation", default=list)
    described = models.JSONField(
        default=dict, help_text="nodes of `profile.Described` terms that say more than an address"
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The title in French, else in any language, else the address."""
        return in_french(self.title) or self.uri

    @property
    def summary(self) -> str:
        return in_french(self.description)

    @property
    def missing(self) -> list[str]:
        """The mandatory properties that the source does not give, by their path in the profile."""
        return [path for severity, code, path, *_ in self.findings if (severity, code) == ("violation", "missing")]

    @property
    def minted(self) -> bool:
        """Whether the address is ours."""
        return self.uri.startswith(f"{settings.BOUTURE_URL}/id/")


class Dataset(Record):
    """dcat:Dataset."""

    kind = "dataset"

    published_by = models.ForeignKey(
        "catalogue.Organisation", models.PROTECT, related_name="published", verbose_name="publié par"
    )
    territory = models.ForeignKey(
        "catalogue.Territory", models.SET_NULL, null=True, blank=True, related_name="datasets"
    )
    frequency = models.CharField("fréquence", max_length=2000, blank=True)
    spatial = models.JSONField("étendue", default=list)
    temporal = models.JSONField("période", default=list)
    creator = models.JSONField("auteurs", default=list)
    has_version = models.JSONField("versions", default=list)
    in_series = models.JSONField("séries", default=list)
    more_types = models.JSONField("autres classes", default=list, help_text="addresses: dcat:DatasetSeries")
    is_referenced_by = models.JSONField("cité par", default=list)
    provenance = models.JSONField("provenance", default=list)
    qualified_attribution = models.JSONField("attributions", default=list)
    qualified_relation = models.JSONField("relations qualifiées", default=list)
    relation = models.JSONField("ressources liées", default=list)
    sample = models.JSONField("échantillons", default=list)
    source = models.JSONField("jeux d’origine", default=list)
    spatial_resolution = models.CharField("résolution spatiale", max_length=100, blank=True, help_text="metres")
    temporal_resolution = models.CharField(
        "résolution temporelle", max_length=100, blank=True, help_text="xsd:duration"
    )
    type = models.JSONField("genre", default=list)
    dataset_version = models.TextField("version du jeu", blank=True)
    version_notes = models.JSONField("notes de version", default=dict)
    was_generated_by = models.JSONField("produit par", default=list)
    stat_dimension = models.JSONField("dimensions", default=list)
    stat_attribute = models.JSONField("attributs", default=list)
    stat_unit = models.JSONField("unités", default=list)
    num_series = models.IntegerField("séries statistiques", null=True, blank=True)

    objects: ClassVar[RecordManager] = RecordManager()

    class Meta:
        ordering = ("-updated_at",)
        verbose_name = "jeu de données"
        permissions = [("read_dataset", "lit ce jeu de données privé")]
        indexes = [
            models.Index(fields=["status", "private", "published_by"], name="dataset_counted"),
            # What exports walk, a hundred at a time: without it each step sorts the whole catalogue.
            models.Index(fields=["status", "id", "private", "version"], name="dataset_in_order"),
            models.Index(fields=["status", "updated_at", "private"], name="dataset_latest"),
            models.Index(fields=["status", "owner", "id"], condition=Q(private=True), name="dataset_private"),
        ]

    def get_absolute_url(self) -> str:
        return reverse("dataset", args=[self.pk])


class Distribution(models.Model):
    """dcat:Distribution: one file, or one address where the data can be had."""

    class Origin(models.TextChoices):
        SOURCE = "source", "moissonné"
        LOCAL = "local", "ajouté ici"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    uri = models.CharField("adresse", max_length=2000, db_index=True)
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="distributions")
    # A file added here by hand survives every harvest: only what came from the source is pruned with it.
    origin = models.CharField(max_length=6, choices=Origin, default=Origin.SOURCE)
    position = models.PositiveIntegerField(default=0)

    title = models.JSONField("titre", default=dict)
    description = models.JSONField(default=dict)
    access_url = models.JSONField("adresse d’accès", default=list)
    download_url = models.JSONField("adresse de téléchargement", default=list)
    format = models.CharField(max_length=2000, blank=True)
    media_type = models.CharField("type de média", max_length=2000, blank=True)
    license = models.CharField("licence", max_length=2000, blank=True)
    availability = models.CharField("disponibilité", max_length=2000, blank=True)
    byte_size = models.BigIntegerField("taille", null=True, blank=True, help_text="bytes")
    issued = models.CharField("date de parution", max_length=40, blank=True)
    modified = models.CharField("date de mise à jour", max_length=40, blank=True)
    language = models.JSONField("langues", default=list)
    conforms_to = models.JSONField("conforme à", default=list)
    access_service = models.JSONField("service d’accès", default=list)
    compress_format = models.CharField("compression", max_length=2000, blank=True)
    package_format = models.CharField("empaquetage", max_length=2000, blank=True)
    checksum = models.JSONField("somme de contrôle", default=dict)
    page = models.JSONField("documentation", default=list)
    rights = models.CharField("droits", max_length=2000, blank=True)
    has_policy = models.CharField("politique", max_length=2000, blank=True)
    status = models.CharField("état", max_length=2000, blank=True)
    spatial_resolution = models.CharField("résolution spatiale", max_length=100, blank=True, help_text="metres")
    temporal_resolution = models.CharField(
        "résolution temporelle", max_length=100, blank=True, help_text="xsd:duration"
    )
    applicable_legislation = models.JSONField("textes applicables", default=list)
    described = models.JSONField(
        default=dict, help_text="nodes of `profile.Described` terms that say more than an address"
    )

    class Meta:
        ordering = ("position",)
        verbose_name = "fichier"

    def __str__(self) -> str:
        return self.label

    @property
    def address(self) -> str:
        """Where a person gets it: the file itself when it is said, else the way to it."""
        return next(iter([*self.download_url, *self.access_url]), "")

    @property
    def label(self) -> str:
        name = self.address.split("?")[0].rstrip("/").rsplit("/", 1)[-1]
        return in_french(self.title) or name or "Fichier"

    @property
    def format_code(self) -> str:
        """The last segment of the format's address: CSV, GEOJSON."""
        return code_of(self.format or self.media_type)


def code_of(address: str) -> str:
    """What the address of a format ends with."""
    return address.rstrip("/").rsplit("/", 1)[-1].upper()
