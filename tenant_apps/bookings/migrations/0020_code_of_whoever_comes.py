from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0019_answers")]

    operations = [
        migrations.AddField(
            model_name="attendee",
            name="link_number",
            field=models.PositiveSmallIntegerField(
                db_default=0,
                default=0,
                help_text="One more makes the check-in code so far worth nothing: somebody else comes",
            ),
        ),
    ]
