"""What this portal adds to harvested records: a layer of its own over what their sources say."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models


class Layer(models.Model):
    """The additions of one record, by its key, so that they follow it whatever its source calls it.

    `said`: what the source says now of the properties that the additions touch, the files left out (they are rows of their
    own); a property that it does not give is not in it. With the row it gives back what the source says of everything.
    """

    record = models.UUIDField(primary_key=True)
    kind = models.CharField("genre de fiche", max_length=20)
    said = models.JSONField("ce que dit la source", default=dict)
    # That of the record when no place that it names is one: a correction may name one.
    territory = models.ForeignKey("catalogue.Territory", models.SET_NULL, null=True, related_name="+")

    objects: ClassVar[models.Manager[Layer]] = models.Manager()

    class Meta:
        verbose_name = "ajouts à une fiche"

    def __str__(self) -> str:
        return str(self.record)


class AdditionQuerySet(models.QuerySet["Addition"]):
    """Questions that one asks of the additions."""

    def of(self, record: uuid.UUID) -> Self:
        """Those of one record, with all that a page says of them."""
        return self.filter(layer=record).select_related("layer", "body", "author")


class Addition(models.Model):
    """One addition. Its key is that of the file, when it adds one: the file's address is the same after every harvest.

    `value` is a value of the profile (`catalogue.dcat.terms`): one item of a property that holds several; of a correction the
    whole value, of a text the words in `language`; of a note its text. `said`, of a correction: what the source said in
    that place when it was made, None for nothing.
    """

    class Gesture(models.TextChoices):
        ADD = "add", "ajout"
        CORRECT = "correct", "correction"
        NOTE = "note", "note"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    layer = models.ForeignKey(Layer, models.CASCADE, related_name="additions")
    gesture = models.CharField("geste", max_length=7, choices=Gesture)
    property = models.CharField("propriété", max_length=40, blank=True)
    language = models.CharField("langue", max_length=35, blank=True)
    value = models.JSONField("valeur")
    said = models.JSONField("ce que disait la source", null=True)
    reason = models.TextField("pourquoi", blank=True)
    body = models.ForeignKey("catalogue.Organisation", models.PROTECT, related_name="+", verbose_name="organisme")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name="auteur"
    )
    at = models.DateTimeField("le")

    objects: ClassVar[AdditionQuerySet] = AdditionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("at", "id")
        verbose_name = "ajout"
        constraints = (
            models.UniqueConstraint(
                fields=("layer", "property", "language"),
                condition=models.Q(gesture="correct"),
                name="addition_corrects_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.gesture} {self.property} {self.layer_id}"
