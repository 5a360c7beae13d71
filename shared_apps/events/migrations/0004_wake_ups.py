from django.db import migrations

from shared_apps.timers.operations import WakesAt


class Migration(migrations.Migration):
    dependencies = [("events", "0003_transitions"), ("tenants", "0005_wake_ups")]

    operations = [
        WakesAt("events_delivery", "next_try_at", waits="{row}.done_at IS NULL", also=("done_at",), grace="10 seconds"),
    ]
