"""Pages that people of the territory write: legal notices, accessibility, who we are."""

from __future__ import annotations

import uuid
from typing import ClassVar, Self

from django.db import models
from django.urls import reverse


class PageQuerySet(models.QuerySet["Page"]):
    """Questions that one asks of pages."""

    def published(self) -> Self:
        return self.filter(published=True)

    def in_order(self) -> Self:
        """As the foot of each page lists them."""
        return self.order_by("place", "title", "slug")


class Page(models.Model):
    """One page, in French. `catalogue.pages` alone writes it; its address is settled once, since others link to it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField("adresse", max_length=60, unique=True)
    title = models.CharField("titre", max_length=120)
    body = models.TextField("texte", blank=True, help_text="Markdown")
    place = models.PositiveSmallIntegerField("rang", default=100, help_text="in the foot of each page, the least first")
    published = models.BooleanField("publiée", default=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)

    objects: ClassVar[PageQuerySet] = PageQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "page du portail"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("page", args=[self.slug])
