"""Controlled vocabularies: the authority tables of the European Union, and the licences of French law."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar, Self

from django.db import models
from django.db.models import Q


class Vocabulary(models.Model):
    code = models.SlugField("code", max_length=40, unique=True)
    uri = models.URLField("adresse", max_length=300, blank=True)
    title = models.CharField("intitulé", max_length=200)

    objects: ClassVar[models.Manager[Vocabulary]] = models.Manager()

    class Meta:
        verbose_name = "vocabulaire"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.title


def in_language(labels: dict[str, str], code: str, lang: str) -> str:
    """In that language, else in French, else in English, else the code."""
    return labels.get(lang) or labels.get("fr") or labels.get("en") or code


class ConceptQuerySet(models.QuerySet["Concept"]):
    def of(self, vocabulary: str) -> Self:
        """The concepts of one vocabulary, by its code: "frequency", "file-type", "licence"…"""
        return self.filter(vocabulary__code=vocabulary)

    def usable(self) -> Self:
        """Those that a new record may still choose."""
        return self.filter(deprecated=False)

    def labels(self, codes: Iterable[str], lang: str = "fr") -> dict[str, str]:
        """One query: each code or address given, with its label; the unknown are left out.

        The same code lives in several vocabularies: give addresses, or narrow with `of()` first.
        """
        wanted = set(codes)
        found: dict[str, str] = {}
        named = self.filter(Q(code__in=wanted) | Q(uri__in=wanted)).order_by()
        for code, uri, labels in named.values_list("code", "uri", "labels"):
            found.update({key: in_language(labels, code, lang) for key in (code, uri) if key in wanted})
        return found


class Concept(models.Model):
    """A term of a vocabulary, with the address that RDF speaks."""

    vocabulary = models.ForeignKey(Vocabulary, models.CASCADE, related_name="concepts")
    code = models.CharField("code", max_length=120)
    uri = models.CharField("adresse", max_length=300, unique=True)
    labels = models.JSONField("libellés", default=dict, help_text='{"fr": …, "en": …}')
    own_label_fr = models.BooleanField("libellé français de notre main", default=False)
    alt = models.JSONField("autres noms et adresses", default=list, blank=True)
    broader = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="narrower")
    deprecated = models.BooleanField("abandonné", default=False)
    # Licences only: whether the Open Definition holds (reuse by all, for all purposes); None: not judged.
    is_open = models.BooleanField("licence ouverte", null=True, blank=True)

    objects: ClassVar[ConceptQuerySet] = ConceptQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "terme"
        ordering = ("vocabulary", "code")
        indexes = (models.Index(fields=("vocabulary", "code"), name="concept_code"),)

    def __str__(self) -> str:
        return self.label()

    def label(self, lang: str = "fr") -> str:
        return in_language(self.labels, self.code, lang)
