from django.db import migrations

from shared_apps.timers.operations import WakesAt


class Migration(migrations.Migration):
    dependencies = [("certificates", "0001_initial"), ("tenants", "0005_wake_ups")]

    operations = [WakesAt("certificates_certificate", "remind_at")]
