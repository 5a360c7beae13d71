from django.db import migrations, models

# Until now the audit trail alone knew it.
FROM_EVENTS = """
UPDATE bookings_booking SET hold_extended_at = taken.at
FROM (SELECT subject_id, min(created_at) AS at FROM events_event WHERE name = 'booking.hold_extended' GROUP BY 1) taken
WHERE taken.subject_id = bookings_booking.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0002_deposit_agreed_with_a_booking"),
        ("events", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="hold_extended_at",
            field=models.DateTimeField(
                blank=True, help_text="When the buyer took more time to pay; each hold has that once", null=True
            ),
        ),
        migrations.RunSQL(FROM_EVENTS, migrations.RunSQL.noop),
    ]
