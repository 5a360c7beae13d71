import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a provider switches on and off is called a feature, as a course has modules. The column keeps its name."""

    dependencies = [("tenants", "0005_wake_ups")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RenameField("tenant", "modules", "features"),
                migrations.AlterField(
                    "tenant",
                    "features",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=20), blank=True, db_column="modules", default=list,
                        size=None,
                    ),
                ),
            ]
        )
    ]  # fmt: skip
