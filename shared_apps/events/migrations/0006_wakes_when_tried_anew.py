from django.db import migrations

from shared_apps.timers.operations import WakesWhenTriedAnew


class Migration(migrations.Migration):
    dependencies = [("events", "0005_bus"), ("tenants", "0005_wake_ups")]

    operations = [WakesWhenTriedAnew("events_delivery", "next_try_at", done="done_at")]
