from django.db import migrations, models

# Until now the audit trail alone knew it. Of who was told of one that another took the place of, that is known, too.
FROM_EVENTS = """
WITH RECURSIVE told AS (
    SELECT certificate.id, min(event.created_at) AS at
    FROM certificates_certificate certificate
    JOIN events_event event ON event.subject_id = certificate.id AND event.name = 'certificate.expiring'
    GROUP BY certificate.id
    UNION ALL
    SELECT later.id, told.at FROM told JOIN certificates_certificate later ON later.replaces_id = told.id
)
UPDATE certificates_certificate SET reminded_at = first.at, remind_at = NULL
FROM (SELECT id, min(at) AS at FROM told GROUP BY id) first
WHERE first.id = certificates_certificate.id
"""
# Reminders that a setting has lost; not of who was told before, nor of what was renewed: that is asked when it is due.
# The zone is the provider's, and it is put right to the minute when the setting is written the next time.
LOST = """
UPDATE certificates_certificate
SET remind_at = greatest(now(), (expires_on - days.remind_days)::timestamp AT TIME ZONE 'UTC' + interval '9 hours')
FROM (SELECT remind_days FROM certificates_certificatesettings WHERE remind_days > 0) days
WHERE revoked_at IS NULL AND reminded_at IS NULL AND remind_at IS NULL AND expires_on >= CURRENT_DATE
"""
# What was given to somebody known by a name alone, before the office said who they are.
FOLLOWED = """
UPDATE certificates_certificate SET person_id = seat.person_id
FROM bookings_attendee seat
WHERE seat.id = certificates_certificate.attendee_id AND seat.name = certificates_certificate.name
    AND seat.person_id <> certificates_certificate.person_id
"""
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


class Migration(migrations.Migration):
    """That somebody was reminded stands beside when they are to be: a setting takes the one away, never the other.

    And what was given for a seat is of the person on it.
    """

    dependencies = [
        ("certificates", "0004_assessor"),
        ("bookings", "0012_attendees_are_people"),
        ("events", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="certificate",
            name="remind_at",
            field=models.DateTimeField(blank=True, help_text="When they are to be told that it expires", null=True),
        ),
        migrations.AddField(
            model_name="certificate",
            name="reminded_at",
            field=models.DateTimeField(
                blank=True, help_text="When they were told that, of it or of one that it replaces", null=True
            ),
        ),
        migrations.RunSQL(FROM_EVENTS, migrations.RunSQL.noop),
        migrations.RunSQL(LOST, migrations.RunSQL.noop),
        migrations.RunSQL(FOLLOWED, migrations.RunSQL.noop),
        migrations.RunSQL(CHECKED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="certificate",
            constraint=models.CheckConstraint(
                condition=models.Q(("remind_at", None), ("reminded_at", None), _connector="OR"),
                name="nobody_is_reminded_of_one_twice",
            ),
        ),
    ]
