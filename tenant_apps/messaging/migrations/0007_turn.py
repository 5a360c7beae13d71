from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0006_who_it_was_for")]

    operations = [
        migrations.AddField(
            model_name="message",
            name="turn",
            field=models.PositiveSmallIntegerField(
                db_default=1,
                default=1,
                help_text="Which try it is, of those that somebody began; services tell us with it",
            ),
        ),
    ]
