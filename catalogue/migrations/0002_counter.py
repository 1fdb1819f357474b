"""The one row that numbers the log."""

from typing import Any

from django.db import migrations


def make_counter(apps: Any, schema_editor: Any) -> None:
    apps.get_model("catalogue", "Counter").objects.get_or_create(name="log")


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunPython(make_counter, migrations.RunPython.noop)]
