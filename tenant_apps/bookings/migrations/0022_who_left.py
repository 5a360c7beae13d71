from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bookings", "0021_consent_how")]

    operations = [
        migrations.AddField(
            model_name="attendee",
            name="left_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When they gave up their seat, or somebody else came in their place",
                null=True,
            ),
        ),
        migrations.RemoveConstraint(model_name="attendee", name="one_attendee_per_seat"),
        migrations.AddConstraint(
            model_name="attendee",
            constraint=models.UniqueConstraint(
                condition=models.Q(("left_at", None)), fields=("booking", "position"), name="one_attendee_per_seat"
            ),
        ),
    ]
