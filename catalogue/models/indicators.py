"""The figures of the territories: what each file gives, what is said of it, and what was said before.

Derived: made by the reader of the log (`catalogue.observing`), from the rows of tables and the recipes.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q

from catalogue.models.audiences import Audience
from catalogue.models.datasets import Dataset
from catalogue.models.tables import Table
from catalogue.models.territories import Territory


class IndicatorQuerySet(models.QuerySet["Indicator"]):
    """Questions that one asks of the indicators."""

    def in_use(self) -> Self:
        """Those whose recipe is there and can be used."""
        return self.filter(left_at=None, problem="")

    def visible_to(self, audience: Audience) -> Self:
        """What this reader may know to exist: an internal one is there for the members of a body that has figures of it."""
        if audience.everything:
            return self
        theirs = Observation.objects.filter(indicator=models.OuterRef("pk"), dataset__owner__in=audience.organisations)
        allowed = Q(internal=False)
        if audience.organisations:
            allowed |= Q(models.Exists(theirs))
        if audience.figures:
            allowed |= Q(pk__in={indicator for indicator, _ in audience.figures})
        return self.filter(allowed)


class Indicator(models.Model):
    """A recipe that this instance has, as the log and the search know it. The recipe itself is a text (`catalogue.indicators`)."""

    key = models.CharField("identifiant", max_length=100, unique=True)
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField("version")
    digest = models.CharField(max_length=64, help_text="of what changes a value")
    title = models.CharField("titre", max_length=300)
    theme = models.CharField("thème", max_length=40)
    schema = models.CharField("schéma", max_length=100, db_index=True)
    internal = models.BooleanField("interne", default=False)
    file = models.CharField(
        "fichier", max_length=300, blank=True, help_text="below BOUTURE_HOME/recipes; empty: shipped"
    )
    problem = models.TextField("défaut", blank=True, help_text="why its recipe is not used")
    left_at = models.DateTimeField("retiré le", null=True, blank=True)

    objects: ClassVar[IndicatorQuerySet] = IndicatorQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "indicateur"
        ordering = ("theme", "key")

    def __str__(self) -> str:
        return self.key


class FigureQuerySet(models.QuerySet[Any]):
    """Questions that one asks of the figures, of today and of before."""

    def visible_to(self, audience: Audience) -> Self:
        """Those of the datasets that this reader may know to exist; internal ones for the members of their body.

        Of one territory and period there may be several that are shown: of what is public, one; of each private
        dataset that this reader may see, another.
        """
        # What is hidden is left out, rather than what is visible looked for: it is little, and these rows are thousands.
        rows = self.exclude(dataset__in=Dataset.objects.hidden_from(audience))
        if audience.everything:
            return rows
        allowed = Q(indicator__internal=False)
        if audience.organisations:
            theirs = Dataset.objects.filter(owner__in=audience.organisations).order_by()
            allowed |= Q(dataset__in=theirs.values("pk"))
        for indicator, body in sorted(audience.figures):
            allowed |= Q(indicator=indicator, dataset__owner=body)
        return rows.filter(allowed)

    def totals(self) -> Self:
        return self.filter(axis="")


class ObservationQuerySet(FigureQuerySet):
    def shown_to(self, audience: Audience) -> Self:
        """Those that this reader is told."""
        return self.visible_to(audience).filter(shown=True)


class Figures(models.Model):
    """A figure with its two parts: what an observation is, and what it was."""

    period = models.CharField("période", max_length=10, help_text="TIME_PERIOD")
    axis = models.CharField("axe", max_length=60, blank=True)
    member = models.CharField("valeur de l’axe", max_length=200, blank=True)
    value = models.FloatField("valeur", null=True)
    numerator = models.FloatField("numérateur", null=True)
    denominator = models.FloatField("dénominateur", null=True)
    status = models.CharField("statut", max_length=1, help_text="OBS_STATUS")
    reason = models.TextField("motif", blank=True)
    rows = models.BigIntegerField("lignes", default=0)
    table_version = models.PositiveIntegerField("version de la table")
    recipe_version = models.PositiveIntegerField("version de la recette")
    population_year = models.PositiveSmallIntegerField("année de la population", null=True)
    population_source = models.CharField("source de la population", max_length=200, blank=True)
    computed_at = models.DateTimeField("calculée le")

    class Meta:
        abstract = True


class Observation(Figures):
    """What one file gives for one indicator, territory, period and member of an axis.

    `shown`: it is the one that is said of them; when several files differ, the one shown has no value and says so.
    """

    # Its indexes begin both below.
    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="observations", db_index=False)
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="observations")
    table = models.ForeignKey(Table, models.CASCADE, related_name="observations")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="observations")
    shown = models.BooleanField("affichée", default=True)

    objects: ClassVar[ObservationQuerySet] = ObservationQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Figures.Meta):
        abstract = False
        verbose_name = "observation"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "territory", "period", "axis", "member", "table"], name="observation_once"
            )
        ]
        indexes = (
            # All that a comparison of thousands of territories reads: the rows themselves lie by file, all over the table.
            # SQLite uses no index whose condition holds a value, hence the axis among the fields. It stands after the period:
            # a series, that names no period, is not to be looked for here.
            models.Index(
                fields=[
                    *("indicator", "period", "axis", "territory", "value", "status"),
                    *("numerator", "denominator", "dataset", "shown"),
                ],
                condition=Q(shown=True),
                name="observation_compared",
            ),
        )

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.territory_id} {self.period}"


class ObservedColumn(models.Model):
    """What is shown of a whole country for one indicator and period, packed to be read at once (`observing/columns.py`).

    There since the first such observation. `stamp`: under which it is made, "" as soon as an observation moves; `cells`: None
    until it is made again, empty where there are too few to be worth it. Whoever may not see an observation is left out when read.
    """

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="columns")
    period = models.CharField("période", max_length=10)
    stamp = models.CharField(max_length=40, blank=True)
    cells = models.BinaryField(null=True)

    objects: ClassVar[models.Manager[ObservedColumn]] = models.Manager()

    class Meta:
        verbose_name = "colonne d’observations"
        constraints: ClassVar = [models.UniqueConstraint(fields=["indicator", "period"], name="column_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.period}"


class FormerObservation(Figures):
    """What was said until `ended_at`, and why it is not any more (`ending`)."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="+")
    territory = models.ForeignKey(Territory, models.CASCADE, related_name="+")
    table = models.UUIDField("table", help_text="it may be gone")
    dataset = models.ForeignKey(Dataset, models.CASCADE, related_name="+")
    ended_at = models.DateTimeField("jusqu’au")
    ending = models.CharField("cause", max_length=200)

    objects: ClassVar[FigureQuerySet] = FigureQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(Figures.Meta):
        abstract = False
        verbose_name = "observation passée"
        ordering = ("-ended_at",)
        indexes = (models.Index(fields=["indicator", "territory", "period"], name="observation_former"),)

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.territory_id} {self.period} … {self.ended_at}"


class Reckoning(models.Model):
    """How the recipe went over one file: what it counted, or why it gave nothing ("not computable here")."""

    indicator = models.ForeignKey(Indicator, models.CASCADE, related_name="reckonings")
    table = models.ForeignKey(Table, models.CASCADE, related_name="reckonings")
    table_version = models.PositiveIntegerField("version de la table")
    recipe_digest = models.CharField(max_length=64)
    rows = models.BigIntegerField("lignes", default=0)
    kept = models.BigIntegerField("lignes retenues", default=0)
    placeless = models.BigIntegerField("lignes sans territoire", default=0)
    undated = models.BigIntegerField("lignes sans période", default=0)
    unknown = models.BigIntegerField("lignes de territoires inconnus", default=0)
    unknown_codes = models.JSONField("codes inconnus", default=list, help_text="examples")
    outside = models.BigIntegerField("lignes d’un autre niveau", default=0, help_text="that the recipe is not said of")
    problem = models.TextField("défaut", blank=True)
    at = models.DateTimeField("le")

    objects: ClassVar[models.Manager[Reckoning]] = models.Manager()

    class Meta:
        verbose_name = "calcul"
        constraints: ClassVar = [models.UniqueConstraint(fields=["indicator", "table"], name="reckoning_once")]

    def __str__(self) -> str:
        return f"{self.indicator_id} {self.table_id}"


class AskedReckoning(models.Model):
    """A table whose figures are to be made again: asked by whoever changed something, done by the worker."""

    class Cause(models.TextChoices):
        FILE = "file", "fichier"
        RECORD = "record", "fiche"
        RECIPE = "recipe", "recette"
        POPULATION = "population", "population"

    table = models.OneToOneField(Table, models.CASCADE, primary_key=True, related_name="asked_reckoning")
    asked_at = models.DateTimeField("demandé le", db_index=True)
    cause = models.CharField("cause", max_length=10, choices=Cause)
    failures = models.PositiveSmallIntegerField("échecs de suite", default=0)

    objects: ClassVar[models.Manager[AskedReckoning]] = models.Manager()

    class Meta:
        verbose_name = "calcul demandé"

    def __str__(self) -> str:
        return f"{self.cause} {self.table_id}"
