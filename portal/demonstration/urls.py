"""The addresses of the demonstration; `portal.urls` includes them under `demonstration/`."""

from django.urls import URLPattern, path

from portal.demonstration import views

urlpatterns: list[URLPattern] = [
    path("catalogue.ttl", views.page, name="demonstration_catalogue"),
    path("fichiers/<str:name>", views.file, name="demonstration_file"),
]
