"""The columns of files that were read, and the schemas that they follow, are found: on both backends, under the same rights."""

from __future__ import annotations

from pathlib import Path

import pytest

from catalogue.models import Dataset, Table, TableVersion
from catalogue.search import find
from tests import factories
from tests.photographs import photographed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("searched")]
TREES = "num;circonference_cm;essence\n01;120;Tilleul\n02;80;Hêtre\n"
SUBSIDIES = (
    "nomAttribuant;idAttribuant;dateConvention;referenceDecision;nomBeneficiaire;idBeneficiaire;rnaBeneficiaire;objet;"
    "montant;nature;conditionsVersement;datesPeriodeVersement;idRAE;notificationUE;pourcentageSubvention;dispositifAide\n"
    "Essai;21990001800010;2025-03-31;2025-1;Amicale;32847569100012;;Fonctionnement;1500.0;aide en numéraire;unique;"
    "2025-01-15/2025-12-31;;non;1;\n"
)
PAGE = "https://schema.data.gouv.fr/scdl/subventions/"


def planted() -> Dataset:
    found = factories.dataset("Arbres d’alignement")
    factories.table(found, TREES)
    factories.bring_index_up_to_date()
    return found


@pytest.fixture
def trees() -> Dataset:
    return photographed(planted)


def ids(text: str, **asked: object) -> list[str]:
    return [hit.id for hit in find(text, kinds=("dataset",), **asked).hits]  # type: ignore[arg-type]


def test_a_record_is_found_by_a_column_of_its_file(trees: Dataset) -> None:
    assert ids("circonférence") == [str(trees.pk)]
    assert ids("colonne:circonference") == [str(trees.pk)]
    assert ids("colonne:alignement") == []


def test_a_new_version_brings_its_columns_and_takes_the_old_ones(trees: Dataset) -> None:
    factories.table(trees, "num;hauteur\n01;12\n")
    factories.bring_index_up_to_date()
    assert ids("circonférence") == []
    assert ids("colonne:hauteur") == [str(trees.pk)]


def test_the_schema_that_was_recognised_is_a_facet() -> None:
    found = factories.dataset("Aides aux associations")
    factories.table(found, SUBSIDIES, "aides.csv")
    declared = factories.dataset("Aides d’avant", conforms_to=[f"{PAGE}2.1.1/schema.json"])
    factories.table(declared, SUBSIDIES, "aides.csv")
    factories.bring_index_up_to_date()
    page = find("", facets=("schema",))
    [facet] = page.facets
    assert dict(facet.values) == {PAGE: 1, f"{PAGE}2.1.1/schema.json": 1}
    assert ids("", filters={"schema": (PAGE,)}) == [str(found.pk)]


def test_what_is_withheld_or_private_is_not_found(trees: Dataset) -> None:
    TableVersion.objects.update(withheld=True)
    hidden = factories.dataset("Caché", private=True)
    factories.table(hidden, TREES)
    factories.table(trees, TREES.replace("essence", "essences"))
    TableVersion.objects.update(withheld=True)
    factories.bring_index_up_to_date()
    assert ids("colonne:circonference") == []
    assert find("circonférence", facets=("schema",)).total == 0


def test_a_file_that_its_record_gives_no_more_is_not_found(trees: Dataset, home: Path) -> None:
    Table.objects.all().delete()
    factories.dataset("Autre", owner=trees.owner)
    from catalogue import log
    from catalogue.models import Change

    with log.transaction() as entries:
        entries.append(log.Entry(Change.Verb.UPDATE, trees.pk, kind=Change.Kind.DERIVED, fields=("table",)))
    factories.bring_index_up_to_date()
    assert ids("colonne:circonference") == []
