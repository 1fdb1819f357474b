"""The only writers: what they write, what they tell the log, what survives."""

from __future__ import annotations

import threading
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection, connections

from catalogue import log, publishing
from catalogue.dcat.formats import from_canonical
from catalogue.models import Change, Dataset, Distribution, Organisation, Record
from catalogue.publishing import Draft
from tests import factories


def values(**more: object) -> dict[str, object]:
    return {
        "title": {"fr": "Arbres"},
        "description": {"fr": "Les arbres."},
        "distribution": [factories.file("arbres.csv")],
        **more,
    }


@pytest.mark.django_db
def test_record_and_line_of_the_log_come_together() -> None:
    town = factories.body()
    [outcome] = publishing.publish([Draft("dataset", values(), town.pk)])
    row = Dataset.objects.with_forms().get(pk=outcome.id)
    change = Change.objects.get(record=row.pk)
    assert (outcome.verb, change.verb, change.record_type) == ("created", "create", "dataset")
    assert row.uri == f"{settings.BOUTURE_URL}/id/{row.pk}" and row.minted
    assert f"<{row.uri}>" in row.repaired
    assert len(list(from_canonical(row.repaired))) == len(row.repaired.strip().splitlines())


@pytest.mark.django_db
def test_the_same_again_changes_nothing() -> None:
    town = factories.body()
    [first] = publishing.publish([Draft("dataset", values(), town.pk)])
    lines = Change.objects.count()
    [second] = publishing.publish([Draft("dataset", values(), town.pk, id=first.id)])
    assert second.verb == "unchanged"
    assert Change.objects.count() == lines
    assert Dataset.objects.get(pk=first.id).version == 1


@pytest.mark.django_db
def test_an_update_names_what_changed_and_keeps_the_files_ids() -> None:
    town = factories.body()
    files = [factories.file("a.csv", title={"fr": "A"}), factories.file("b.csv", title={"fr": "B"})]
    [first] = publishing.publish([Draft("dataset", values(distribution=files), town.pk)])
    ids = {d.label: d.pk for d in Distribution.objects.filter(dataset=first.id)}
    renamed = [factories.file("c.csv", title={"fr": "C"}), factories.file("b.csv", title={"fr": "Bé"})]
    [second] = publishing.publish(
        [Draft("dataset", values(distribution=renamed, title={"fr": "Grands arbres"}), town.pk, id=first.id)]
    )
    assert second.verb == "updated" and second.fields == ("title", "distribution")
    after = {d.label: d.pk for d in Distribution.objects.filter(dataset=first.id)}
    assert after["Bé"] == ids["B"]
    assert set(after) == {"C", "Bé"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("uri", "kept"),
    [
        ("https://donnees.ville.example/jeux/1", True),
        ("http://localhost:8080/geonetwork/1", False),
        ("http://192.168.1.4/jeux/1", False),
        ("urn:uuid:1", False),
        ("jeux/1", False),
        ("http://intranet/jeux/1", False),
        ("https://ville.example/un deux", False),
    ],
)
def test_which_address_a_record_bears(uri: str, kept: bool) -> None:
    [outcome] = publishing.publish([Draft("dataset", values(), factories.body().pk, uri=uri)])
    row = Dataset.objects.get(pk=outcome.id)
    assert (row.uri == uri) is kept
    assert row.minted is not kept


@pytest.mark.django_db
def test_an_address_already_borne_is_not_given_twice() -> None:
    town, uri = factories.body(), "https://donnees.ville.example/jeux/1"
    outcomes = publishing.publish(
        [Draft("dataset", values(), town.pk, uri=uri), Draft("dataset", values(), town.pk, uri=uri)]
    )
    uris = [Dataset.objects.get(pk=outcome.id).uri for outcome in outcomes]
    assert uris[0] == uri and uris[1] != uri


@pytest.mark.django_db
def test_a_new_address_follows_and_the_old_one_is_kept() -> None:
    town = factories.body()
    [first] = publishing.publish([Draft("dataset", values(), town.pk, uri="https://a.example/1")])
    for title in ("Arbres", "Grands arbres"):
        draft = Draft("dataset", values(title={"fr": title}), town.pk, id=first.id, uri="https://b.example/1")
        publishing.publish([draft])
        row = Dataset.objects.with_forms().get(pk=first.id)
        assert (row.uri, row.former_uris) == ("https://b.example/1", ["https://a.example/1"])
        assert '"https://a.example/1"' in row.repaired and "http://www.w3.org/ns/adms#identifier" in row.repaired
    publishing.publish([Draft("dataset", values(), town.pk, id=first.id, uri="https://a.example/1")])
    row.refresh_from_db()
    assert (row.uri, row.former_uris) == ("https://a.example/1", ["https://b.example/1"])


@pytest.mark.django_db
def test_withdrawn_and_back_is_itself_again() -> None:
    row = factories.dataset("Revenant")
    assert publishing.withdraw([row], "Remplacé.") == 1
    assert publishing.withdraw([row], "Remplacé.") == 0
    row.refresh_from_db()
    assert (row.status, row.withdrawn_reason) == (Record.Status.WITHDRAWN, "Remplacé.")
    given = {"title": row.title, "description": row.description, "distribution": [factories.file()]}
    [outcome] = publishing.publish([Draft("dataset", given, row.owner_id, id=row.pk)])
    assert (outcome.id, outcome.verb) == (row.pk, "updated")
    row.refresh_from_db()
    assert (row.status, row.withdrawn_reason) == (Record.Status.PUBLISHED, "")


@pytest.mark.django_db
def test_a_harvest_does_not_open_what_was_made_private() -> None:
    row = factories.dataset()
    publishing.set_private(row, True)
    publishing.publish([Draft("dataset", values(), row.owner_id, id=row.pk)])
    row.refresh_from_db()
    assert row.private


@pytest.mark.django_db
def test_publishers_are_found_again_whatever_their_spelling() -> None:
    town = factories.body()
    names = ["Syndicat des Eaux", "syndicat  des eaux", "SYNDICAT DES EAUX"]
    drafts = [Draft("dataset", values(publisher={"name": {"fr": name}}), town.pk) for name in names]
    publishing.publish(drafts)
    made = Organisation.objects.filter(folded="syndicat des eaux")
    assert made.count() == 1 and not made[0].tenant
    assert made[0].published.count() == 3


@pytest.mark.django_db
def test_missing_mandatory_values_are_named_and_not_invented() -> None:
    [outcome] = publishing.publish(
        [
            Draft(
                "dataset", {"title": {"fr": "Sans rien"}, "distribution": [{"title": {"fr": "x"}}]}, factories.body().pk
            )
        ]
    )
    row = Dataset.objects.get(pk=outcome.id)
    assert row.missing == ["description", "distribution.access_url"]
    assert row.conforms is False
    assert row.description == {}


@pytest.mark.django_db
def test_every_save_checks_what_it_writes() -> None:
    row = factories.dataset("Arbres", issued="hier", distribution=[factories.file(f"{n}.csv") for n in range(3)])
    assert row.conforms is False
    assert ["violation", "not-date", "issued", "hier", 1] in row.findings
    assert ["warning", "missing", "distribution.license", "", 3] in row.findings
    assert [line[0] for line in row.findings] == sorted(line[0] for line in row.findings)
    given = {"title": row.title, "description": row.description, "issued": "2026-01-01"}
    publishing.publish([Draft("dataset", given, row.owner_id, row.pk)])
    row.refresh_from_db()
    assert (row.conforms, row.missing) == (True, [])


@pytest.mark.django_db
def test_records_are_checked_again_when_the_checks_are_newer() -> None:
    never, old, same = (factories.dataset() for _ in range(3))
    Dataset.objects.filter(pk=never.pk).update(conforms=None, findings=[])
    Dataset.objects.filter(pk=old.pk).update(conforms=False, findings=[["violation", "missing", "title", "", 1]])
    before = log.last_number()
    assert publishing.recheck(everything=False) == 1
    assert publishing.recheck() == 1
    assert publishing.recheck() == 0
    rows = Dataset.objects.in_bulk([never.pk, old.pk, same.pk])
    assert {row.conforms for row in rows.values()} == {True}
    assert all(rows[row.pk].version == 1 and rows[row.pk].findings == row.findings for row in (never, old, same))
    lines = Change.objects.filter(number__gt=before).order_by("number")
    assert [(line.kind, line.record) for line in lines] == [("derived", never.pk), ("derived", old.pk)]


@pytest.mark.django_db
def test_too_large_a_batch_is_refused() -> None:
    with pytest.raises(ValueError, match="201"):
        publishing.publish([Draft("dataset", values(), 1)] * 201)


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_record_lose_nothing() -> None:
    """Both publish the same record at once: each change is in the log, the last one stands, no version is skipped."""
    town = factories.body()
    [first] = publishing.publish([Draft("dataset", values(), town.pk)])
    failures: list[BaseException] = []

    def write(name: str) -> None:
        try:
            for turn in range(5):
                publishing.publish([Draft("dataset", values(title={"fr": f"{name} {turn}"}), town.pk, id=first.id)])
        except BaseException as error:
            failures.append(error)
            raise
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=(name,)) for name in ("un", "deux")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    connection.close()
    assert not failures
    row = Dataset.objects.get(pk=first.id)
    assert row.version == 11
    assert Change.objects.filter(record=row.pk).count() == 11


@pytest.mark.django_db
def test_a_given_id_is_the_records_id() -> None:
    wanted = uuid4()
    [outcome] = publishing.publish([Draft("dataset", values(), factories.body().pk, id=wanted)])
    assert (outcome.id, outcome.verb) == (wanted, "created")
