"""Every real catalogue that is DCAT keeps every promise of a harvest, on one harvest of each: it is the dearest thing here.

The counts that its README gives, the repairs that it forced, no triple lost, and a second run that changes nothing.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from catalogue.dcat import canon
from catalogue.models import Change, DataService, Dataset, Distribution
from catalogue.reference.loader import load_vocabularies
from harvesters.models import HarvestRun
from harvesters.results import report
from tests.harvesting.test_as_said import came, run, same, told_again
from tests.harvesting.test_repairs import MET

pytestmark = pytest.mark.django_db

# Its 192 services are blank nodes without a word, each inside the one file that it serves: part of the files, no records.
NAMELESS_SERVICES = {"ecospheres-metadata/src/tests/test_dcat_exposition.json": 192}
# From the table of catalogues/README.md, counted there with another library: file, datasets, distributions, services.
EXPECTED = """
antwerpen/dcat.xml 491 2884 0
belgif-inspire-dcat/statbel_opendata_subset.ttl 10 25 0
ckanext-dcat/examples/dcat/catalog.rdf 2 5 0
ckanext-dcat/examples/dcat/dataset.rdf 1 1 1
ckanext-dcat/examples/dcat/dataset_gob_es.ttl 1 1 0
ckanext-dcat/examples/dcat/dataset_multilingual.ttl 1 1 0
ecospheres-metadata/src/tests/test_dcat_exposition.json 75 192 192
french-snippets/gn_dcat_1_wrapped.rdf 1 1 0
french-snippets/gn_naturefrance_csw_wrapped.rdf 1 1 0
french-snippets/ods_dcat_rennes_metropole.rdf 1 4 1
govdata-shacl-validation/testcases/dashboard/brandenburg-catalog-original-input.rdf 112 212 0
govdata-shacl-validation/testcases/dashboard/rostock-catalog-original-input.rdf 100 773 0
it-alessandria/catalog.rdf 5 20 0
it-brescia/catalog.rdf 3 4 0
it-civitavecchia/catalog.rdf 10 10 0
it-foggia/catalog.rdf 7 7 0
it-molinella/catalog.rdf 3 6 0
od-scotland/tests/mock_data/dcat/edinburgh.json 44 264 0
od-scotland/tests/mock_data/dcat/glasgow.json 68 324 0
od-scotland/tests/mock_data/dcat/highland.json 22 132 0
opendatasoft-dcat-draft/catalog.ttl 186 186 0
semiceu-iso-19139-to-dcat-ap/tests/test-cases/basic_dataset/expected_output.rdf 1 2 2
semiceu-iso-19139-to-dcat-ap/tests/test-cases/basic_dataset/expected_output.ttl 1 2 2
semiceu-iso-19139-to-dcat-ap/tests/test-cases/hvd_dataset_non_multilingual/expected_output.rdf 1 2 2
semiceu-iso-19139-to-dcat-ap/tests/test-cases/hvd_dataset_non_multilingual/expected_output.ttl 1 2 2
semiceu-iso-19139-to-dcat-ap/tests/test-cases/multilingual-metadata/expected_output.rdf 0 0 1
semiceu-iso-19139-to-dcat-ap/tests/test-cases/multilingual-metadata/expected_output.ttl 0 0 1
semiceu-iso-19139-to-dcat-ap/tests/test-cases/network-service/expected_output.rdf 0 0 1
semiceu-iso-19139-to-dcat-ap/tests/test-cases/network-service/expected_output.ttl 0 0 1
udata/harvest/tests/dcat/bnodes.jsonld 3 5 0
udata/harvest/tests/dcat/flat.jsonld 3 5 0
udata/harvest/tests/dcat/paged-collection-1.jsonld 3 3 0
udata/harvest/tests/dcat/paged-collection-2.jsonld 1 1 0
udata/harvest/tests/dcat/series.xml 1 2 2
"""
FILES = [(name, int(d), int(f), int(s)) for name, d, f, s in (line.split() for line in EXPECTED.strip().splitlines())]
UNREADABLE = {
    "smartflanders/catalog.ttl": "ligne 7",
}


def test_the_list_is_the_one_of_the_readme(shared_data: Path) -> None:
    text = (shared_data / "catalogues" / "README.md").read_text()
    rows = re.findall(r"^\| (\S+) \| (?:xml|turtle|json-ld) \| \d+ \| \d+ \| (\d+) \| (\d+) \| (\d+) \|", text, re.M)
    assert [(name, int(d), int(f), int(s)) for name, d, f, s in rows] == FILES


@pytest.mark.parametrize(("name", "datasets", "files", "services"), FILES, ids=[name for name, *_ in FILES])
def test_a_real_catalogue_keeps_every_promise(
    shared_data: Path, monkeypatch: pytest.MonkeyPatch, name: str, datasets: int, files: int, services: int
) -> None:
    path = shared_data / "catalogues" / name
    if name in MET:
        load_vocabularies()
    first = run(path)
    told = report(first)
    assert first.status == HarvestRun.Status.DONE, told
    assert (told["found"], told["created"], told["quarantined"]) == (datasets, datasets, 0), told
    assert Dataset.objects.count() == datasets
    assert DataService.objects.count() == told["services"]["created"] == services - NAMELESS_SERVICES.get(name, 0)
    assert Distribution.objects.count() == files
    assert set(MET.get(name, ())) <= set(first.repairs)
    with monkeypatch.context() as patch:
        # A whole catalogue has more blank nodes alike than any record.
        patch.setattr(canon, "MAX_STEPS", 10_000_000)
        assert same(told_again(), came(path))
    lines = Change.objects.count()
    # Once without the validators of the first run, so that every record is compared.
    first.pages.update(sha256="")
    for _ in range(2):
        again = run(path)
        assert (again.found, again.unchanged, again.created, again.updated, again.withdrawn) == (
            datasets,
            datasets,
            0,
            0,
            0,
        )
    assert Change.objects.count() == lines


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_does_not_parse_fails_cleanly(shared_data: Path, name: str) -> None:
    failed = run(shared_data / "catalogues" / name)
    assert failed.status == HarvestRun.Status.FAILED
    assert UNREADABLE[name] in failed.messages[0]
    assert Dataset.objects.count() == 0
