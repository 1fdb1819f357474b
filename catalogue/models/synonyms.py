"""The table of synonyms that somebody here wrote in place of the shipped one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models


class SynonymTableQuerySet(models.QuerySet["SynonymTable"]):
    def version(self) -> int | None:
        """Changes with each new text; None while nobody wrote one. One short query, asked by every search."""
        return self.values_list("version", flat=True).first()


class SynonymTable(models.Model):
    """One row at most. `catalogue.search.synonyms` reads and replaces it."""

    only = models.BooleanField(primary_key=True, default=True, editable=False)
    text = models.TextField("synonymes", help_text="« a, b » : équivalents ; « a => b » : a trouve aussi b")
    version = models.PositiveBigIntegerField(default=1, editable=False)
    changed_at = models.DateTimeField("modifiée le", auto_now=True)

    objects: ClassVar[SynonymTableQuerySet] = SynonymTableQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "table de synonymes"

    def __str__(self) -> str:
        return f"Synonymes, version {self.version}"
