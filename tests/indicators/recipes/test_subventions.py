"""Grants: by hand, and on the real file of Antibes (29 grants paid in 2017, population 77,637 as the figures of reference have it)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.indicators.recipes.tables import of_file, parts, said, two

NAMES = "idAttribuant | dateConvention | nomBeneficiaire | idBeneficiaire | rnaBeneficiaire | montant | datesPeriodeVersement | nature"
TOWN = "21060004500392"
LINES = (
    NAMES,
    f"{TOWN} | 2017-01-10 | Le Cercle | 52499120500013 | W333216789 | 30000 | 2017-03-30/2017-05-24 | aide en numéraire",
    f"{TOWN} | 2017-01-11 | Le Cercle | 52499120500021 | | 500.50 | 2017-06-01 | aide en nature",
    f"{TOWN} | 2017-01-12 | La Ronde | | W222216459 | 25000 | 2017-03-09 | aide en numéraire",
    f"{TOWN} | 2017-01-13 | Les Amis | | | 24000 | 2017-03-09 | aide en numéraire",
    f"{TOWN} | 2017-01-14 | les amis | | | 1000 | 2017-10-09 | aide en numéraire",
)
SAMPLE = {
    "subventions.montant-hab": (2821393.5, None, 36.34),
    "subventions.beneficiaires-1000hab": (29, None, 0.37),
    "subventions.part-top10": (1723691.78, 2821393.5, 61.09),
    "subventions.identifiees": (29, 29, 100.0),
}


@pytest.mark.parametrize("key", SAMPLE)
def test_antibes(key: str, shared_data: Path) -> None:
    numerator, denominator, value = SAMPLE[key]
    (part,) = of_file(key, shared_data / "samples" / "subventions__antibes.csv")
    assert (part.place, part.period) == ("210600045", "2017")
    assert part.numerator == pytest.approx(numerator)
    assert part.denominator == (denominator if denominator is None else pytest.approx(denominator))
    assert said(key, part, 77_637).value == pytest.approx(value, abs=0.005)


def test_the_amounts_of_a_year_are_summed() -> None:
    # 30,000 + 500.50 + 25,000 + 24,000 + 1,000 = 80,500.50; for 1,000 inhabitants 80.5005 €
    (part,) = parts("subventions.montant-hab", *LINES).values()
    assert said("subventions.montant-hab", part, 1_000).value == pytest.approx(80.5005)


def test_the_year_is_that_of_the_payment_and_not_of_the_convention() -> None:
    old = f"{TOWN} | 2013-10-04 | La Ronde | | W222216459 | 33000 | 2017-03-09/2017-07-31 | aide en numéraire"
    assert {period for _, period in parts("subventions.montant-hab", NAMES, old)} == {"2017"}


def test_two_establishments_or_two_spellings_of_a_name_are_one_beneficiary() -> None:
    # Le Cercle by its SIREN, La Ronde by its RNA, Les Amis by its name: 3.
    assert two("subventions.beneficiaires-1000hab", *LINES) == (3, None)


def test_a_body_with_fewer_than_eleven_grants_gives_all_to_ten() -> None:
    assert two("subventions.part-top10", *LINES) == (80500.5, 80500.5)


def test_the_ten_largest_leave_out_the_rest() -> None:
    # 12 grants of 1,000, 2,000 … 12,000: the ten largest are 3,000 to 12,000, 75,000 of 78,000.
    rows = [
        f"{TOWN} | 2017-01-10 | N{number} | | | {number}000 | 2017-03-30 | aide en numéraire" for number in range(1, 13)
    ]
    assert two("subventions.part-top10", NAMES, *rows) == (75_000, 78_000)


def test_a_name_alone_identifies_nobody() -> None:
    # Of five rows, three have a SIRET or an RNA.
    assert two("subventions.identifiees", *LINES) == (3, 5)
