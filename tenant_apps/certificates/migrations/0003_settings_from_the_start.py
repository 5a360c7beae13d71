from django.db import migrations

# At each provider that there is; a new one's row is made with it, and a schema that waits for one has no brand yet.
MAKE = """
INSERT INTO certificates_certificatesettings
    (id, created_at, "only", by_itself, remind_days, design, heading, lead, statement, small_print, signed_by)
SELECT gen_random_uuid(), now(), true, true, 60, 'frame', 'Certificate of completion', 'This certifies that',
    'has completed the course', '', ''
FROM branding_brand
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """The one row of settings, so that no page that shows it has to make it."""

    dependencies = [("certificates", "0002_wake_ups"), ("branding", "0006_course_layout")]

    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
