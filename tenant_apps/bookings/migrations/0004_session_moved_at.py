from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("bookings", "0003_hold_extended_at"),
    ]

    operations = [
        migrations.AddField(
            model_name="booking",
            name="session_moved_at",
            field=models.DateTimeField(
                blank=True,
                help_text="When its session got another time or place; since then it may be cancelled for everything back",
                null=True,
            ),
        ),
    ]
