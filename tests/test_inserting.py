"""Rows written by `insert` are those that `bulk_create` would have written."""

import uuid
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from catalogue import inserting
from catalogue.inserting import bare, insert, new, place_of, spelled, update, write_plain
from catalogue.models import DataService, Dataset, Distribution
from harvesters.beside import RouteMark
from harvesters.models import HarvestRecord, HarvestSource
from harvesters.peers.models import PeerObject
from tests import factories

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 8, 30, 15, 123456, tzinfo=UTC)


def values(row: Any) -> dict[str, Any]:
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    return {field.attname: getattr(row, field.attname) for field in fields}


def twin_of(row: Any, **other: Any) -> Any:
    return type(row)(**{**values(row), **other})


def test_what_is_inserted_reads_as_what_django_writes() -> None:
    row = factories.dataset("L’été « à 100 % »", keyword={"fr": ["a", "b"]}, issued="2024-01-01")
    file = row.distributions.get()
    twin = twin_of(row, uri="https://essai.example/autre")
    copy = twin_of(file, dataset_id=twin.pk, uri="https://essai.example/fichier")
    with transaction.atomic():
        insert([twin])
        insert([copy])
    for made, model in ((twin, Dataset), (copy, Distribution)):
        found = model.objects.get(pk=made.pk)
        assert values(found) == values(made)
    same = {"uri": row.uri, "created_at": row.created_at}  # the moment is that of the insertion
    assert {**values(Dataset.objects.get(pk=twin.pk)), **same} == values(Dataset.objects.get(pk=row.pk))
    assert not twin._state.adding


def test_one_that_is_there_already_is_refused_and_nothing_stays() -> None:
    row = factories.dataset()
    other = twin_of(row, uri="https://essai.example/autre")
    with pytest.raises(IntegrityError), transaction.atomic():
        insert([other, twin_of(row)])
    assert not Dataset.objects.filter(pk=other.pk).exists()


def test_rows_without_keys_get_them_in_their_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inserting, "MOST", 30)  # of ten columns: three rows a statement
    source = HarvestSource.objects.create(key="https://essai.example/flux", kind="peer", owner=factories.body())
    said = ["", "<a> <b> « é🌱 » .\n", "x" * 5_000]
    rows = [
        PeerObject(
            source=source, uri=f"https://essai.example/{number}", kind="dataset", published=NOW, activity=str(number),
            due=bool(number % 2), said=said[number % 3], chain=[] if number % 2 else ["https://ailleurs.example/"],
        )
        for number in range(8)
    ]  # fmt: skip
    with transaction.atomic():
        insert(rows)
    assert [row.uri for row in PeerObject.objects.order_by("pk")] == [row.uri for row in rows]
    assert not any(row._state.adding for row in rows)
    for row in rows:
        assert values(PeerObject.objects.get(pk=row.pk)) == values(row)


def test_known_rows_take_the_fields_that_are_named_and_no_others() -> None:
    row, other = factories.dataset("Un"), factories.dataset("Deux")
    begun = row.created_at
    row.title, row.description, row.territory_id, other.title = {"fr": "Nouveau"}, {"fr": "Rien"}, None, {"fr": "Trois"}
    with transaction.atomic():
        update([row, other], ("title", "territory"))
    now = {each.pk: each for each in Dataset.objects.all()}
    assert [now[each.pk].title for each in (row, other)] == [{"fr": "Nouveau"}, {"fr": "Trois"}]
    assert now[row.pk].description != {"fr": "Rien"} and now[row.pk].created_at == begun


def test_plain_rows_read_as_what_django_writes() -> None:
    source = HarvestSource.objects.create(key="https://essai.example/dcat", kind="dcat", owner=factories.body())
    record = HarvestRecord.objects.create(source=source, key="iri:https://essai.example/1")
    said = [(record.pk, 2**63 - 1, 1, "essai.example"), (record.pk, -(2**63), 3, "")]
    with transaction.atomic():
        write_plain(RouteMark, ("row_id", "digest", "rank", "host"), said)
    assert set(RouteMark.objects.values_list("row_id", "digest", "rank", "host")) == set(said)


@pytest.mark.parametrize("model", [Dataset, DataService, Distribution])
def test_a_new_row_is_as_its_constructor_makes_it(model: Any) -> None:
    made, plain = new(model, uri="https://essai.example/1"), model(uri="https://essai.example/1")
    drawn = {"id", "_state"}
    held, same = ({k: v for k, v in vars(row).items() if k not in drawn} for row in (made, plain))
    assert held == same and made.pk and made.pk != new(model).pk
    assert made._state.adding and made._state.db is None and not made._state.fields_cache
    other = new(model)
    mutable = [name for name, value in held.items() if isinstance(value, dict | list)]
    assert mutable and not any(getattr(made, name) is getattr(other, name) for name in mutable)


@pytest.mark.parametrize("model", [Dataset, DataService, Distribution])
def test_a_bare_row_is_spelled_as_one_of_its_model(model: Any) -> None:
    said = {"id": uuid.uuid4(), "uri": "https://essai.example/1", "title": {"fr": "Un"}, "license": "", "described": {}}
    ours, theirs = (
        spelled([bare(model, **said), bare(model, id=uuid.uuid4())]),
        spelled([new(model, **said), new(model)]),
    )
    for mine, plain, its_own in zip(ours, theirs, ([], [place_of(model, "id")]), strict=True):
        if model is not Distribution:  # the moment of writing
            its_own.append(place_of(model, "created_at"))
        # PostgreSQL's driver wraps JSON, and its wrappers do not compare.
        bared, usual = ([getattr(value, "obj", value) for value in row] for row in (mine, plain))
        assert all(value == usual[at] for at, value in enumerate(bared) if at not in its_own)
    assert bare(model, **said).pk == said["id"] and bare(model).described == {}


@pytest.mark.parametrize(
    "said",
    [
        {"fr": 'L’été « \\"é" »\n\u2028 🌱'},
        {"fr": ["a", "é"]},
        [{"uri": "", "n": [1, 2.5, True, None]}],
        [],
        {},
        "x",
        None,
    ],
)
def test_json_is_spelled_as_django_spells_it(said: Any) -> None:
    field = Dataset._meta.get_field("title")
    ours = spelled([Dataset(title=said)])[0][place_of(Dataset, "title")]
    theirs = field.get_db_prep_save(said, connection)
    assert type(ours) is type(theirs) and getattr(ours, "obj", ours) == getattr(theirs, "obj", theirs)


def test_none_is_none() -> None:
    insert([])
    update([], ["title"])
    write_plain(RouteMark, ("row_id", "digest", "rank", "host"), [])
