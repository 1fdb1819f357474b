"""Addresses for programs."""

from django.urls import path

from portal.api import dcat

urlpatterns = [
    path("id/<uuid:pk>", dcat.record, name="record"),
    path("id/<uuid:pk>.<slug:extension>", dcat.record_as, name="record_as"),
]
