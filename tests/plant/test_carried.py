"""A pack built in Le Havre, planted in other communes, upgraded over a local edit, and taken back."""

from __future__ import annotations

from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.management import call_command
from pytest_django import Settings

from catalogue.models import AppliedPack, Organisation
from harvesters.models import HarvestSource
from harvesters.registry import find_or_make
from tests.plant.test_plant import SORTS, SOURCES, plant

pytestmark = pytest.mark.django_db


def pack(*words: str, **options: Any) -> str:
    said = StringIO()
    call_command("pack", *words, stdout=said, **options)
    return said.getvalue()


def emptied(settings: Settings) -> None:
    """As another instance begins; its key is the same, which spares `--trust` (see test_plant)."""
    AppliedPack.objects.all().delete()
    HarvestSource.objects.all().delete()
    Organisation.objects.all().delete()
    cache.clear()
    settings.BOUTURE_TERRITORY = ""


def havre(settings: Settings, folder: Path, version: str) -> Path:
    """The pack of Le Havre: what was planted there, and a source of its own."""
    settings.BOUTURE_TERRITORY = "76351"
    pack("build", str(folder), "--name", "commune-outillee", "--title", "Comme au Havre", "--pack-version", version)
    return folder


@pytest.fixture
def carried(places: None, settings: Settings, tmp_path: Path) -> tuple[Path, Path]:
    """Two versions of it; the second reads the addresses at another hour, and lets more of them go."""
    plant("76351")
    settings.BOUTURE_TERRITORY = "76351"
    own = find_or_make("https://catalogue.exemple.fr/dcat?commune=76351", kind="dcat")
    HarvestSource.objects.filter(pk=own.pk).update(title="Notre syndicat, pour Le Havre", schedule="0 4 * * *")
    first = havre(settings, tmp_path / "un", "1.0.0")
    HarvestSource.objects.filter(key__contains="/ban/").update(schedule="0 1 * * *", max_withdrawn=0.5)
    second = havre(settings, tmp_path / "deux", "1.1.0")
    emptied(settings)
    return first, second


@pytest.mark.parametrize("code", ["40192", "69123", "05048"])
def test_what_works_in_le_havre_is_planted_elsewhere(code: str, carried: tuple[Path, Path]) -> None:
    for path in carried[0].iterdir():
        assert "76351" not in path.read_text()
        assert "Le Havre" not in path.read_text()
    plant(code, pack=str(carried[0]))
    sources = HarvestSource.objects.all()
    assert len(sources) == len(SOURCES) + 1
    assert all(code in source.key and SORTS[code] in source.title for source in sources)
    assert all(source.owner.territory.code == source.territory.code == code for source in sources)  # type: ignore[union-attr]
    assert sources.get(key__contains="catalogue.exemple.fr").title == f"Notre syndicat, pour {SORTS[code]}"


def test_an_upgrade_keeps_what_was_edited_here_and_goes_back(carried: tuple[Path, Path], settings: Settings) -> None:
    plant("40192", pack=str(carried[0]))
    settings.BOUTURE_TERRITORY = "40192"
    addresses = HarvestSource.objects.get(key__contains="/ban/")
    HarvestSource.objects.filter(pk=addresses.pk).update(schedule="0 5 * * 1")
    said = pack("plan", str(carried[1]))
    assert "conflits : 1" in said
    assert "ici : « 0 5 * * 1 » ; pack : « 0 1 * * * »" in said
    assert HarvestSource.objects.get(pk=addresses.pk).max_withdrawn == 0.2
    pack("upgrade", str(carried[1]))
    addresses.refresh_from_db()
    # What nobody touched here follows the pack, what somebody did stays.
    assert (addresses.schedule, addresses.max_withdrawn) == ("0 5 * * 1", 0.5)
    pack("rollback", "commune-outillee")
    addresses.refresh_from_db()
    assert (addresses.schedule, addresses.max_withdrawn) == ("0 5 * * 1", 0.2)
    assert HarvestSource.objects.filter(active=True).count() == len(SOURCES) + 1
