from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("messaging", "0007_turn")]

    operations = [
        migrations.AddField(
            model_name="notice",
            name="by_visitor",
            field=models.BooleanField(
                db_default=False, default=False, help_text="A visitor set it off, not the office or a timer"
            ),
        ),
    ]
