from django.db import migrations

# At each provider that there is; a new one's row is made with it, and a schema that waits for one has no brand yet.
MAKE = """
INSERT INTO messaging_messagingsettings (id, created_at, "only", channels)
SELECT gen_random_uuid(), now(), true, '{}' FROM branding_brand
ON CONFLICT DO NOTHING
"""


class Migration(migrations.Migration):
    """The one row of settings, so that no page that shows it has to make it."""

    dependencies = [("messaging", "0009_ways_that_ended"), ("branding", "0006_course_layout")]

    operations = [migrations.RunSQL(MAKE, migrations.RunSQL.noop)]
