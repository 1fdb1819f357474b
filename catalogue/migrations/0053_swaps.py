from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('catalogue', '0052_identity'),
    ]

    operations = [
        migrations.AddField(
            model_name='appliedpack',
            name='swap',
            field=models.CharField(blank=True, db_index=True, help_text='of the files that moved with the last act on it', max_length=32),
        ),
    ]
