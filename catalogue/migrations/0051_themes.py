from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0050_pages'),
    ]

    operations = [
        migrations.CreateModel(
            name='ShownTheme',
            fields=[
                ('uri', models.CharField(help_text='of the vocabulary data-theme', max_length=300, primary_key=True, serialize=False, verbose_name='adresse')),
                ('label', models.CharField(blank=True, help_text='empty: that of the vocabulary', max_length=60, verbose_name='nom d’ici')),
                ('text', models.CharField(blank=True, max_length=160, verbose_name='en quelques mots')),
                ('place', models.PositiveSmallIntegerField(default=100, verbose_name='rang')),
                ('shown', models.BooleanField(default=True, verbose_name='montré')),
            ],
            options={
                'verbose_name': 'thème du portail',
            },
        ),
    ]
