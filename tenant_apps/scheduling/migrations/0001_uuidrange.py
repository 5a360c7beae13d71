from django.db import migrations


class Migration(migrations.Migration):
    """A range of uuids, so that an exclusion constraint can compare keys without the btree_gist extension."""

    dependencies = []
    operations = [
        migrations.RunSQL("CREATE TYPE uuidrange AS RANGE (subtype = uuid)", "DROP TYPE uuidrange"),
    ]
