import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("materials", "0002_wake_ups"),
        ("scheduling", "0014_series"),
    ]

    operations = [
        migrations.AlterField(
            model_name="material",
            name="session",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="materials",
                to="scheduling.session",
            ),
        ),
    ]
