"""Addresses for programs."""

from django.urls import path

from portal.api import catalogue, dcat, dumps, feed, metrics, opensearch, quality, rest, rows, search, sitemap

urlpatterns = [
    path("catalogue", catalogue.catalogue, name="catalogue"),
    path("catalogue.<slug:extension>", catalogue.catalogue_as, name="catalogue_as"),
    path("catalogue/tout.<slug:extension>", dumps.whole, name="dump"),
    path("id/<uuid:pk>", dcat.record, name="record"),
    path("id/<uuid:pk>.<slug:extension>", dcat.record_as, name="record_as"),
    path("id/<uuid:pk>/quality", quality.quality, name="record_quality"),
    path("id/<uuid:pk>/quality.<slug:extension>", quality.quality_as, name="record_quality_as"),
    path("organisations/<slug:slug>", dcat.body, name="body"),
    path("organisations/<slug:slug>.<slug:extension>", dcat.body_as, name="body_as"),
    path("api/schemas", rest.schemas, name="schemas"),
    path("api/schemas/<slug:name>.json", rest.one_schema, name="schema"),
    path("api/search", search.search, name="api_search"),
    path("api/tables/<uuid:pk>", rows.table, name="table_api"),
    path("api/tables/<uuid:pk>/openapi.json", rows.openapi, name="table_openapi"),
    path("api/tables/<uuid:pk>/rows", rows.rows, name="rows"),
    path("api/tables/<uuid:pk>/rows.<slug:extension>", rows.rows_as, name="rows_as"),
    path("jeux-de-donnees.atom", feed.search_feed, name="search_feed"),
    path("opensearch.xml", opensearch.description, name="opensearch"),
    path("suggestions", opensearch.suggestions, name="suggestions"),
    path("sitemap.xml", sitemap.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", sitemap.sitemap_part, name="sitemap_part"),
    path("metrics", metrics.metrics, name="metrics"),
    path("robots.txt", sitemap.robots, name="robots"),
]
