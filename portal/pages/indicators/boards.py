"""`/tableaux-de-bord/`: figures that one composes in the address, keeps with an account, shares by a link and prints."""

from __future__ import annotations

from typing import Any, Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import Audience, Dashboard, Indicator
from catalogue.permissions import audience_of
from portal import languages
from portal.pages import words
from portal.pages.indicators import asking, composing, known, saying
from portal.pages.indicators.cards import cards
from portal.pages.indicators.composing import Board, Item

MOST: Final = 100  # boards of one account
UNTITLED: Final = "Tableau de bord"  # as a base keeps it


@never_cache
@require_safe
def compose(request: HttpRequest) -> HttpResponse:
    """The board that the address says, with what changes it. A form that adds a figure leads to the address that has it."""
    board = composing.read(request.GET)
    error = ""
    if composing.NEW_KEY in request.GET:
        item, error = _wanted(request)
        if item:
            return HttpResponseRedirect(board.added(item).address(reverse("boards")))
    audience = audience_of(request.user)
    mine = list(Dashboard.objects.filter(owner=request.user)[:MOST]) if request.user.is_authenticated else []
    shown = cards(board.items, audience)
    told = {
        **_told(board, shown),
        "editing": True,
        "error": error,
        "choices": _choices(audience),
        "typed": {name: request.GET.get(name, "") for name in ("indicateur", "territoire", "note")},
        "mine": mine,
        "gestures": {
            card.number: {
                "up": board.moved(card.number, -1).address(reverse("boards")) if card.number else "",
                "down": board.moved(card.number, 1).address(reverse("boards"))
                if card.number < len(board.items) - 1
                else "",
                "off": board.without(card.number).address(reverse("boards")),
            }
            for card in shown
        },
    }
    return _kept(render(request, "indicators/board.html", told, status=400 if error else 200), audience)


def _wanted(request: HttpRequest) -> tuple[Item | None, str]:
    key = request.GET.get(composing.NEW_KEY, "")
    if known.visible(key, audience_of(request.user)) is None:
        return None, _("Choisissez un indicateur dans la liste.")
    typed = request.GET.get(composing.NEW_PLACE, "").strip()[: asking.LONGEST]
    place = asking.place_of(typed)
    if place is None:
        return None, saying.no_place(typed) if typed else _("Indiquez un territoire : son nom ou son code INSEE.")
    return Item(key, asking.code_of(place), composing.note_of(request.GET)), ""


@require_safe
def board(request: HttpRequest, link: str) -> HttpResponse:
    """`/tableaux-de-bord/<link>/`: 404 for one that is not shared, but to its owner."""
    kept = _saved(request, link)
    mine = kept.owner_id == request.user.pk
    audience = audience_of(request.user)
    shown = composing.from_kept(kept.title, kept.items)
    told = {
        **_told(shown, cards(shown.items, audience)),
        "kept": kept,
        "mine_own": mine,
        "changing": composing.from_kept(kept.title, kept.items, kept.link).address(reverse("boards")) if mine else "",
        "updated": words.day(kept.updated_at),
    }
    return _kept(render(request, "indicators/board.html", told), audience)


def _saved(request: HttpRequest, link: str) -> Dashboard:
    kept = Dashboard.objects.filter(link=link).first()
    if kept is None or not (kept.shared or (request.user.is_authenticated and kept.owner_id == request.user.pk)):
        raise Http404
    return kept


@require_POST
@login_required
def keep(request: HttpRequest) -> HttpResponse:
    """`/tableaux-de-bord/garder/`: keeps the board of the form; the one that it was taken from is changed when it is one's own."""
    assert request.user.is_authenticated
    asked = composing.read(request.POST)
    kept = Dashboard.objects.filter(link=asked.saved, owner_id=request.user.pk).first() if asked.saved else None
    if kept:
        kept.title, kept.items = asked.title or UNTITLED, asked.kept()
        kept.save()
    elif Dashboard.objects.filter(owner_id=request.user.pk).count() >= MOST:
        messages.error(
            request, _("Vous gardez déjà %(most)s tableaux : supprimez-en un, puis recommencez.") % {"most": MOST}
        )
        return HttpResponseRedirect(asked.address(reverse("boards")))
    else:
        kept = Dashboard.objects.create(owner=request.user, title=asked.title or UNTITLED, items=asked.kept())
    messages.success(request, _("Tableau gardé."))
    return HttpResponseRedirect(reverse("board", args=[kept.link]))


@require_POST
@login_required
def change(request: HttpRequest, link: str) -> HttpResponse:
    """Shares one's board, takes it back, or deletes it. 404 for somebody else's."""
    mine = Dashboard.objects.filter(link=link, owner_id=request.user.pk)
    gesture = request.POST.get("geste", "")
    if not mine.exists():
        raise Http404
    if gesture == "supprimer":
        mine.delete()
        messages.success(request, _("Tableau supprimé."))
        return HttpResponseRedirect(reverse("boards"))
    shared = gesture == "partager"
    if shared or gesture == "reprendre":
        mine.update(shared=shared)
        messages.success(
            request,
            _("Qui a le lien de cette page peut la lire.") if shared else _("Ce tableau n’est plus que pour vous."),
        )
    return HttpResponseRedirect(reverse("board", args=[link]))


def _told(board: Board, shown: list[Any]) -> dict[str, Any]:
    titled = board.title not in ("", UNTITLED)
    return {
        "board": board,
        "title": board.title if titled else _("Tableau de bord"),
        "titled": titled,
        "cards": shown,
        "left_out": len(board.items) - len(shown),
        "today": words.day(timezone.localdate()),
        "full": len(board.items) >= composing.MOST,
    }


def _choices(audience: Audience) -> list[tuple[str, list[tuple[str, str]]]]:
    """The indicators to choose from, by theme."""
    recipes = known.recipes()
    themes: dict[str, list[tuple[str, str]]] = {}
    for key in Indicator.objects.visible_to(audience).in_use().values_list("key", flat=True):
        if key in recipes:
            themes.setdefault(recipes[key].theme, []).append((key, languages.said(recipes[key].title)))
    ordered = sorted(themes.items(), key=lambda one: known.theme_place(one[0]))
    return [(known.theme_name(theme), sorted(found, key=lambda one: one[1])) for theme, found in ordered]


def _kept(response: HttpResponse, audience: Audience) -> HttpResponse:
    """No store between us and the reader keeps what is not for all."""
    if audience != Audience():
        response["Cache-Control"] = "private, no-store"
    return response
