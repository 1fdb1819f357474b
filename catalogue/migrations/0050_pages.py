import uuid

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0049_followers'),
    ]

    operations = [
        migrations.CreateModel(
            name='Page',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('slug', models.CharField(max_length=60, unique=True, verbose_name='adresse')),
                ('title', models.CharField(max_length=120, verbose_name='titre')),
                ('body', models.TextField(blank=True, help_text='Markdown', verbose_name='texte')),
                ('place', models.PositiveSmallIntegerField(default=100, help_text='in the foot of each page, the least first', verbose_name='rang')),
                ('published', models.BooleanField(default=False, verbose_name='publiée')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='modifiée le')),
            ],
            options={
                'verbose_name': 'page du portail',
            },
        ),
    ]
