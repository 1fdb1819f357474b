import django.db.models.deletion
from django.db import migrations, models


def ask(apps, schema_editor):
    """All that is there is to be packed once: the worker does it."""
    observations = apps.get_model("catalogue", "Observation").objects.filter(shown=True, axis="")
    columns = apps.get_model("catalogue", "ObservedColumn").objects
    pairs = observations.order_by().values_list("indicator", "period").distinct()
    columns.bulk_create(
        [columns.model(indicator_id=indicator, period=period) for indicator, period in pairs], batch_size=500
    )


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0034_identities"),
    ]

    operations = [
        migrations.CreateModel(
            name="ObservedColumn",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("period", models.CharField(max_length=10, verbose_name="période")),
                ("stamp", models.CharField(blank=True, max_length=40)),
                ("cells", models.BinaryField(null=True)),
                (
                    "indicator",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="columns",
                        to="catalogue.indicator",
                    ),
                ),
            ],
            options={
                "verbose_name": "colonne d’observations",
                "constraints": [models.UniqueConstraint(fields=("indicator", "period"), name="column_once")],
            },
        ),
        migrations.RunPython(ask, migrations.RunPython.noop),
    ]
