"""What the facets and bounds of a record are, from the record itself."""

import json
from collections.abc import Collection
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from django.conf import LazySettings

from catalogue import search
from catalogue.models import Dataset, Territory, Vocabulary
from catalogue.permissions import audience_of
from catalogue.search import origins
from catalogue.search.document import FACETS
from harvesters.models import HarvestRecord, HarvestSource
from tests.factories import EU, body, bring_index_up_to_date, dataset, file, person

pytestmark = pytest.mark.django_db
find = partial(search.find, kinds=("dataset",))  # what is said here is said of datasets

SCDL = "https://schema.data.gouv.fr/schemas/scdl/deliberations"
BAL = "https://schema.data.gouv.fr/schemas/etalab/schema-bal"
LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
GEO = "http://data.europa.eu/bna/c_ac64a52d"


def values(name: str, **more: object) -> dict[str, int]:
    bring_index_up_to_date()
    [facet] = find(facets=(name,), **more).facets
    return dict(facet.values)


def square(west: float, south: float, east: float, north: float) -> dict[str, object]:
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    said = json.dumps({"type": "Polygon", "coordinates": [ring]})
    return {
        "bbox": {"value": said, "datatype": "https://www.iana.org/assignments/media-types/application/vnd.geo+json"}
    }


def test_schemas_of_the_dataset_and_of_its_files() -> None:
    dataset(conforms_to=[SCDL], distribution=[file(conforms_to=[BAL]), file("autre.csv", conforms_to=[SCDL, BAL])])
    dataset(conforms_to=[SCDL])
    assert values("schema") == {SCDL: 2, BAL: 1}


def test_frequency_and_high_value_with_the_law_alone_when_no_category_is_said() -> None:
    dataset(frequency=EU + "frequency/MONTHLY", hvd_category=[GEO], applicable_legislation=[LAW])
    dataset(distribution=[file(applicable_legislation=[LAW])])
    dataset(applicable_legislation=["http://data.europa.eu/eli/dir/2007/2/oj"])
    assert values("frequency") == {EU + "frequency/MONTHLY": 1}
    assert values("hvd") == {GEO: 1, LAW: 1}


def test_the_source_is_the_host_that_it_was_harvested_from() -> None:
    owner = body()
    sources = {
        "https://www.data.ville.example/catalog.ttl?cle=secret": "data.ville.example",
        "/srv/depots/catalogue.ttl": "fichier",
    }
    made = [dataset(), *(dataset() for _ in sources)]
    for row, key in zip(made[1:], sources, strict=True):
        source = HarvestSource.objects.create(key=key, owner=owner)
        HarvestRecord.objects.create(source=source, key=key, record=row.pk)
        HarvestRecord.objects.create(source=source, key=f"{key}-suit", record=row.pk, follows=True)
    assert values("source") == {"data.ville.example": 1, "fichier": 1}
    page = find(filters={"source": ("data.ville.example",)})
    assert [hit.id for hit in page.hits] == [str(made[1].pk)]


def test_whoever_harvests_tells_where_from(monkeypatch: pytest.MonkeyPatch) -> None:
    def told(records: Collection[UUID]) -> dict[UUID, origins.Origin]:
        return dict.fromkeys(records, origins.Origin("ailleurs.example"))

    monkeypatch.setattr(origins, "_tellers", [])
    origins.told_by(told)
    origins.told_by(told)
    dataset()
    assert values("source") == {"ailleurs.example": 1}


@pytest.mark.parametrize(
    ("feed", "home"),
    [
        ("https://donnees.ville.example/flux/", "https://donnees.ville.example"),
        ("https://www.ville.example/donnees/flux", "https://www.ville.example/donnees"),
        ("http://127.0.0.1:8001/flux/", "http://127.0.0.1:8001"),
        ("https://autre.example:8443/ldes/feed?page=1", "https://autre.example:8443"),
    ],
)
def test_a_replica_is_of_the_instance_that_gives_it_and_all_else_of_ours(
    settings: LazySettings, feed: str, home: str
) -> None:
    settings.BOUTURE_URL = "https://notre.example/"
    made, harvested, replica = dataset(), dataset(), dataset()
    for row, key, kind in ((harvested, "https://www.ville.example/catalog.ttl", "dcat"), (replica, feed, "peer")):
        source = HarvestSource.objects.create(key=key, kind=kind, owner=body())
        HarvestRecord.objects.create(source=source, key=key, record=row.pk)
    assert values("instance") == {"https://notre.example": 2, home: 1}
    assert {hit.id for hit in find(filters={"instance": (home,)}).hits} == {str(replica.pk)}
    assert made.pk


def test_the_outline_is_the_record_s_own_else_that_of_its_place() -> None:
    commune = Territory.objects.create(
        level="commune", code="40192", name="Mont-de-Marsan", sort_name="mont-de-marsan",
        longitude=-0.5, latitude=43.9, area_km2=36.9,
    )  # fmt: skip
    pointless = Territory.objects.create(level="commune", code="99999", name="Nulle-Part", sort_name="nulle-part")
    own = dataset(spatial=[square(55.2, -21.4, 55.5, -21.0), square(55.4, -21.1, 55.9, -20.8)])
    town, nowhere = dataset(), dataset()
    odd = dataset(spatial=[square(float("nan"), 10**400, 1e300, 6_600_000)])
    Dataset.objects.filter(pk=town.pk).update(territory=commune)
    Dataset.objects.filter(pk=nowhere.pk).update(territory=pointless)
    bring_index_up_to_date()

    def inside(*box: float) -> set[str]:
        return {hit.id for hit in find(box=box, kinds=("dataset",)).hits}

    assert inside(55.8, -20.9, 55.85, -20.85) == {str(own.pk)}
    assert inside(-0.52, 43.92, -0.51, 43.93) == {str(town.pk)}
    assert inside(-0.7, 43.9, -0.6, 43.95) == set()
    assert inside(-180, -90, 180, 90) == {str(own.pk), str(town.pk)}
    assert str(odd.pk) in {hit.id for hit in find(kinds=("dataset",)).hits}


def test_new_ones_first_and_a_cursor_from_the_front_door() -> None:
    rows = [dataset(f"Jeu {number}") for number in range(5)]
    for number, row in enumerate(rows):
        Dataset.objects.filter(pk=row.pk).update(created_at=datetime(2026, 1, 1 + number, tzinfo=UTC))
    bring_index_up_to_date()
    first = find(sort="created", size=3, kinds=("dataset",))
    rest = find(sort="created", size=3, kinds=("dataset",), after=first.next)
    assert [hit.id for hit in (*first.hits, *rest.hits)] == [str(row.pk) for row in reversed(rows)]
    assert find(since="2100").total == 0
    assert find(until="2100", kinds=("dataset",)).total == 5


def test_what_is_private_is_in_no_facet() -> None:
    owner = body()
    dataset(
        owner=owner,
        private=True,
        conforms_to=[SCDL],
        frequency=EU + "frequency/MONTHLY",
        hvd_category=[GEO],
        spatial=[square(0, 0, 1, 1)],
    )
    bring_index_up_to_date()
    page = find(facets=FACETS, box=(0, 0, 1, 1))
    assert (page.total, {facet.values for facet in page.facets}) == (0, {()})
    member = person("reader", owner)

    assert find(facets=FACETS, box=(0, 0, 1, 1), audience=audience_of(member)).total == 1


def test_a_licence_of_both_lists_is_one_value_under_whichever_address_it_is_asked() -> None:
    ours, theirs = "https://www.etalab.gouv.fr/licence-ouverte-open-licence", EU + "licence/ETALAB_2_0"
    for code, address, others in (("licence", theirs, []), ("licence-fr", ours, ["Licence Ouverte", theirs])):
        vocabulary = Vocabulary.objects.create(code=code, title=code)
        vocabulary.concepts.create(code="LO", uri=address, labels={"fr": "Licence Ouverte 2.0"}, alt=others)
    french = dataset(license=ours, distribution=[file(license=theirs)])
    european = dataset(license=theirs)
    assert values("licence") == {theirs: 2}
    for address in (ours, theirs):
        assert {UUID(hit.id) for hit in find(filters={"licence": (address,)}).hits} == {french.pk, european.pk}
    assert french.license == ours  # the record itself says what its source says
