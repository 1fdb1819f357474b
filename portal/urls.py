"""Every address of the portal, on one screen."""

from django.urls import URLPattern, URLResolver, include, path

from portal.pages import (
    accounts,
    browse,
    data_services,
    datasets,
    deposits,
    editing,
    following,
    guide,
    harvests,
    instance,
    late,
    methodology,
    originals,
    rehearsals,
    rules,
    searches,
    similar,
    suggestions,
    synonyms,
    table_readings,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", browse.home, name="home"),
    path("jeux-de-donnees/", browse.search, name="search"),
    path("jeux-de-donnees/propositions/", suggestions.suggestions, name="proposals"),
    path("jeux-de-donnees/<uuid:pk>/", datasets.dataset, name="dataset"),
    path("jeux-de-donnees/<uuid:pk>/proches/", similar.similar, name="similar"),
    path("jeux-de-donnees/<uuid:pk>/modifier/", editing.edit, name="edit"),
    path("jeux-de-donnees/<uuid:pk>/deposer/", deposits.page, name="deposit_file"),
    path("fichiers/<uuid:key>", originals.deposit, name="deposit"),
    path("tables/<uuid:pk>/fichier", originals.original, name="original"),
    path("tables/<uuid:pk>/lecture/", table_readings.page, name="table_reading"),
    path("services/<uuid:pk>/", data_services.service, name="service"),
    path("organisations/<slug:slug>/publier/", editing.publish, name="publish"),
    path("organisations/<slug:slug>/", browse.organisation, name="organisation"),
    path("aide/", guide.index, name="help"),
    path("aide/<slug:slug>/", guide.one, name="help_page"),
    path("qualite/", methodology.quality, name="quality"),
    path("moissons/", harvests.sources, name="harvests"),
    path("moissons/nouvelle/", following.new, name="harvest_new"),
    path("moissons/<int:pk>/", harvests.source, name="harvest"),
    path("moissons/<int:pk>/regles/", rules.rules, name="rules"),
    path("moissons/<int:pk>/repetitions/<int:run>/", rehearsals.rehearsal, name="rehearsal"),
    path("recherches/", searches.searches, name="searches"),
    path("retards/", late.late, name="late"),
    path("synonymes/", synonyms.page, name="synonyms"),
    path("connexion/", accounts.Login.as_view(), name="login"),
    path("deconnexion/", accounts.Logout.as_view(), name="logout"),
    path("territoire.css", instance.territory_style, name="territory_style"),
    path("sante", instance.health, name="health"),
    path("demonstration/", include("portal.demonstration.urls")),
    path("", include("portal.api.urls")),
]

# Looks first for what bears that address, bore it, or was shown there by an old portal.
handler404 = "portal.api.former.not_found"
