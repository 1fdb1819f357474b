from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0051_themes'),
    ]

    operations = [
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('only', models.BooleanField(default=True, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, help_text="empty: the territory's, or BOUTURE_NAME", max_length=60, verbose_name='nom')),
                ('accent', models.CharField(blank=True, help_text='#rrggbb; empty: of BOUTURE_HUE', max_length=7, verbose_name='couleur')),
                ('accent_dark', models.CharField(blank=True, help_text='empty: of the other', max_length=7, verbose_name='couleur sur fond sombre')),
                ('logo', models.BinaryField(blank=True, help_text='cleaned', null=True)),
                ('logo_type', models.CharField(blank=True, help_text='svg or png', max_length=4)),
                ('version', models.PositiveBigIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
            ],
            options={
                'verbose_name': 'identité du portail',
            },
        ),
    ]
