from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0008_by_visitor")]

    operations = [
        migrations.AddField(
            model_name="preferences",
            name="ended",
            field=models.CharField(
                blank=True,
                db_default="",
                default="",
                help_text="Channels that led to them once and ended: email carries what these should have",
                max_length=60,
            ),
        ),
    ]
