from django.db import migrations

from shared_apps.timers.operations import WakesWhenTriedAnew


class Migration(migrations.Migration):
    dependencies = [("timers", "0002_bus")]

    operations = [WakesWhenTriedAnew("timers_timer", "next_try_at", done="fired_at")]
