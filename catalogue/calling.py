"""What people call the properties of the profile, in the reader's language; `catalogue.dcat.names` says it in French, for what is kept."""

from __future__ import annotations

from django.utils.translation import gettext, pgettext

from catalogue.dcat import names


def named(name: str, owner: str = "") -> str:
    """« le titre » of "title"; `owner` is the class, or the term that holds the node."""
    said = names.named(name, owner)
    return gettext(said) if said != name else name


def bare(name: str, owner: str = "") -> str:
    """« titre » of "title", as a label says it: without its article."""
    said = named(name, owner)
    articles = pgettext("articles before the names of fields, with a bar between two", "les |le |la |l’").split("|")
    return next((said.removeprefix(article) for article in articles if said.startswith(article)), said)
