"""The trail: what is told, in which order, and that nothing of it can be changed without showing."""

from __future__ import annotations

import csv
import io
import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.urls import reverse

from catalogue import additions, auditing, log, permissions, publishing
from catalogue.additions import Wish
from catalogue.auditing import ACTIONS, Thing, Through, acting, chain, guards, logins, tell
from catalogue.auditing.chain import Head, head, verify
from catalogue.layering import CORRECT
from catalogue.models import AuditEntry, AuditText, Change, Counter, Dataset, LoginTrace
from catalogue.publishing import Draft
from harvesters.models import HarvestSource
from tests import factories
from tests.harvesting.test_engine import catalogue

pytestmark = pytest.mark.django_db
THING = Thing("essai", "1", "Un essai")


def told() -> list[AuditEntry]:
    return list(AuditEntry.objects.all())


def said(entry: AuditEntry) -> tuple[dict[str, Any], dict[str, Any]]:
    return json.loads(entry.before), json.loads(entry.after)


def edit(row: Dataset, actor: Any, **values: Any) -> None:
    given = {"title": row.title, "description": row.description, "distribution": [factories.file()], **values}
    publishing.publish([Draft("dataset", given, row.owner_id, id=row.pk, version=row.version)], actor)
    row.refresh_from_db()


def test_a_record_is_told_with_what_changed_alone() -> None:
    agent = factories.person(first_name="Anne", last_name="Martin")
    row = factories.dataset("Écoles")
    edit(row, agent, title={"fr": "Écoles publiques"})
    [entry] = told()
    assert said(entry) == ({"title": {"fr": "Écoles"}}, {"title": {"fr": "Écoles publiques"}})
    assert (entry.action, entry.kind, entry.key, entry.body) == ("record.update", "dataset", str(row.pk), row.owner_id)
    assert (entry.actor, entry.actor_key) == (f"Anne Martin <{agent.email}>", agent.pk)
    assert entry.change == Change.objects.latest("number").number
    agent.delete()
    assert told()[0].actor.startswith("Anne Martin")
    assert verify() is None


def test_what_nobody_does_is_the_change_log_s_alone() -> None:
    row = factories.dataset()
    publishing.withdraw([row], "Sa source ne le donne plus.")
    publishing.change_body(row.owner, homepage="https://ville.example")
    assert told() == []
    assert not Counter.objects.filter(name=chain.COUNTER).exists()


def test_saving_what_is_there_tells_nothing() -> None:
    agent, row = factories.person(), factories.dataset()
    edit(row, agent)
    publishing.set_private(row, private=False, actor=agent)
    assert told() == []


def test_a_record_s_whole_life_is_told() -> None:
    agent, town = factories.person(), factories.body()
    reader = factories.person()
    [made] = publishing.publish([Draft("dataset", {"title": {"fr": "Arbres"}}, town.pk)], agent)
    row = Dataset.objects.get(pk=made.id)
    publishing.set_private(row, private=True, actor=agent)
    publishing.grant(row, reader, agent)
    publishing.revoke(row, reader, agent)
    publishing.withdraw([row], "Plus tenu à jour", agent)
    row.refresh_from_db()
    edit(row, agent)
    actions = ["record.create", "record.close", "grant.give", "grant.take", "record.withdraw", "record.return"]
    assert [entry.action for entry in told()] == actions
    assert [entry.change for entry in told()] == list(Change.objects.values_list("number", flat=True))
    assert told()[2].after == json.dumps({"reader": reader.email}, separators=(",", ":"))
    assert told()[4].reason == "Plus tenu à jour"
    assert verify() is None


def test_a_correction_of_a_harvested_record_is_told_with_both_values() -> None:
    agent, town = factories.person(), factories.body()
    given = {"title": {"fr": "Arbres"}, "description": {"fr": "Les arbres."}}
    [made] = publishing.publish([Draft("dataset", given, town.pk, harvested=True)])
    row = Dataset.objects.get(pk=made.id)
    [wish] = additions.lay(row, [Wish(CORRECT, "title", "Arbres d’alignement", "fr", "plus précis")], agent)
    additions.remove(row, wish.pk, agent)
    one, other = told()
    assert one.action == other.action == "record.complete"
    assert said(one) == ({"title": {"fr": "Arbres"}}, {"title": {"fr": "Arbres d’alignement"}})
    assert said(other) == said(one)[::-1]
    assert "titre" in one.reason


def test_roles_and_bodies() -> None:
    chief, agent, town = factories.person(is_superuser=True), factories.person(), factories.body()
    name = town.name
    permissions.assign_role(agent, town, "publisher", chief)
    permissions.assign_role(agent, town, "publisher", chief)
    permissions.assign_role(agent, town, "reader", chief)
    permissions.remove_role(agent, town, chief)
    publishing.change_body(town, chief, name="Ville nouvelle")
    assert [(entry.action, *said(entry)) for entry in told()] == [
        ("role.give", {}, {"role": "publisher"}),
        ("role.give", {"role": "publisher"}, {"role": "reader"}),
        ("role.take", {"role": "reader"}, {}),
        ("body.change", {"name": name}, {"name": "Ville nouvelle"}),
    ]
    assert {entry.body for entry in told()} == {town.pk}


def test_what_raises_leaves_neither_effect_nor_trace() -> None:
    agent, row = factories.person(), factories.dataset()

    def fail(action: str) -> None:
        with log.transaction(agent):
            tell(agent, action, Thing.record(row))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail("record.update")
    with transaction.atomic(), auditing.together():
        tell(agent, "record.update", THING)
        with pytest.raises(ZeroDivisionError):
            fail("record.withdraw")
    assert [entry.action for entry in told()] == ["record.update"]


def test_an_action_that_has_no_words_is_refused() -> None:
    with pytest.raises(KeyError):
        tell(None, "record.vanish", THING)
    assert all(code.count(".") == 1 and words for code, words in ACTIONS.items())


def test_who_acts_through_what() -> None:
    with acting(Through.COMMAND, "racine (compte du serveur)", "abc"):
        tell(None, "body.change", THING)
    tell(None, "body.change", THING)
    assert [(entry.through, entry.actor, entry.request) for entry in told()] == [
        ("command", "racine (compte du serveur)", "abc"),
        ("worker", "", ""),
    ]


def test_a_long_value_is_kept_once_beside() -> None:
    agent, row = factories.person(), factories.dataset()
    long = {"fr": "mot " * 5_000}
    for title in ("Un", "Deux"):
        edit(row, agent, description=long, title={"fr": title})
        edit(row, agent, description={"fr": "court"})
    [text] = AuditText.objects.all()
    assert json.loads(text.text) == long
    assert max(len(entry.before) + len(entry.after) for entry in told()) < 2 * chain.LONG
    assert verify() is None
    AuditText.objects.all().delete()
    assert verify() is not None


@pytest.fixture
def ten() -> list[AuditEntry]:
    for number in range(10):
        tell(None, "body.change", THING, after={"number": number, "é\0\ud800": 1.0})
    return told()


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        ({"label": "Autre"}, 4),
        ({"actor": "Quelqu’un"}, 4),
        ({"after": "{}"}, 4),
        ({"hash": "0" * 64}, 4),
        ({"body": 3}, 4),
        ({"number": 11}, 4),
    ],
)
def test_what_is_changed_shows(ten: list[AuditEntry], change: dict[str, Any], broken: int) -> None:
    assert verify() is None
    AuditEntry.objects.filter(number=4).update(**change)
    fault = verify()
    assert fault is not None
    assert fault.number == broken


@pytest.mark.parametrize(("gone", "broken"), [({"number": 1}, 1), ({"number": 5}, 5), ({"number__gte": 9}, 9), ({}, 1)])
def test_what_is_removed_shows(ten: list[AuditEntry], gone: dict[str, int], broken: int) -> None:
    AuditEntry.objects.filter(**gone).delete()
    fault = verify()
    assert fault is not None
    assert fault.number == broken
    tell(None, "body.change", THING)  # people can go on working
    fault = verify()
    assert fault is not None
    assert fault.number == broken


def test_a_chain_that_was_written_again_is_not_the_one_that_was_noted(ten: list[AuditEntry]) -> None:
    noted = head()
    assert str(noted).startswith("10:")
    assert verify(noted) is None
    entries = told()
    entries[3].label, last = "Autre", chain.START
    for entry in entries:
        last = entry.hash = chain.seal(entry, last)
        AuditEntry.objects.filter(pk=entry.pk).update(label=entry.label, hash=last)
    assert verify() is None
    assert (fault := verify(noted)) is not None
    assert fault.number == 10
    AuditEntry.objects.filter(number=10).delete()
    Counter.objects.filter(name=chain.COUNTER).update(value=9)
    assert verify() is None
    assert verify(noted) is not None
    assert verify(Head(99, "")) is not None


def test_the_base_itself_refuses(ten: list[AuditEntry]) -> None:
    tell(None, "body.change", THING, after={"text": "long" * chain.LONG})
    assert guards.missing(connection)
    guards.set_up(connection)
    assert guards.missing(connection) == []
    for model in (AuditEntry, AuditText):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            model.objects.all().delete()  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(number=4).update(label="Autre")
    tell(None, "body.change", THING)
    assert verify() is None
    guards.take_down(connection)


def test_attempts_to_log_in_expire_and_tell_no_whole_address() -> None:
    agent = factories.person()
    logins.note(agent.email.upper(), "203.0.113.77", None)
    logins.note(agent.email, "2001:db8:1:2::3", agent)
    logins.note("inconnu@essai.example", "nulle part", None)
    rows = list(LoginTrace.objects.values_list("known", "succeeded", "network"))
    assert rows == [(agent.pk, False, "203.0.113.0/24"), (agent.pk, True, "2001:db8:1::/48"), (None, False, "")]
    last = LoginTrace.objects.latest("at")
    assert logins.forget(last.at) == 0
    assert logins.forget(last.at + 2 * logins.KEPT) == 3


def call(*args: str) -> str:
    out = io.StringIO()
    call_command("audit", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_tells_whether_it_is_whole(ten: list[AuditEntry]) -> None:
    with pytest.raises(CommandError, match="audit guard"):
        call("verify")
    call("guard")
    noted = call("head").strip()
    assert noted in call("verify", "--noted", noted)
    guards.take_down(connection)
    AuditEntry.objects.filter(number=7).delete()
    with pytest.raises(CommandError, match="la trace 7 manque"):
        call("verify")
    with pytest.raises(CommandError) as wrong:
        call("verify", "--noted", "sept")
    assert wrong.value.returncode == 2


def test_all_that_was_told_leaves_in_either_format(tmp_path: Path) -> None:
    town, chief = factories.body(), factories.person(is_superuser=True)
    permissions.assign_role(factories.person(), town, "reader", chief)
    row = factories.dataset("Arbres", factories.body())
    edit(row, chief, description={"fr": "=2+2 " * 2_000})
    call("export", "-o", str(tmp_path / "tout.jsonl"))
    lines = [json.loads(line) for line in (tmp_path / "tout.jsonl").read_text("utf-8").splitlines()]
    assert [line["words"] for line in lines] == ["Rôle donné", "Modifié"]
    assert lines[1]["after"]["description"]["fr"].startswith("=2+2 =2+2")
    assert lines[1]["hash"] == head().hash
    call("export", "--format", "csv", "--organisation", town.slug, "-o", str(tmp_path / "ville.csv"))
    [line] = csv.DictReader((tmp_path / "ville.csv").read_text("utf-8").splitlines())
    assert (line["after"], line["body"]) == ('{"role": "reader"}', str(town.pk))
    call("export", "--since", "2001-01-01", "--until", "2001-01-02", "-o", str(tmp_path / "rien"))
    assert (tmp_path / "rien").read_text() == ""
    with pytest.raises(CommandError, match="AAAA-MM-JJ"):
        call("export", "--since", "hier")


def test_commands_act_in_the_name_of_the_system_s_account() -> None:
    town, row = factories.body(), factories.dataset()
    call_command("quota", town.slug, "--set", "50", stdout=io.StringIO())
    call_command("access", str(row.pk), "--private", stdout=io.StringIO())
    call_command("access", str(row.pk), "--withdraw", "Erreur", stdout=io.StringIO())
    assert [entry.action for entry in told()] == ["body.change", "record.close", "record.withdraw"]
    assert {(entry.through, "compte du serveur" in entry.actor) for entry in told()} == {("command", True)}
    assert said(told()[0]) == ({"tables_quota": None}, {"tables_quota": 50})


def test_what_is_set_of_a_source_is_told_without_its_password() -> None:
    source = "https://agent:secret@donnees.example/catalogue"
    call_command("schedule", source, "--cron", "0 3 * * *", stdout=io.StringIO())
    call_command("schedule", source, "--pause", stdout=io.StringIO())
    call_command("schedule", source, stdout=io.StringIO())
    set_so = [entry for entry in told() if entry.kind == "source"]
    assert [entry.action for entry in set_so] == ["source.set"] * 2
    assert said(set_so[1]) == ({"active": True}, {"active": False})
    assert HarvestSource.objects.get().owner_id == set_so[1].body
    assert "secret" not in json.dumps([[entry.label, entry.before, entry.after] for entry in told()])


def test_a_page_acts_through_a_page_and_numbers_its_request(client: Client) -> None:
    town = factories.body()
    agent = factories.person("publisher", town)
    client.force_login(agent)
    source = HarvestSource.objects.create(key="https://a.example", owner=town)
    answer = client.post(reverse("harvest", args=[source.pk]), {"geste": "pause"}, headers={"X-Request-ID": "forged"})
    entry = told()[-1]
    assert (entry.through, entry.action, entry.actor) == ("page", "source.set", agent.email)
    assert entry.request == answer.headers["X-Request-ID"] != "forged"


def test_a_run_that_changed_something_is_told_once(tmp_path: Path) -> None:
    factories.body()
    file = tmp_path / "catalogue.ttl"
    file.write_bytes(catalogue(range(3)))
    for _ in range(2):
        call_command("harvest", str(file), stdout=io.StringIO())
    [entry] = told()
    assert (entry.action, entry.through) == ("source.run", "worker")
    assert said(entry)[1]["created"] == 3


@pytest.mark.django_db(transaction=True)
def test_writers_side_by_side_make_one_chain() -> None:
    rows = [factories.dataset() for _ in range(4)]
    agents = [factories.person() for _ in rows]

    def write(number: int) -> None:
        try:
            for turn in range(5):
                edit(rows[number], agents[number], title={"fr": f"Titre {number} {turn}"})
        finally:
            connection.close()

    with ThreadPoolExecutor(len(rows)) as pool:
        list(pool.map(write, range(len(rows))))
    assert verify() is None
    assert [entry.change for entry in told()] == sorted(entry.change or 0 for entry in told())
    assert len(told()) == 20
