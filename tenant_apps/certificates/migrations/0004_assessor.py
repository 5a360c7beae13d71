from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("certificates", "0003_settings_from_the_start"),
    ]

    operations = [
        migrations.AddField(
            model_name="certificate",
            name="assessor_name",
            field=models.CharField(blank=True, db_default="", max_length=120),
        ),
    ]
