from django.db import migrations, models

# Marked as not there after they had signed: the later word counts, as it does from now on.
LATER_WORD = """
UPDATE scheduling_attendance SET signed_at = NULL, signed_as = '', signature = ''
WHERE signed_at IS NOT NULL AND status NOT IN ('attended', 'late')
"""
CHECKED = "SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED"


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0014_series")]

    operations = [
        migrations.RunSQL(LATER_WORD, migrations.RunSQL.noop),
        migrations.RunSQL(CHECKED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="attendance",
            constraint=models.CheckConstraint(
                condition=models.Q(("signed_at", None), ("status__in", ("attended", "late")), _connector="OR"),
                name="who_signed_has_come",
            ),
        ),
    ]
