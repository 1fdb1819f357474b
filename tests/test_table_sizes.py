"""The planner of the base."""

import uuid

import pytest
from django.db import connection
from django.utils import timezone

from catalogue.models import PUBLIC, Dataset
from catalogue.table_sizes import count_tables
from tests.factories import body


@pytest.mark.django_db
@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite's planner")
def test_records_are_found_by_their_keys_once_the_tables_are_counted() -> None:
    owner, now = body(), timezone.now()
    rows = [
        Dataset(
            owner=owner, published_by=owner, uri=f"https://a.example/{uuid.uuid4()}", status="published", updated_at=now
        )
        for _ in range(2_000)
    ]
    Dataset.objects.bulk_create(rows)
    wanted = Dataset.objects.visible_to(PUBLIC).filter(pk__in=[row.pk for row in rows[:20]]).order_by()
    count_tables()
    assert "id=?" in wanted.explain()
