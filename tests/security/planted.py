"""Two bodies that hold one thing of each kind, and the pages where those who work there write."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pyotp
from django.contrib.auth.models import Group
from django.db.models import Model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from catalogue import amending, following, granting, publishing
from catalogue import pages as own_pages
from catalogue.accounts import invitations, resets, second_step, tokens
from catalogue.accounts.sessions import handle_of
from catalogue.following import Question as Search
from catalogue.granting import Opened
from catalogue.models import (
    Attachment,
    BodyGroup,
    Dashboard,
    Dataset,
    FigureAlert,
    FollowedSearch,
    GroupMember,
    Organisation,
    Question,
    Reuse,
    ReusedDataset,
    Table,
    User,
)
from catalogue.pages import Written
from catalogue.publishing import Draft, drafts
from catalogue.tables.schemas import schema
from catalogue.tabling.depositing import deposit
from catalogue.tabling.dropping import drop_file
from catalogue.tabling.sheets import blank
from harvesters.models import HarvestRun, HarvestSource, PeerFeed
from portal.pages.accounts.external import LINKING
from tests import factories
from tests.pages.indicators import invented

PASSWORD = "un mot de passe d’essai"
IDENTITY = {"issuer": "https://i.example", "subject": "1", "first_name": "A", "last_name": "B", "siret": "", "unit": ""}


@dataclass(frozen=True)
class Held:
    """What one body holds: the rows by kind, and under what name forms may know each."""

    body: Organisation
    people: dict[str, User]
    rows: dict[str, Model]
    names: dict[str, str]

    @property
    def keys(self) -> set[str]:
        return {str(row.pk) for row in self.rows.values()} | set(self.names.values())


def holding(body: Organisation) -> Held:
    people = {role: factories.person(role, body) for role in ("reader", "contributor", "publisher", "administrator")}
    chief = people["administrator"]
    rows: dict[str, Model] = {"body": body, **{f"person, {role}": person for role, person in people.items()}}
    rows |= _records(body, people)
    rows |= _accesses(body, chief, rows)
    now = timezone.now()
    source = HarvestSource.objects.create(key=f"https://{body.slug}.example", owner=body)
    run = HarvestRun.objects.create(source=source, started_at=now, heartbeat_at=now, dry=True)
    browser = Client()
    browser.force_login(chief)
    names = {"body": body.slug, "session": handle_of(str(browser.session.session_key))}
    return Held(body, people, rows | {"source": source, "run": run}, names)


def _records(body: Organisation, people: dict[str, User]) -> dict[str, Model]:
    public, private = factories.dataset("Public", body), factories.dataset("Secret", body, private=True)
    gone = factories.dataset("Retiré", body)
    publishing.withdraw([gone], "Remplacé.")
    said = {"title": {"fr": "Brouillon"}, "distribution": [factories.file()]}
    draft = Dataset.objects.get(pk=drafts.keep_draft(Draft("dataset", said, body.pk)).id)
    dropped = drop_file(body, [b"nom;age"], "a.csv", 7, uuid.uuid4())
    Table.objects.filter(dataset=dropped).update(state=Table.State.REFUSED)
    typed = drop_file(body, [blank(schema("bouture/elus")).content], "elus.csv", 9, uuid.uuid4())
    waiting = deposit(factories.dataset("Déposé", body), [b"nom;age"], "a.csv")
    changed = {**amending.values_of(public), "title": {"fr": "Autrement"}}
    proposal = amending.propose(public, changed, people["contributor"])
    assert proposal
    return {
        "public": public,
        "private": private,
        "gone": gone,
        "draft": draft,
        "dropped": dropped,
        "typed": Dataset.objects.get(pk=typed.pk),
        "table": factories.table(public),
        "private table": factories.table(private),
        "waiting table": Table.objects.get(pk=waiting),
        "dropped table": Table.objects.get(dataset=dropped),
        "sheet": Table.objects.get(dataset=typed),
        "proposal": proposal,
        "service": factories.service("Service", body),
    }


def _accesses(body: Organisation, chief: User, rows: dict[str, Any]) -> dict[str, Model]:
    group = Group.objects.create(name=f"Archivistes, {body.slug}")
    kept = BodyGroup.objects.create(group=group, body=body, name="Archivistes")
    member = GroupMember.objects.create(group=kept, email=f"archiviste@{body.slug}.example")
    grant = granting.give(Opened(body, rows["private"]), "historien@ailleurs.example", "Sa thèse.", actor=chief)
    invitation, _ = invitations.invite(body, f"nouvelle@{body.slug}.example", "reader", chief)
    asking = Attachment.objects.create(person=factories.person(), body=body, siret="21350238800019")
    token, _ = tokens.make(chief, "essai", 30, publishes=True)
    reuse = _reuse(rows["public"])
    board = Dashboard.objects.create(owner=chief, title="Tableau")
    following.follow(chief, Search("arbres", {}, "/jeux-de-donnees/?q=arbres"), "weekly")
    search = FollowedSearch.objects.get(person=chief)
    found = {"group": kept, "group member": member, "grant": grant, "invitation": invitation, "asking": asking}
    asked = {"text": "De quand est-ce ?", "author": "Élise", "email": "e@e.example", "confirmed_at": timezone.now()}
    found["question"] = Question.objects.create(dataset=rows["public"], kind=Question.Kind.values[0], **asked)
    return {**found, "token": token, "use": reuse.uses.get(), "reuse": reuse, "board": board, "search": search}


def _reuse(dataset: Dataset) -> Reuse:
    given = {"title": "Carte", "address": "https://carte.example/", "kind": "visualisation", "author": "Élise"}
    made = Reuse.objects.create(**given, description="Une carte.", email="e@e.example", confirmed_at=timezone.now())
    ReusedDataset.objects.create(reuse=made, dataset=dataset)
    return made


@dataclass(frozen=True)
class Plant:
    """`ours` and `theirs`; `pages` of each person: addresses where a form may be. `doors`: browsers half-way through a log-in."""

    ours: Held
    theirs: Held
    root: User
    pages: tuple[str, ...]
    doors: dict[str, tuple[Client, str]]


def planted() -> Plant:
    ours, theirs = holding(factories.body("Ville d’essai")), holding(factories.body("Ailleurs"))
    root = factories.person(is_superuser=True)
    peer = HarvestSource.objects.create(key="https://voisine.example/flux/", kind="peer", owner=ours.body)
    PeerFeed.objects.create(source=peer, signed=PeerFeed.Signed.UNSIGNED)
    figures = invented.everything(factories.body("Mairie de Port-Lanvern"))
    factories.bring_index_up_to_date()
    indicator, home = figures.indicators[invented.SPENDING.key], figures.home
    alert = FigureAlert.objects.create(person=root, indicator=indicator, territory=home, above=True, bound=1)
    for row in (ours.rows["reuse"], ours.rows["search"]):
        assert isinstance(row, (Reuse, FollowedSearch))
    pages = [*_of_body(ours), reverse("indicator", args=[indicator.key]), reverse("alert_stop", args=[alert.link])]
    written = own_pages.keep(None, Written("Mentions légales", body="La ville."))
    pages += [reverse("page_edit", args=[written.slug]), reverse("page", args=[written.slug])]
    pages += [reverse("indicator_access", args=[invented.DRAFT.key, figures.body.slug])]
    pages += [*_everywhere(get_resolver().url_patterns), "/suivre/?q=arbres", "/tableaux-de-bord/?chiffre=a:99001"]
    return Plant(ours, theirs, root, tuple(pages), _doors(ours))


def _everywhere(patterns: list[Any]) -> Iterator[str]:
    """The addresses that name nothing."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _everywhere(pattern.url_patterns)
        elif isinstance(pattern, URLPattern) and not pattern.pattern.converters:
            yield reverse(str(pattern.name))


OF_RECORDS = ("dataset", "edit", "draft", "withdrawal", "deposit_file", "record_past", "dataset_access", "dropped")


def _of_body(held: Held) -> list[str]:
    """The pages of what it holds."""
    rows: dict[str, Any] = held.rows
    found = [
        reverse(name, args=[rows[one].pk])
        for name in OF_RECORDS
        for one in ("public", "private", "gone", "draft", "dropped", "typed")
    ]
    found += [
        reverse(name, args=[held.body.slug])
        for name in ("organisation", "members", "mandates", "body_groups", "publish")
    ]
    found += [
        reverse(name, args=[rows["sheet" if name == "typed" else "table"].pk])
        for name in ("table_reading", "typed", "table")
    ]
    found += [
        reverse("table_reading", args=[rows["waiting table"].pk]),
        reverse("type_new", args=[held.body.slug, "bouture/elus"]),
    ]
    found += [reverse("proposal", args=[rows["proposal"].pk]), reverse("service", args=[rows["service"].pk])]
    found += [reverse(name, args=[rows["source"].pk]) for name in ("harvest", "rules")]
    found += [
        reverse("rehearsal", args=[rows["source"].pk, rows["run"].pk]),
        reverse("reuse_declare", args=[rows["public"].pk]),
    ]
    found += [reverse("reuse", args=[rows["reuse"].link]), reverse("followed", args=[rows["search"].link])]
    found += [reverse("question", args=[rows["question"].link]), reverse("question_ask", args=[rows["public"].pk])]
    return [*found, reverse("board", args=[rows["board"].link])]


def _doors(held: Held) -> dict[str, tuple[Client, str]]:
    """Those that a page alone does not open: half-way through a log-in, or by the link of a message."""
    chief, guarded = held.people["administrator"], factories.person()
    secret = second_step.new_secret()
    assert second_step.keep(guarded, secret, pyotp.TOTP(secret).now())
    doors = {
        name: (Client(raise_request_exception=False), reverse(name))
        for name in ("second_step", "second_step_first", "own_code")
    }
    for name, person in (("second_step", guarded), ("second_step_first", chief)):
        assert doors[name][0].post(reverse("login"), {"username": person.email, "password": PASSWORD}).url == reverse(
            name
        )  # type: ignore[attr-defined]
    doors["own_code"][0].force_login(guarded)
    linking = Client(raise_request_exception=False)
    session = linking.session
    session[LINKING] = {
        **IDENTITY,
        "email": guarded.email,
        "id_token": "",
        "then": "/",
        "since": timezone.now().timestamp(),
    }
    session.save()
    linking.cookies["sessionid"] = str(session.session_key)
    doors["external_link"] = linking, reverse("external_link")
    _, invited = invitations.invite(held.body, "encore@essai.example", "publisher", chief)
    doors["invitation"] = Client(raise_request_exception=False), reverse("invitation", args=[invited])
    reset = Client(raise_request_exception=False)
    link = resets.link_for(guarded)
    doors["reset_confirm"] = reset, str(reset.get(link[link.index("/connexion") :])["Location"])
    return doors
