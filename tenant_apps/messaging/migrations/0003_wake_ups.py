from django.db import migrations

from shared_apps.timers.operations import WakesAt


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_withheld"), ("tenants", "0005_wake_ups")]

    operations = [
        WakesAt(
            "messaging_message", "next_try_at", waits="{row}.status = 'queued'", also=("status",), grace="10 seconds"
        ),
    ]
