from django.db import migrations, models
from django.db.models import Sum


def fill(apps, schema_editor):
    """The totals of the days that were counted before there were totals."""
    days = apps.get_model("catalogue", "DatasetViews").objects.order_by().values_list("day").annotate(Sum("views"))
    totals = apps.get_model("catalogue", "UseTotal")
    totals.objects.bulk_create([totals(day=day, views=views) for day, views in days], batch_size=200)


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0054_notices'),
    ]

    operations = [
        migrations.CreateModel(
            name='UseTotal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('day', models.DateField(unique=True)),
                ('views', models.PositiveIntegerField(default=0)),
                ('downloads', models.PositiveIntegerField(default=0)),
                ('calls', models.PositiveIntegerField(default=0)),
            ],
        ),
        migrations.AddField(
            model_name='datasetviews',
            name='calls',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='datasetviews',
            name='downloads',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
