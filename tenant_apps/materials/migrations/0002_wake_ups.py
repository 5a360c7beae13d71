from django.db import migrations

from shared_apps.timers.operations import WakesAt


class Migration(migrations.Migration):
    dependencies = [("materials", "0001_materials"), ("tenants", "0005_wake_ups")]

    operations = [
        WakesAt("materials_news", "tell_at"),
        WakesAt("materials_material", "gone_at", waits="{row}.gone_at IS NOT NULL"),
    ]
