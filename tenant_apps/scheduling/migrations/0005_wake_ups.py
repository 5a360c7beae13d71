from django.db import migrations

from shared_apps.timers.operations import WakesAt


class Migration(migrations.Migration):
    dependencies = [("scheduling", "0004_travel"), ("tenants", "0005_wake_ups")]

    operations = [
        WakesAt("scheduling_session", "starts_at", waits="{row}.status = 'scheduled'", also=("status",)),
        WakesAt("scheduling_session", "ends_at", waits="{row}.status = 'in_progress'", also=("status",)),
        WakesAt("scheduling_session", "tell_move_at"),
    ]
